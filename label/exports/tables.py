"""A list described once: columns, rows, and what any sheet needs to know of a cell."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from operator import attrgetter, itemgetter
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
KINDS = ("text", "int", "plain", "euros", "date", "datetime", "decimal", "degrees", "percent", "bool")
NUMERIC = frozenset(("int", "plain", "euros", "decimal", "degrees", "percent"))
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_DEFAULT_WIDTHS = {"text": 28, "date": 12, "datetime": 17, "bool": 8, "euros": 14}
# Control characters no spreadsheet format (XML 1.0) can carry.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` (stable key), `heading` (French), how to read it and its type.

    value: a callable(row) -> object, or a path: `"titre"`, `"structure.nom"`. A path is a key when
    the row is a dict, attributes otherwise; an absent relation on the way (None) gives an
    empty cell. Left out, the column's own name is the path.
    kind: one of KINDS. `euros` are whole euros; `plain` is a whole number whose thousands are not set
    apart, as a year (never «2 026»); `degrees` keep six decimals; `percent` is a share (0.25 shows 25 %);
    a `datetime` is aware and shown in Europe/Paris; a `bool` reads «oui» or «non».
    A choice is shown by its label, never by its code.
    width: in characters; 0 takes the default of the kind.
    """

    name: str
    heading: str
    value: Callable[[Any], object] | str = ""
    kind: str = "text"
    width: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown column kind: {self.kind!r}")

    def getter(self, sample: Any) -> Callable[[Any], object]:
        """A function row -> value, chosen once from the first row (dict or object)."""
        if callable(self.value):
            return self.value
        path = self.value or self.name
        if isinstance(sample, dict):
            return itemgetter(path)
        fast = attrgetter(path)
        if "." not in path:
            return fast
        steps = path.split(".")

        def walk(row: Any) -> Any:
            try:
                return fast(row)
            except AttributeError:
                for step in steps:
                    row = getattr(row, step)
                    if row is None:
                        return None
                return row

        return walk

    @property
    def characters(self) -> int:
        return self.width or max(_DEFAULT_WIDTHS.get(self.kind, 10), len(self.heading) + 3)


@dataclass(frozen=True, slots=True)
class Table:
    """A titled list: columns and any iterable of rows, read once."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))

    def records(self) -> tuple[list[Callable], Iterator]:
        """(one getter per column, iterator over all rows)."""
        rows = iter(self.rows)
        head = list(islice(rows, 1))
        getters = [column.getter(head[0] if head else None) for column in self.columns] if head else []
        return getters, chain(head, rows)


def is_number(value: Any) -> bool:
    return type(value) is int or (isinstance(value, (int, float, Decimal)) and isfinite(value))


def local(value: datetime) -> datetime:
    return value.astimezone(PARIS) if value.tzinfo is not None else value


def clean_text(value: Any) -> str:
    """The text of a cell, without the control characters XML refuses."""
    text = value if type(value) is str else str(value)
    return _UNWRITABLE.sub("", text) if not text.isprintable() else text


def sheet_name(title: str) -> str:
    """A sheet name Excel accepts: 31 characters, none of `[]:*?/\\'`."""
    return _SHEET_FORBIDDEN.sub(" ", clean_text(title)).strip()[:31].strip() or "Feuille"


def sheet_moment(value: date, kind: str) -> datetime | date:
    """A date or a naive Paris datetime, as spreadsheets know no time zone."""
    if not isinstance(value, datetime):
        return value
    moment = local(value).replace(tzinfo=None, microsecond=0)
    return moment if kind == "datetime" else moment.date()
