"""PDF documents from Typst templates: tagged (PDF/UA-1), in French, from data alone.

The data travel as one JSON string in `sys.inputs` and are never pasted into a template's
source: what somebody typed cannot become code. Templates live under `templates/documents/`,
their typefaces beside them; no system font, package or network is used.
"""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils.dates import MONTHS
from django.utils.functional import Promise

PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).resolve().parent.parent / "templates" / "documents"
# Line ends of all kinds; a mark of byte order inside a text is a joiner, which has had a sign of its own since.
_SAID_OTHERWISE = str.maketrans(
    {
        "\t": " ",
        "\r": "\n",
        "\x0b": "\n",
        "\x0c": "\n",
        "\x85": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
        "\ufeff": "\u2060",
    }
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Hebrew, Arabic and the like, and the marks that change the direction of what follows them.
_DIRECTED = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PDF, _FSI, _PDI = "\u202c", "\u2068", "\u2069"
_OPENING = dict.fromkeys("\u202a\u202b\u202d\u202e", _PDF) | dict.fromkeys("\u2066\u2067\u2068", _PDI)


# Marks of direction beyond which a line shows nothing by them: Unicode itself nests 125 (UAX #9, BD2).
_DIRECTIONS_MAX = 125
_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# The same sign that shows nothing, again and again: laying it out costs minutes, and shows nothing either.
_INVISIBLE_RUN = re.compile("([\xad\u200b-\u200f\u2060-\u2064])\\1{15,}")


class DocumentError(RuntimeError):
    """A document could not be made; the message says which template and why."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[ROOT / "fonts"])


def render_pdf(template: str, data: dict, *, timestamp: datetime | None = None) -> bytes:
    """The PDF of `template` (a path under `templates/documents/`, e.g. "projects/recepisse.typ").

    data: JSON-able values, plus date, aware datetime (sent in Paris time), Decimal and lazy texts;
    the shape is written at the head of each template. `data["demo"]` true prints the fictional-data mention.
    timestamp: aware datetime written as creation date; left out, none is written, so that the
    same data give the same bytes.
    Raises DocumentError: unknown template, data missing from its shape, data that JSON cannot carry.
    """
    source = (ROOT / template).resolve()
    if not source.is_relative_to(ROOT) or not source.is_file():
        raise DocumentError(f"{template}: no such document template")
    try:
        payload = json.dumps(_clean(data), ensure_ascii=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise DocumentError(f"{template}: {error}") from error
    inputs = {} if timestamp is None else {"horodate": "oui"}
    compiler = typst.Compiler(input=source, root=ROOT, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        pdf = compiler.compile(
            format="pdf",
            sys_inputs=inputs | {"data": payload, "mois": json.dumps([str(mois) for mois in MONTHS.values()])},
            pdf_standards="ua-1",
            timestamp=0 if timestamp is None else int(timestamp.timestamp()),
        )
        # One file, all its pages in it.
        assert isinstance(pdf, bytes)
        return pdf
    except typst.TypstError as error:
        raise DocumentError(f"{template}: {error.message} {' '.join(error.hints)}".strip()) from error
    except BaseException as error:
        # A fault of the compiler itself comes as an exception that nobody catches.
        if type(error).__name__ != "PanicException":
            raise
        raise DocumentError(f"{template}: {error}") from error


def _plain(value: Any) -> Any:
    """JSON for the values Python has and JSON has not."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(PARIS)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a value a document can show")


def _clean(value: Any) -> Any:
    """The same data as a page can show them: no control characters, each line of text with its own directions."""
    if isinstance(value, str):
        text = _CONTROLS.sub("", value.replace("\r\n", "\n").translate(_SAID_OTHERWISE))
        lines = _INVISIBLE_RUN.sub(lambda run: run[1] * 16, text).split("\n")
        return "\n".join([_isolated(line) if _DIRECTED.search(line) else line for line in lines])
    if isinstance(value, dict):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value


def _isolated(line: str) -> str:
    """The line, whose directions end with it: what is printed after a name reads as if the name were not there."""
    kept, open_ = [], []
    if len(_MARKS.findall(line)) > 2 * _DIRECTIONS_MAX:
        line = _MARKS.sub("", line)
    for sign in line:
        if sign in _OPENING:
            open_.append(_OPENING[sign])
        elif sign == _PDI:
            # One that closes nothing would close ours; the embeddings begun inside an isolate end with it.
            if _PDI not in open_:
                continue
            while open_.pop() != _PDI:
                pass
        elif sign == _PDF and open_ and open_[-1] == _PDF:
            open_.pop()
        kept.append(sign)
    return f"{_FSI}{''.join(kept)}{''.join(reversed(open_))}{_PDI}"
