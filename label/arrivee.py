"""When a request reached us: what a deposit is judged by, whatever it waits for afterwards.

Our own front writes the instant at which it had read the line and the headers of the request, before its body
(`deploy/nginx/`), in the header named by `ARRIVAL_HEADER`: seconds since 1970, UTC, with milliseconds. It replaces
what the client sent under that name. Without a front, our own clock, as the first thing done with the request.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

# How long a request may have waited between the front and us and still be judged by its arrival. The drafts are
# closed only once this time has passed since the deadline.
ATTENTE_MAX = timedelta(minutes=5)
# How far the clock of the front may run ahead of ours: two machines kept on time differ by some milliseconds, and by
# tenths of a second after a restart. Beyond, one of them is wrong, and ours decides.
AVANCE_MAX = timedelta(seconds=1)
_SECONDS = re.compile(r"\d{1,11}(?:\.\d{1,6})?", re.ASCII)


def arrival_of(value: str, now: datetime) -> datetime:
    """The instant a request reached us: what the front wrote (`value`, '' when nothing), or `now` when it is not
    believed: unreadable, older than `ATTENTE_MAX`, ahead by more than `AVANCE_MAX`. Both datetimes are aware; never
    after `now`.
    """
    if not _SECONDS.fullmatch(value):
        return now
    stamped = datetime.fromtimestamp(float(value), UTC)
    if not now - ATTENTE_MAX <= stamped <= now + AVANCE_MAX:
        return now
    return min(stamped, now)


def stamp(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the first of all: `request.arrivee`, the aware datetime of its arrival."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        header = settings.ARRIVAL_HEADER
        request.arrivee = arrival_of(request.headers.get(header, "") if header else "", timezone.now())
        return get_response(request)

    return middleware
