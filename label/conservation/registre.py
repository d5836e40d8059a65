"""How long each thing is kept, and what is done then: the one table the page of personal data, the notices and the
purge all read. Floors above add what they keep in `conservation.py`.

Sources: RGPD art. 5.1.e (kept no longer than needed); Code du patrimoine L212-2 and L212-3 (no deposited dossier goes
without the archives' visa); the durations are the EPT's own, and are told to people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from dateutil.relativedelta import relativedelta
from django.db.models import Model, QuerySet

from label.models import User
from label.templatetags.label_ui import duree

# After the closing of its édition, or the last thing done to it.
BROUILLON = relativedelta(months=3)
BROUILLON_DIT = f"{duree(BROUILLON)} après la clôture, ou après le dernier geste si l’on y a touché depuis"
# After the answer.
IDEE = relativedelta(months=3)
IDEE_DITE = f"{duree(IDEE)} après la réponse"
# Since the last sign-in.
COMPTE = relativedelta(years=2)
COMPTE_DIT = f"{duree(COMPTE)} sans se connecter"
# After its end: the reminder, a word to who asks what became of it.
INVITATION = relativedelta(months=3)
INVITATION_DIT = f"{duree(INVITATION)} après la fin"
# Who may still act is told this long before.
PREAVIS = timedelta(days=30)
PREAVIS_DIT = duree(PREAVIS)


@dataclass(frozen=True)
class Regle:
    """One line of the table.

    `cle`; `quoi`, `duree`, `suite`, `raison`: French words, what it is, how long it is kept, what becomes of it, by
    what rule. `due(now)`: the keys of what may be erased at the aware datetime `now`, a list or a queryset.
    `prepare(key, now)`: hold this one, look at it again, say what will go (`Efface`); None when it is spared. Without
    it nothing goes by itself: the list waits for a decision. `to_tell(now)`, `tell(key, now)`: the same for who is
    told beforehand; `tell` returns whether it was done now. `lot`: how many at most in one pass. `en_bloc`: all that
    is due goes at once, and `key` is None.
    """

    cle: str
    quoi: str
    duree: str
    suite: str
    raison: str
    due: Callable[[datetime], Sequence[Any] | QuerySet]
    prepare: Callable[[Any, datetime], "Efface | None"] | None = None
    to_tell: Callable[[datetime], Sequence[Any] | QuerySet] | None = None
    tell: Callable[..., bool] | None = None
    lot: int = 200
    en_bloc: bool = False


@dataclass(frozen=True)
class Efface:
    """What one erasure takes: `act()` does it; {table: rows}; what names it (`type:key`); the files to take off the
    disk.
    """

    act: Callable[[], object]
    lignes: Mapping[str, int]
    noms: tuple[str, ...] = ()
    fichiers: tuple[str, ...] = ()


registry: dict[str, Regle] = {}


def register(*regles: Regle) -> None:
    """Add lines. Raises ValueError when a key is taken."""
    for regle in regles:
        if regle.cle in registry:
            raise ValueError(f"Already registered: {regle.cle}")
        registry[regle.cle] = regle


class Mots(TypedDict):
    """The words of a `Regle`."""

    quoi: str
    duree: str
    suite: str
    raison: str


def en_bloc(cle: str, rows: Callable[[datetime], QuerySet], **mots: Unpack[Mots]) -> Regle:
    """A `Regle` that nobody needs to be told of: `rows(now)`, a queryset, goes whole."""

    def prepare(key: None, now: datetime) -> Efface | None:
        over = rows(now)
        number = over.count()
        return Efface(over.delete, {over.model._meta.db_table: number}) if number else None

    return Regle(cle, **mots, due=rows, prepare=prepare, en_bloc=True)


# Whose account is kept open: functions() -> queryset of primary keys of `User`.
_tenus: list[Callable[[], QuerySet]] = []
# What ends with an account: functions(user, adresse, at).
_departs: list[Callable[[User, str, datetime], object]] = []
# Models that point at a person without naming whoever did something: being a member, being invited.
_legers: set[str] = set()


def tient[F: Callable[[], QuerySet]](function: F) -> F:
    """Register a function() -> primary keys of the persons whose role today keeps their account, as a queryset."""
    _tenus.append(function)
    return function


def au_depart[F: Callable[[User, str, datetime], object]](function: F) -> F:
    """Register a function(user, adresse, at) that ends what this person holds somewhere; `adresse` replaces hers."""
    _departs.append(function)
    return function


def leger(*labels: str) -> None:
    """Register models (`app.Model`) that point at a person without being a deposit nor a journal."""
    _legers.update(labels)


def held_accounts() -> list[QuerySet]:
    """The querysets of the persons whose account stays open."""
    return [function() for function in _tenus]


def end_roles(user: User, adresse: str, at: datetime) -> None:
    """End all that this person holds."""
    for function in _departs:
        function(user, adresse, at)


def is_leger(model: type[Model]) -> bool:
    return model._meta.label in _legers
