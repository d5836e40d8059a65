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
from zoneinfo import ZoneInfo

import typst
from django.utils.functional import Promise

PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).resolve().parent.parent / "templates" / "documents"
# What no shipped typeface can draw is shown so, rather than the document refused: a receipt is owed.
MISSING_GLYPH = "□"
MAX_REPLACEMENTS = 60
_UNSHOWABLE = re.compile(r'the text `?"(?P<text>.+?)"`? could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# From here on (CJK and beyond) a missing sign means that its neighbours are missing too.
_WIDE_SCRIPTS = 0x2E80
_EMOJI = range(0x1F000, 0x20000)


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
    for _ in range(MAX_REPLACEMENTS):
        try:
            return compiler.compile(
                format="pdf",
                sys_inputs=inputs | {"data": payload},
                pdf_standards="ua-1",
                timestamp=0 if timestamp is None else int(timestamp.timestamp()),
            )
        except typst.TypstError as error:
            shorter = _without_missing_glyphs(payload, error.message)
            if shorter == payload:
                hints = " ".join(error.hints)
                raise DocumentError(f"{template}: {error.message} {hints}".strip()) from error
            payload = shorter
    raise DocumentError(f"{template}: too many signs without a typeface")


def _plain(value):
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


def _clean(value):
    """The same data, without the control characters a page cannot show."""
    if isinstance(value, str):
        return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if isinstance(value, dict):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value


def _without_missing_glyphs(payload: str, message: str) -> str:
    """The payload where the signs the compiler could not draw are replaced; itself when it is not about them."""
    found = _UNSHOWABLE.search(message)
    if not found:
        return payload
    text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), found["text"])
    missing = {sign for sign in text if not sign.isascii()}
    wide = any(ord(sign) >= _WIDE_SCRIPTS and ord(sign) not in _EMOJI for sign in missing)

    def replacement(sign: str) -> str:
        code = ord(sign)
        if sign in missing or (wide and code >= _WIDE_SCRIPTS and code not in _EMOJI):
            return MISSING_GLYPH
        return sign

    return "".join(map(replacement, payload))
