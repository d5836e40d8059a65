"""The main menu: each app offers its entries, each entry says who sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One link. `visible`: function(user) -> bool; the user may be anonymous."""

    label: str
    url_name: str
    visible: Callable[[Any], bool]
    icon: str = ""
    order: int = 100


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    _entries.extend(entries)
    _entries.sort(key=lambda entry: entry.order)


def entries_for(user: Any) -> list[Entry]:
    """The entries this person sees, in order."""
    return [entry for entry in _entries if entry.visible(user)]


register(
    Entry("À faire", "label:tableau", lambda user: user.is_authenticated, icon="house", order=0),
    Entry(
        "Éditions", "label:edition_list", lambda user: user.has_perm("label.view_edition"), icon="calendar", order=80
    ),
    Entry(
        "Messages", "label:message_plan", lambda user: user.has_perm("label.view_courriel"), icon="envelope", order=90
    ),
)
