"""What a joined file really is: told by its content, never by its name or by what the browser claims.

Nothing is ever unpacked: an archive is judged on what it declares (`bureautique`), an image on its header. A PDF is
opened (`pdf`). What is not taken is told what to do (`refus`).
"""

import re
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from label.fichiers.attente import SansPlace
from label.fichiers.bureautique import office_kind
from label.fichiers.formats import ACCEPTES, EXTENSIONS, FORMATS, IMAGES, JPEG, PDF, PNG
from label.fichiers.image import check_image
from label.fichiers.pdf import ENTETE_DANS, check_pdf
from label.fichiers.refus import kind_of, refuse
from label.templatetags.label_ui import poids
from label.textes import une_ligne

# What a file of these kinds begins by.
DEBUTS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
NOM_MAX = 120

# A name that ends so runs, or shows a page, on the machine of whoever opens it. Only the first line stands for danger
# inside a name: «devis ovh.com.pdf» speaks of a site.
_PROGRAMMES = (
    "bat|cmd|cpl|dll|docm|dotm|exe|hta|html?|jar|jse?|lnk|mht|mhtml|msi|php|pif|ps1|scr|svgz?|swf|vb[es]?|xlsm"
)
EXECUTABLE = re.compile(f"{_PROGRAMMES}|com|msc|pl|pptm|py|reg|sh|shtml|url|ws[fh]|xht|xhtml|xlsb|xml|xsl")
EXECUTABLE_AU_MILIEU = re.compile(_PROGRAMMES)


def inspect_file(file: File) -> tuple[str, str]:
    """The kind of an open, named binary file as (MIME type, extension), its position put back to 0.

    Raises ValidationError with a plain sentence: empty, too heavy (settings.TAILLE_MAX_PIECE, bytes), of a kind not
    accepted, or made to deceive.
    """
    if isinstance(file, SansPlace):
        raise refuse("place")
    if not file.size:
        raise ValidationError(
            "Ce fichier est vide (0 octet). Ouvrez-le pour vérifier son contenu, puis joignez-le de nouveau."
        )
    if file.size > settings.TAILLE_MAX_PIECE:
        raise ValidationError(
            f"Ce fichier pèse {poids(file.size)}\u202f; la limite est de {poids(settings.TAILLE_MAX_PIECE)}."
        )
    file.seek(0)
    head = file.read(4096)
    mime = _kind(head, file)
    _check_name(file.name or "")
    if mime == PDF:
        check_pdf(file)
    elif mime in IMAGES:
        check_image(file, mime)
    file.seek(0)
    return mime, FORMATS[mime]


def _kind(head: bytes, file: File) -> str:
    """The MIME type of a file that begins with `head`. Raises ValidationError: it is not taken."""
    if mime := next((mime for sign, mime in DEBUTS.items() if head.startswith(sign)), None):
        return mime
    if head.startswith(b"PK\x03\x04"):
        return office_kind(file)
    kind = kind_of(head, file)
    # Readers find the header behind what mail gateways and scanners write before it: words, never another program.
    if kind in {None, "texte", "message"} and b"%PDF-" in head[:ENTETE_DANS]:
        return PDF
    # A program in words has no other sign than its name.
    if kind in {None, "texte"}:
        _check_name(file.name or "")
    raise refuse(kind)


def _base_name(name: str) -> str:
    """The name alone, without path nor invisible characters (bidirectional marks would show it in another order)."""
    return une_ligne(PurePath(name.replace("\\", "/")).name).rstrip(" .")


def _check_name(name: str) -> None:
    *inside, last = [part.strip().lower() for part in _base_name(name).split(".")[1:]] or [""]
    harmful = next(filter(EXECUTABLE_AU_MILIEU.fullmatch, inside), None)
    if EXECUTABLE.fullmatch(last):
        harmful = last
    if harmful:
        raise ValidationError(
            f"Le nom de ce fichier contient «\u00a0.{harmful}\u00a0», qui désigne un programme ou une page web. "
            f"Envoyez le document lui-même ({ACCEPTES}).",
            code="nom",
        )


def clean_name(name: str, extension: str) -> str:
    """A readable name without path, control or bidirectional characters, ending in the extension of its content."""
    stem = _base_name(name)
    before, point, last = stem.rpartition(".")
    while point and last.strip().lower() in EXTENSIONS:
        stem = before or last
        before, point, last = before.rpartition(".")
    stem = re.sub(r'[<>:"|?*\s]+', " ", stem).strip(" .")
    return f"{stem[:NOM_MAX].rstrip(' .') or 'fichier'}.{extension}"
