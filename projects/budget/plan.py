"""The budget of a dossier: the grid by account, its totals, what is printed of it. Pure: no ORM.

Accounts follow the single form of the grant requests (Cerfa 12156): charges 60–69 and indirect ones,
produits 70–79 with one line 74 for each funder; 86 and 87, contributions in kind, stay outside the
cash balance. Keys are stable in data; the number and label printed come from a `Plan`, that of the édition or the
tables below, for the chart of accounts moves (870 and 875 were exchanged by ANC 2018-06).

Functions read `sens`, `compte`, `libelle`, `montant`, `is_obtenu`, `is_ept`: a `Ligne` or a model row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CHARGE, PRODUIT = "charge", "produit"
SUBVENTION = "74"
EPT = "EPT Grand-Orly Seine Bièvre"
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


def montant_of(ligne: Any) -> int:
    return ligne.montant if type(ligne.montant) is int and ligne.montant > 0 else 0


def totals(lignes: Iterable) -> Totaux:
    """The sums of the lines; a wrong amount counts for 0, an unknown account nowhere."""
    sommes = dict.fromkeys(Totaux.__dataclass_fields__, 0)
    for ligne in lignes:
        montant = montant_of(ligne)
        if ligne.compte in _CASH.get(ligne.sens, ()):
            sommes["charges" if ligne.sens == CHARGE else "produits"] += montant
        elif ligne.compte in _CONTRIBUTIONS.get(ligne.sens, ()):
            sommes["contributions_charges" if ligne.sens == CHARGE else "contributions_produits"] += montant
        if ligne.sens == PRODUIT and ligne.compte == SUBVENTION:
            sommes["subventions_obtenues" if ligne.is_obtenu else "subventions_demandees"] += montant
            if ligne.is_ept:
                sommes["ept"] += montant
    return Totaux(**sommes)


def presentation(lignes: Iterable, plan: Plan = PLAN) -> dict:
    """The budget as the documents print it (shape at the head of `projects/dossier.typ`); lines of 0 left out."""
    lignes = [ligne for ligne in lignes if montant_of(ligne)]
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


def _poste(ligne: Any, plan: Plan) -> dict:
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
