"""Journals without a key: whoever reads them opens no link sent by mail."""

import logging
import re
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from label.cles import LONGUEUR

_CLE = re.compile(rf"(?<=/)[A-Za-z0-9_-]{{{LONGUEUR}}}(?![A-Za-z0-9_-])")


def masked(words: str) -> str:
    """`words` without the key of any link."""
    return _CLE.sub("[lien]", words)


class Ligne(logging.Formatter):
    """One line of the application's journal, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Acces(Logger):
    """gunicorn's journals: one line for each request, and what falls outside the application."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Ligne(self.error_fmt, self.datefmt))

    def atoms(self, *args: Any) -> dict[str, Any]:
        return {
            name: masked(value) if isinstance(value, str) else value for name, value in super().atoms(*args).items()
        }
