"""Rehearsals of an oral: proposed by the chef de projet, accepted or answered by another date, cancelled."""

from datetime import UTC, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from juries.enums import EN_COURS, Cote, EtatRepetition
from juries.models import Oral, Repetition
from juries.oral.actions import Entretemps, hold_oral
from juries.oral.queries import announced, live_repetition, sides_of, standing_repetition
from label.droits import ensure_may
from label.limites import spend
from label.notifications import notify, prevenus
from label.templatetags.label_ui import jour_heure
from projects.enums import Statut
from projects.models import Dossier


@transaction.atomic
def propose_repetition(dossier, *, debut, duree, lieu, visio, mot, by, vu=""):
    """Propose a date (aware `debut`, `duree` in minutes) to rehearse, instead of the one shown (`vu`, its key).

    The chef de projet begins; then each side may propose another. Returns the `Repetition`. Raises PermissionDenied,
    OralFerme, Entretemps, ValidationError whose errors are named after the fields.
    """
    hold_oral(dossier, "juries.prepare_oral", by=by)
    spend("oral", personne=by.pk)
    now, sides = timezone.now(), sides_of(by, dossier)
    live = live_repetition(dossier)
    if live and live.fin <= now:
        _close(live, EtatRepetition.PASSEE)
        live = None
    if (live.cle if live else "") != vu:
        raise Entretemps(_said_of(live))
    if live is None and Cote.CHEF not in sides:
        raise PermissionDenied
    # Minutes are counted on the clock of the world: the hour that does not exist, or comes twice, is no matter.
    fin = (debut.astimezone(UTC) + timedelta(minutes=duree)).astimezone(debut.tzinfo)
    _ensure_moment(dossier, debut, fin, now)
    new = Repetition(dossier=dossier, debut=debut, fin=fin, lieu=lieu, visio=visio, mot=mot, by=by, at=now)
    new.cote = Cote.CHEF if Cote.CHEF in sides else Cote.STRUCTURE
    new.agenda, new.sequence = (live.agenda, live.sequence + 1) if live else (new.cle, 0)
    if live:
        _close(live, EtatRepetition.REMPLACEE)
    new.full_clean(exclude=["cle", "repondu_by", "repondu_at"])
    new.save()
    notify("repetition_proposee", new)
    return new


def told_of_proposal(dossier, auteur, live=None):
    """Whom `propose_repetition` would reach, as {address: name}; `live`: the one it would stand in place of."""
    new = Repetition(dossier=dossier, by=auteur, sequence=live.sequence + 1 if live else 0)
    return prevenus("repetition_proposee", new)


def told_of_answer(repetition):
    """Whom `accept_repetition` would reach, or `cancel_repetition`, as {address: name}."""
    return prevenus("repetition_acceptee", repetition)


def _close(repetition, etat):
    Repetition.objects.filter(pk=repetition.pk).update(etat=etat)


def _ensure_moment(dossier, debut, fin, now):
    if debut <= now:
        raise ValidationError({"debut": f"Le {jour_heure(debut)} est déjà passé\u00a0: choisissez une date à venir."})
    audition = announced(dossier)
    if audition and fin > audition.annoncee.debut:
        raise ValidationError(
            {
                "debut": f"L’audition est le {jour_heure(audition.annoncee.debut)}\u00a0: la répétition doit finir "
                "avant qu’elle commence."
            }
        )


def _said_of(live):
    """What became of the rehearsal a page showed, as a sentence."""
    if live is None:
        return "Entre-temps, cette répétition a été annulée, ou sa date est passée."
    verb = "est acceptée" if live.is_acceptee else "est proposée"
    return f"Entre-temps, une répétition {verb}\u00a0: le {jour_heure(live.debut)}. Rechargez la page pour y répondre."


def _shown(dossier, vu):
    """The rehearsal that stands, when it is the one shown (`vu`, its key) and still to come. Raises Entretemps."""
    live = standing_repetition(dossier, timezone.now())
    if live is None or live.cle != vu:
        raise Entretemps(_said_of(live))
    return live


@transaction.atomic
def accept_repetition(dossier, *, vu, by):
    """The side that did not propose this date takes it: it is in both calendars. Raises as `propose_repetition`."""
    ensure_may(by, "juries.prepare_oral", dossier)
    # Which side a line is of never changes.
    cote = Repetition.objects.filter(dossier=dossier, cle=vu).values_list("cote", flat=True).first()
    if cote and not sides_of(by, dossier) - {cote}:
        raise PermissionDenied
    hold_oral(dossier, "juries.prepare_oral", by=by)
    live = _shown(dossier, vu)
    if live.is_acceptee:
        return live
    audition = announced(dossier)
    if audition and live.fin > audition.annoncee.debut:
        raise ValidationError(
            f"L’audition est le {jour_heure(audition.annoncee.debut)}\u00a0: cette répétition viendrait après. "
            "Proposez une autre date."
        )
    live.etat, live.sequence = EtatRepetition.ACCEPTEE, live.sequence + 1
    live.repondu_by, live.repondu_at = by, timezone.now()
    live.save(update_fields=["etat", "sequence", "repondu_by", "repondu_at"])
    notify("repetition_acceptee", live)
    return live


@transaction.atomic
def cancel_repetition(dossier, *, vu, by):
    """There is no rehearsal at this date: it leaves the calendars that hold it. Raises as `propose_repetition`."""
    hold_oral(dossier, "juries.prepare_oral", by=by)
    spend("oral", personne=by.pk)
    return _cancel(_shown(dossier, vu), by, timezone.now())


def cancel_with_dossier(dossier, auteur, at):
    """The dossier, held by the caller, is withdrawn: the rehearsal to come leaves the calendars that hold it."""
    # Whoever proposes one at this instant has the dossier's `Oral`: it ends first, or finds the dossier withdrawn.
    list(Oral.objects.select_for_update().filter(dossier=dossier))
    if live := standing_repetition(dossier, at):
        is_retire = Dossier.objects.get(pk=dossier.pk).statut == Statut.RETIRE
        _cancel(live, auteur, at, "le dossier est retiré" if is_retire else "l’audition est annulée")


def too_late(debuts, now):
    """The rehearsals to come that would end once the hearing has begun. `debuts`: {dossier pk: when it does}."""
    live = Repetition.objects.filter(dossier__in=debuts, fin__gt=now, etat__in=EN_COURS).select_related("dossier")
    return [one for one in live.order_by("debut", "pk") if one.fin > debuts[one.dossier_id]]


def cancel_too_late(debuts, auteur, at):
    """They leave the calendars that hold them. The caller holds the `Oral` of these dossiers."""
    for one in too_late(debuts, at):
        _cancel(one, auteur, at, f"l’audition aura lieu avant, le {jour_heure(debuts[one.dossier_id])}")


def _cancel(repetition, auteur, at, raison=""):
    repetition.etat, repetition.sequence = EtatRepetition.ANNULEE, repetition.sequence + 1
    repetition.repondu_by, repetition.repondu_at = auteur, at
    repetition.save(update_fields=["etat", "sequence", "repondu_by", "repondu_at"])
    notify("repetition_annulee", repetition, raison=raison)
    return repetition
