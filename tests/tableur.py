"""Spreadsheets as LibreOffice reads them, with a French user in front of it: type, value and what is shown."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Separator, quote, UTF-8, first line, no column format, French, quoted fields are texts, dates are recognised.
CSV = "CSV:{separator},34,76,1,,1036,true,true"
_CORNER = re.compile(r"\.([A-Z]+[0-9]+)")
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """kind: OpenDocument's value type ("" when empty). value: str, float or naive datetime. shown: as displayed.

    formule: what is computed in it, "" for a value.
    """

    kind: str = ""
    value: object = ""
    shown: str = ""
    formule: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: lists of cells without the empty ones at their end. `filtered`: the range under the filter buttons."""

    rows: list
    filtered: str


class LibreOffice:
    """Opens files in a profile of its own, all those of one kind in one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "profil" / "user").mkdir(parents=True)
        (folder / "profil" / "user" / "registrymodifications.xcu").write_text(PROFILE)

    def open(self, files: dict) -> dict:
        """{name: Sheet, or None for a file it refuses} from {name: (extension, bytes)}.

        extension: "xlsx", "ods", "csv" (as spreadsheets in French write it), "scdl" (a CSV with commas) or "tous" (a
        CSV cut at commas, semicolons and tabs alike, as the window that opens one proposes).
        """
        work = self.folder / "fichiers"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        by_filter, places = {}, {}
        for rank, (name, (extension, content)) in enumerate(files.items()):
            separator = {"csv": "59", "scdl": "44", "tous": "44/59/9"}.get(extension)
            path = work / f"{rank}.{'csv' if separator else extension}"
            path.write_bytes(content)
            places[name] = path.with_suffix(".fods")
            by_filter.setdefault(CSV.format(separator=separator) if separator else None, []).append(path)
        for csv_filter, paths in by_filter.items():
            self._convert(csv_filter, paths, work)
        return {name: read(path) if path.exists() else None for name, path in places.items()}

    def _convert(self, csv_filter, paths, work):
        program = shutil.which("soffice") or shutil.which("libreoffice")
        assert program, "LibreOffice is missing: scripts/programme installs it"
        command = [program, f"-env:UserInstallation=file://{self.folder}/profil", "--headless", "--norestore"]
        command += [f"--infilter={csv_filter}"] if csv_filter else []
        command += ["--convert-to", "fods", "--outdir", str(work), *map(str, paths)]
        subprocess.run(command, check=True, timeout=180, capture_output=True)


def read(path: Path) -> Sheet:
    """The first sheet of a flat OpenDocument file."""
    spreadsheet = ElementTree.parse(path).getroot().find(f"{OFFICE}body/{OFFICE}spreadsheet")
    rows = []
    for row in spreadsheet.find(f"{TABLE}table").iter(f"{TABLE}table-row"):
        cells = []
        for cell in row:
            cells += [_cell(cell)] * min(int(cell.get(f"{TABLE}number-columns-repeated", 1)), 1000)
        while cells and not cells[-1].kind:
            cells.pop()
        rows += [cells] * min(int(row.get(f"{TABLE}number-rows-repeated", 1)), 1000)
    while rows and not rows[-1]:
        rows.pop()
    ranges = spreadsheet.iter(f"{TABLE}database-range")
    shown = [one for one in ranges if one.get(f"{TABLE}display-filter-buttons") == "true"]
    return Sheet(rows, ":".join(_CORNER.findall(shown[0].get(f"{TABLE}target-range-address"))) if shown else "")


def _cell(cell) -> Cell:
    kind = cell.get(f"{OFFICE}value-type", "")
    shown = "\n".join(_text(paragraph) for paragraph in cell.findall(f"{TEXT}p"))
    if not kind:
        return Cell()
    if kind == "date":
        value = datetime.fromisoformat(cell.get(f"{OFFICE}date-value")[:26])
    elif kind == "string":
        value = shown
    else:
        value = float(cell.get(f"{OFFICE}value", "nan"))
    return Cell(kind, value, shown, cell.get(f"{TABLE}formula", ""))


def _text(element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{TEXT}s":
            parts.append(" " * int(child.get(f"{TEXT}c", 1)))
        elif child.tag == f"{TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{TEXT}line-break":
            parts.append("\n")
        else:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
