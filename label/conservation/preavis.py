"""Telling people before something of theirs is erased; what is touched meanwhile is spared, and told again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Unpack

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from label.conservation.registre import PREAVIS, Efface, Mots, Regle
from label.models import Courriel, Preavis
from label.models.courriel import Etat
from label.notifications import notify
from label.templatetags.label_ui import duree

# A month counted in the database and a month counted here may differ by so much.
MARGE = timedelta(days=4)


def told_first(
    cle: str,
    *,
    rows: Callable[[], QuerySet],
    hold: Callable[[int], bool],
    apres: relativedelta,
    efface: Callable[[Any], Efface],
    **mots: Unpack[Mots],
) -> Regle:
    """A `Regle` whose things go `apres` (relativedelta) after their last activity, once people have been told.

    `rows()`: what may ever go, each with `depuis`, its last activity. `hold(key)`: lock one; false when somebody else
    has it in hand, and it waits for another night. `efface(obj)`: the `Efface` of one. The message is
    `conservation_<cle>`, with `le`, from when it may be erased, and `garde`, the words of `apres`. The notice holds
    for the state it told of: any activity since makes another `depuis`, another end, another notice.
    """

    def end_of(obj: Model) -> datetime:
        return timezone.localtime(obj.depuis) + apres

    def notices(**when: datetime) -> set[tuple[int, datetime]]:
        """The notices given, all read at once: there may be one for each account of the place."""
        return set(Preavis.objects.filter(regle=cle, **when).values_list("objet_id", "depuis"))

    def near(now: datetime) -> QuerySet:
        return rows().filter(depuis__lte=now - apres + MARGE).order_by("depuis", "pk")

    def due(now: datetime) -> list[int]:
        given = notices(at__lte=now - PREAVIS)
        over = [obj for obj in near(now) if (obj.pk, obj.depuis) in given and end_of(obj) <= now]
        return [obj.pk for obj in over if _is_told(cle, obj, now)]

    def to_tell(now: datetime) -> list[int]:
        given = notices()
        soon = [obj for obj in near(now + PREAVIS) if end_of(obj) - PREAVIS <= now]
        return [obj.pk for obj in soon if (obj.pk, obj.depuis) not in given]

    @transaction.atomic
    def tell(key: int, now: datetime) -> bool:
        obj = rows().filter(pk=key).first() if hold(key) else None
        if obj is None or end_of(obj) - PREAVIS > now:
            return False
        le = max(end_of(obj), now + PREAVIS)
        if not _give(cle, obj, now, le):
            return False
        notify(f"conservation_{cle}", obj, occurrence=_occurrence(obj), le=le, garde=duree(apres))
        return True

    def prepare(key: int, now: datetime) -> Efface | None:
        obj = rows().filter(pk=key).first() if hold(key) else None
        if obj is None or end_of(obj) > now or not _is_told(cle, obj, now):
            return None
        return efface(obj)

    return Regle(cle, **mots, due=due, prepare=prepare, to_tell=to_tell, tell=tell)


def notices_of(cle: str, key: int) -> QuerySet:
    """The notices given about this: they go with it."""
    return Preavis.objects.filter(regle=cle, objet_id=key)


def _give(cle: str, obj: Model, now: datetime, le: datetime) -> bool:
    """Record the notice. Returns whether this state of things was not told of before."""
    told = {"at": now, "le": le}
    return Preavis.objects.get_or_create(regle=cle, objet_id=obj.pk, depuis=obj.depuis, defaults=told)[1]


def _is_told(cle: str, obj: Model, now: datetime) -> bool:
    """Whether the notice was given long enough before `now`, and has left: what waits has told nobody anything.

    Whatever state it is in again, it stays until the last of the dates people were told.
    """
    notices = notices_of(cle, obj.pk)
    given = notices.filter(depuis=obj.depuis, at__lte=now - PREAVIS)
    waiting = Courriel.objects.filter(
        cle_notification=f"conservation_{cle}",
        object_id=obj.pk,
        occurrence=_occurrence(obj),
        etat__in=[Etat.DU, Etat.EN_COURS],
    )
    return given.exists() and not notices.filter(le__gt=now).exists() and not waiting.exists()


def _occurrence(obj: Model) -> str:
    return f"{obj.depuis.timestamp():.6f}"
