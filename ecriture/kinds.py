"""A kind of field: how its value is read, checked, merged, written and told. The rooms above register theirs.

Values are JSON, as the screen sends them: texts are str, numbers int or None, dates «YYYY-MM-DD» or "", lists sorted
lists of str, rows dicts, None once removed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from ecriture.alignement import Allocation
from ecriture.fusion import Fusion, merge_value
from ecriture.mot_a_mot import AJOUT, PAREIL, PLI, RETRAIT, Morceau, diff_words
from label.models import User
from label.templatetags.label_ui import jour, nombre
from label.textes import excedent

if TYPE_CHECKING:
    from ecriture.lexique import Lexique
    from ecriture.models import Written


# JSON, as said above; each kind knows which.
type Valeur = Any


class Changement(TypedDict, total=False):
    """What became of a field. `fait`: the same in two words, or ''."""

    morceaux: list[Morceau]
    elements: list[Morceau]
    echanges: list["Echange"]
    fait: str


def kept[T](objet: "Written", what: str, find: Callable[[], T]) -> T:
    """What one save reads once: the thing carries it from the reading to the writing, under the same lock."""
    known = objet.__dict__.setdefault("_lus", {})
    if what not in known:
        known[what] = find()
    return known[what]


@dataclass
class Lot:
    """The fields of a thing written together. `columns`: what is left to update on its row; `gathered`: what a kind
    keeps from `write` to `finish`, by whatever key it likes."""

    objet: "Written"
    by: User
    at: datetime
    columns: dict[str, Any] = field(default_factory=dict)
    gathered: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Echange:
    """One value that took the place of another, in words; '' for nothing. `libelle`: which part of a row, or ''."""

    libelle: str
    avant: str
    apres: str


class Kind:
    """The fields of one kind, in one section: one field, or a family `<famille>.<key>` (`is_famille`).

    `code`: what names a row of the database among its values. `ensemble`: the heading under which a family is told in
    one («Lignes du budget»), with `compte` («ligne du budget,lignes du budget»); '' when each is told by itself.
    """

    is_famille = False
    ensemble = compte = ""
    code = "pk"

    def __init__(self, section: str) -> None:
        self.section = section

    def ensure(self, nom: str) -> None:
        """Raise ChampInconnu when `nom` names none of these fields."""

    # ── Its value ──

    def read(self, objet: "Written", nom: str) -> Valeur:
        """What the database holds."""
        raise NotImplementedError

    def noms(self, objet: "Written") -> list[str]:
        """The names of the rows held, for a family that has rows."""
        return []

    def clean(self, objet: "Written", nom: str, valeur: Valeur) -> Valeur:
        """What was typed as the field can hold it; a text keeps its blanks. Raises ValidationError, in French."""
        raise NotImplementedError

    def is_too_long(self, nom: str, valeur: Valeur) -> bool:
        """True for a text longer than the field holds."""
        return isinstance(valeur, str) and bool(excedent(valeur))

    def is_prose(self, objet: "Written", nom: str, part: str = "") -> bool:
        """True of a long text, whose words merge one by one and whose two versions may be joined; any other value is
        compared whole. `part`: the column of a row."""
        return False

    def merge(
        self, objet: "Written", nom: str, base: Valeur, sien: Valeur, mien: Valeur, allocation: Allocation | None = None
    ) -> Fusion:
        """A Fusion of two values written from `base`."""
        return merge_value(base, sien, mien, allocation, is_prose=lambda part: self.is_prose(objet, nom, part))

    def write(self, lot: Lot, nom: str, valeur: Valeur) -> None:
        """Write a cleaned value, or leave it in `lot` for `finish`. Raises ValidationError."""
        raise NotImplementedError

    def finish(self, lot: Lot) -> None:
        """Called once when the fields of this kind in `lot` are written."""

    # ── In words ──

    def libelle(self, lexique: "Lexique", nom: str, valeur: Valeur = None) -> str:
        """The label of a field. `valeur`: what names a row, once it has no more place of its own."""
        raise NotImplementedError

    def listed(self, objet: "Written") -> dict[str, str]:
        """What may be commented, {nom: label}."""
        return {}

    def ancre(self, nom: str) -> str:
        """The place of the field on the page of its section, without the #."""
        return f"id_{nom}"

    def is_whole(self, lexique: "Lexique", nom: str) -> bool:
        """True when its texts are read whole rather than word by word."""
        return False

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str | list[str]:
        """One value as people read it: a text, or the list of texts a list holds."""
        if isinstance(valeur, list):
            return [str(item) for item in valeur]
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        if valeur in (None, ""):
            return ""
        return nombre(valeur) if isinstance(valeur, int) else str(valeur)

    def changement(self, lexique: "Lexique", nom: str, avant: Valeur, apres: Valeur) -> Changement:
        """What became of it: {"morceaux": …} for a text, {"elements": …} for a list, else {"echanges": …}."""
        if any(isinstance(value, list) for value in (avant, apres)):
            old, new = self.mots(lexique, nom, avant or []), self.mots(lexique, nom, apres or [])
            gone = [Morceau(RETRAIT, item) for item in old if item not in new]
            return {"elements": gone + [Morceau(AJOUT, item) for item in new if item not in old]}
        if all(isinstance(value, str | None) for value in (avant, apres)) and not self.is_whole(lexique, nom):
            morceaux = diff_words(avant or "", apres or "", lexique.allocation)
            return {"morceaux": morceaux, "fait": "texte remplacé" if _is_replaced(morceaux) else ""}
        return {
            "echanges": [
                Echange("", cast(str, self.mots(lexique, nom, avant)), cast(str, self.mots(lexique, nom, apres)))
            ]
        }


def _is_replaced(morceaux: Sequence[Morceau]) -> bool:
    """True of a text longer than a paragraph of which hardly anything is left."""
    sizes = {sorte: sum(len(m.texte) for m in morceaux if m.sorte == sorte) for sorte in (PAREIL, AJOUT, RETRAIT)}
    folded = any(morceau.sorte == PLI for morceau in morceaux)
    return not folded and min(sizes[AJOUT], sizes[RETRAIT]) > max(300, 10 * sizes[PAREIL])


def date_in_words(valeur: str) -> str:
    """«2027-03-05» as «5 mars 2027»; what is no date as it is."""
    try:
        return jour(date.fromisoformat(valeur))
    except ValueError:
        return str(valeur)
