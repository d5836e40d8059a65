"""The pass of the night: tell, then erase, rule by rule; and the same table, dry."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils import timezone

from label.balayage import each
from label.conservation.purge import apply, remove_files_left
from label.conservation.registre import Regle, registry
from label.models import Origine


@dataclass(frozen=True)
class Etat:
    """What one rule would do now: how many are to be told, how many may go."""

    regle: Regle
    a_prevenir: int
    a_effacer: int


def situation(now: datetime | None = None) -> list[Etat]:
    """What each rule would do at the aware datetime `now`; nothing is written."""
    now = now or timezone.now()
    return [
        Etat(regle, len(regle.to_tell(now)) if regle.to_tell else 0, len(regle.due(now))) for regle in registry.values()
    ]


def conserve(
    *, origine: Origine, now: datetime | None = None, only: Collection[str] | None = None
) -> dict[str, tuple[int, int]]:
    """Tell and erase what is due at the aware datetime `now`, in bounded numbers. Returns {rule: (told, gone)}.

    `only`: the keys of the rules wanted; all by default. Suspended by `CONSERVATION_SUSPENDUE`, what people are told
    of first is left alone: nobody is told, nothing goes.
    """
    now = now or timezone.now()
    remove_files_left()
    wanted = [regle for regle in registry.values() if only is None or regle.cle in only]
    return {
        regle.cle: (_tell(regle, now), apply(regle, origine=origine, now=now))
        for regle in wanted
        if not (settings.CONSERVATION_SUSPENDUE and regle.tell)
    }


def _tell(regle: Regle, now: datetime) -> int:
    return each(regle.to_tell(now)[: regle.lot], partial(regle.tell, now=now)) if regle.to_tell and regle.tell else 0
