"""What a workbook would cost or lose, measured before it is read: few bytes make many cells, and minutes of parsing."""

import zipfile
from typing import Any
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl.utils.cell import coordinate_to_tuple

# Bytes once unpacked: the whole of a workbook of some thousand rows.
DEPLIE_MAX = 40 * 1024 * 1024
# Of the parts that say how the cells look and what they are called, each read whole and slowly.
ANNEXE_MAX = 1024 * 1024
# Tags of the whole, opened and closed: a cell and its value are four, and few bytes make many.
BALISES_MAX = 400_000
# Sheets: each is opened, and named apart from every other.
FEUILLES_MAX = 200
# The columns a spreadsheet has, to XFD.
COLONNES_MAX = 16_384
ILLISIBLE = "Ce classeur n’a pas pu être lu\u00a0: ouvrez-le dans votre tableur et enregistrez-le de nouveau en XLSX."
TROP_GRAND = "Ce classeur est trop grand\u00a0: gardez-y les seules lignes à importer."


def check_unpacked(fichier: UploadedFile) -> None:
    """Count what unpacking and parsing would cost, before either. Raises ValidationError."""
    with zipfile.ZipFile(fichier) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > DEPLIE_MAX:
            raise ValidationError(TROP_GRAND)
        tags, annexes = 0, _annexes(archive)
        for part in parts:
            content = archive.read(part)
            tags += content.count(b"<")
            if tags > BALISES_MAX:
                raise ValidationError(TROP_GRAND)
            # Written in UTF-16, its letters stand apart.
            sheets = content.replace(b"\0", b"").count(b"sheetId") if part.filename in annexes else 0
            if sheets > FEUILLES_MAX or (part.filename in annexes and part.file_size > ANNEXE_MAX):
                raise ValidationError(TROP_GRAND)
    fichier.seek(0)


def _annexes(archive: zipfile.ZipFile) -> set[str]:
    """The names of the parts of an XLSX that are neither its cells nor its texts; the workbook may have any name."""
    names, types = set(archive.namelist()), "[Content_Types].xml"
    found = {name for name in names if name.endswith(".rels") or name.startswith("docProps/")}
    found |= {types, "xl/styles.xml", "xl/workbook.xml", "xl/theme/theme1.xml"} & names
    if types in names and archive.getinfo(types).file_size <= ANNEXE_MAX:
        for part in ElementTree.fromstring(archive.read(types)):
            if part.get("ContentType", "").endswith("main+xml"):
                found.add(part.get("PartName", "").lstrip("/"))
    return found


def ensure_in_order(sheet: Any) -> None:
    """Rows and cells stand in order, within the columns there are: any other would be left out without a word."""
    numero = 0
    with sheet._get_source() as source:
        for _, row in ElementTree.iterparse(source):
            if not row.tag.endswith("}row"):
                continue
            before, numero = numero, int(float(row.get("r", numero + 1)))
            column = 0
            for cell in row:
                place = cell.get("r")
                last, column = column, coordinate_to_tuple(place)[1] if place else column + 1
                if not last < column <= COLONNES_MAX:
                    raise ValidationError(ILLISIBLE)
            if numero <= before:
                raise ValidationError(ILLISIBLE)
            row.clear()
