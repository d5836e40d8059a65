"""Scoring: a tap is saved by itself, the ballot is given once, a later change is the pilote's and is written down."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from juries.classement.actions import recompute_auditions
from juries.enums import NOTABLES, Acte
from juries.models import Audition, Bulletin, Declaration, Jure, Mention, Note, Presence, Seance
from label.droits import ensure_may, ensure_self
from label.models import Critere
from label.templatetags.label_ui import jour_heure
from projects.models import Dossier

SANS_AVIS = "sans_avis"


class NotationRefusee(ValidationError):
    """The ballot cannot be written any more; the message says in French why."""


def grille(audition):
    """The criteria of the édition, in order."""
    return list(Critere.objects.filter(edition=audition.dossier.edition_id).order_by("ordre"))


def _ensure_may_score(audition, jure):
    """Raise NotationRefusee unless this member may write now. The caller holds the séance's row."""
    seance = Seance.objects.select_for_update(no_key=True).get(pk=audition.seance_id)
    if seance.is_locked:
        raise NotationRefusee("Les notes de cette séance sont verrouillées.", code="verrou")
    if Dossier.objects.get(pk=audition.dossier_id).statut not in NOTABLES:
        raise NotationRefusee("Ce dossier ne se note plus : le jury en a délibéré.", code="statut")
    if not Jure.objects.active().filter(pk=jure.pk, jury=seance.jury_id).exists():
        raise NotationRefusee("Vous ne faites plus partie de ce jury.", code="membre")
    if not Declaration.objects.libres().filter(jure=jure, dossier=audition.dossier_id).exists():
        raise NotationRefusee("Ce dossier ne vous est pas présenté.", code="deport")
    if Presence.objects.filter(jure=jure, seance=seance, is_present=False).exists():
        raise NotationRefusee("Vous êtes noté absent à cette séance : vous ne pouvez pas la noter.", code="absence")


def _check(notes, criteres):
    """Raise ValidationError unless every value stands on the scale of its criterion."""
    for pk, valeur in notes.items():
        critere = criteres.get(pk)
        if critere is None:
            raise ValidationError("Ce critère ne fait pas partie de la grille.")
        if valeur != SANS_AVIS and (type(valeur) is not int or not 0 <= valeur <= critere.note_max):
            raise ValidationError(f"« {critere.nom} » se note de 0 à {critere.note_max}.")


def _write(bulletin, notes):
    rows = [
        Note(
            bulletin=bulletin,
            critere_id=pk,
            valeur=None if valeur == SANS_AVIS else valeur,
            sans_avis=valeur == SANS_AVIS,
        )
        for pk, valeur in notes.items()
    ]
    Note.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["bulletin", "critere"],
        update_fields=["valeur", "sans_avis"],
    )


def too_early(audition, at):
    """Why no ballot of this audition is final at the aware datetime `at`, as a French sentence; "" once it began."""
    if audition.debut <= at:
        return ""
    # The hour told is the one announced, even while the EPT changes it.
    told = audition.annoncee and audition.annoncee.debut
    quand = f"commence le {jour_heure(told)}" if told and told > at else "n’a pas encore commencé"
    return (
        f"L’audition {quand}\u00a0: vous pouvez préparer vos notes, "
        "et rendre le bulletin définitif à partir de ce moment."
    )


@transaction.atomic
def save_bulletin(audition, jure, *, notes, commentaire=None, final=False, by, at=None):
    """Write what the member just answered; saying the same twice changes nothing.

    notes: {criterion pk: whole number on its scale, or SANS_AVIS}; a criterion left out keeps its answer.
    commentaire: None keeps the former text. final: give the ballot, every criterion being answered, once the hearing
    began. Returns the Bulletin. Raises NotationRefusee (locked, recused, absent, ballot given already, not heard yet)
    or ValidationError.
    """
    ensure_self(by, jure.user_id)
    at = at or timezone.now()
    criteres = {critere.pk: critere for critere in grille(audition)}
    _check(notes, criteres)
    _ensure_may_score(audition, jure)
    Bulletin.objects.get_or_create(audition=audition, jure=jure)
    bulletin = Bulletin.objects.select_for_update().get(audition=audition, jure=jure)
    if bulletin.is_final:
        known = {note.critere_id: SANS_AVIS if note.sans_avis else note.valeur for note in bulletin.notes.all()}
        same = notes.items() <= known.items() and commentaire in (None, bulletin.commentaire)
        if same:
            return bulletin
        raise NotationRefusee("Votre bulletin est définitif : il ne change plus.", code="final")
    _write(bulletin, notes)
    bulletin.updated_at = at
    if commentaire is not None:
        bulletin.commentaire = commentaire
    if final:
        if early := too_early(Audition.objects.get(pk=audition.pk), at):
            raise NotationRefusee(early, code="precoce")
        _ensure_complete(bulletin, criteres)
        bulletin.final_at = bulletin.updated_at
    bulletin.save(update_fields=["commentaire", "updated_at", "final_at"])
    if final:
        recompute_auditions(Audition.objects.filter(pk=audition.pk))
    return bulletin


def _ensure_complete(bulletin, criteres):
    answered = set(bulletin.notes.values_list("critere", flat=True))
    missing = [critere.nom for pk, critere in criteres.items() if pk not in answered]
    if missing:
        noms = ", ".join(f"« {nom} »" for nom in missing)
        raise ValidationError(f"Notez encore, ou indiquez « sans avis » : {noms}.", code="incomplet")


@transaction.atomic
def correct_bulletin(bulletin, *, notes, motif, by):
    """The pilote corrects a final ballot, with a reason; before and after stay in the register.

    Raises ValidationError: no reason, a value off its scale, a ballot not final.
    """
    ensure_may(by, "juries.correct_note", bulletin)
    if not motif.strip():
        raise ValidationError("Indiquez le motif de cette correction.")
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if not bulletin.is_final:
        raise ValidationError("Ce bulletin n’est pas encore rendu : son auteur peut le modifier lui-même.")
    audition = bulletin.audition
    if getattr(audition.seance.jury, "deliberation", None) and audition.seance.jury.deliberation.is_closed:
        raise ValidationError("La délibération est close : les notes ne changent plus.")
    criteres = {critere.pk: critere for critere in grille(audition)}
    _check(notes, criteres)
    before = {note.critere_id: SANS_AVIS if note.sans_avis else note.valeur for note in bulletin.notes.all()}
    changed = {pk: valeur for pk, valeur in notes.items() if before.get(pk) != valeur}
    if not changed:
        raise ValidationError("Aucune note n’a changé.")
    _write(bulletin, changed)
    Bulletin.objects.filter(pk=bulletin.pk).update(updated_at=timezone.now())
    Mention.objects.create(
        jury=audition.seance.jury,
        acte=Acte.CORRECTION,
        objet=f"{bulletin.jure.nom} · {audition.dossier.numero}",
        dossier=audition.dossier,
        motif=motif.strip(),
        detail={criteres[pk].nom: [before.get(pk), valeur] for pk, valeur in changed.items()},
        by=by,
    )
    recompute_auditions(Audition.objects.filter(pk=audition.pk))
    return bulletin
