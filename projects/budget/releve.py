"""A sheet of the budget read: pasted text or a workbook, our own grid or any list of accounts.

Pure but for the workbook it reads. A line read is a JSON value of `saisie.clean_ligne` with its `cle` ('' when new);
what cannot be read is a `Refus`, with where it was and why, and what brings nothing is said: no line is dropped in
silence.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError

from label.classeurs import CelluleIllisible, read_sheets
from label.nombres import EURO, Illisible, parse_nombre
from label.recherche import fold
from label.textes import nettoye
from projects.budget.plan import CHARGE, EPT, PRODUIT, SUBVENTION, comptes_of
from projects.budget.saisie import OCTETS_MAX, clean_ligne

RANGS_MAX = 500
REPERE_EPT = "EPT"
LIGNE_EPT = "la ligne de l’EPT, qui suit le montant demandé"

_COMPTE = re.compile(r"(?:compte\s*)?(?P<numero>\d{2,6})(?!\d)[\s.:)–—-]*(?P<reste>.*)", re.I | re.S)
# Possessive: the blanks of a cell that holds no amount are not tried again one by one.
_CHIFFRES = re.compile(r"[-−+(]?\s*+\d[\d\s.,'’]*+(?:€|EUR|euros?|\))?\s*+", re.I)
_OBTENU = {"obtenu": True, "obtenue": True, "oui": True, "accorde": True, "acquis": True}
_DEMANDE = {"demande": False, "demandee": False, "non": False, "sollicite": False}


@dataclass(frozen=True, slots=True)
class Refus:
    """A line not understood: its number in the text or sheet (from 1), what it says, and why, in French. `cle`: that of
    the line of the budget it stands for, '' when it says none."""

    numero: int
    texte: str
    raison: str
    cle: str = ""


@dataclass(frozen=True, slots=True)
class Lecture:
    """What was read: `lignes` (dicts of clean_ligne and `cle`) and `refus`, both in order; `ignores`: the lines that
    bring nothing, {why: their numbers}; `remarques`: what else was left aside, as French sentences."""

    lignes: list
    refus: list
    ignores: dict = field(default_factory=dict)
    remarques: list = field(default_factory=list)

    @property
    def reste(self) -> str:
        """The refused lines as text to correct and paste again."""
        return "\n".join(refus.texte for refus in self.refus)

    @property
    def ignores_dits(self) -> list:
        """«Lignes 3 et 5 à 12\u00a0: compte laissé vide.», one sentence for each reason."""
        return [f"{_numbers(numeros)}\u00a0: {raison}." for raison, numeros in self.ignores.items()]


def _numbers(numeros):
    """«Ligne 3», «Lignes 3, 5 à 12»."""
    spans = []
    for numero in numeros:
        if spans and numero == spans[-1][1] + 1:
            spans[-1][1] = numero
        else:
            spans.append([numero, numero])
    said = ", ".join(str(first) if first == last else f"{first} à {last}" for first, last in spans)
    return f"Ligne {said}" if len(numeros) == 1 else f"Lignes {said}"


class _Comptes:
    """The accounts as people write them: printed number, key, label."""

    def __init__(self, plan):
        self.plan, self.numeros, self.libelles = plan, {}, {}
        for sens in (CHARGE, PRODUIT):
            for compte in comptes_of(sens):
                self.numeros.setdefault(plan.numero(compte), (sens, compte))
                # A key made of digits may be the number printed for another account.
                names = (plan.libelle(compte), plan.intitule(compte), *([] if compte.isdigit() else [compte]))
                self.libelles |= {fold(name): (sens, compte) for name in names}
        self.numeros.pop("", None)

    def find(self, cellule):
        """(sens, compte, words left after the number). Raises ValidationError."""
        texte = " ".join(str(cellule).split())
        if known := self.libelles.get(fold(texte)):
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
        return fold(texte) in {fold(self.plan.libelle(compte)), fold(self.plan.intitule(compte))}


def read_text(texte: str, plan, montant_demande: int | None = None) -> Lecture:
    """Lines pasted from a spreadsheet: account, label, amount, separated by tabs (or semicolons).

    A row may hold charges on its left and produits on its right, as the printed form does.
    """
    rangs = []
    for numero, ligne in enumerate(nettoye(texte).split("\n"), 1):
        separateur = "\t" if "\t" in ligne else ";"
        rangs.append((numero, ligne, ligne.split(separateur)))
    return _read(rangs, _Comptes(plan), montant_demande)


def read_workbook(fichier, plan, montant_demande: int | None = None) -> Lecture:
    """One sheet of a workbook (an open uploaded file, XLSX, ODS or CSV): our own grid, or any list of accounts.

    The sheet is the first that has our headings, else the first that is not hidden; the others are said.
    Raises ValidationError with a plain sentence when it is no workbook, or one that cannot be opened.
    """
    feuilles = read_sheets(fichier, OCTETS_MAX)
    if not feuilles:
        raise ValidationError("Ce classeur est vide.")
    chosen = next((one for one in feuilles if _head(one)), None)
    chosen = chosen or next((one for one in feuilles if not one.is_cachee), feuilles[0])
    if len(chosen.rangs) > RANGS_MAX:
        raise ValidationError(f"Ce classeur compte plus de {RANGS_MAX} lignes : gardez-y la seule grille du budget.")
    autres = [f"«\u00a0{one.nom}\u00a0»" for one in feuilles if one is not chosen]
    remarques = [f"Seule la feuille «\u00a0{chosen.nom}\u00a0» est lue, et non {', '.join(autres)}."] if autres else []
    comptes, tete = _Comptes(plan), _head(chosen)
    if tete is None:
        textes = [(numero, _as_text(cellules), cellules) for numero, cellules in chosen.rangs]
        lecture = _read(textes, comptes, montant_demande)
    else:
        lecture = _read_grid(chosen.rangs, tete, comptes, montant_demande)
    return replace(lecture, remarques=remarques)


def _head(feuille):
    """The number of the row that holds our own headings, or None."""
    return next((numero for numero, cellules in feuille.rangs if _columns(cellules)), None)


def _read_grid(rangs, tete, comptes, montant_demande):
    """The rows of our own grid, under the headings of the row `tete`."""
    colonnes = next(_columns(cellules) for numero, cellules in rangs if numero == tete)
    lignes, refus, ignores = [], [], {}
    for numero, cellules in rangs:
        if numero <= tete:
            ignores.setdefault("les titres des colonnes et ce qui est au-dessus", []).append(numero)
            continue
        mots = {nom: cellules[place] if place < len(cellules) else None for nom, place in colonnes.items()}
        try:
            ligne = _read_named(mots, comptes, montant_demande)
        except ValidationError as error:
            refus.append(Refus(numero, _as_text(cellules), " ".join(error.messages), _cle(mots.get("repere"))))
        else:
            if isinstance(ligne, str):
                ignores.setdefault(ligne, []).append(numero)
            else:
                lignes.append(ligne)
    return Lecture(lignes, refus, ignores)


def _as_text(cellules):
    return "\t".join("" if cellule is None else str(cellule) for cellule in cellules).rstrip("\t")


def _columns(cellules):
    """Where the columns of our own grid stand, {name: place}; empty when this row is not their heading."""
    places = {}
    for place, cellule in enumerate(cellules):
        for nom in ("compte", "intitule", "precision", "montant", "obtenu", "repere"):
            if fold("" if cellule is None else str(cellule)).startswith(nom):
                places.setdefault(nom, place)
    return places if {"compte", "precision", "montant"} <= places.keys() else {}


def _read_named(mots, comptes, montant_demande):
    """One row of our own grid; why, in words, for a row that brings nothing."""
    _ensure_readable(mots.values())
    precision, montant = mots["precision"], mots["montant"]
    if precision in (None, "") and montant in (None, ""):
        return "comptes laissés vides"
    sens, compte, _ = comptes.find(mots["compte"] if mots["compte"] not in (None, "") else mots.get("intitule") or "")
    ligne = _line(sens, compte, precision, montant, mots.get("obtenu"), mots.get("repere"), montant_demande)
    return ligne or LIGNE_EPT


def _ensure_readable(cellules):
    """Raises ValidationError for a cell whose value is not in the file."""
    if raisons := [cellule.raison for cellule in cellules if isinstance(cellule, CelluleIllisible)]:
        raise ValidationError(raisons)


def _read(rangs, comptes, montant_demande):
    lignes, refus, ignores = [], [], {}
    for numero, texte, cellules in rangs:
        reste = [cellule for cellule in cellules if cellule is not None and str(cellule).strip()]
        if not reste:
            continue
        try:
            _ensure_readable(reste)
            trouvees = []
            while reste:
                trouvees.append(_next(reste, comptes, montant_demande))
        except ValidationError as error:
            refus.append(Refus(numero, texte, " ".join(error.messages)))
            continue
        lues = [ligne for ligne in trouvees if not isinstance(ligne, str)]
        lignes += lues
        if not lues:
            ignores.setdefault(trouvees[0], []).append(numero)
    return Lecture(lignes, refus, ignores)


def _next(cellules, comptes, montant_demande):
    """Take one line from the head of these cells: account, words, amount, then asked or obtained.

    Why, in words, when they bring nothing.
    """
    sens, compte, mots = comptes.find(cellules.pop(0))
    textes = [mots] if mots else []
    while cellules and not _is_amount(cellules[0]) and not _is_account(cellules[0], comptes):
        textes.append(str(cellules.pop(0)))
    textes = [texte for texte in textes if not comptes.is_title(sens, compte, texte)]
    if not cellules or not _is_amount(cellules[0]):
        if not textes:
            return "intitulés de comptes, sans montant"
        raise ValidationError("Il manque le montant.")
    montant = cellules.pop(0)
    mot = _mot(cellules[0]) if cellules else ""
    obtenu = cellules.pop(0) if mot in _OBTENU or mot in _DEMANDE else ""
    return _line(sens, compte, " ".join(textes), montant, obtenu, "", montant_demande) or LIGNE_EPT


def _mot(cellule):
    """A cell of «Obtenu» in one word; a box that is ticked or not is yes or no."""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    return fold(str(cellule or ""))


def _is_amount(cellule):
    if isinstance(cellule, bool):
        return False
    if isinstance(cellule, int | float) or _CHIFFRES.fullmatch(str(cellule).strip()):
        return True
    try:
        return parse_nombre(str(cellule), EURO) is not None
    except Illisible:
        return False


def _is_account(cellule, comptes):
    return fold(str(cellule)) in comptes.libelles


def _line(sens, compte, libelle, montant, obtenu, repere, montant_demande):
    """A line read, checked as one typed; None for the EPT's own, which follows the amount requested."""
    mot = _mot(obtenu)
    if isinstance(montant, bool | date):
        raise ValidationError(
            "Le montant n’est pas un nombre dans ce classeur : donnez à la cellule le format « Nombre »."
        )
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
    is_ept = str(repere) == REPERE_EPT or fold(ligne["libelle"]) == fold(EPT)
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
