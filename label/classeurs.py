"""Workbooks people send: XLSX, ODS and CSV, as Excel, LibreOffice, Google or a bank write them, read as the same cells.

A cell is a text, an int or a float, a bool, a date or datetime, None when empty; a cell no value can be taken from is a
`CelluleIllisible`. Nothing is dropped: what cannot be read raises ValidationError, in a plain French sentence.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree
from zlib import error as ZlibError

import openpyxl
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from label.demesure import COLONNES_MAX, ILLISIBLE, TROP_GRAND, check_unpacked, ensure_in_order
from label.encodages import UTF_16, decoded
from label.fichiers.inspection import inspect_file
from label.fichiers.refus import log_damaged
from label.ooxml import transitional
from label.templatetags.label_ui import poids
from label.textes import nettoye

# Signs of one cell, as Excel counts them; beyond, a quote was left open.
CASE_MAX = 32_767
# Cells looked at, those a format alone fills included: Google writes a thousand rows, Excel colours whole columns.
CELLULES_MAX = 500_000
RANGS_MAX = 5_000
FORMATS = "Choisissez un classeur au format XLSX, ODS ou CSV."
PROTEGE = (
    "C’est un ancien format (.xls) ou un classeur protégé par un mot de passe\u00a0: ouvrez-le dans votre tableur et "
    "enregistrez-le en XLSX, sans mot de passe."
)
_PAS_UN_CLASSEUR = "Ce n’est pas un classeur, malgré son nom\u00a0: c’est une page web. " + FORMATS
# What is not a workbook and reads as a text, at its beginning at least.
_AUTRES = (b"GIF8", b"{\\rtf", b"%!PS")
# Controls, as Excel writes what XML cannot hold.
_ECHAPPE = re.compile("_x(00[01][0-9A-Fa-f])_")
_ABIME = (
    *(zipfile.BadZipFile, InvalidFileException, ElementTree.ParseError, ZlibError, OSError, EOFError, RuntimeError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, OverflowError, AssertionError),
    *(csv.Error, MemoryError),
)


@dataclass(frozen=True, slots=True)
class CelluleIllisible:
    """A cell that says nothing: where it is («D4»), what stands in it, and why, as a French sentence."""

    place: str
    contenu: str
    raison: str

    def __str__(self) -> str:
        return self.contenu


type Cellule = str | int | float | date | CelluleIllisible | None
# Its number, from 1, and its cells.
type Rang = tuple[int, list[Cellule]]


@dataclass(frozen=True, slots=True)
class Feuille:
    """A sheet: its name, and its rows that hold something, [(number from 1, list of cells)]."""

    nom: str
    is_cachee: bool
    rangs: list[Rang]


def read_sheets(fichier: UploadedFile, octets_max: int) -> list[Feuille]:
    """The sheets of an open uploaded file, in order, those that are empty left out. Raises ValidationError."""
    if fichier.size > octets_max:
        raise ValidationError(f"Ce classeur est trop volumineux\u00a0: {poids(octets_max)} au plus.")
    fichier.seek(0)
    head = fichier.read(4096)
    fichier.seek(0)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(PROTEGE)
    if head.startswith(b"%PDF"):
        raise ValidationError(FORMATS)
    if head.startswith(_AUTRES):
        # The door of files says better what it is.
        inspect_file(fichier)
        raise ValidationError(FORMATS)
    try:
        if head.startswith(b"PK") or not head:
            reader = {"xlsx": _xlsx, "ods": _ods}.get(inspect_file(fichier)[1])
            if reader is None:
                raise ValidationError(FORMATS)
            check_unpacked(fichier)
            sheets = reader(fichier)
        else:
            sheets = [_csv(fichier.read())]
    except ValidationError:
        raise
    except _ABIME as error:
        log_damaged("workbook", error)
        raise ValidationError(ILLISIBLE) from error
    if not sheets:
        raise ValidationError(ILLISIBLE)
    return [sheet for sheet in sheets if sheet.rangs]


def _number(value: float) -> float:
    """A number as people typed it: 60.0 is 60, 1200.0000000000002 is 1200."""
    if isinstance(value, float):
        value = round(value, 6)
        return int(value) if value.is_integer() else value
    return value


def _kept(rangs: Iterable[Rang]) -> list[Rang]:
    """The rows that hold something, their trailing blanks cut."""
    found = []
    for numero, cells in rangs:
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if any(cell not in (None, "") and str(cell).strip() for cell in cells):
            found.append((numero, cells))
            if len(found) > RANGS_MAX:
                raise ValidationError(TROP_GRAND)
    return found


def _never_computed(place: str, formula: str) -> CelluleIllisible:
    return CelluleIllisible(
        place,
        formula,
        f"La cellule {place} contient une formule ({formula[:40]}) dont le résultat n’est pas dans le fichier\u00a0: "
        "ouvrez ce classeur dans votre tableur, enregistrez-le, puis importez-le de nouveau.",
    )


def _error(place: str, word: str) -> CelluleIllisible:
    return CelluleIllisible(place, word, f"La cellule {place} contient une erreur du tableur ({word}).")


# ── XLSX ──


def _xlsx(fichier: UploadedFile) -> list[Feuille]:
    """Read twice: with the results of the formulas, and with the formulas themselves."""
    workbook = transitional(fichier)
    results = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(workbook, read_only=True)
    budget = [CELLULES_MAX]
    try:
        return [
            Feuille(
                sheet.title, sheet.sheet_state != "visible", _kept(_xlsx_rows(sheet, formulas[sheet.title], budget))
            )
            for sheet in results.worksheets
        ]
    finally:
        results.close()
        formulas.close()


def _xlsx_rows(results: Any, formulas: Any, budget: list[int]) -> Iterator[Rang]:
    ensure_in_order(results)
    # Some programs write dimensions that are not those of the sheet: what stands outside would not be read.
    results.reset_dimensions()
    formulas.reset_dimensions()
    for numero, (row, written) in enumerate(zip(results.iter_rows(), formulas.iter_rows(), strict=True), 1):
        budget[0] -= 1 + len(row)
        if budget[0] < 0:
            raise ValidationError(TROP_GRAND)
        yield (
            numero,
            [
                _xlsx_cell(cell, f"{get_column_letter(place)}{numero}", source.value)
                for place, (cell, source) in enumerate(zip(row, written, strict=True), 1)
            ],
        )


def _xlsx_cell(cell: Any, place: str, source: Any) -> Cellule:
    value = cell.value
    if value is None:
        # A formula whose result is an empty text says that it is one.
        is_formula = source is not None and (not isinstance(source, str) or source.startswith("="))
        if not is_formula or cell.data_type not in {"n", "f"}:
            return None
        return _never_computed(place, source if isinstance(source, str) else "formule matricielle")
    match value:
        case str() if cell.data_type == "e":
            return _error(place, value)
        case str():
            return nettoye(_ECHAPPE.sub(lambda found: chr(int(found[1], 16)), value))
        case bool() | date():
            return value
        case int() | float() if "%" in re.sub(r'"[^"]*"|\\.', "", cell.number_format or ""):
            return f"{_number(value * 100.0)} %"
        case int() | float():
            return _number(value)
    return str(value)


# ── ODS ──

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def _ods(fichier: UploadedFile) -> list[Feuille]:
    with zipfile.ZipFile(fichier) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise ValidationError(PROTEGE)
        root = ElementTree.fromstring(archive.read("content.xml"))
    budget = [CELLULES_MAX]
    return [
        Feuille(table.get(f"{_TABLE}name", ""), False, _kept(_ods_rows(table, budget)))
        for table in root.iter(f"{_TABLE}table")
    ]


def _ods_rows(table: ElementTree.Element, budget: list[int]) -> Iterator[Rang]:
    numero = 0
    for row in table.iter(f"{_TABLE}table-row"):
        again = _again(row, "rows")
        cells = _ods_cells(row, numero + 1, budget)
        # An empty row repeated is the end of the sheet; one that holds something was filled down.
        for rank in range(1, again + 1 if cells else 1):
            budget[0] -= len(cells)
            if budget[0] < 0:
                raise ValidationError(TROP_GRAND)
            yield numero + rank, list(cells)
        numero += again


def _again(element: ElementTree.Element, what: str) -> int:
    """How many times a row or a cell stands there. Raises ValueError when that is none."""
    again = int(element.get(f"{_TABLE}number-{what}-repeated", 1))
    if again < 1:
        raise ValueError(again)
    return again


def _ods_cells(row: ElementTree.Element, numero: int, budget: list[int]) -> list[Cellule]:
    cells: list[Cellule] = []
    blanks = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        again = _again(cell, "columns")
        value = _ods_cell(cell, f"{get_column_letter(min(len(cells) + blanks + 1, COLONNES_MAX))}{numero}")
        if value in (None, ""):
            blanks += again
            continue
        budget[0] -= blanks + again
        if budget[0] < 0:
            raise ValidationError(TROP_GRAND)
        cells += [None] * blanks + [value] * again
        blanks = 0
    return cells


def _ods_cell(cell: ElementTree.Element, place: str) -> Cellule:
    lines = cell.findall(f"{_TEXT}p")
    text = nettoye("\n".join(map(_ods_text, lines)))
    kind = cell.get(f"{_OFFICE}value-type")
    if cell.get(f"{_CALC}value-type") == "error" or re.fullmatch(r"#[A-ZÀ-Ý/0]+[!?]|#N/[AD]|Err\s?:\d{3}", text):
        return _error(place, text)
    match kind:
        case "float" | "currency":
            return _number(float(cell.get(f"{_OFFICE}value", "")))
        case "percentage":
            return f"{_number(float(cell.get(f'{_OFFICE}value', '')) * 100)} %"
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value") == "true"
        case "date":
            return datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", ""))
    formula = cell.get(f"{_TABLE}formula")
    # A formula whose result is an empty text has an empty line.
    if formula is not None and kind is None and not lines:
        return _never_computed(place, re.sub(r"^\w+:", "", formula))
    return text or None


def _ods_text(line: ElementTree.Element) -> str:
    """The words of a paragraph; blanks, tabs and ends of lines are elements of their own."""
    said = line.text or ""
    for part in line:
        match part.tag.removeprefix(_TEXT):
            case "s":
                said += " " * min(int(part.get(f"{_TEXT}c", 1)), 100)
            case "tab":
                said += "\t"
            case "line-break":
                said += "\n"
            case _ if not part.tag.endswith("}annotation"):
                said += _ods_text(part)
        said += part.tail or ""
    return said


# ── CSV ──


def delimiter_of(text: str) -> str:
    """Tab, semicolon or comma: what Excel declares («sep=;»), else what parts the most of the first lines."""
    lines = text.splitlines()[:50]
    if lines and (said := re.fullmatch(r'"?sep=(.)"?', lines[0])):
        return said[1]

    def parts(sign: str) -> int:
        try:
            return sum(len(row) > 1 for row in csv.reader(lines, delimiter=sign))
        except csv.Error:
            # A field longer than any: this sign does not part it.
            return -1

    return max("\t;,", key=parts)


def _csv(content: bytes) -> Feuille:
    # Before its accents are told: what is no text has none.
    text = decoded(content) if content.startswith(UTF_16) else content.decode("latin-1")
    if "\0" in text or any(sign < " " and sign not in "\t\r\n" for sign in text[:4096]):
        raise ValidationError(FORMATS)
    text = decoded(content)
    if re.match(r"\s*<(!doctype|html|\?xml|table)", text, re.IGNORECASE):
        raise ValidationError(_PAS_UN_CLASSEUR)
    sign = delimiter_of(text)
    rangs: list[Rang] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    line, budget = 1, CELLULES_MAX
    for row in reader:
        budget -= 1 + len(row)
        if budget < 0:
            raise ValidationError(TROP_GRAND)
        if any(len(cell) > CASE_MAX for cell in row):
            raise ValidationError(ILLISIBLE)
        if not (line == 1 and row and re.fullmatch("sep=.?", row[0])):
            rangs.append((line, [nettoye(cell).strip() or None for cell in row]))
        line = reader.line_num + 1
    return Feuille("", False, _kept(rangs))
