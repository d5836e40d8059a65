"""From the idea to the visa: what the porteur and the chef de projet decide about a dossier."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from contrats.models import ContratDeVille
from ecriture.models import Redaction
from label.droits import ensure_may
from label.lifecycle import TransitionRefused
from label.models import Edition, User
from label.notifications import notify
from label.templatetags.label_ui import jour_heure
from projects.echeance import ensure_in_time
from projects.enums import AVANT_DEPOT, Section, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier, Passage
from projects.relais import departs
from projects.structure.actions import create_structure

# Moves made from the page of the dossier with a reason at most; the others have a page of their own.
MOUVEMENTS = frozenset({"accept_idee", "decline_idee", "give_visa", "return_visa", "reopen", "abandon", "withdraw"})


class PlusieursContrats(ValidationError):
    """The quartiers chosen belong to several contrats: the lead one must be named. `contrats`: a list."""

    def __init__(self, contrats):
        super().__init__(
            "Vos quartiers relèvent de plusieurs contrats de ville : choisissez celui qui suivra le projet."
        )
        self.contrats = contrats


def edition_for_idee(now):
    """The édition an idea sent at the aware datetime `now` belongs to, or None when none is announced."""
    return Edition.objects.receiving(now)


def reroute(quartiers, generation):
    """The same places in another generation of quartiers: (found, lost), two lists without doubles."""
    found, lost = {}, []
    for quartier in quartiers:
        heirs = quartier.in_other(generation)
        found |= {heir.pk: heir for heir in heirs}
        if not heirs:
            lost.append(quartier)
    return list(found.values()), lost


def route(quartiers, edition, contrat=None):
    """The lead contrat of a dossier serving these quartiers: the only one possible, or the one named among them.

    Returns None when the quartiers belong to no contrat (the pilote then takes the dossier in hand).
    Raises PlusieursContrats when a choice is needed.
    """
    return choose(list(ContratDeVille.objects.in_generation(edition.generation).for_quartiers(quartiers)), contrat)


def choose(possible, contrat):
    """`route` among the contrats already known (rows or primary keys)."""
    if contrat in possible:
        return contrat
    if len(possible) > 1:
        raise PlusieursContrats(possible)
    return possible[0] if possible else None


@transaction.atomic
def send_idee(*, by, titre, besoin, idee, quartiers, structure=None, nouvelle=None, contrat=None, at=None):
    """Confide an idea to the chef de projet of its quartiers. Returns the Dossier, statut `idee`.

    `structure`: one the person belongs to; or `nouvelle`: the fields of a new one. `quartiers`: Quartiers of the
    édition's generation. `contrat`: the lead one when they belong to several.
    Raises PermissionDenied, PlusieursContrats, or ValidationError (no édition announced, idea sent already).
    """
    ensure_may(by, "projects.send_idee")
    at = at or timezone.now()
    edition = edition_for_idee(at)
    if edition is None:
        raise ValidationError(
            "Aucune édition n’est annoncée pour l’instant : parlez de votre idée à votre chef de projet."
        )
    # One click at a time for one person: a second one finds the idea already there.
    User.objects.select_for_update().get(pk=by.pk)
    if Dossier.objects.filter(edition=edition, created_by=by, titre=titre, statut=Statut.IDEE).exists():
        raise ValidationError("Cette idée est déjà envoyée : vous la retrouvez dans vos dossiers.")
    quartiers = list(quartiers)
    contrat = route(quartiers, edition, contrat)
    if structure is None:
        structure = create_structure(by=by, **nouvelle)
    ensure_membre(by, structure)
    return open_dossier(
        edition=edition,
        structure=structure,
        contrat=contrat,
        quartiers=quartiers,
        auteur=by,
        at=at,
        titre=titre,
        besoin=besoin,
        actions=idee,
    )


def ensure_membre(user, structure):
    """Raise PermissionDenied unless this person belongs to the structure today."""
    if not structure.membres.current().filter(user=user).exists():
        raise PermissionDenied


def open_dossier(*, edition, structure, contrat, quartiers, auteur, at, communes=None, motif="", **texts):
    """Create a dossier at the statut `idee` and tell who it concerns; the caller has checked who may. Returns it.

    `communes`: those of the quartiers when None. `texts`: columns of the Dossier.
    """
    dossier = Dossier.objects.create(
        edition=edition,
        structure=structure,
        contrat=contrat,
        created_by=auteur,
        created_at=at,
        updated_at=at,
        **texts,
    )
    dossier.quartiers.set(quartiers)
    if communes is None:
        communes = {commune.pk for quartier in quartiers for commune in quartier.communes.all()}
    dossier.communes.set(communes)
    Redaction.objects.bulk_create([Redaction(ecrit=dossier.ecrit, section=section, at=at) for section in Section])
    passage = Passage.objects.create(
        dossier=dossier, transition="send_idee", vers=Statut.IDEE, by=auteur, at=at, motif=motif
    )
    notify("idee_recue", dossier, occurrence=str(passage.pk))
    notify("idee_envoyee", dossier, occurrence=str(passage.pk))
    return dossier


@transaction.atomic
def move_dossier(dossier, name, *, by, motif="", token=None, at=None):
    """Make one of the MOUVEMENTS. `token`: what the page kept of the dossier. Returns the Passage.

    Before the deposit the deadline holds for every move; an idea is accepted once its édition is open.
    Raises PermissionDenied, EcheancePassee, TransitionRefused.
    """
    if name not in MOUVEMENTS:
        raise ValueError(f"{name} is not made from here")
    at = at or timezone.now()
    # One lock for the check and the move: the deadline and the statut are read on the same row.
    locked = Dossier.objects.held().select_related("edition").get(pk=dossier.pk)
    if locked.statut in AVANT_DEPOT:
        ensure_in_time(locked, at)
    if name == "accept_idee" and at < locked.edition.ouverture:
        raise TransitionRefused(
            f"L’écriture des dossiers ouvre le {jour_heure(locked.edition.ouverture)} : l’idée pourra être acceptée "
            "à partir de ce moment."
        )
    passage = LIFECYCLE.apply(dossier, name, by=by, motif=motif, at=at, token=token, par=by)
    if passage.vers == Statut.RETIRE:
        departs(locked, by, at)
    return passage
