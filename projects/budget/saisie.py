"""What people type in the budget, read and checked: an amount, a line. Pure: no ORM."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from label.templatetags.label_ui import euros
from label.textes import une_ligne
from projects.budget.plan import CHARGE, LIBELLE_MAX, PRODUIT, SUBVENTION, comptes_of

MONTANT_MAX = 100_000_000
# A grid weighs some kilobytes; a workbook that weighs more is not one.
OCTETS_MAX = 2 * 1024 * 1024
# Thousands apart by a space or a point, cents after a comma or a point: «1.234» is a thousand, «1,234» is neither.
_MONTANT = re.compile(
    r"(?P<signe>[-−])? ?(?P<entier>\d{1,3}(?:[ .]\d{3})+|\d{1,12})(?:[,.](?P<centimes>\d{1,2}))? ?(?:€|EUR|euros?)?",
    re.I,
)


def parse_montant(valeur: Any) -> int | None:
    """Whole euros from a number or a French text («1 234,00 €»); None when blank.

    Raises ValidationError: not an amount, cents, negative, too large.
    """
    if valeur is None or (isinstance(valeur, str) and not valeur.strip()):
        return None
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    if isinstance(valeur, bool) or not isinstance(valeur, int | float | str):
        raise ValidationError("Un montant est un nombre entier d’euros, sans centimes.")
    texte = re.sub(r"\s+", " ", str(valeur)).strip()
    found = _MONTANT.fullmatch(texte)
    if not found:
        raise ValidationError(f"« {texte[:40]} » n’est pas un montant : écrivez un nombre entier d’euros.")
    if found["signe"]:
        raise ValidationError("Un montant n’est jamais négatif.")
    if found["centimes"] and int(found["centimes"]):
        raise ValidationError(f"« {texte[:40]} » a des centimes : écrivez un nombre entier d’euros, sans centimes.")
    montant = int(re.sub(r"\D", "", found["entier"]))
    if montant > MONTANT_MAX:
        raise ValidationError(f"Un montant ne dépasse pas {euros(MONTANT_MAX)}.")
    return montant


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
