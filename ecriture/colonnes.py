"""The kinds of field that are a column of the thing: a text, a number, a date, one choice among several."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from ecriture.declaration import declaration_of
from ecriture.kinds import Kind, Lot, Valeur, date_in_words
from label import saisie
from label.dates import ILLISIBLE, parse_jour
from label.nombres import POURCENT, parse_entier, parse_montant
from label.templatetags.label_ui import NBSP, euros
from label.textes import TEXTE_MAX, excedent, nettoye

if TYPE_CHECKING:
    from ecriture.lexique import Lexique
    from ecriture.models import Written


class Colonne(Kind):
    """One column of the thing. `column`: its Django field."""

    def __init__(self, section: str, column: models.Field) -> None:
        super().__init__(section)
        self.column = column

    def read(self, objet: "Written", nom: str) -> Valeur:
        return getattr(objet, self.column.attname)

    def write(self, lot: Lot, nom: str, valeur: Valeur) -> None:
        lot.columns[self.column.name] = valeur

    def is_too_long(self, nom: str, valeur: Valeur) -> bool:
        return isinstance(valeur, str) and len(valeur) > (self.column.max_length or TEXTE_MAX)

    def is_prose(self, objet: "Written", nom: str, part: str = "") -> bool:
        return isinstance(self.column, models.TextField)

    def libelle(self, lexique: "Lexique | None", nom: str, valeur: Valeur = None) -> str:
        label = str(self.column.verbose_name)
        return label[:1].upper() + label[1:]

    def listed(self, objet: "Written") -> dict[str, str]:
        return {self.column.name: self.libelle(None, self.column.name)}


class Texte(Colonne):
    def clean(self, objet: "Written", nom: str, valeur: Valeur) -> str:
        text = nettoye(str(valeur or ""))
        if not isinstance(self.column, models.TextField):
            text = text.replace("\n", " ")
        if said := excedent(text, self.column.max_length or TEXTE_MAX):
            raise ValidationError(said)
        if text.strip():
            self.column.run_validators(text)
        return text


class Nombre(Colonne):
    """A whole number, zero or more."""

    parse: Callable[[Valeur], int | None] = staticmethod(parse_entier)

    def clean(self, objet: "Written", nom: str, valeur: Valeur) -> int | None:
        number = self.parse(valeur)
        if number is not None:
            self.column.run_validators(number)
        return number


class Euros(Nombre):
    """Whole euros."""

    parse = staticmethod(parse_montant)

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str:
        return euros(valeur)


class Pourcent(Nombre):
    """A whole percentage."""

    parse = staticmethod(partial(parse_entier, unite=POURCENT))

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str:
        return "" if valeur is None else f"{valeur}{NBSP}%"


class Jour(Colonne):
    def read(self, objet: "Written", nom: str) -> str | None:
        held = super().read(objet, nom)
        return held.isoformat() if hasattr(held, "isoformat") else held

    def clean(self, objet: "Written", nom: str, valeur: Valeur) -> str | None:
        if not isinstance(valeur, str | None):
            raise ValidationError(ILLISIBLE)
        found = parse_jour(valeur or "")
        if found is None:
            return None
        declaration_of(objet).bornes(objet, nom).ensure(found)
        return found.isoformat()

    def is_whole(self, lexique: "Lexique", nom: str) -> bool:
        return True

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str:
        return date_in_words(valeur) if valeur else ""


class Choix(Colonne):
    def clean(self, objet: "Written", nom: str, valeur: Valeur) -> str:
        if str(valeur or "") not in {"", *(str(key) for key, _ in self.column.choices)}:
            raise ValidationError("Ce choix n’a pas pu être lu.")
        return str(valeur or "")

    def is_whole(self, lexique: "Lexique", nom: str) -> bool:
        return True

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str:
        return str(dict(self.column.choices).get(valeur, valeur or ""))


# The kind of each sort of column; what is none of them is a text.
_SORTES = {
    models.DateField: Jour,
    saisie.Montant: Euros,
    saisie.Pourcentage: Pourcent,
    models.IntegerField: Nombre,
}


def colonne(section: str, column: models.Field) -> Colonne:
    """The kind of a column of the thing, from its Django field."""
    if column.choices:
        return Choix(section, column)
    for django, kind in _SORTES.items():
        if isinstance(column, django):
            return kind(section, column)
    return Texte(section, column)
