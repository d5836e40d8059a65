"""The minute people read: a deadline shown as «23 h 59» lasts until 23:59:59.999, wherever it is asked."""

from datetime import datetime


def minute_of(now: datetime) -> datetime:
    """The minute people see at the aware datetime `now`: a deadline that falls in it, or later, is still in time."""
    return now.replace(second=0, microsecond=0)


def is_past(deadline: datetime, now: datetime) -> bool:
    """True once the minute shown to people is over. Both are aware datetimes."""
    return deadline < minute_of(now)
