"""What is done of an oral before it is heard: who comes, files for the jury, the answer to the convocation.

Each act holds the `Oral` of the dossier: two people never answer, join or propose at the same time.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from juries.models import Audition, Besoin, Oral, Support, Venue
from juries.oral.queries import (
    announced,
    answer_to,
    in_place,
    is_clos,
    limit_of,
    told_closed,
)
from label.droits import ensure_may
from label.fichiers.quarantaine import Quarantaine
from label.fichiers.reception import keep_file, receive_file
from label.limites import spend
from label.notifications import notify, prevenus
from label.templatetags.label_ui import heure, jour_heure, jour_semaine, pluriel, poids
from label.vus import seal
from projects.dossier.connu import known_statut, meanwhile
from projects.enums import Statut
from projects.models import Dossier


class OralFerme(ValidationError):
    """The dossier waits for no hearing any more: nothing is prepared; the message says what happened."""


class Entretemps(ValidationError):
    """What the page showed is no longer so; the message says what it has become."""


def hold_oral(dossier, perm, *, by):
    """The `Oral` of this dossier, held, once `by` may do this (`perm`) and it is time.

    Raises PermissionDenied, OralFerme.
    """
    ensure_may(by, perm, dossier)
    Oral.objects.get_or_create(dossier=dossier)
    oral = Oral.objects.select_for_update().get(dossier=dossier)
    ensure_waits(dossier, by)
    return oral


def ensure_waits(dossier, reader):
    """Raise OralFerme unless the dossier waits to be heard, as far as this person may know."""
    fresh = Dossier.objects.select_related("edition").get(pk=dossier.pk)
    if known_statut(fresh, reader) != Statut.ADMIS:
        raise OralFerme(meanwhile(fresh, reader))


# --- Who comes -----------------------------------------------------------------------------------


@transaction.atomic
def save_presentation(dossier, form_on, *, by):
    """Write who presents and who replaces. `form_on(instance=oral)`: the form of the row as it stands, held.

    Returns that form, with its errors when nothing was written. Raises PermissionDenied, OralFerme.
    """
    form = form_on(instance=hold_oral(dossier, "juries.prepare_oral", by=by))
    if form.is_valid():
        form.instance.save(update_fields=["orateurs", "remplacant"])
    return form


@transaction.atomic
def save_besoin(dossier, texte, *, by):
    """Write what this person needs, "" for nothing any more. Raises PermissionDenied, OralFerme."""
    hold_oral(dossier, "juries.answer_convocation", by=by)
    if texte:
        Besoin.objects.update_or_create(dossier=dossier, by=by, defaults={"texte": texte, "at": timezone.now()})
    else:
        Besoin.objects.filter(dossier=dossier, by=by).delete()


# --- The answer to the convocation ------------------------------------------------------------------


def _slot_shown(dossier, sceau):
    """The audition of this dossier, held, when its announced slot is the one the page showed (`sceau`).

    Raises Entretemps: moved, cancelled or over meanwhile.
    """
    audition = Audition.objects.select_for_update(of=("self",)).filter(dossier=dossier, annonce__isnull=False).first()
    if audition is None:
        raise Entretemps(
            "Entre-temps, cette audition a été annulée\u00a0: il n’y a plus de date à confirmer. Une nouvelle "
            "convocation vous dira la prochaine."
        )
    creneau = audition.annoncee
    if seal(audition.annonce) != sceau:
        raise Entretemps(
            f"Entre-temps, votre audition a changé\u00a0: c’est maintenant le {jour_semaine(creneau.debut)} à "
            f"{heure(creneau.debut)}. Votre réponse n’est pas partie\u00a0: répondez pour cette date-là."
        )
    ensure_to_come(audition)
    return audition


def ensure_to_come(audition):
    """Raise Entretemps once the hour that was announced is over."""
    if audition.annoncee.fin <= timezone.now():
        debut = audition.annoncee.debut
        raise Entretemps(f"Cette audition est passée\u00a0: elle était prévue le {jour_heure(debut)}.")


@transaction.atomic
def confirm_venue(dossier, *, sceau, by, vu=None):
    """The structure comes at the slot the page showed (`sceau`, its seal). Returns the `Venue`.

    `vu`: the seal of the answer the page showed, "" when there was none, None when it did not say: nobody undoes an
    «je ne peux pas venir» without having read it.

    Raises PermissionDenied, OralFerme, Entretemps.
    """
    hold_oral(dossier, "juries.answer_convocation", by=by)
    audition = _slot_shown(dossier, sceau)
    standing = answer_to(audition, audition.annonce)
    if standing and standing.vient:
        return standing
    if standing and standing.is_a_traiter and vu is not None and vu != seal(standing.pk):
        raise Entretemps(
            f"Entre-temps, {standing.by.get_full_name()} a dit que la structure ne peut pas venir. Si elle vient "
            "quand même, dites-le de nouveau ci-dessous."
        )
    return Venue.objects.create(dossier=dossier, vient=True, creneau=audition.annonce, by=by, at=timezone.now())


@transaction.atomic
def decline_venue(dossier, *, motif, sceau, by):
    """The structure cannot come then: the pilotes are told, the dossier stays as it is. Raises as `confirm_venue`."""
    hold_oral(dossier, "juries.answer_convocation", by=by)
    audition = _slot_shown(dossier, sceau)
    standing = answer_to(audition, audition.annonce)
    if standing and standing.is_a_traiter:
        raise Entretemps(
            f"{standing.by.get_full_name()} l’a déjà dit le {jour_heure(standing.at)}\u00a0: l’EPT est prévenu."
        )
    spend("oral", personne=by.pk)
    answer = {"vient": False, "motif": motif, "creneau": audition.annonce, "at": timezone.now()}
    venue = Venue.objects.create(dossier=dossier, by=by, **answer)
    notify("oral_empechement", venue, audition=audition)
    return venue


@transaction.atomic
def keep_slot(audition, *, reponse, by, vu=None):
    """The EPT keeps the slot although the structure said it cannot come; it is told why (`reponse`).

    `vu`: the seal of the reason the page showed, None when it did not say.

    Raises PermissionDenied, OralFerme, Entretemps when it has said otherwise meanwhile, or the slot moved.
    """
    hold_oral(audition.dossier, "juries.schedule", by=by)
    audition = Audition.objects.select_for_update(of=("self",)).select_related("seance").get(pk=audition.pk)
    venue = answer_to(audition, audition.creneau)
    if venue is None or not venue.is_a_traiter:
        raise Entretemps("Entre-temps, la structure a répondu autrement, ou le créneau a été déplacé ou maintenu.")
    if vu is not None and vu != seal(venue.pk):
        raise Entretemps("Entre-temps, la structure a donné une autre raison\u00a0: lisez-la avant de répondre.")
    venue.maintenue_at, venue.maintenue_by, venue.reponse = timezone.now(), by, reponse
    venue.save(update_fields=["maintenue_at", "maintenue_by", "reponse"])
    notify("oral_maintenu", venue)
    return venue


def told_of_keeping(venue):
    """Whom `keep_slot` would reach, as {address: name}."""
    return prevenus("oral_maintenu", venue)


# --- Files for the jury ------------------------------------------------------------------------------


def _hold_files(support):
    list(Oral.objects.select_for_update().filter(dossier=support.dossier_id))


QUARANTAINE = Quarantaine(
    Support.objects.select_related("dossier"),
    task="juries.tasks.scan_support",
    on_threat=lambda support, at: notify("support_ecarte", support),
    hold=_hold_files,
)


def _ensure_time(dossier, at):
    limite = limit_of(announced(dossier))
    if is_clos(limite, at):
        raise ValidationError(told_closed(limite), code="trop_tard")


def _ensure_room(dossier, taille, *, by, remplace):
    spend("fichier", personne=by.pk)
    kept = list(Support.objects.filter(dossier=dossier).values_list("taille", "remplacee_at"))
    here = sum(remplacee_at is None for _, remplacee_at in kept) - bool(remplace)
    if here >= Support.NOMBRE_MAX:
        raise ValidationError(
            f"Le jury reçoit {pluriel(Support.NOMBRE_MAX, 'fichier,fichiers')} au plus. Retirez-en un, ou réunissez "
            "plusieurs documents en un seul PDF.",
            code="trop_de_fichiers",
        )
    total = sum(size for size, _ in kept) + taille
    if total > Support.POIDS_MAX:
        raise ValidationError(
            f"Avec ce fichier, les supports de ce projet, versions précédentes comprises, pèseraient "
            f"{poids(total)}\u202f; la limite est de {poids(Support.POIDS_MAX)}. Allégez celui-ci (images "
            "réduites, PDF compressé).",
            code="trop_lourd",
        )


@transaction.atomic
def add_support(dossier, *, fichier, by, remplace="", arrivee=None):
    """Join a file (uploaded, read from its start) for the jury, in place of the one of key `remplace` if it is there.

    `arrivee`: when the request reached us (aware), which alone is judged; now when it is not said.

    Raises PermissionDenied, OralFerme, ValidationError: not accepted, too many, too late.
    """
    ensure_may(by, "juries.prepare_oral", dossier)
    # The heavy work comes before the lock.
    recu = receive_file(fichier)
    hold_oral(dossier, "juries.prepare_oral", by=by)
    _ensure_time(dossier, arrivee or timezone.now())
    here = in_place(dossier)
    if same := here.filter(sha256=recu.sha256, nom=recu.nom).first():
        return same
    former = here.filter(cle=remplace).first() if remplace else None
    _ensure_room(dossier, recu.taille, by=by, remplace=former)
    support = Support(dossier=dossier, by=by, created_at=timezone.now())
    if former:
        _set_aside(former, by)
    keep_file(support, recu)
    QUARANTAINE.ask_on_commit(support)
    return support


def _set_aside(support, by):
    changes = {"remplacee_at": timezone.now(), "remplacee_by": by}
    return Support.objects.filter(pk=support.pk, remplacee_at=None).update(**changes)


@transaction.atomic
def remove_support(support, *, by):
    """The jury reads this file no more. Raises as `add_support`."""
    hold_oral(support.dossier, "juries.prepare_oral", by=by)
    _ensure_time(support.dossier, timezone.now())
    if not _set_aside(support, by):
        raise ValidationError("Ce fichier a déjà été retiré.")
