"""The documents of office suites: archives that say themselves what they are. Nothing but their declaration is read.

An Open XML package (ECMA-376, part 2) names its main part in a relation, and the kind of each part in a table: Word on
the web calls it `document2.xml`, others `Document.xml`. An OpenDocument (part 2) begins with its kind.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from posixpath import normpath
from typing import IO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from django.core.exceptions import ValidationError

from label.fichiers.formats import DOCX, FORMATS, ODS, ODT, XLSX
from label.fichiers.refus import log_damaged, refuse
from label.templatetags.label_ui import poids

# Bytes once unpacked, parts, and times its own weight beyond which an archive is made to harm.
ARCHIVE_MAX = 300 * 1024 * 1024
ARCHIVE_PARTIES_MAX = 5_000
ARCHIVE_RAPPORT_MAX = 100
# An honest sheet of zeros shrinks a hundred times: the ratio is judged from this weight on, in bytes unpacked.
ARCHIVE_RAPPORT_DES = 20 * 1024 * 1024
# Bytes of a declaration that is read.
TYPES_MAX = 1024 * 1024

TYPES = "[content_types].xml"
# What the type of the main part ends with, in lower case, and what it makes of the document.
PRINCIPALES = {
    "wordprocessingml.document.main+xml": DOCX,
    "spreadsheetml.sheet.main+xml": XLSX,
    "wordprocessingml.template.main+xml": "modele",
    "spreadsheetml.template.main+xml": "modele",
    "presentationml.presentation.main+xml": "presentation",
    "presentationml.slideshow.main+xml": "presentation",
    "presentationml.template.main+xml": "presentation",
    "ms-excel.sheet.binary.macroenabled.main": "excel_binaire",
}
# Where the main part usually stands: for a package that declares nothing of it.
USUELLES = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
ODF = "application/vnd.oasis.opendocument."
IWORK = re.compile(r"(.*\.iwa|(.*/)?index\.(zip|apxl)|(.*/)?buildversionhistory\.plist)")


def office_kind(file: IO[bytes]) -> str:
    """The MIME type of an archive (open, binary) that is a document. Raises ValidationError when it is none."""
    file.seek(0)
    beginning = file.read(4096)
    try:
        with zipfile.ZipFile(file) as archive:
            found = _kind(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        log_damaged("archive", error)
        raise refuse("document_abime" if _was_a_document(beginning) else "archive") from error
    if found in FORMATS:
        return found
    raise refuse(found)


def _kind(archive: zipfile.ZipFile) -> str:
    """A MIME type accepted, or the kind of what is refused."""
    _check_weight(archive)
    # Names of parts are compared whatever their case (ECMA-376, part 2, 6.2.2.3).
    parts = {info.filename.lower().replace("\\", "/"): info for info in archive.infolist()}
    is_locked = any(info.flag_bits & 1 for info in parts.values())
    if "mimetype" in parts and parts["mimetype"].file_size < 100:
        return "document_mot_de_passe" if is_locked else _open_document(archive, parts)
    if TYPES in parts:
        return "document_mot_de_passe" if is_locked else _open_xml(archive, parts)
    if any(map(IWORK.fullmatch, parts)):
        return "iwork"
    return "archive_mot_de_passe" if is_locked else "archive"


def _check_weight(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    swells = unpacked > ARCHIVE_RAPPORT_DES and unpacked / packed > ARCHIVE_RAPPORT_MAX
    if unpacked > ARCHIVE_MAX or len(parts) > ARCHIVE_PARTIES_MAX or swells:
        raise ValidationError(
            f"Ce document contient {poids(unpacked)} de données compressées, bien plus que son poids\u00a0: "
            "enregistrez-le de nouveau, ou en PDF.",
            code="gonfle",
        )


def _open_document(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> str:
    mime = archive.read(parts["mimetype"]).decode("ascii", "replace").strip()
    if not mime.startswith(ODF):
        return "inconnu"
    # One part for all (LibreOffice 24.8), or each on its own.
    if "encrypted-package" in parts or b"encryption-data" in _read(archive, parts, "meta-inf/manifest.xml"):
        return "document_mot_de_passe"
    if mime not in {ODT, ODS}:
        sort = mime.removeprefix(ODF)
        return "modele" if sort.endswith("-template") else "presentation" if sort == "presentation" else "opendocument"
    return _whole(archive, parts, "content.xml", mime)


def _open_xml(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> str:
    declared = list(_elements(_read(archive, parts, TYPES)))
    types = [element.get("ContentType", "").lower() for element in declared]
    main = _main_part(_elements(_read(archive, parts, "_rels/.rels")))
    # The type of the part it begins by; failing that, that of any part that could be it.
    for mime in (_type_of(main, declared), *types):
        if found := next((kind for end, kind in PRINCIPALES.items() if mime.endswith(end)), None):
            break
    else:
        main, found = next(((name, kind) for name, kind in USUELLES.items() if name in parts), (main, "archive"))
    if found != "excel_binaire" and any("macroenabled" in mime for mime in types):
        return "macros"
    return _whole(archive, parts, main, found) if found in FORMATS else found


def _main_part(relations: Iterable[Element]) -> str:
    """The name of the part a package begins by, in lower case; "" when no relation tells it."""
    for relation in relations:
        if relation.get("Type", "").endswith("/officeDocument"):
            target = relation.get("Target", "").replace("\\", "/").lower()
            return normpath(target).lstrip("/")
    return ""


def _type_of(part: str, declared: list[Element]) -> str:
    """The type of a part: its own, or that of its extension; "" when it has none."""
    for element in declared:
        if part and element.get("PartName", "").lower().lstrip("/") == part:
            return element.get("ContentType", "").lower()
    extension = part.rpartition(".")[2]
    same = (element for element in declared if element.get("Extension", "").lower() == extension)
    return next((element.get("ContentType", "").lower() for element in same), "")


def _elements(declaration: bytes) -> Iterator[Element]:
    """The elements of an XML declaration; none when it is not XML. Expat itself stops what is made to swell."""
    try:
        yield from ElementTree.fromstring(declaration).iter()
    except ElementTree.ParseError:
        return


def _read(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    """A declaration, b"" when there is none or when it is too long to be one."""
    info = parts.get(name)
    return archive.read(info) if info and info.file_size <= TYPES_MAX else b""


def _whole(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], main: str, mime: str) -> str:
    """The MIME type, once the part that holds the text is there, whole, and nothing beside it is a program."""
    if any(PurePath(name).name == "vbaproject.bin" or name.startswith(("basic/", "scripts/")) for name in parts):
        return "macros"
    if main and main not in parts:
        return "document_abime"
    if main:
        # Read to its end, where its sum is checked; nothing of it is kept.
        with archive.open(parts[main]) as content:
            while content.read(1024 * 1024):
                pass
    return mime


def _was_a_document(beginning: bytes) -> bool:
    """Whether what is left of an archive shows that it was a document."""
    return any(name in beginning for name in (b"[Content_Types].xml", b"_rels/", b"mimetypeapplication/vnd.oasis"))
