"""A line of the budget as people type it, read and checked. Pure: no ORM."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from label.nombres import parse_montant
from label.textes import une_ligne
from projects.budget.plan import CHARGE, LIBELLE_MAX, PRODUIT, SUBVENTION, comptes_of

# A grid weighs some kilobytes; a workbook that weighs more is not one.
OCTETS_MAX = 2 * 1024 * 1024


def clean_ligne(valeur: Any) -> dict:
    """The JSON value of one line as column values: sens, compte, libelle, montant, is_obtenu, and nothing else.

    A line may be unfinished: its amount blank counts for 0. `is_ept` is never taken from a screen, `cle` is the name
    of the line, and only a subsidy is obtained or asked for. Raises ValidationError, French sentences by column.
    """
    if not isinstance(valeur, Mapping):
        raise ValidationError("Cette ligne de budget est illisible.")
    sens, compte = valeur.get("sens"), valeur.get("compte")
    erreurs: dict[str, Any] = {}
    ligne: dict[str, Any] = {"sens": sens, "compte": compte}
    if sens not in (CHARGE, PRODUIT):
        erreurs["sens"] = "Une ligne est une charge ou un produit."
    elif not compte:
        erreurs["compte"] = "Choisissez le compte de cette ligne."
    elif not isinstance(compte, str) or compte not in comptes_of(sens):
        erreurs["compte"] = f"Le compte {str(compte)[:20]} n’existe pas de ce côté du budget."
    ligne["libelle"] = une_ligne(str(valeur.get("libelle") or ""))
    if len(ligne["libelle"]) > LIBELLE_MAX:
        erreurs["libelle"] = f"Ce texte compte {len(ligne['libelle'])} caractères : {LIBELLE_MAX} au plus."
    try:
        ligne["montant"] = parse_montant(valeur.get("montant")) or 0
    except ValidationError as erreur:
        erreurs["montant"] = erreur.messages
    ligne["is_obtenu"] = valeur.get("is_obtenu") is True and (sens, compte) == (PRODUIT, SUBVENTION)
    if erreurs:
        raise ValidationError(erreurs)
    return ligne
