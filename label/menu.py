"""The main menu: each app offers its entries, each entry says who sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One link. `visible`: function(user) -> bool; the user may be anonymous."""

    label: str
    url_name: str
    visible: object
    icon: str = ""
    order: int = 100


_entries: list[Entry] = []


def register(*entries):
    _entries.extend(entries)
    _entries.sort(key=lambda entry: entry.order)


def entries_for(user):
    """The entries this person sees, in order."""
    return [entry for entry in _entries if entry.visible(user)]
