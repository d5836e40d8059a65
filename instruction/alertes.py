"""What the machine notices on a deposited dossier, for the instructeur to judge: nothing here decides."""

from dataclasses import dataclass

from django.db.models import Prefetch

from contrats.models import ContratDeVille
from label.templatetags.label_ui import euros
from projects.budget.controle import controler
from projects.dossier.completude import pieces_jointes
from projects.enums import SANS_DEPOT
from projects.models import Dossier


@dataclass(frozen=True)
class Alerte:
    """One remark. `code` is stable; `url_cle`: the public key of another dossier to look at, when there is one."""

    code: str
    texte: str
    url_cle: str = ""


def find_alertes(dossier, user):
    """What is noticed on this dossier and this person may read: a list of `Alerte`, in a constant number of queries."""
    return [
        *_montant(dossier),
        *(
            Alerte("budget", anomalie.message)
            for anomalie in controler(dossier.budget_lignes.all(), dossier.montant_demande)
        ),
        *_territoire(dossier),
        *_pieces(dossier),
        *_autres(dossier, user),
    ]


def _montant(dossier):
    edition, montant = dossier.edition, dossier.montant_demande
    if montant and montant > edition.montant_max:
        plafond, trop = euros(edition.montant_max), euros(montant - edition.montant_max)
        yield Alerte("plafond", f"Le montant demandé dépasse de {trop} le plafond de l’édition ({plafond}).")
    if montant and montant < edition.montant_min:
        yield Alerte("plancher", f"Le montant demandé est sous le minimum de l’édition ({euros(edition.montant_min)}).")


def _territoire(dossier):
    contrats = Prefetch("contrats", ContratDeVille.objects.only("nom"))
    quartiers = list(dossier.quartiers.only("nom", "generation").prefetch_related(contrats))
    if not quartiers:
        yield Alerte("sans_qpv", "Aucun quartier prioritaire n’est indiqué.")
    for quartier in quartiers:
        if quartier.generation != dossier.edition.generation:
            yield Alerte("generation", f"{quartier.nom} n’appartient pas à la liste de quartiers de cette édition.")
        elif dossier.contrat_id not in {contrat.pk for contrat in quartier.contrats.all()}:
            autres = ", ".join(contrat.nom for contrat in quartier.contrats.all()) or "aucun contrat"
            yield Alerte("hors_contrat", f"{quartier.nom} est hors du contrat qui suit ce dossier ({autres}).")


def _pieces(dossier):
    jointes = {piece.demandee_id for piece in pieces_jointes(dossier)}
    for piece in dossier.edition.pieces_demandees.all():
        if piece.is_obligatoire and piece.concerne(dossier.structure.type) and piece.pk not in jointes:
            yield Alerte("piece", f"Pièce obligatoire absente\u00a0: {piece.nom}.")


def _autres(dossier, user):
    seen = Dossier.objects.visible_to(user).filter(structure=dossier.structure_id)
    autres = seen.filter(edition=dossier.edition_id).exclude(pk=dossier.pk)
    autres = autres.exclude(statut__in=SANS_DEPOT).only("cle", "numero", "titre", "statut")
    for autre in autres.order_by("created_at"):
        nom = f"{autre.numero} " if autre.numero else ""
        yield Alerte(
            "autre_dossier",
            f"La même structure porte un autre dossier dans cette édition\u00a0: {nom}«\u202f{autre}\u202f» "
            f"({autre.get_statut_display().lower()}).",
            autre.cle if autre.numero else "",
        )
