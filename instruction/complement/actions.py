"""Complements: what is asked of the porteur, until when, and the answer (CRPA L114-5)."""

from datetime import timedelta

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from instruction.complement.queries import open_complement
from instruction.models import DemandeComplement
from instruction.ouverture import ensure_may_instruct
from label.lifecycle import TransitionRefused
from label.minute import is_past
from label.notifications import notify
from label.templatetags.label_ui import jour_heure
from projects.depot.actions import grant_time, receive_complement
from projects.dossier.connu import known_statut, libelle_for
from projects.echeance import EcheancePassee
from projects.enums import Section, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier

DELAI = timedelta(days=15)


def ensure_complement_in_time(demande, now):
    """Raise EcheancePassee when the answer to `demande` can no longer be written or sent at `now`."""
    if is_past(demande.echeance, now):
        raise EcheancePassee(
            f"La réponse était attendue jusqu’au {jour_heure(demande.echeance)}, heure de Paris. "
            "Écrivez à l’EPT\u00a0: lui seul peut vous donner un délai."
        )


@transaction.atomic
def ask_complement(dossier, *, message, sections, echeance, by, at=None, token=None):
    """Ask the porteur for more: `message`, the `sections` that reopen (values of `Section`), the aware `echeance`.

    Returns the `DemandeComplement`. Raises PermissionDenied, TransitionRefused on a stale page, ValidationError.
    """
    at = at or timezone.now()
    ensure_may_instruct(by, dossier)
    sections = [section.value for section in Section if section in sections]
    if echeance <= at:
        raise ValidationError({"echeance": "La date limite de réponse doit être à venir."})
    origine = Dossier.objects.held().get(pk=dossier.pk).statut
    reopened = {"sections_rouvertes": sections, "rouvert_jusqu_au": echeance}
    LIFECYCLE.apply(dossier, "ask_complement", by=by, motif=message, at=at, token=token, changes=reopened)
    # A request left open by a decision taken back since is closed, unanswered.
    DemandeComplement.objects.filter(dossier=dossier, answered_at=None).update(answered_at=at)
    demande = DemandeComplement(
        dossier=dossier,
        message=message.strip(),
        sections=sections,
        echeance=echeance,
        statut_origine=origine,
        by=by,
        created_at=at,
    )
    demande.full_clean(exclude=["sections", "answered_by"])
    demande.save()
    silence = grant_time(dossier, du=at, jusqu_au=echeance)
    notify("complement_demande", dossier, occurrence=str(demande.pk), demande=demande, **_suspended(silence, at))
    return demande


def _suspended(silence, at):
    """What the message says of the delay at the end of which silence means rejection."""
    return {"suspension": silence.suspension_at(at), "rejet_le": silence.le}


@transaction.atomic
def answer_complement(dossier, *, reponse, by, at=None):
    """Send the answer: the dossier goes back where it was, in a new version of its own receipt, both in one
    transaction. Returns the `DemandeComplement`.

    Raises PermissionDenied, EcheancePassee once the date has passed, TransitionRefused when none is awaited now,
    ValidationError on an empty answer.
    """
    at = at or timezone.now()
    dossier = Dossier.objects.held().get(pk=dossier.pk)
    demande = open_complement(dossier)
    if dossier.statut != Statut.A_COMPLETER or demande is None:
        words = libelle_for(known_statut(dossier, by), dossier, by)
        raise TransitionRefused(
            f"Aucune réponse n’est attendue\u00a0: le dossier est maintenant «\u202f{words}\u202f».", code="stale"
        )
    if not by.has_perm("instruction.answer_complement", dossier):
        raise PermissionDenied
    ensure_complement_in_time(demande, at)
    if not reponse.strip():
        raise ValidationError({"reponse": "Dites en quelques mots ce que vous avez complété."})
    demande.reponse, demande.answered_at, demande.answered_by = reponse.strip(), at, by
    demande.save(update_fields=["reponse", "answered_at", "answered_by"])
    back = "depose" if demande.statut_origine == Statut.DEPOSE else "instruction"
    closed = {"sections_rouvertes": [], "rouvert_jusqu_au": None}
    LIFECYCLE.apply(dossier, f"answer_complement_{back}", by=by, at=at, changes=closed)
    receive_complement(dossier, demande=demande.message, reponse=demande.reponse, auteur=by, at=at)
    notify("complement_recu", dossier, occurrence=str(demande.pk), demande=demande)
    return demande


@transaction.atomic
def extend_complement(demande, *, echeance, motif, by, at=None):
    """The pilote gives more time to answer, until the aware datetime `echeance`, with a reason kept in the history.

    Returns the `DemandeComplement`. Raises PermissionDenied or ValidationError.
    """
    at = at or timezone.now()
    if not by.has_perm("projects.extend_dossier", demande.dossier):
        raise PermissionDenied
    # The dossier first, as an answer does: neither waits for the other.
    Dossier.objects.held().get(pk=demande.dossier_id)
    locked = DemandeComplement.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=demande.pk)
    if locked.answered_at or locked.dossier.statut != Statut.A_COMPLETER:
        raise ValidationError("Cette demande n’attend plus de réponse.")
    if echeance <= max(at, locked.echeance):
        raise ValidationError({"echeance": "Choisissez une date à venir, plus tardive que la précédente."})
    if not motif.strip():
        raise ValidationError({"motif": "Indiquez le motif de ce délai."})
    locked.echeance = echeance
    with pghistory.context(user=by.pk, motif=motif.strip()):
        locked.save(update_fields=["echeance"])
        Dossier.objects.filter(pk=locked.dossier_id).update(rouvert_jusqu_au=echeance)
    silence = grant_time(locked.dossier, du=at, jusqu_au=echeance)
    notify(
        "complement_demande",
        locked.dossier,
        occurrence=f"{locked.pk}-{echeance:%Y%m%d%H%M}",
        demande=locked,
        motif=motif.strip(),
        **_suspended(silence, at),
    )
    return locked
