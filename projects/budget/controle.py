"""What is wrong with a budget, and where to go to put it right. Pure: no ORM."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from label.templatetags.label_ui import euros
from projects.budget.plan import CHARGE, PRODUIT, SUBVENTION, Totaux, comptes_of, montant_of, totals


@dataclass(frozen=True, slots=True)
class Anomalie:
    """What is wrong: a stable code, a French sentence, and the field to go to.

    champ: `lignes.<rang>.<attribut>` (rang from 0 in the order given), `budget` or `montant_demande`.
    """

    code: str
    message: str
    champ: str


def controler(lignes: Sequence, montant_demande: int | None) -> list[Anomalie]:
    """Everything to put right before the budget may go: lines first, in order, then the whole.

    montant_demande: what the dossier asks of the EPT, in whole euros. Empty when all is right.
    """
    lignes = list(lignes)
    anomalies = [anomalie for rang, ligne in enumerate(lignes) for anomalie in _controler_ligne(rang, ligne)]
    anomalies += _controler_financeurs(lignes)
    totaux = totals(lignes)
    if not totaux.charges and not totaux.produits:
        return [*anomalies, Anomalie("vide", "Le budget est vide : indiquez les charges et les produits.", "budget")]
    if totaux.solde:
        plus, moins = ("produits", "charges") if totaux.solde > 0 else ("charges", "produits")
        message = f"Le budget n’est pas équilibré : les {plus} dépassent les {moins} de {euros(abs(totaux.solde))}."
        anomalies.append(Anomalie("desequilibre", message, "budget"))
    if totaux.ecart_contributions:
        message = (
            "Les contributions volontaires ne sont pas équilibrées : "
            f"{euros(totaux.contributions_charges)} en emplois (86), "
            f"{euros(totaux.contributions_produits)} en ressources (87)."
        )
        anomalies.append(Anomalie("contributions", message, "budget"))
    return anomalies + _controler_demande(lignes, totaux, montant_demande)


def _controler_ligne(rang: int, ligne: Any) -> list[Anomalie]:
    anomalies = []
    if ligne.sens not in (CHARGE, PRODUIT) or ligne.compte not in comptes_of(ligne.sens):
        message = f"Le compte {ligne.compte} n’existe pas de ce côté du budget."
        anomalies.append(Anomalie("compte", message, f"lignes.{rang}.compte"))
    if type(ligne.montant) is not int or ligne.montant < 0:
        message = "Un montant est un nombre entier d’euros, sans centimes et jamais négatif."
        anomalies.append(Anomalie("montant", message, f"lignes.{rang}.montant"))
    if ligne.montant == 0 and ligne.libelle.strip() and not ligne.is_ept:
        message = f"Donnez le montant de la ligne «\u00a0{ligne.libelle.strip()}\u00a0», ou retirez-la."
        anomalies.append(Anomalie("sans_montant", message, f"lignes.{rang}.montant"))
    est_subvention = ligne.sens == PRODUIT and ligne.compte == SUBVENTION
    if est_subvention and montant_of(ligne) and not ligne.libelle.strip():
        message = "Nommez le financeur de cette subvention."
        anomalies.append(Anomalie("financeur", message, f"lignes.{rang}.libelle"))
    if ligne.is_ept and not est_subvention:
        message = "La demande à l’EPT se place au compte 74, parmi les subventions."
        anomalies.append(Anomalie("ept_place", message, f"lignes.{rang}.compte"))
    if ligne.is_ept and ligne.is_obtenu:
        message = "La subvention de l’EPT est demandée, elle n’est pas encore obtenue."
        anomalies.append(Anomalie("ept_obtenu", message, f"lignes.{rang}.is_obtenu"))
    return anomalies


def _controler_financeurs(lignes: Sequence) -> list[Anomalie]:
    anomalies, vus = [], set()
    for rang, ligne in enumerate(lignes):
        nom = " ".join(ligne.libelle.split()).casefold()
        if ligne.sens != PRODUIT or ligne.compte != SUBVENTION or not nom or not montant_of(ligne):
            continue
        # One funder may have granted a part and be asked for another: two lines, one of each kind.
        if (nom, ligne.is_obtenu) in vus:
            message = f"« {ligne.libelle.strip()} » figure deux fois : une seule ligne par financeur."
            anomalies.append(Anomalie("financeur_double", message, f"lignes.{rang}.libelle"))
        vus.add((nom, ligne.is_obtenu))
    return anomalies


def _controler_demande(lignes: Sequence, totaux: Totaux, montant_demande: int | None) -> list[Anomalie]:
    if not montant_demande:
        return [Anomalie("demande", "Indiquez le montant demandé à l’EPT.", "montant_demande")]
    rangs = [rang for rang, ligne in enumerate(lignes) if ligne.is_ept]
    if not rangs:
        message = f"Ajoutez au compte 74 la ligne de l’EPT : {euros(montant_demande)}."
        return [Anomalie("ept_absente", message, "budget")]
    if len(rangs) > 1:
        message = "Une seule ligne porte la demande à l’EPT."
        return [Anomalie("ept_multiple", message, f"lignes.{rangs[1]}.is_ept")]
    if totaux.ept != montant_demande:
        message = (
            f"La ligne de l’EPT ({euros(totaux.ept)}) doit être égale au montant demandé ({euros(montant_demande)})."
        )
        return [Anomalie("ept_montant", message, f"lignes.{rangs[0]}.montant")]
    return []
