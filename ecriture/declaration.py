"""What a thing written says of itself. The engine asks nothing else of it, and knows no other way to know it.

A floor above subclasses `Declaration` for its model, registers the kinds of its fields, and declares one instance
when its application is ready; `ecriture.urls.addresses` gives it its pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet, TextChoices
from django.http import Http404
from django.urls import reverse

from ecriture.enums import Visibilite
from label.dates import Bornes, ordinaires
from label.models import User

if TYPE_CHECKING:
    from ecriture.kinds import Kind
    from ecriture.models import Ecrit, Written
    from ecriture.presence.visites import Nouvelle

_declared: dict[type["Written"], "Declaration"] = {}


class ChampInconnu(LookupError):
    """No field of the thing bears this name."""


class EcritureFermee(ValidationError):
    """The thing, or this section of it, is no longer written; the message says why."""


@dataclass(frozen=True)
class Lecteur:
    """One person who reads what is said of a thing. `groupe`: why, a member of a TextChoices in the order names are
    shown; `reserve`: whether what is for agents too.
    """

    user: User
    groupe: str
    reserve: bool

    @property
    def nom(self) -> str:
        return self.user.get_full_name()

    def lit(self, visibilite: str) -> bool:
        return self.reserve or visibilite == Visibilite.CO_AUTEURS


def declare(declaration: "Declaration") -> "Declaration":
    """Make a thing known to the engine. Returns the declaration."""
    _declared[declaration.model] = declaration
    return declaration


def declaration_of(objet: "Written | QuerySet") -> "Declaration":
    """The declaration of a thing, or of a queryset of things."""
    return _declared[objet.model if isinstance(objet, QuerySet) else type(objet)]


def declarations() -> list["Declaration"]:
    return list(_declared.values())


def objet_of(ecrit: "Ecrit") -> "Written":
    """The thing this `Ecrit` is of."""
    ways = (model._meta.get_field("ecrit").remote_field.get_accessor_name() for model in _declared)
    return next(objet for way in ways if (objet := getattr(ecrit, way, None)) is not None)


class Declaration:
    """One thing written. `Section`: the TextChoices of its parts; `espace`: the namespace of its addresses.

    `see`, `change`, `comment`, `comment_agents`: permissions of `rules`, asked on the thing. `suiveurs`: the groups of
    readers told of every comment; `lecteurs`: who reads one, {Visibilite: words}; `notification`: the key of the
    message that groups comments, '' when nobody is written to. `ce`, `le`, `du`: how people call it.
    """

    model: "type[Written]"
    Section: type[TextChoices]
    espace = ""
    see = change = comment = comment_agents = ""
    notification = ""
    suiveurs: frozenset[str] = frozenset()
    lecteurs = dict(Visibilite.choices)
    ce, le, du = "ce texte", "le texte", "du texte"

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}

    @property
    def lien(self) -> str:
        """The thing, from what is owed of a comment."""
        return f"commentaire__ecrit__{self.model._meta.get_field('ecrit').related_query_name()}"

    # ── Fields ──

    def add(self, nom: str, kind: "Kind") -> None:
        """Register the kind of the field `nom`, or of the rows `<nom>.<key>`."""
        self.kinds[nom] = kind

    def kind(self, nom: str) -> "Kind":
        """The Kind of this field. Raises ChampInconnu."""
        found = self.kinds.get(nom if nom in self.kinds else nom.partition(".")[0])
        if found is None or found.is_famille != ("." in nom):
            raise ChampInconnu(nom)
        found.ensure(nom)
        return found

    def kinds_in(self, section: str) -> list["Kind"]:
        """Those of a section, in the order they were registered."""
        return [kind for kind in self.kinds.values() if kind.section == section]

    def ancre(self, nom: str) -> str:
        """The place of a field on the page of its section, without the #, whether or not it is still there."""
        return self.kinds[nom if nom in self.kinds else nom.partition(".")[0]].ancre(nom)

    def same_fields(self, objet: "Written", section: str) -> Q:
        """Where the rows of this section's fields are, as a condition on their `ecrit`: things may share fields."""
        return Q(ecrit=objet.ecrit_id)

    def bornes(self, objet: "Written", nom: str) -> Bornes:
        """The days a date of the thing may be on, a `label.dates.Bornes`."""
        return ordinaires()

    def check(self, objet: "Written", columns: dict[str, Any]) -> None:
        """Raise ValidationError when these columns, about to be written, do not hold together."""

    # ── Who and when ──

    def read(self, rows: QuerySet) -> QuerySet:
        """The rows with what a save reads of them."""
        return rows

    def held_first(self, section: str) -> Sequence[str]:
        """The relations a write of this section holds before the thing, in order."""
        return ()

    def reads_agents(self, objet: "Written", user: User) -> bool:
        return bool(self.comment_agents) and user.has_perm(self.comment_agents, objet)

    def ensure_may_write(self, objet: "Written", by: User) -> None:
        """Raise PermissionDenied to whoever never writes it, EcritureFermee when nobody does any more."""
        if not by.has_perm(self.change, objet):
            raise PermissionDenied

    def ensure_writable(self, objet: "Written", section: str, now: datetime) -> None:
        """Raise EcritureFermee when this section is not written at the aware datetime `now`, whoever asks."""

    # ── Who reads, who is told ──

    def readers(self, objet: "Written") -> list[Lecteur]:
        """Everybody who may read it today, as a list of Lecteur."""
        raise NotImplementedError

    def concerned(self, objet: "Written") -> set[int]:
        """The primary keys of people told of every comment besides the `suiveurs`, as a set."""
        return set()

    def nouvelles(self, objet: "Written", user: User, visite: datetime, section: str | None) -> list["Nouvelle"]:
        """What else moved since `visite`, in one section or in all (None), as a list of `presence.visites.Nouvelle`."""
        return []

    # ── Pages ──

    def section(self, code: str) -> TextChoices:
        """The `Section` an address names. Raises Http404."""
        if code not in self.Section:
            raise Http404
        return self.Section(code)

    def sections(self, objet: "Written") -> list[TextChoices]:
        """Its parts whose story is told, in order."""
        return list(self.Section)

    def for_histoire(self, rows: QuerySet) -> QuerySet:
        """The rows with what the pages of the story read of them."""
        return rows

    def address(self, name: str, objet: "Written", *args: object) -> str:
        """The address of one of its pages: `vie`, `champ_save`, `section_edit`…"""
        return reverse(f"{self.espace}:{name}", args=[objet.cle, *args])
