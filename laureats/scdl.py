"""Open data of the grants: SCDL «subventions», the 16 columns of version 2.1.1 (2023-09-28).

The whole of the format is here: columns, checks, writer. The file is what the schema wants (comma,
UTF-8 without BOM, line feed); it is read by machines, so a cell that a spreadsheet would run as a formula is
refused before, and never disguised by an apostrophe. A project's title goes into `objet` behind the
name of the call (`composer_objet`), so that «=Titre» never begins a cell. Neither does it inside the text, where a
spreadsheet told to cut at other signs than the comma would begin another: there, a dash takes the place of the sign
(`inerte`).
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from projects.structure.identifiants import valider_siret

VERSION = "2.1.1"
SCHEMA_PATH = Path(__file__).resolve().parent / "data" / "schema_subventions_2_1_1.json"
OBJET_MAX = 256
CONDITIONS_MAX = 256
NUMERAIRE, EN_NATURE = "aide en numéraire", "aide en nature"
NATURES = (NUMERAIRE, EN_NATURE, f"{NUMERAIRE};{EN_NATURE}", f"{EN_NATURE};{NUMERAIRE}")
UNIQUE, ECHELONNE = "unique", "échelonné"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What spreadsheets cut a line at, then what they would run.
_COUPE = re.compile(r"""\s*[;,|\t\r\n][\s;,|"]*(?=[=+@-])""")
_DEDANS = "=, +, - ou @ juste après une virgule ou un point-virgule"

# (column of the file, attribute of LigneScdl), in the order of the schema.
COLONNES = (
    ("nomAttribuant", "nom_attribuant"),
    ("idAttribuant", "id_attribuant"),
    ("dateConvention", "date_convention"),
    ("referenceDecision", "reference_decision"),
    ("nomBeneficiaire", "nom_beneficiaire"),
    ("idBeneficiaire", "id_beneficiaire"),
    ("rnaBeneficiaire", "rna_beneficiaire"),
    ("objet", "objet"),
    ("montant", "montant"),
    ("nature", "nature"),
    ("conditionsVersement", "conditions_versement"),
    ("datesPeriodeVersement", "dates_versement"),
    ("idRAE", "id_rae"),
    ("notificationUE", "notification_ue"),
    ("pourcentageSubvention", "pourcentage"),
    ("dispositifAide", "dispositif_aide"),
)
_TEXTES = (
    "nom_attribuant",
    "reference_decision",
    "nom_beneficiaire",
    "objet",
    "conditions_versement",
    "id_rae",
    "dispositif_aide",
)
_REQUIS = {
    "nom_attribuant": "Le nom de l’EPT manque.",
    "id_attribuant": "Le numéro SIRET de l’EPT manque.",
    "date_convention": "La date de la convention manque.",
    "nom_beneficiaire": "Le nom du bénéficiaire manque.",
    "objet": "L’objet de la subvention manque.",
    "montant": "Le montant de la subvention manque.",
    "nature": "La nature de l’aide manque.",
    "conditions_versement": "Les conditions de versement manquent.",
    "dates_versement": "La date ou la période de versement manque.",
    "pourcentage": "La part du bénéficiaire manque.",
}


@dataclass(frozen=True, slots=True)
class LigneScdl:
    """One row: one beneficiary of one grant. A shared grant has one row for each, with its share.

    montant: whole grant before sharing, in euros (int or Decimal, two decimals at most).
    dates_versement: one date, or (first, last). pourcentage: share of this beneficiary, 0.01 to 1.
    """

    nom_attribuant: str
    id_attribuant: str
    date_convention: date | None
    nom_beneficiaire: str
    objet: str
    montant: int | Decimal | None
    dates_versement: tuple[date, ...]
    reference_decision: str = ""
    id_beneficiaire: str = ""
    rna_beneficiaire: str = ""
    nature: str = NUMERAIRE
    conditions_versement: str = UNIQUE
    id_rae: str = ""
    notification_ue: bool = False
    pourcentage: Decimal = Decimal(1)
    dispositif_aide: str = ""


class LignesInvalides(ValueError):
    """Rows the schema would refuse: `erreurs` is [(row number from 1, French message)]."""

    def __init__(self, problemes: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{numero}: {message}" for numero, message in problemes))
        self.erreurs = problemes


def valider_objet(value: Any) -> None:
    """Refuse an object in which a spreadsheet would see a formula. Raises ValidationError."""
    if value.startswith(_FORMULA_STARTS):
        raise ValidationError(
            "L’objet ne peut pas commencer par =, +, - ou @ : un tableur y verrait une formule.", code="formule"
        )
    if _COUPE.search(value):
        raise ValidationError(
            f"L’objet ne peut pas avoir {_DEDANS}\u00a0: un tableur y verrait une formule.", code="formule"
        )


def inerte(texte: str) -> str:
    """`texte` in which no spreadsheet sees a formula, wherever it cuts: «Jardin;=PI()» reads «Jardin – =PI()»."""
    return _COUPE.sub(" – ", texte)


def composer_objet(appel: str, titre: str) -> str:
    """The short object of a grant: «Label Actions Innovantes 2027 : titre», one line, 256 characters at most.

    The name of the call comes first, so that a title beginning with «=» stays readable and harmless;
    a long title is cut between two words and ends with «…».
    """
    debut = inerte(" ".join(appel.split())) + "\u00a0: "
    objet = debut + inerte(" ".join(titre.split()))
    if len(objet) <= OBJET_MAX:
        return objet
    coupe = objet.rfind(" ", len(debut), OBJET_MAX)
    entier = objet[: coupe if coupe > 0 else OBJET_MAX - 1]
    return entier.rstrip(" ,;:.-") + "…"


def conditions(dates: Iterable[date]) -> tuple[str, tuple[date, ...]]:
    """(conditionsVersement, dates) of a payment schedule: one date is «unique», several are «échelonné»."""
    jours = sorted(dates)
    if len(jours) < 2:
        return UNIQUE, tuple(jours)
    return ECHELONNE, (jours[0], jours[-1])


def erreurs(ligne: LigneScdl) -> list[str]:
    """Everything the schema (and good sense) refuses in one row, in French; empty when it may go out."""
    messages = [message for champ, message in _REQUIS.items() if getattr(ligne, champ) in (None, "", ())]
    messages += _erreurs_identifiants(ligne)
    messages += _erreurs_textes(ligne)
    if ligne.montant is not None:
        if not _est_nombre(ligne.montant) or ligne.montant <= 0:
            messages.append("Le montant est un nombre d’euros supérieur à zéro.")
        elif ligne.montant != round(Decimal(ligne.montant), 2):
            messages.append("Le montant a deux décimales au plus.")
    if ligne.pourcentage is not None and not (
        _est_nombre(ligne.pourcentage) and Decimal("0.01") <= ligne.pourcentage <= 1
    ):
        messages.append("La part du bénéficiaire est comprise entre 0,01 et 1.")
    if type(ligne.notification_ue) is not bool:
        messages.append("La notification à l’Union européenne est oui ou non.")
    if ligne.date_convention is not None and not _est_jour(ligne.date_convention):
        messages.append("La date de la convention n’est pas une date.")
    return messages + _erreurs_dates(ligne.dates_versement)


def _est_nombre(valeur: Any) -> bool:
    return type(valeur) is int or (isinstance(valeur, Decimal) and valeur.is_finite())


def _est_jour(valeur: Any) -> bool:
    return type(valeur) is date


def _erreurs_identifiants(ligne: LigneScdl) -> list[str]:
    messages = []
    for numero, qui in ((ligne.id_attribuant, "de l’EPT"), (ligne.id_beneficiaire, "du bénéficiaire")):
        if not numero:
            continue
        try:
            valider_siret(numero)
            if len(numero) != 14:
                raise ValidationError("blanks")
        except ValidationError:
            messages.append(f"Le numéro SIRET {qui} n’est pas valable (14 chiffres, sans espace).")
    rna = ligne.rna_beneficiaire
    if rna and not (len(rna) == 10 and rna[0] == "W" and rna[1:].isascii() and rna[1:].isdigit()):
        messages.append("Le numéro RNA s’écrit W suivi de neuf chiffres ; laissez-le vide si le SIRET est connu.")
    if not ligne.id_beneficiaire and not rna:
        messages.append("Il faut le numéro SIRET ou le numéro RNA du bénéficiaire.")
    return messages


def _erreurs_textes(ligne: LigneScdl) -> list[str]:
    messages = []
    noms = {attribut: colonne for colonne, attribut in COLONNES}
    for champ in _TEXTES:
        if getattr(ligne, champ).startswith(_FORMULA_STARTS):
            messages.append(f"« {noms[champ]} » ne peut pas commencer par =, +, - ou @.")
        if _COUPE.search(getattr(ligne, champ)):
            messages.append(f"«\u202f{noms[champ]}\u202f» ne peut pas avoir {_DEDANS}.")
    if len(ligne.objet) > OBJET_MAX:
        messages.append(f"L’objet a {OBJET_MAX} caractères au plus.")
    if len(ligne.conditions_versement) > CONDITIONS_MAX:
        messages.append(f"Les conditions de versement ont {CONDITIONS_MAX} caractères au plus.")
    if len(ligne.id_rae) > 5:
        messages.append("Le numéro RAE a 5 caractères au plus.")
    if ligne.nature and ligne.nature not in NATURES:
        messages.append("La nature est « aide en numéraire », « aide en nature », ou les deux.")
    return messages


def _erreurs_dates(dates: tuple[date, ...]) -> list[str]:
    if not dates:
        return []
    if len(dates) > 2 or not all(map(_est_jour, dates)):
        return ["Le versement a une date, ou une date de début et une date de fin."]
    if len(dates) == 2 and dates[0] > dates[1]:
        return ["La période de versement finit avant de commencer."]
    return []


def erreurs_fichier(lignes: Iterable[LigneScdl]) -> list[tuple[int, str]]:
    """(row number from 1, message) for each row, then for the whole: identical rows, shares that do not add up to 1."""
    lignes = list(lignes)
    trouvees = [(numero, message) for numero, ligne in enumerate(lignes, 1) for message in erreurs(ligne)]
    vues: dict[LigneScdl, int] = {}
    parts = defaultdict(list)
    for numero, ligne in enumerate(lignes, 1):
        if ligne in vues:
            trouvees.append((numero, f"Cette ligne répète la ligne {vues[ligne]}."))
        vues.setdefault(ligne, numero)
        subvention = (ligne.id_attribuant, ligne.date_convention, ligne.reference_decision, ligne.objet, ligne.montant)
        parts[subvention].append((numero, ligne.pourcentage))
    for partage in parts.values():
        if all(_est_nombre(part) for _, part in partage) and sum(Decimal(part) for _, part in partage) != 1:
            trouvees.append((partage[0][0], "Les parts des bénéficiaires d’une même subvention font 1 au total."))
    return trouvees


def _cellule(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, tuple):
        return "/".join(jour.isoformat() for jour in valeur)
    if isinstance(valeur, Decimal):
        return str(int(valeur)) if valeur == int(valeur) else f"{valeur:.2f}"
    return str(valeur)


def write_scdl(lignes: Iterable[LigneScdl]) -> bytes:
    """The CSV of the schema: 16 columns, comma, UTF-8 without BOM, line feed, point, `oui`/`non`.

    Raises LignesInvalides, with every problem of every row, rather than write a file the schema refuses.
    """
    lignes = list(lignes)
    if problemes := erreurs_fichier(lignes):
        raise LignesInvalides(problemes)
    sortie = StringIO()
    ecriture = csv.writer(sortie, lineterminator="\n")
    ecriture.writerow(colonne for colonne, _ in COLONNES)
    ecriture.writerows([_cellule(getattr(ligne, attribut)) for _, attribut in COLONNES] for ligne in lignes)
    return sortie.getvalue().encode("utf-8")
