"""What was given once is not asked again: a dossier of an earlier édition copied, pieces still valid taken up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from label.minute import is_past
from label.models import PieceDemandee, User
from label.recherche import fold
from projects.champs.table import CHAMPS
from projects.dossier.actions import edition_for_idee, open_dossier, reroute, route
from projects.dossier.completude import pieces_jointes
from projects.enums import Statut
from projects.models import BudgetLigne, Dossier, Indicateur, Piece
from projects.piece.actions import add_piece
from projects.redaction import ensure_may_write

# Columns of the dossier taken as they are, and those left; its rows are taken one by one.
_SIMPLES = [champ for champ in CHAMPS if champ.modele is Dossier and champ.is_colonne and not champ.is_relation]
REPRISES = [champ for champ in _SIMPLES if champ.repris]
LAISSES = [champ for champ in _SIMPLES if not champ.repris]
SANS_SUITE = (Statut.SANS_SUITE, Statut.ABANDONNE, Statut.CADUC)


def edition_for_copy(dossier, now):
    """The édition this dossier of the past may be copied to at `now`, or None."""
    return edition_for_idee(now) if _is_of_the_past(dossier, now) else None


def editions_for_copy(dossiers, now):
    """{pk: the same of each}; one query."""
    edition = edition_for_idee(now)
    return {dossier.pk: edition if _is_of_the_past(dossier, now) else None for dossier in dossiers}


def _is_of_the_past(dossier, now):
    return not dossier.edition.is_historique and is_past(dossier.edition.cloture, now)


def living_copy(dossier, edition):
    """The copy of this dossier already made in that édition and still alive, or None."""
    return dossier.copies.filter(edition=edition).exclude(statut__in=SANS_SUITE).first()


@transaction.atomic
def copy_dossier(dossier, edition, *, by, contrat=None, at=None):
    """Open in `edition` an idea that already holds the texts of `dossier`; the chef de projet accepts it as any other.

    Taken: texts, numbers, budget, indicators, and the quartiers as the édition's generation names them. Left: statut,
    files, engagements, dates of the action, answers to the édition's own questions, comments.
    `contrat`: the lead one, when the quartiers belong to several and the former one is not among them.
    Returns the new Dossier. Raises PermissionDenied, PlusieursContrats, ValidationError.
    """
    at = at or timezone.now()
    if not by.has_perm("projects.copy_dossier", dossier):
        raise PermissionDenied
    if edition is None or edition_for_copy(dossier, at) != edition:
        raise ValidationError("Ce dossier ne peut pas être repris dans cette édition.")
    # One copy at a time: a second click finds the first.
    Dossier.objects.held().get(pk=dossier.pk)
    if living_copy(dossier, edition):
        raise ValidationError(f"Ce dossier est déjà repris dans l’édition {edition.annee}.")
    quartiers, _ = reroute(dossier.quartiers.select_related("successeur"), edition.generation)
    copy = open_dossier(
        edition=edition,
        structure=dossier.structure,
        contrat=route(quartiers, edition, contrat or dossier.contrat),
        quartiers=quartiers,
        communes=dossier.communes.all(),
        auteur=by,
        at=at,
        motif=f"Reprise du dossier de l’édition {dossier.edition.annee}.",
        copie_de=dossier,
        **{champ.nom: getattr(dossier, champ.nom) for champ in REPRISES},
    )
    BudgetLigne.objects.bulk_create(
        BudgetLigne(
            dossier=copy,
            sens=ligne.sens,
            compte=ligne.compte,
            libelle=ligne.libelle,
            montant=ligne.montant,
            is_ept=ligne.is_ept,
            ordre=ligne.ordre,
        )
        for ligne in dossier.budget_lignes.all()
    )
    Indicateur.objects.bulk_create(
        Indicateur(dossier=copy, libelle=row.libelle, cible=row.cible, ordre=row.ordre)
        for row in dossier.indicateurs.all()
    )
    return copy


@dataclass(frozen=True)
class Bilan:
    """What a copy takes and what it leaves, as French phrases; `perdus`: quartiers without an heir."""

    repris: list
    laisses: list
    quartiers: list
    perdus: list


def account_of(dossier, edition):
    """What a copy of `dossier` to `edition` takes and leaves, before it is made or after. Returns a Bilan."""
    texts = [champ for champ in REPRISES if getattr(dossier, champ.nom) not in ("", None)]
    lignes, indicateurs = dossier.budget_lignes.count(), dossier.indicateurs.count()
    repris = [f"le titre, les textes et les nombres déjà écrits ({len(texts)} réponses)"]
    if lignes:
        repris.append(f"le budget, ligne par ligne ({lignes})")
    if indicateurs:
        repris.append(f"les indicateurs d’évaluation ({indicateurs})")
    laisses = [
        f"ce qui est à écrire de nouveau\u00a0: {', '.join(champ.libelle.lower() for champ in LAISSES)}",
        "la mention «\u00a0obtenu\u00a0» des financements, propre à l’année passée",
        "les pièces jointes\u00a0: celles encore valables vous seront proposées à la page des pièces",
        "les engagements, confirmés de nouveau au dépôt",
        "les commentaires et les réponses aux questions propres à l’édition passée",
    ]
    quartiers, perdus = reroute(dossier.quartiers.select_related("successeur"), edition.generation)
    return Bilan(repris, laisses, quartiers, perdus)


# --- Pieces -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reprise:
    """A file of an earlier dossier that still answers what is asked. `origine`: when it was first joined."""

    demandee: PieceDemandee
    piece: Piece
    origine: datetime
    jusqu_au: datetime


def reprises_for(dossier, user, now=None):
    """The files this person may take up: one Reprise at most per piece asked, not given yet, in order.

    From the dossiers of the same structure that the person sees; the last file joined under the same name counts,
    while `validite_mois` after its first joining has not passed.
    """
    now = now or timezone.now()
    given = {piece.demandee_id for piece in pieces_jointes(dossier) if piece.demandee_id}
    asked = {
        fold(demandee.nom): demandee
        for demandee in dossier.edition.pieces_demandees.all()
        if demandee.validite_mois and demandee.concerne(dossier.structure.type) and demandee.pk not in given
    }
    if not asked:
        return []
    visible = Dossier.objects.visible_to(user).filter(structure=dossier.structure_id).exclude(pk=dossier.pk)
    files = Piece.objects.filter(dossier__in=visible, remplacee_at=None, demandee__isnull=False)
    found = {}
    for piece in files.select_related("demandee", "reprise_de", "dossier").order_by("-created_at", "-pk"):
        demandee = asked.get(fold(piece.demandee.nom))
        if demandee is None or demandee.pk in found:
            continue
        origine = piece.reprise_de.created_at if piece.reprise_de else piece.created_at
        until = timezone.localtime(origine) + relativedelta(months=demandee.validite_mois)
        if until >= now:
            found[demandee.pk] = Reprise(demandee, piece, origine, until)
    return [found[demandee.pk] for demandee in asked.values() if demandee.pk in found]


@transaction.atomic
def take_up_piece(dossier, source, *, by, at=None):
    """Join again, to this dossier, a file of an earlier one still valid. Returns the new Piece.

    The content is copied: what happens to the earlier dossier changes nothing here. `reprise_de` names the file first
    joined. Raises ValidationError (no longer to be taken up, damaged), and what `add_piece` raises.
    """
    ensure_may_write(dossier, by)
    at = at or timezone.now()
    User.objects.select_for_update().get(pk=by.pk)
    offer = next((offer for offer in reprises_for(dossier, by, at) if offer.piece.pk == source.pk), None)
    if offer is None:
        raise ValidationError("Cette pièce ne peut plus être reprise\u00a0: joignez-en une récente.")
    source = offer.piece
    try:
        with source.fichier.open("rb") as content:
            damaged = hashlib.file_digest(content, "sha256").hexdigest() != source.sha256
            content.seek(0)
            piece = (
                None
                if damaged
                else add_piece(dossier, fichier=File(content, name=source.nom), demandee=offer.demandee, by=by, at=at)
            )
    except FileNotFoundError:
        piece = None
    if piece is None:
        raise ValidationError("Le fichier d’origine ne se lit plus\u00a0: joignez de nouveau cette pièce.")
    piece.reprise_de = source.reprise_de or source
    piece.save(update_fields=["reprise_de"])
    return piece
