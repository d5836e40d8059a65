"""The kinds of field that are a column of the thing: a text, a number, a date, one choice among several."""

from django.core.exceptions import ValidationError
from django.db import models

from ecriture.kinds import Kind, date_in_words
from label.textes import TEXTE_MAX, excedent, nettoye


class Colonne(Kind):
    """One column of the thing. `column`: its Django field."""

    def __init__(self, section, column):
        super().__init__(section)
        self.column = column

    def read(self, objet, nom):
        return getattr(objet, self.column.attname)

    def write(self, lot, nom, valeur):
        lot.columns[self.column.name] = valeur

    def is_too_long(self, nom, valeur):
        return isinstance(valeur, str) and len(valeur) > (self.column.max_length or TEXTE_MAX)

    def is_prose(self, objet, nom, part=""):
        return isinstance(self.column, models.TextField)

    def libelle(self, lexique, nom, valeur=None):
        label = str(self.column.verbose_name)
        return label[:1].upper() + label[1:]

    def listed(self, objet):
        return {self.column.name: self.libelle(None, self.column.name)}


class Texte(Colonne):
    def clean(self, objet, nom, valeur):
        text = nettoye(str(valeur or ""))
        if not isinstance(self.column, models.TextField):
            text = text.replace("\n", " ")
        if said := excedent(text, self.column.max_length or TEXTE_MAX):
            raise ValidationError(said)
        return text


class Nombre(Colonne):
    def clean(self, objet, nom, valeur):
        if isinstance(valeur, str):
            valeur = "".join(valeur.split()) or None
        if valeur is None:
            return None
        try:
            number = self.column.to_python(valeur)
        except ValidationError:
            raise ValidationError("Un nombre entier, en chiffres.") from None
        self.column.run_validators(number)
        if number < 0:
            raise ValidationError("Un nombre positif ou nul.")
        return number


class Jour(Colonne):
    def read(self, objet, nom):
        held = super().read(objet, nom)
        return held.isoformat() if hasattr(held, "isoformat") else held

    def clean(self, objet, nom, valeur):
        if isinstance(valeur, str):
            valeur = "".join(valeur.split()) or None
        return self.column.clean(valeur, None).isoformat() if valeur else None

    def is_whole(self, lexique, nom):
        return True

    def mots(self, lexique, nom, valeur):
        return date_in_words(valeur) if valeur else ""


class Choix(Colonne):
    def clean(self, objet, nom, valeur):
        if str(valeur or "") not in {"", *(str(key) for key, _ in self.column.choices)}:
            raise ValidationError("Ce choix n’a pas pu être lu.")
        return str(valeur or "")

    def is_whole(self, lexique, nom):
        return True

    def mots(self, lexique, nom, valeur):
        return str(dict(self.column.choices).get(valeur, valeur or ""))


def colonne(section, column):
    """The kind of a column of the thing, from its Django field."""
    if column.choices:
        return Choix(section, column)
    if isinstance(column, models.DateField):
        return Jour(section, column)
    if isinstance(column, models.IntegerField):
        return Nombre(section, column)
    return Texte(section, column)
