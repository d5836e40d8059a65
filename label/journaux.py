"""Journals without a key: whoever reads them opens no link sent by mail."""

import logging
import re

from label.cles import LONGUEUR

_CLE = re.compile(rf"(?<=/)[A-Za-z0-9_-]{{{LONGUEUR}}}(?![A-Za-z0-9_-])")


def masked(words: str) -> str:
    """`words` without the key of any link."""
    return _CLE.sub("[lien]", words)


class Ligne(logging.Formatter):
    """One line of the application's journal, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
