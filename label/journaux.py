"""Journals that name nobody and open nothing: no key, no address, no question, none of the values a database refused.

Whoever keeps them, reads them or is sent them learns what happened to the service, not who did what there.
"""

import logging
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from django.conf import settings
from pythonjsonlogger.json import JsonFormatter

from label.cles import LONGUEUR

# Where a key opens a page (`label.liens`); `deploy/nginx/commun.conf` says them too.
ROUTES = ("avis", "invitations", "jury/invitation", "lien", "partages")
_CLE = re.compile(rf"(?<=/)[A-Za-z0-9_-]{{{LONGUEUR}}}(?![A-Za-z0-9_-])")
# What a mail program makes of a key (cut in two, a sign more before or after) is no key, and tells it all the same:
# there, all that follows is masked, to the end of the address if it is that of a key, of the line if it is not.
_SUITE = re.compile(
    rf"((?:://[^\s/]*+|(?<![\w.%-]))/(?:{'|'.join(ROUTES)})/)"
    rf"(?:[A-Za-z0-9_-]{{{LONGUEUR}}}(?=[/?\"')>, \n]|$)|.+?(?= HTTP/\d|$))",
    re.IGNORECASE | re.MULTILINE,
)
# What is searched, filtered, handed on: after the path of an address, up to its end.
# Each is read in linear time: what asks for a line may be as long as a request.
_QUESTION = re.compile(r"""(?<![^\s?"'<>])([^\s?"'<>/]*+/[^\s?"'<>]*+)\?[^\s"'<>]+""")
_ADRESSE = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+")
MASQUE = "[masqué]"
# What a line in JSON may hold, and its name there.
CHAMPS = {
    "asctime": "a",
    "levelname": "niveau",
    "name": "journal",
    "message": "message",
    "exc_info": "trace",
    "status_code": "statut",
    "acces": "acces",
}


def configuration(form: str, level: str) -> dict[str, Any]:
    """The setting LOGGING. `form`: `texte` or `json`; `level`: from which a line is written."""
    ticking = ("celery.beat", "celery.worker.strategy", "celery.app.trace")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "label.journaux.Ligne", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
            "json": {"()": "label.journaux.LigneJson"},
        },
        "filters": {"refus": {"()": "label.journaux.Refus"}, "battements": {"()": "label.journaux.Battements"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if form == "json" else "line",
                "filters": ["refus"],
            }
        },
        "loggers": {
            # Without Django's own: a fault would be mailed with all that was typed.
            "django": {"handlers": []},
            **{name: {"filters": ["battements"]} for name in ticking},
        },
        "root": {"handlers": ["console"], "level": level},
    }


type ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def masked(words: str) -> str:
    """`words` without the key of any link."""
    return _CLE.sub("[lien]", _SUITE.sub(r"\1[lien]", words))


def discreet(words: str) -> str:
    """`words` without any key, question of an address, nor electronic address."""
    return _ADRESSE.sub("[adresse]", _QUESTION.sub(r"\1", masked(words)))


class _SansValeurs(logging.Formatter):
    """What PostgreSQL says of a row it refused holds the row: what somebody had just typed."""

    def formatException(self, ei: ExcInfo) -> str:
        words = super().formatException(ei)
        for error in _chain(ei[1]):
            diag = getattr(error, "diag", None)
            for value in (getattr(diag, "message_detail", None), getattr(diag, "context", None)):
                words = words.replace(value, MASQUE) if value else words
        return words


class Ligne(_SansValeurs):
    """One line of the application's journal, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


class LigneJson(_SansValeurs, JsonFormatter):
    """The same, one JSON object for each line: `LOG_FORMAT=json`."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}", style="{", rename_fields=CHAMPS, json_ensure_ascii=False
        )

    def process_log_record(self, log_data: dict) -> dict:
        """Only what is named here: a record carries whole requests, and what a task was given."""
        return {
            name: discreet(value) if isinstance(value, str) else value
            for name, value in log_data.items()
            if name in CHAMPS.values() and value is not None
        }


class Refus(logging.Filter):
    """A page refused or not found (400, 403, 404…) is no fault of ours: one line, without the way that led to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class Battements(logging.Filter):
    """What beat asks for at its hours, and a worker does, is for who looks for a fault: idle, they are silent."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.INFO or not _is_tick(record):
            return True
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


def _is_tick(record: logging.LogRecord) -> bool:
    data = getattr(record, "data", None)
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    return str(record.msg).startswith("Scheduler: Sending due task") or bool(data and data.get("name") in asked)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """This error and those it comes from."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
