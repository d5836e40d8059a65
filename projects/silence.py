"""The silence of the EPT: one function says on which date it means rejection, everything shown derives from it.

A request for money unanswered for two months is rejected (CRPA L231-4 3°), from day to day after its receipt. Time
given to complete it suspends that delay, from the request until the answer or the end of that time, whichever comes
first (L114-5). What the EPT's lawyer has to confirm is in `docs/decisions/0034-silence-et-versions.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from label.mentions import SILENCE_MOIS
from projects.enums import Statut

DELAI = relativedelta(months=SILENCE_MOIS)
# Nothing more is owed on these: their decision was notified at once, or the request taken back.
_REPONDUS = frozenset({Statut.IRRECEVABLE, Statut.RETIRE})


def is_attendue(statut: str, published_at: datetime | None) -> bool:
    """True while the EPT still owes its decision: the results of the édition, published at `published_at`, give it to
    all but those who wait on the list."""
    return statut not in _REPONDUS and (published_at is None or statut == Statut.RESERVE)


@dataclass(frozen=True)
class Suspension:
    """Time given to complete a request: from the aware datetime `du` to `jusqu_au`, cut short at `fin` (None: not yet).

    `fin`: the answer, or whatever put an end to the waiting.
    """

    du: datetime
    jusqu_au: datetime
    fin: datetime | None = None

    @property
    def au(self) -> datetime:
        """When the delay runs again, as far as is known."""
        return min(self.jusqu_au, self.fin or self.jusqu_au)


@dataclass(frozen=True)
class Silence:
    """When the silence of the EPT means rejection.

    `le`: the date. `jours`: days of suspension counted in it. `suspensions`: those that count, the earliest first; one
    that came once the date had passed suspends nothing.
    """

    le: date
    jours: int
    suspensions: tuple[Suspension, ...] = ()

    def est_venu(self, jour: date) -> bool:
        """True once the whole of its last day has passed."""
        return jour > self.le

    def suspension_at(self, now: datetime) -> Suspension | None:
        """The one in course at this aware datetime, from when the delay stopped. None: it runs, or is over.

        Time added before the former ran out goes on with it; after, the delay had run meanwhile and stops anew.
        """
        course = [one for one in self.suspensions if one.du <= now < one.au]
        if not course:
            return None
        du = min(one.du for one in course)
        for one in reversed(self.suspensions):
            if one.du < du <= one.au:
                du = one.du
        return Suspension(du, max(one.au for one in course))


def silence(recu: datetime, suspensions: Iterable[Suspension] = ()) -> Silence:
    """The `Silence` kept on what was received at the aware datetime `recu`.

    Days are those of Paris, and the day of receipt is not counted; where the month has no such day, its last one. The
    date then moves back by the days that go from each request to its end, each day once however requests follow or
    overlap.
    """
    received = timezone.localdate(recu)
    le, seen, days, counted = received + DELAI, received, 0, []
    for one in sorted(suspensions, key=lambda one: one.du):
        du, au = timezone.localdate(one.du), timezone.localdate(one.au)
        # Silence has spoken: nothing is left to suspend.
        if du > le:
            break
        counted.append(one)
        if (added := (au - max(du, seen)).days) > 0:
            le, seen, days = le + timedelta(days=added), au, days + added
    return Silence(le, days, tuple(counted))
