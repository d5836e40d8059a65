"""What a joined file really is: told by its content, never by its name or by what the browser claims.

Nothing is ever unpacked: an archive is judged on its own table of contents, an image on its header.
"""

import re
import unicodedata
import zipfile
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError

from label.templatetags.label_ui import poids

ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
OOXML = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
SIMPLES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
IMAGES = frozenset({"image/png", "image/jpeg"})
ACCEPTES = "PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS"
# What a browser may show by itself; the rest is always downloaded.
AFFICHABLES = frozenset(SIMPLES)
# The kinds are named too: a telephone offers its camera, and turns its own format of photo into JPEG, on those.
ATTRIBUT_ACCEPT = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods,image/png,image/jpeg,application/pdf"
EXTENSIONS = frozenset({"pdf", "png", "jpg", "jpeg", "jpe", "jfif", "docx", "xlsx", "odt", "ods"})
NOM_MAX = 120

# A name that ends so runs, or shows a page, on the machine of whoever opens it. Only the first line stands for danger
# inside a name: «devis ovh.com.pdf» speaks of a site.
_PROGRAMMES = (
    "bat|cmd|cpl|dll|docm|dotm|exe|hta|html?|jar|jse?|lnk|mht|mhtml|msi|php|pif|ps1|scr|svgz?|swf|vb[es]?|xlsm"
)
EXECUTABLE = re.compile(f"{_PROGRAMMES}|com|msc|pl|pptm|py|reg|sh|shtml|url|ws[fh]|xht|xhtml|xlsb|xml|xsl")
EXECUTABLE_AU_MILIEU = re.compile(_PROGRAMMES)

# Bytes once unpacked, parts, and times its own weight beyond which an archive is made to harm.
ARCHIVE_MAX = 300 * 1024 * 1024
ARCHIVE_PARTIES_MAX = 5_000
ARCHIVE_RAPPORT_MAX = 100
# An honest sheet of zeros shrinks a hundred times: the ratio is judged from this weight on, in bytes unpacked.
ARCHIVE_RAPPORT_DES = 20 * 1024 * 1024
TYPES_MAX = 1024 * 1024

# Pixels beyond which an image is made to harm.
PIXELS_MAX = 300_000_000
# The segments of a JPEG that hold its dimensions (ITU-T T.81, table B.1: SOF0 to SOF15).
TRAMES = bytes(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC})


def inspect_file(file):
    """The kind of an open, named binary file as (MIME type, extension), its position put back to 0.

    Raises ValidationError with a plain sentence: empty, too heavy (settings.TAILLE_MAX_PIECE, bytes), of a kind not
    accepted, or made to deceive.
    """
    if not file.size:
        raise ValidationError(
            "Ce fichier est vide (0 octet). Ouvrez-le pour vérifier son contenu, puis joignez-le de nouveau."
        )
    if file.size > settings.TAILLE_MAX_PIECE:
        raise ValidationError(
            f"Ce fichier pèse {poids(file.size)}\u202f; la limite est de {poids(settings.TAILLE_MAX_PIECE)}."
        )
    _check_name(file.name or "")
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    found = _archive(file) if head.startswith(b"PK\x03\x04") else _simple(head)
    if found is None:
        raise ValidationError(_refusal(head))
    if found[0] in SIMPLES and _hides_archive(file):
        raise ValidationError("Ce fichier en cache un autre\u00a0: enregistrez-le de nouveau, puis joignez-le.")
    if found[0] in IMAGES:
        _check_image(file, found[0])
    file.seek(0)
    return found


def _base_name(name):
    """The name alone, without path nor invisible characters (bidirectional marks would show it in another order)."""
    name = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    return "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").rstrip(" .")


def _check_name(name):
    *inside, last = [part.strip().lower() for part in _base_name(name).split(".")[1:]] or [""]
    harmful = next(filter(EXECUTABLE_AU_MILIEU.fullmatch, inside), None)
    if EXECUTABLE.fullmatch(last):
        harmful = last
    if harmful:
        raise ValidationError(
            f"Le nom de ce fichier contient «\u00a0.{harmful}\u00a0», qui désigne un programme ou une page web. "
            f"Envoyez le document lui-même ({ACCEPTES})."
        )


def _simple(head):
    try:
        candidates = [match.mime_type for match in puremagic.magic_string(head)]
    except puremagic.PureError:
        return None
    found = next((mime for mime in candidates if mime in SIMPLES), None)
    # A reader finds «%PDF-» further on, behind anything: for us a PDF begins by it.
    if found is None or (found == "application/pdf" and not head.startswith(b"%PDF-")):
        return None
    return found, SIMPLES[found]


def _refusal(head):
    """Why a content is refused, and what to do about it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if b"<svg" in start:
        advice = "Une image SVG peut contenir un programme\u00a0: envoyez-la en PNG ou en PDF."
    elif start.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body")):
        advice = "C’est une page web\u00a0: imprimez-la en PDF."
    elif head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc"}:
        advice = "C’est une photo au format HEIC\u00a0: enregistrez-la en JPEG."
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        advice = "C’est un ancien format (.doc, .xls) ou un document protégé\u00a0: enregistrez-le en PDF."
    elif head.startswith(b"MZ"):
        advice = "C’est un programme."
    else:
        return f"Ce fichier n’est pas d’un format accepté ({ACCEPTES}), quel que soit son nom."
    return f"{advice} Ce fichier n’est pas d’un format accepté ({ACCEPTES})."


def _archive(file):
    """DOCX, XLSX, ODT and ODS are archives: their own declaration is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_weight(archive)
            names = set(archive.namelist())
            _check_macros(archive, names)
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                mime = archive.read("mimetype").decode("ascii", "replace").strip()
                return (mime, ODF[mime]) if mime in ODF and "content.xml" in names else None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in OOXML.items() if part in names), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None
    return None


def _check_weight(archive):
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    swells = unpacked > ARCHIVE_RAPPORT_DES and unpacked / packed > ARCHIVE_RAPPORT_MAX
    if unpacked > ARCHIVE_MAX or len(parts) > ARCHIVE_PARTIES_MAX or swells:
        raise ValidationError(
            f"Ce document contient {poids(unpacked)} de données compressées, bien plus que son poids\u00a0: "
            "enregistrez-le de nouveau, ou en PDF."
        )


def _check_macros(archive, names):
    lowered = {name.lower() for name in names}
    has_macros = any(
        PurePath(name).name == "vbaproject.bin" or name.startswith(("basic/", "scripts/")) for name in lowered
    )
    if not has_macros and "[Content_Types].xml" in names:
        info = archive.getinfo("[Content_Types].xml")
        if info.file_size <= TYPES_MAX:
            has_macros = b"macroenabled" in archive.read(info).lower()
    if has_macros:
        raise ValidationError("Ce document contient des macros\u00a0: enregistrez-le sans macros, ou en PDF.")


def _hides_archive(file):
    """True when the file is a document for one program and an archive for another."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _check_image(file, type_mime):
    dimensions = (_png_dimensions if type_mime == "image/png" else _jpeg_dimensions)(file)
    if not dimensions or not all(dimensions):
        raise ValidationError("Cette image est abîmée\u00a0: elle ne s’ouvre pas.")
    width, height = dimensions
    if width * height > PIXELS_MAX:
        raise ValidationError("Cette image est trop grande\u00a0: réduisez ses dimensions, puis joignez-la de nouveau.")


# Pillow reads all that surrounds a picture (profile, position, comments) and stops at any fault there, where a viewer
# shows it all the same: what the act asks of a picture, its dimensions in pixels, is read where it stands.
def _png_dimensions(file):
    """(width, height) that a PNG declares in its first chunk; None when it does not begin by it."""
    file.seek(0)
    head = file.read(24)
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _jpeg_dimensions(file):
    """(width, height) that a JPEG declares in the frame that precedes its pixels; None when there is none."""
    file.seek(2)
    while file.read(1) == b"\xff":
        while (marker := file.read(1)) == b"\xff":
            pass
        size = int.from_bytes(file.read(2))
        if marker in TRAMES:
            frame = file.read(5)
            return (int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])) if len(frame) == 5 else None
        if not marker or marker in b"\xd9\xda" or size < 2:
            return None
        file.seek(size - 2, 1)
    return None


def clean_name(name, extension):
    """A readable name without path, control or bidirectional characters, ending in the extension of its content."""
    stem = _base_name(name)
    before, point, last = stem.rpartition(".")
    while point and last.strip().lower() in EXTENSIONS:
        stem = before or last
        before, point, last = before.rpartition(".")
    stem = re.sub(r'[<>:"|?*\s]+', " ", stem).strip(" .")
    return f"{stem[:NOM_MAX].rstrip(' .') or 'fichier'}.{extension}"
