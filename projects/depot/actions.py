"""Deposit a dossier, receive what completes it, give one dossier more time."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.lifecycle import TransitionRefused
from label.models import Courriel, Edition
from label.models.courriel import Etat
from label.notifications import notify, prevenus
from label.templatetags.label_ui import jour_heure
from projects.depot.engagement import ensure_engaged
from projects.depot.numero import provisional_number, take_number
from projects.depot.recepisse import MESSAGE_DEPOT, owe_recepisse
from projects.depot.silence_lu import silence_of, silence_read
from projects.dossier.connu import known_statut
from projects.dossier.contenu import completed_content, fingerprint, frozen_content
from projects.echeance import deadline_of, ensure_in_time
from projects.enums import AVANT_DEPOT, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import DelaiImparti, Depot, Dossier, Prolongation


def told_of_deposit(dossier, personne):
    """Whom a deposit made now by this person would reach, as {address: name}."""
    return prevenus(MESSAGE_DEPOT, dossier, depot=Depot(dossier=dossier, by=personne)) | prevenus("depot_chef", dossier)


@transaction.atomic
def submit_dossier(dossier, *, by, lus, pouvoir="", arrivee=None, at=None, token=None):
    """Deposit `dossier` in the name of `by`, whose click reached us at the aware datetime `arrivee`.

    It is judged by that instant, however long it waited since; `at` (now) is when it is recorded. Each stands for the
    other when only one is given. `lus`, `pouvoir`: what the person confirms in the name of the structure, and the key
    of the file that empowers her (`ensure_engaged`). `token`: what the page kept of it. In one transaction: move,
    frozen content, messages owed, then number and SHA-256, in a last statement (`numero.py`). The receipt is made once
    the transaction holds, and cannot undo it. Returns the `Depot`. Raises PermissionDenied, EcheancePassee,
    EngagementsRefuses, or TransitionRefused with what is missing or what happened meanwhile.
    """
    arrivee = arrivee or at or timezone.now()
    if not by.has_perm("projects.submit_dossier", dossier):
        raise PermissionDenied
    # Held from here, with its structure that other dossiers write too: nobody writes what is being frozen, and the
    # closing of the drafts leaves it alone. Read as it is held: what was acknowledged meanwhile is in it.
    held = Dossier.objects.held("structure")
    dossier = held.select_related("edition", "contrat", "structure__commune").get(pk=dossier.pk)
    at = at or timezone.now()
    # Closed meanwhile, it is told of the deadline first.
    if dossier.statut != Statut.CADUC:
        LIFECYCLE.ensure_fresh(dossier, by, token)
    ensure_in_time(dossier, at, arrivee=arrivee)
    if dossier.statut == Statut.CO_ELABORATION and dossier.edition.visa_requis:
        raise TransitionRefused(
            "Cette édition demande le visa du chef de projet avant le dépôt\u00a0: demandez-lui de le relire.",
            code="visa",
        )
    sans_visa = dossier.statut == Statut.CO_ELABORATION
    _freeze_form(dossier.edition, at)
    LIFECYCLE.apply(
        dossier,
        "deposit_sans_visa" if sans_visa else "deposit",
        by=by,
        at=at,
        token=token,
        changes={"numero": provisional_number()},
        trace={"arrivee": arrivee},
    )
    piece = ensure_engaged(dossier, by=by, lus=lus, pouvoir=pouvoir)
    depot = Depot(
        dossier=dossier,
        at=arrivee,
        by=by,
        contenu=frozen_content(dossier, at=arrivee, by=by, pouvoir=piece),
        rejet_implicite_le=silence_read(arrivee, ()).le,
    )
    take_number(depot, [*owe_recepisse(depot), *notify("depot_chef", dossier, depot=depot)])
    return depot


@transaction.atomic
def receive_complement(dossier, *, demande, reponse, auteur, at):
    """Freeze what the answer of `auteur` makes of a dossier it holds and has moved: its next version, with its receipt.

    `demande`, `reponse`: what was asked and answered, as texts. Part of the transaction of the answer: both hold, or
    neither. The receipt is made once it holds. Returns the `Depot`.
    """
    held = Dossier.objects.held("structure").select_related("edition", "contrat", "structure__commune")
    dossier = held.get(pk=dossier.pk)
    rang = dossier.versions.count() + 1
    contenu = completed_content(dossier, rang=rang, at=at, auteur=auteur, demande=demande, reponse=reponse)
    depot = Depot.objects.create(
        dossier=dossier,
        rang=rang,
        at=at,
        by=auteur,
        contenu=contenu,
        sha256=fingerprint(contenu),
        rejet_implicite_le=silence_of(dossier).le,
    )
    owe_recepisse(depot)
    return depot


def grant_time(dossier, *, du, jusqu_au):
    """Time given to complete the dossier, between two aware datetimes: the delay of the EPT is suspended meanwhile.

    Part of the transaction of the request. Returns the `Silence` as it is from then on.
    """
    DelaiImparti.objects.create(dossier=dossier, du=du, jusqu_au=jusqu_au)
    return silence_of(dossier)


def _freeze_form(edition, at):
    """The first deposit of an édition fixes its questions: nobody changes them while its content is read."""
    if edition.formulaire_fige_at is None:
        Edition.objects.filter(pk=edition.pk, formulaire_fige_at=None).update(formulaire_fige_at=at)


@transaction.atomic
def extend_dossier(dossier, *, jusqu_au, motif, by, at=None):
    """Give this dossier until the aware datetime `jusqu_au`, with a reason; a dossier closed at the deadline reopens.

    Returns the `Prolongation`. Raises PermissionDenied, or ValidationError: the date is past or shortens the time
    left, the reason is missing, the dossier is no longer a draft.
    """
    at = at or timezone.now()
    if not by.has_perm("projects.extend_dossier", dossier):
        raise PermissionDenied
    dossier = Dossier.objects.held().select_related("edition").get(pk=dossier.pk)
    if dossier.statut not in AVANT_DEPOT | {Statut.CADUC}:
        words = known_statut(dossier, by).label
        raise ValidationError(f"Ce dossier est maintenant «\u202f{words}\u202f»\u00a0: il n’attend plus de dépôt.")
    if jusqu_au <= at:
        raise ValidationError({"jusqu_au": "Cette date est passée\u00a0: choisissez une date à venir."})
    deadline = deadline_of(dossier)
    if jusqu_au <= deadline:
        raise ValidationError(
            {"jusqu_au": f"Il peut déjà être déposé jusqu’au {jour_heure(deadline)}\u00a0: choisissez plus tard."}
        )
    prolongation = Prolongation(dossier=dossier, jusqu_au=jusqu_au, motif=motif.strip(), by=by, created_at=at)
    prolongation.full_clean()
    prolongation.save()
    if dossier.statut == Statut.CADUC:
        LIFECYCLE.apply(dossier, "revive", by=by, motif=motif, at=at)
        # Not sent yet, it would reach who may have deposited meanwhile.
        of_dossier = {"content_type": ContentType.objects.get_for_model(Dossier), "object_id": dossier.pk}
        Courriel.objects.filter(cle_notification="caduc", etat=Etat.DU, **of_dossier).update(etat=Etat.ANNULE)
    notify("prolongation", dossier, occurrence=str(prolongation.pk), prolongation=prolongation)
    return prolongation
