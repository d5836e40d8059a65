"""The budget grid as a sheet: read from pasted text or a workbook, written as one, compared with what is held.

Pure but for the workbook it reads. A line read is a JSON value of `saisie.clean_ligne` with its `cle` ('' when new);
what cannot be read is a `Refus`, with where it was and why: nothing is dropped in silence.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4
from xml.etree.ElementTree import ParseError
from zlib import error as ZlibError

import openpyxl
from django.core.exceptions import ValidationError
from openpyxl.utils.exceptions import InvalidFileException

from label.exports import Column, Table
from label.fichiers.inspection import inspect_file
from label.templatetags.label_ui import poids
from projects.budget.plan import CHARGE, EPT, PRODUIT, SUBVENTION, comptes_of
from projects.budget.saisie import OCTETS_MAX, clean_ligne

RANGS_MAX = 500
COLONNES_MAX = 20
REPERE_EPT = "EPT"

_COMPTE = re.compile(r"(?:compte\s*)?(?P<numero>\d{2,6})(?!\d)[\s.:)–—-]*(?P<reste>.*)", re.I | re.S)
# Possessive: the blanks of a cell that holds no amount are not tried again one by one.
_CHIFFRES = re.compile(r"[-−+(]?\s*+\d[\d\s.,'’]*+(?:€|EUR|euros?|\))?\s*+", re.I)
_OBTENU = {"obtenu": True, "obtenue": True, "oui": True, "accorde": True, "acquis": True}
_DEMANDE = {"demande": False, "demandee": False, "non": False, "sollicite": False}


@dataclass(frozen=True, slots=True)
class Refus:
    """A line not understood: its number in the text or sheet (from 1), what it says, and why, in French."""

    numero: int
    texte: str
    raison: str


@dataclass(frozen=True, slots=True)
class Lecture:
    """What was read: `lignes` (dicts of clean_ligne and `cle`) and `refus`, both in order."""

    lignes: list
    refus: list

    @property
    def reste(self) -> str:
        """The refused lines as text to correct and paste again."""
        return "\n".join(refus.texte for refus in self.refus)


def _norm(texte) -> str:
    plain = unicodedata.normalize("NFKD", str(texte).replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9']+", " ", plain.casefold()).split())


class _Comptes:
    """The accounts as people write them: printed number, key, label."""

    def __init__(self, plan):
        self.plan, self.numeros, self.libelles = plan, {}, {}
        for sens in (CHARGE, PRODUIT):
            for compte in comptes_of(sens):
                self.numeros.setdefault(plan.numero(compte), (sens, compte))
                # A key made of digits may be the number printed for another account.
                names = (plan.libelle(compte), plan.intitule(compte), *([] if compte.isdigit() else [compte]))
                self.libelles |= {_norm(name): (sens, compte) for name in names}
        self.numeros.pop("", None)

    def find(self, cellule):
        """(sens, compte, words left after the number). Raises ValidationError."""
        texte = " ".join(str(cellule).split())
        if known := self.libelles.get(_norm(texte)):
            return *known, ""
        found = _COMPTE.fullmatch(texte)
        if not found:
            raise ValidationError("Il manque le numéro de compte, au début.")
        numero = found["numero"]
        if numero in {"86", "87"}:
            choix = [n for n in self.numeros if n.startswith(numero)]
            raise ValidationError(f"Précisez le compte : {', '.join(choix[:-1])} ou {choix[-1]}.")
        # A sub-account of the books (6061) belongs to the account it begins with.
        for end in range(len(numero), 1, -1):
            if numero[:end] in self.numeros:
                return *self.numeros[numero[:end]], found["reste"]
        raise ValidationError(f"Le compte {numero} n’existe pas dans cette grille.")

    def is_title(self, sens, compte, texte):
        return _norm(texte) in {_norm(self.plan.libelle(compte)), _norm(self.plan.intitule(compte))}


def read_text(texte: str, plan, montant_demande: int | None = None) -> Lecture:
    """Lines pasted from a spreadsheet: account, label, amount, separated by tabs (or semicolons).

    A row may hold charges on its left and produits on its right, as the printed form does.
    """
    rangs = []
    for numero, ligne in enumerate(texte.splitlines(), 1):
        separateur = "\t" if "\t" in ligne else ";"
        rangs.append((numero, ligne.strip("\r\n"), ligne.split(separateur)))
    return _read(rangs, _Comptes(plan), montant_demande)


def read_workbook(fichier, plan, montant_demande: int | None = None) -> Lecture:
    """The first sheet of an XLSX workbook (an open uploaded file): our own grid, or any list of accounts.

    Raises ValidationError with a plain sentence when it is no workbook, or one that cannot be opened.
    """
    rangs = [(numero, cellules) for numero, cellules in enumerate(_sheet(fichier), 1)]
    tete = next((numero for numero, cellules in rangs if _columns(cellules)), None)
    comptes = _Comptes(plan)
    if tete is None:
        textes = [(numero, _as_text(cellules), cellules) for numero, cellules in rangs]
        return _read(textes, comptes, montant_demande)
    colonnes = _columns(rangs[tete - 1][1])
    lignes, refus = [], []
    for numero, cellules in rangs[tete:]:
        if not any(cellule not in (None, "") for cellule in cellules):
            continue
        mots = {nom: cellules[place] if place < len(cellules) else None for nom, place in colonnes.items()}
        try:
            ligne = _read_named(mots, comptes, montant_demande)
        except ValidationError as error:
            refus.append(Refus(numero, _as_text(cellules), " ".join(error.messages)))
        else:
            lignes += [ligne] if ligne else []
    return Lecture(lignes, refus)


def _sheet(fichier):
    """The cells of the sheet shown first, row by row, as a list of tuples."""
    if inspect_file(fichier)[1] != "xlsx":
        raise ValidationError("Choisissez un classeur au format XLSX.")
    if fichier.size > OCTETS_MAX:
        raise ValidationError(
            f"Ce classeur est trop volumineux pour une grille de budget\u00a0: {poids(OCTETS_MAX)} au plus."
        )
    illisible = "Ce classeur n’a pas pu être lu : ouvrez-le dans votre tableur et enregistrez-le de nouveau en XLSX."
    try:
        classeur = openpyxl.load_workbook(fichier, read_only=True, data_only=True)
        feuille = classeur.worksheets[0]
        rangs = list(feuille.iter_rows(max_row=RANGS_MAX + 1, max_col=COLONNES_MAX, values_only=True))
        classeur.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, ZlibError, OSError, EOFError) as error:
        raise ValidationError(illisible) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError) as error:
        raise ValidationError(illisible) from error
    if len(rangs) > RANGS_MAX:
        raise ValidationError(f"Ce classeur compte plus de {RANGS_MAX} lignes : gardez-y la seule grille du budget.")
    return rangs


def _as_text(cellules):
    return "\t".join("" if cellule is None else str(cellule) for cellule in cellules).rstrip("\t")


def _columns(cellules):
    """Where the columns of our own grid stand, {name: place}; empty when this row is not their heading."""
    places = {}
    for place, cellule in enumerate(cellules):
        for nom in ("compte", "intitule", "precision", "montant", "obtenu", "repere"):
            if _norm("" if cellule is None else cellule).startswith(nom):
                places.setdefault(nom, place)
    return places if {"compte", "precision", "montant"} <= places.keys() else {}


def _read_named(mots, comptes, montant_demande):
    """One row of our own grid; None for an account left empty, or the EPT's own line unchanged."""
    precision, montant = mots["precision"], mots["montant"]
    if precision in (None, "") and montant in (None, ""):
        return None
    sens, compte, _ = comptes.find(mots["compte"] if mots["compte"] not in (None, "") else mots.get("intitule") or "")
    return _line(sens, compte, precision, montant, mots.get("obtenu"), mots.get("repere"), montant_demande)


def _read(rangs, comptes, montant_demande):
    lignes, refus = [], []
    for numero, texte, cellules in rangs:
        reste = [cellule for cellule in cellules if cellule is not None and str(cellule).strip()]
        try:
            trouvees = []
            while reste:
                ligne = _next(reste, comptes, montant_demande)
                trouvees += [ligne] if ligne else []
        except ValidationError as error:
            refus.append(Refus(numero, texte, " ".join(error.messages)))
        else:
            lignes += trouvees
    return Lecture(lignes, refus)


def _next(cellules, comptes, montant_demande):
    """Take one line from the head of these cells: account, words, amount, then asked or obtained."""
    sens, compte, mots = comptes.find(cellules.pop(0))
    textes = [mots] if mots else []
    while cellules and not _is_amount(cellules[0]) and not _is_account(cellules[0], comptes):
        textes.append(str(cellules.pop(0)))
    textes = [texte for texte in textes if not comptes.is_title(sens, compte, texte)]
    if not cellules or not _is_amount(cellules[0]):
        if not textes:
            return None
        raise ValidationError("Il manque le montant.")
    montant = cellules.pop(0)
    mot = _norm(cellules[0]) if cellules else ""
    obtenu = cellules.pop(0) if mot in _OBTENU or mot in _DEMANDE else ""
    return _line(sens, compte, " ".join(textes), montant, obtenu, "", montant_demande)


def _is_amount(cellule):
    return isinstance(cellule, int | float) or bool(_CHIFFRES.fullmatch(str(cellule).strip()))


def _is_account(cellule, comptes):
    return _norm(cellule) in comptes.libelles


def _line(sens, compte, libelle, montant, obtenu, repere, montant_demande):
    """A line read, checked as one typed; None for the EPT's own, which follows the amount requested."""
    mot = _norm(obtenu or "")
    valeur = {
        "sens": sens,
        "compte": compte,
        "libelle": "" if libelle is None else str(libelle),
        "montant": montant,
        "is_obtenu": _OBTENU.get(mot, False),
    }
    if mot and mot not in _OBTENU and mot not in _DEMANDE:
        raise ValidationError("La colonne « Obtenu » se remplit par oui ou non.")
    ligne = clean_ligne(valeur)
    is_ept = repere == REPERE_EPT or _norm(ligne["libelle"]) == _norm(EPT)
    if is_ept and (sens, compte) == (PRODUIT, SUBVENTION):
        if ligne["montant"] == montant_demande:
            return None
        raise ValidationError("La ligne de l’EPT suit le montant demandé : changez-le dans la page du budget.")
    return ligne | {"cle": _cle(repere)}


def _cle(repere):
    try:
        return str(UUID(str(repere)))
    except ValueError:
        return ""


# --- Compared with what is held -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changement:
    """One line to add (`avant` None), to change, or to remove (`apres` None): JSON values, and its field's name."""

    nom: str
    avant: dict | None
    apres: dict | None


@dataclass(frozen=True, slots=True)
class Comparaison:
    ajouts: list
    modifications: list
    absentes: list

    @property
    def changements(self) -> list:
        return [*self.ajouts, *self.modifications]


def compare(tenues: dict, lecture: Lecture) -> Comparaison:
    """What reading brings. `tenues`: {nom: JSON value} of the lines held, the EPT's own left out."""
    ajouts, modifications, vues = [], [], set()
    for ligne in lecture.lignes:
        valeur = {name: value for name, value in ligne.items() if name != "cle"}
        nom = f"ligne.{ligne['cle']}"
        # The same key twice is a row copied in the sheet: the copy is a new line.
        if nom not in tenues or nom in vues:
            ajouts.append(Changement(f"ligne.{uuid4()}", None, valeur))
            continue
        vues.add(nom)
        if tenues[nom] != valeur:
            modifications.append(Changement(nom, tenues[nom], valeur))
    absentes = [Changement(nom, valeur, None) for nom, valeur in tenues.items() if nom not in vues]
    return Comparaison(ajouts, modifications, absentes)


# --- Written ------------------------------------------------------------------------------------


def table(lignes: Sequence, plan) -> Table:
    """The whole grid: a row for each line, and one for each account still empty. `lignes`: rows of the model."""
    return Table(
        "Budget",
        [
            Column("compte", "Compte", width=9),
            Column("intitule", "Intitulé", width=52),
            Column("precision", "Précision ou financeur", width=38),
            Column("montant", "Montant (€)", kind="euros", width=14),
            Column("obtenu", "Obtenu", width=9),
            Column("repere", "Repère (ne pas changer)", width=38),
        ],
        list(_rows(lignes, plan)),
    )


def _rows(lignes: Iterable, plan):
    by_account = {}
    for ligne in lignes:
        by_account.setdefault((ligne.sens, ligne.compte), []).append(ligne)
    for sens in (CHARGE, PRODUIT):
        for compte in comptes_of(sens):
            tete = {"compte": plan.numero(compte) or compte, "intitule": plan.libelle(compte)}
            vide = {"precision": "", "montant": None, "obtenu": "", "repere": ""}
            for ligne in by_account.get((sens, compte), []):
                is_subvention = (sens, compte) == (PRODUIT, SUBVENTION)
                vide = {
                    "precision": ligne.libelle,
                    "montant": ligne.montant,
                    "obtenu": ("oui" if ligne.is_obtenu else "non") if is_subvention else "",
                    "repere": REPERE_EPT if ligne.is_ept else str(ligne.cle),
                }
                yield tete | vide
            if (sens, compte) not in by_account:
                yield tete | vide
