"""What a joined file really is: told by its content, never by its name or by what the browser claims."""

import re
import unicodedata
import zipfile
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat

ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
OOXML = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
SIMPLES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
ACCEPTES = "PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS"
# What a browser may show by itself; the rest is always downloaded.
AFFICHABLES = frozenset(SIMPLES)
ATTRIBUT_ACCEPT = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods"
NOM_MAX = 120


def inspect_file(file):
    """The kind of an open binary file as (MIME type, extension), its position put back to 0.

    Raises ValidationError: empty, too heavy (settings.TAILLE_MAX_PIECE, bytes), or of a kind not accepted.
    """
    if not file.size:
        raise ValidationError("Ce fichier est vide.")
    if file.size > settings.TAILLE_MAX_PIECE:
        raise ValidationError(
            f"Ce fichier pèse {filesizeformat(file.size)} ; la limite est de "
            f"{filesizeformat(settings.TAILLE_MAX_PIECE)}."
        )
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    found = _archive(file) if head.startswith(b"PK\x03\x04") else _simple(head)
    file.seek(0)
    if found is None:
        raise ValidationError(f"Ce fichier n’est pas d’un format accepté ({ACCEPTES}).")
    return found


def _simple(head):
    try:
        candidates = [match.mime_type for match in puremagic.magic_string(head)]
    except puremagic.PureError:
        return None
    return next(((mime, SIMPLES[mime]) for mime in candidates if mime in SIMPLES), None)


def _archive(file):
    """DOCX, XLSX, ODT and ODS are archives: their own declaration is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(PurePath(name).name.lower() == "vbaproject.bin" for name in names):
                raise ValidationError("Ce document contient des macros : enregistrez-le sans macros, ou en PDF.")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                mime = archive.read("mimetype").decode("ascii", "replace").strip()
                return (mime, ODF[mime]) if mime in ODF and "content.xml" in names else None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in OOXML.items() if part in names), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None
    return None


def clean_name(name, extension):
    """A readable name without path, control or bidirectional characters, ending in the extension of its content."""
    name = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    stem = re.sub(r'[<>:"|?*\s]+', " ", kept.rpartition(".")[0] or kept).strip(" .")
    return f"{stem[:NOM_MAX] or 'fichier'}.{extension}"
