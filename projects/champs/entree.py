"""What a field of the dossier is: an entry of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cached_property
from typing import Any

from django.db import models

from projects.enums import Section
from projects.models import Dossier, Structure


class Sorte(StrEnum):
    """What a field holds: how it is asked, merged, told and exported follows from it."""

    LIGNE = auto()
    TEXTE = auto()
    NOMBRE = auto()
    POURCENTAGE = auto()
    EUROS = auto()
    DATE = auto()
    CHOIX = auto()
    PLUSIEURS = auto()
    RANGEES = auto()
    QUESTIONS = auto()
    FICHIERS = auto()


class Lecteur(StrEnum):
    """Who reads a dossier: those who write or instruct it, a partner asked for an opinion, a member of the jury."""

    DEDANS = auto()
    PARTENAIRE = auto()
    JURE = auto()

    @property
    def is_dehors(self) -> bool:
        """Phone numbers, addresses and bank details typed in a text are no business of theirs."""
        return self != Lecteur.DEDANS


# From the class of a column to what it holds; the first that fits.
_SORTES = (
    (models.ManyToManyField, Sorte.PLUSIEURS),
    (models.ForeignKey, Sorte.CHOIX),
    (models.DateField, Sorte.DATE),
    (models.IntegerField, Sorte.NOMBRE),
    (models.TextField, Sorte.TEXTE),
    (models.CharField, Sorte.LIGNE),
    (models.ForeignObjectRel, Sorte.RANGEES),
)


def always(dossier: Dossier) -> bool:
    return True


@dataclass(frozen=True)
class Champ:
    """One field. Its column says its label, its help, its limit and, but for a percentage and euros, its `sorte`.

    `relation`: the rows it stands for, when they are called otherwise by the model. `manque`: the sentence that says
    it is missing, "" when nobody asks for it; `quand(dossier)`: it is asked then; `zero`: 0 is an answer. `sujet`:
    what begins the sentence on a text too long. `cache_a`: readers it is not shown to; those who write it read it.
    `fige`: the deposit freezes it with its section. `repris`: a copy for another édition takes it. `de_l_idee`:
    the idea already says it. `export`: its heading in the lists exported, "" when it is in none. `hauteur`: lines of
    the box of a text.
    """

    nom: str
    section: Section
    dite: Sorte | None = None
    relation: str = ""
    manque: str = ""
    quand: Callable[[Dossier], bool] = always
    zero: bool = True
    sujet: str = ""
    cache_a: frozenset[Lecteur] = frozenset()
    fige: bool = True
    repris: bool = True
    de_l_idee: bool = False
    export: str = ""
    hauteur: int = 5

    @property
    def modele(self) -> type[Structure] | type[Dossier]:
        return Structure if self.section == Section.STRUCTURE else Dossier

    @cached_property
    def column(self) -> models.Field | models.ForeignObjectRel:
        """The column, or the relation, as Django describes it."""
        return self.modele._meta.get_field(self.relation or self.nom)

    @cached_property
    def sorte(self) -> Sorte:
        if self.dite:
            return self.dite
        if getattr(self.column, "choices", None):
            return Sorte.CHOIX
        return next(sorte for kind, sorte in _SORTES if isinstance(self.column, kind))

    @property
    def nom_complet(self) -> str:
        """The name it is saved under: those of the first section belong to the structure."""
        return f"structure.{self.nom}" if self.section == Section.STRUCTURE else self.nom

    @property
    def libelle(self) -> str:
        rows = isinstance(self.column, models.ForeignObjectRel)
        label = str(self.column.related_model._meta.verbose_name_plural if rows else self.column.verbose_name)
        return label[:1].upper() + label[1:]

    @property
    def limite(self) -> int | None:
        """The characters it is asked to hold in; None when there is none but that of every text."""
        return getattr(self.column, "signes", None) or getattr(self.column, "max_length", None)

    @property
    def is_colonne(self) -> bool:
        """One answer asked by the form of its section; the others are rows of their own."""
        return not isinstance(self.column, models.ForeignObjectRel)

    @property
    def is_relation(self) -> bool:
        return self.column.is_relation

    def valeur(self, dossier: Dossier) -> Any:
        """What it holds: the value of the column (the key of a row), or a queryset of rows."""
        objet = dossier.structure if self.section == Section.STRUCTURE else dossier
        if self.is_colonne and not self.column.many_to_many:
            return getattr(objet, self.column.attname)
        return getattr(objet, self.relation or self.nom).all()

    def is_vide(self, dossier: Dossier) -> bool:
        valeur = self.valeur(dossier)
        if isinstance(valeur, str):
            return not valeur.strip()
        if isinstance(valeur, int):
            return not (valeur or self.zero)
        return not valeur
