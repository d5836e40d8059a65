"""The budget of a dossier: the grid by account, its totals and what is wrong with it. Pure: no ORM.

Accounts follow the single form of the grant requests (Cerfa 12156): charges 60–69 and indirect ones,
produits 70–79 with one line 74 for each funder; 86 and 87, contributions in kind, stay outside the
cash balance. Keys are stable in data; the number and label printed come from a `Plan`, that of the édition or the
tables below, for the chart of accounts moves (870 and 875 were exchanged by ANC 2018-06).

Functions read `sens`, `compte`, `libelle`, `montant`, `is_obtenu`, `is_ept`: a `Ligne` or a model row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

CHARGE, PRODUIT = "charge", "produit"
SUBVENTION = "74"
EPT = "EPT Grand-Orly Seine Bièvre"
MONTANT_MAX = 100_000_000
LIBELLE_MAX = 120
# Lines of one side, the EPT's own left out.
LIGNES_MAX = 60

CHARGES = {
    "60": "Achats",
    "61": "Services extérieurs",
    "62": "Autres services extérieurs",
    "63": "Impôts et taxes",
    "64": "Charges de personnel",
    "65": "Autres charges de gestion courante",
    "66": "Charges financières",
    "67": "Charges exceptionnelles",
    "68": "Dotations aux amortissements, provisions et engagements",
    "69": "Impôt sur les bénéfices, participation des salariés",
    "IF": "Charges indirectes : frais fixes de fonctionnement",
    "IX": "Charges indirectes : frais financiers",
    "IA": "Charges indirectes : autres",
}
PRODUITS = {
    "70": "Ventes et prestations de services",
    "73": "Dotations et produits de tarification",
    SUBVENTION: "Subventions",
    "75": "Autres produits de gestion courante",
    "756": "Cotisations",
    "758": "Dons manuels, mécénat",
    "76": "Produits financiers",
    "77": "Produits exceptionnels",
    "78": "Reprises sur amortissements, dépréciations et provisions",
    "79": "Transferts de charges",
}
CONTRIBUTIONS_CHARGES = {
    "860": "Secours en nature",
    "861": "Mise à disposition gratuite de biens et services",
    "862": "Prestations",
    "864": "Personnel bénévole",
}
CONTRIBUTIONS_PRODUITS = {
    "87D": "Dons en nature",
    "87P": "Prestations en nature",
    "87B": "Bénévolat",
}
# Number printed when it is not the key.
NUMEROS = {"IF": "", "IX": "", "IA": "", "87D": "870", "87P": "871", "87B": "875"}
# Proposed while typing the funder of a line 74; any other name may be typed.
FINANCEURS = (
    EPT,
    "État",
    "Région Île-de-France",
    "Département du Val-de-Marne",
    "Département de l’Essonne",
    "Commune",
    "Caisse d’allocations familiales",
    "Fonds européens",
    "Agence de services et de paiement (emplois aidés)",
    "Bailleur social",
    "Fondation",
)

_CASH = {CHARGE: CHARGES, PRODUIT: PRODUITS}
_CONTRIBUTIONS = {CHARGE: CONTRIBUTIONS_CHARGES, PRODUIT: CONTRIBUTIONS_PRODUITS}
_LIBELLES = CHARGES | PRODUITS | CONTRIBUTIONS_CHARGES | CONTRIBUTIONS_PRODUITS
# Thousands apart by a space or a point, cents after a comma or a point: «1.234» is a thousand, «1,234» is neither.
_MONTANT = re.compile(
    r"(?P<signe>[-−])? ?(?P<entier>\d{1,3}(?:[ .]\d{3})+|\d{1,12})(?:[,.](?P<centimes>\d{1,2}))? ?(?:€|EUR|euros?)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line: `montant` in whole euros; `libelle` is the funder on a line 74, a precision elsewhere."""

    sens: str
    compte: str
    libelle: str = ""
    montant: int = 0
    is_obtenu: bool = False
    is_ept: bool = False


@dataclass(frozen=True, slots=True)
class Anomalie:
    """What is wrong: a stable code, a French sentence, and the field to go to.

    champ: `lignes.<rang>.<attribut>` (rang from 0 in the order given), `budget` or `montant_demande`.
    """

    code: str
    message: str
    champ: str


@dataclass(frozen=True, slots=True)
class Totaux:
    """Sums in whole euros. solde: produits − charges, cash only; 0 when the budget balances."""

    charges: int
    produits: int
    contributions_charges: int
    contributions_produits: int
    ept: int
    subventions_demandees: int
    subventions_obtenues: int

    @property
    def solde(self) -> int:
        return self.produits - self.charges

    @property
    def ecart_contributions(self) -> int:
        return self.contributions_produits - self.contributions_charges


def comptes_of(sens: str) -> dict[str, str]:
    """The accounts of one side with their default labels, cash first, then contributions in kind."""
    return _CASH[sens] | _CONTRIBUTIONS[sens]


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers and labels as printed. `change`: {compte: (numero, libelle)} of an édition, over the tables above."""

    change: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def numero(self, compte: str) -> str:
        """The number printed before the label; empty for indirect charges."""
        return self.change[compte][0] if compte in self.change else NUMEROS.get(compte, compte)

    def libelle(self, compte: str) -> str:
        """The French label of an account; raises KeyError on an unknown one."""
        return self.change[compte][1] if compte in self.change else _LIBELLES[compte]

    def intitule(self, compte: str) -> str:
        """«60 Achats»; the label alone when there is no number."""
        return f"{self.numero(compte)} {self.libelle(compte)}".strip()


PLAN = Plan()


def parse_montant(valeur) -> int | None:
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


def clean_ligne(valeur) -> dict:
    """The JSON value of one line as column values: sens, compte, libelle, montant, is_obtenu, and nothing else.

    A line may be unfinished: its amount blank counts for 0. `is_ept` is never taken from a screen, `cle` is the name
    of the line, and only a subsidy is obtained or asked for. Raises ValidationError, French sentences by column.
    """
    if not isinstance(valeur, Mapping):
        raise ValidationError("Cette ligne de budget est illisible.")
    sens, compte = valeur.get("sens"), valeur.get("compte")
    erreurs, ligne = {}, {"sens": sens, "compte": compte}
    if sens not in (CHARGE, PRODUIT):
        erreurs["sens"] = "Une ligne est une charge ou un produit."
    elif not compte:
        erreurs["compte"] = "Choisissez le compte de cette ligne."
    elif not isinstance(compte, str) or compte not in comptes_of(sens):
        erreurs["compte"] = f"Le compte {str(compte)[:20]} n’existe pas de ce côté du budget."
    libelle = valeur.get("libelle") or ""
    ligne["libelle"] = "".join(signe for signe in " ".join(str(libelle).split()) if signe.isprintable())
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


def ligne_ept(montant_demande: int | None) -> dict | None:
    """The EPT's own line, as column values, for the amount requested in whole euros; None when nothing is asked."""
    if not montant_demande:
        return None
    return {
        "sens": PRODUIT,
        "compte": SUBVENTION,
        "libelle": EPT,
        "montant": montant_demande,
        "is_obtenu": False,
        "is_ept": True,
    }


def _montant(ligne) -> int:
    return ligne.montant if type(ligne.montant) is int and ligne.montant > 0 else 0


def totals(lignes: Iterable) -> Totaux:
    """The sums of the lines; a wrong amount counts for 0, an unknown account nowhere."""
    sommes = dict.fromkeys(Totaux.__dataclass_fields__, 0)
    for ligne in lignes:
        montant = _montant(ligne)
        if ligne.compte in _CASH.get(ligne.sens, ()):
            sommes["charges" if ligne.sens == CHARGE else "produits"] += montant
        elif ligne.compte in _CONTRIBUTIONS.get(ligne.sens, ()):
            sommes["contributions_charges" if ligne.sens == CHARGE else "contributions_produits"] += montant
        if ligne.sens == PRODUIT and ligne.compte == SUBVENTION:
            sommes["subventions_obtenues" if ligne.is_obtenu else "subventions_demandees"] += montant
            if ligne.is_ept:
                sommes["ept"] += montant
    return Totaux(**sommes)


def euros(montant: int) -> str:
    """12000 → «12 000 €» with the right spaces."""
    return f"{montant:,}".replace(",", "\u202f") + "\u00a0€"


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


def _controler_ligne(rang: int, ligne) -> list[Anomalie]:
    anomalies = []
    if ligne.compte not in _CASH.get(ligne.sens, ()) and ligne.compte not in _CONTRIBUTIONS.get(ligne.sens, ()):
        message = f"Le compte {ligne.compte} n’existe pas de ce côté du budget."
        anomalies.append(Anomalie("compte", message, f"lignes.{rang}.compte"))
    if type(ligne.montant) is not int or ligne.montant < 0:
        message = "Un montant est un nombre entier d’euros, sans centimes et jamais négatif."
        anomalies.append(Anomalie("montant", message, f"lignes.{rang}.montant"))
    est_subvention = ligne.sens == PRODUIT and ligne.compte == SUBVENTION
    if est_subvention and _montant(ligne) and not ligne.libelle.strip():
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
        if ligne.sens != PRODUIT or ligne.compte != SUBVENTION or not nom or not _montant(ligne):
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


def presentation(lignes: Iterable, plan: Plan = PLAN) -> dict:
    """The budget as the documents print it (shape at the head of `projects/dossier.typ`); lines of 0 left out."""
    lignes = [ligne for ligne in lignes if _montant(ligne)]
    totaux = totals(lignes)

    def postes(sens: str, table: dict[str, str]) -> list[dict]:
        retenues = sorted(
            (ligne for ligne in lignes if ligne.sens == sens and ligne.compte in table),
            key=lambda ligne: list(table).index(ligne.compte),
        )
        return [_poste(ligne, plan) for ligne in retenues]

    return {
        "charges": postes(CHARGE, CHARGES),
        "produits": postes(PRODUIT, PRODUITS),
        "contributions_charges": postes(CHARGE, CONTRIBUTIONS_CHARGES),
        "contributions_produits": postes(PRODUIT, CONTRIBUTIONS_PRODUITS),
        "total_charges": totaux.charges,
        "total_produits": totaux.produits,
        "total_contributions_charges": totaux.contributions_charges,
        "total_contributions_produits": totaux.contributions_produits,
    }


def _poste(ligne, plan: Plan) -> dict:
    libelle, precision = plan.libelle(ligne.compte), ""
    if ligne.compte == SUBVENTION and ligne.sens == PRODUIT:
        libelle, precision = ligne.libelle.strip() or libelle, "obtenu" if ligne.is_obtenu else "demandé"
    elif ligne.libelle.strip():
        libelle = f"{libelle} ({ligne.libelle.strip()})"
    return {
        "compte": plan.numero(ligne.compte),
        "libelle": libelle,
        "montant": ligne.montant,
        "precision": precision,
        "is_ept": ligne.is_ept,
    }
