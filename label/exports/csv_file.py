"""The CSV of French spreadsheets: `;`, UTF-8 with BOM, CRLF, JJ/MM/AAAA, decimal comma."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from label.exports.tables import Table, clean_text, is_number, local

# A cell of text that begins so would be run as a formula: an apostrophe goes before it.
FORMULA_STARTS = "=+-@\t\r"
CHUNK_ROWS = 500
# Between quotes, a text stays one cell whatever signs the spreadsheet was told to cut at, as LibreOffice does by itself
# at commas and tabs: what follows one of them might begin as a formula. So does what it would take for a number, a date
# or a truth, where the person asks for it («champs entre guillemets comme texte»): «00123» keeps its zeros.
_QUOTED = re.compile(r"""[;,|\t"\r\n\d]|[\s:][=+@-]|^\s*(?:vrai|faux|true|false)\s*$""", re.IGNORECASE)


def _csv_text(value: Any) -> str:
    text = value if type(value) is str else str(value)
    if not text.isprintable():
        text = clean_text(text)
    if not text:
        return ""
    if text[0] in FORMULA_STARTS:
        text = "'" + text
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _csv_number(value: Any) -> str:
    if type(value) is int:
        return str(value)
    if not is_number(value):
        return _csv_text(value)
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(+value).replace(".", ",")


def _csv_percent(value: Any) -> str:
    if not is_number(value):
        return _csv_text(value)
    share = (Decimal(str(value)) * 100).normalize()
    return f"{share:f} %".replace(".", ",")


def _csv_date(value: Any) -> str:
    if isinstance(value, datetime):
        value = local(value)
    elif not isinstance(value, date):
        return _csv_text(value)
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def _csv_datetime(value: Any) -> str:
    if not isinstance(value, datetime):
        return _csv_date(value)
    moment = local(value)
    return f"{moment.day:02}/{moment.month:02}/{moment.year:04} {moment.hour:02}:{moment.minute:02}"


def _csv_bool(value: Any) -> str:
    return "oui" if value else "non"


CSV_CELLS = {
    "text": _csv_text,
    "int": _csv_number,
    "plain": _csv_number,
    "euros": _csv_number,
    "decimal": _csv_number,
    "degrees": _csv_number,
    "percent": _csv_percent,
    "date": _csv_date,
    "datetime": _csv_datetime,
    "bool": _csv_bool,
}


def iter_csv(table: Table) -> Iterator[bytes]:
    """The table as CSV chunks: UTF-8 with BOM, `;`, CRLF, French dates and decimal comma."""
    yield ("\ufeff" + ";".join(_csv_text(c.heading) for c in table.columns) + "\r\n").encode()
    getters, rows = table.records()
    cells = [(getter, CSV_CELLS[column.kind]) for getter, column in zip(getters, table.columns, strict=False)]
    join = ";".join
    while chunk := list(islice(rows, CHUNK_ROWS)):
        lines = [join(["" if (value := get(row)) is None else write(value) for get, write in cells]) for row in chunk]
        lines.append("")
        yield "\r\n".join(lines).encode("utf-8", "replace")


def to_csv(table: Table) -> bytes:
    """The whole table as CSV bytes."""
    return b"".join(iter_csv(table))
