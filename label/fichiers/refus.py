"""What is not taken, and what to do about it: one table of words, and the signs by which each kind is known.

A sentence speaks to whoever sends the file: what it is, then the gesture that makes a file others can read.
"""

import logging
import re
import traceback
from typing import IO

from django.core.exceptions import ValidationError

from label.fichiers.formats import ACCEPTES

logger = logging.getLogger(__name__)

# Files of an accepted kind that nobody would read, or that we cannot keep.
ILLISIBLES = {
    "pdf_mot_de_passe": (
        "Ce PDF est protégé par un mot de passe\u00a0: personne d’autre ne pourrait le lire. Ouvrez-le, imprimez-le "
        "vers un nouveau PDF (Fichier › Imprimer › Enregistrer en PDF), puis joignez ce nouveau PDF."
    ),
    "document_mot_de_passe": (
        "Ce document est protégé par un mot de passe\u00a0: personne d’autre ne pourrait le lire. Enregistrez-le sans "
        "mot de passe (Word, Excel\u00a0: Fichier › Informations › Protéger\u202f; LibreOffice\u00a0: Fichier › "
        "Enregistrer sous, «\u00a0Enregistrer avec mot de passe\u00a0» décoché), puis joignez-le de nouveau."
    ),
    "pdf_abime": (
        "Ce PDF ne s’ouvre pas\u00a0: il est abîmé, ou il n’est pas arrivé en entier. Ouvrez-le sur votre appareil. "
        "S’il s’affiche, imprimez-le vers un nouveau PDF, que vous joindrez\u202f; sinon, téléchargez-le ou "
        "numérisez-le de nouveau."
    ),
    "pdf_sans_page": "Ce PDF n’a aucune page. Ouvrez-le pour vérifier son contenu, puis joignez-le de nouveau.",
    "pdf_formulaire": (
        "Ce formulaire PDF ne s’affiche que dans Adobe Acrobat Reader\u00a0: ailleurs, on n’y lit que «\u00a0Please "
        "wait\u00a0». Ouvrez-le dans Acrobat Reader, imprimez-le vers un nouveau PDF (Fichier › Imprimer), puis "
        "joignez ce nouveau PDF."
    ),
    "pdf_porte_documents": (
        "Ce PDF est un porte-documents\u00a0: les fichiers qu’il contient ne s’ouvrent que dans Adobe Acrobat. "
        "Enregistrez-les un par un, puis joignez chacun d’eux."
    ),
    "document_abime": (
        "Ce document ne s’ouvre pas\u00a0: il est abîmé, ou il n’est pas arrivé en entier. Ouvrez-le sur votre "
        "appareil, enregistrez-le de nouveau, ou en PDF, puis joignez-le."
    ),
    "image_abimee": "Cette image est abîmée\u00a0: elle ne s’ouvre pas. Reprenez la photo, ou joignez-la en PDF.",
    "image_trop_grande": ("Cette image est trop grande\u00a0: réduisez ses dimensions, puis joignez-la de nouveau."),
    "place": (
        "Ce fichier n’a pas pu être gardé, par manque de place de notre côté. Gardez-le et réessayez dans quelques "
        "minutes\u00a0; si cela recommence, prévenez l’équipe du label."
    ),
    "cache": "Ce fichier en cache un autre\u00a0: enregistrez-le de nouveau, puis joignez-le.",
    "macros": "Ce document contient des macros\u00a0: enregistrez-le sans macros (DOCX, XLSX, ODT ou ODS), ou en PDF.",
}
# Kinds that are not taken; what is taken is said after each.
AUTRES = {
    "word": "C’est un document d’un ancien Word (.doc)\u00a0: Fichier › Enregistrer sous, puis choisissez PDF ou DOCX.",
    "excel": (
        "C’est un classeur d’un ancien Excel (.xls)\u00a0: Fichier › Enregistrer sous, puis choisissez XLSX ou PDF."
    ),
    "excel_binaire": (
        "C’est un classeur binaire (.xlsb)\u00a0: Fichier › Enregistrer sous, puis choisissez XLSX ou PDF."
    ),
    "presentation": (
        "C’est une présentation (diaporama)\u00a0: exportez-la en PDF (Fichier › Enregistrer sous ou Exporter › PDF)."
    ),
    "modele": "C’est un modèle de document\u00a0: Fichier › Enregistrer sous, puis choisissez PDF, DOCX ou ODT.",
    "opendocument": (
        "C’est un document LibreOffice d’une autre sorte\u00a0: exportez-le en PDF (Fichier › Exporter › PDF)."
    ),
    "opendocument_plat": (
        "C’est un document LibreOffice «\u00a0XML plat\u00a0», que peu de logiciels ouvrent\u00a0: Fichier › "
        "Enregistrer sous, puis choisissez ODT, ODS ou PDF."
    ),
    "word_xml": "C’est un document Word au format XML\u00a0: Fichier › Enregistrer sous, puis choisissez DOCX ou PDF.",
    "ole": (
        "C’est un ancien format (.doc, .xls) ou un document protégé\u00a0: enregistrez-le en PDF depuis le logiciel "
        "qui l’a écrit."
    ),
    "iwork": (
        "C’est un document Pages, Numbers ou Keynote, qui ne s’ouvre que chez Apple\u00a0: exportez-le en PDF "
        "(Fichier › Exporter vers › PDF\u202f; sur iPhone ou iPad\u00a0: Exporter, puis PDF)."
    ),
    "rtf": "C’est un texte RTF\u00a0: Fichier › Enregistrer sous, puis choisissez PDF ou DOCX.",
    "texte": "C’est un texte brut\u00a0: collez-le dans un document, puis enregistrez-le en PDF.",
    "heic": (
        "C’est une photo au format HEIC\u00a0: enregistrez-la en JPEG. Sur iPhone, choisissez-la dans "
        "«\u00a0Photothèque\u00a0» plutôt que dans «\u00a0Fichiers\u00a0»\u00a0: elle part alors en JPEG. Sur "
        "Mac\u00a0: Aperçu, Fichier › Exporter › JPEG."
    ),
    "avif": "C’est une image AVIF\u00a0: enregistrez-la en JPEG ou en PNG.",
    "webp": "C’est une image WebP\u00a0: enregistrez-la en JPEG ou en PNG, ou faites-en une capture d’écran.",
    "tiff": (
        "C’est une image TIFF, comme en font les scanners\u00a0: dans le logiciel du scanner, choisissez PDF (toutes "
        "les pages tiennent dans un seul), ou enregistrez l’image en JPEG."
    ),
    "image": "C’est une image d’un autre format\u00a0: enregistrez-la en JPEG ou en PNG.",
    "video": "C’est une vidéo\u00a0: mettez-la en ligne, puis joignez un document qui en donne l’adresse.",
    "son": "C’est un enregistrement sonore\u00a0: mettez-le en ligne, puis joignez un document qui en donne l’adresse.",
    "svg": "Une image SVG peut contenir un programme\u00a0: envoyez-la en PNG ou en PDF.",
    "page_web": "C’est une page web\u00a0: imprimez-la en PDF.",
    "programme": "C’est un programme.",
    "google": (
        "C’est un raccourci vers un document Google, pas le document\u00a0: nous ne pourrions pas l’ouvrir. Dans "
        "Google Docs ou Sheets\u00a0: Fichier › Télécharger › Document PDF, puis joignez ce PDF."
    ),
    "raccourci": (
        "C’est un raccourci, pas le document\u00a0: il ne s’ouvre que sur votre appareil. Retrouvez le document "
        "lui-même (clic droit › Ouvrir l’emplacement du fichier), puis joignez-le."
    ),
    "lien": "C’est un lien vers une page\u00a0: ouvrez-la, enregistrez-la en PDF, puis joignez ce PDF.",
    "message": (
        "C’est un message, pas le document\u00a0: ouvrez-le, enregistrez la pièce jointe qu’il contient et "
        "joignez-la, ou imprimez le message en PDF."
    ),
    "winmail": (
        "C’est un fichier «\u00a0winmail.dat\u00a0», l’enveloppe d’un message d’Outlook\u00a0: demandez à qui vous "
        "l’a envoyé de joindre le document en PDF."
    ),
    "archive_mot_de_passe": (
        "C’est une archive protégée par un mot de passe\u00a0: ouvrez-la, puis joignez un par un les fichiers qu’elle "
        "contient."
    ),
    "archive": "C’est une archive\u00a0: ouvrez-la, puis joignez un par un les fichiers qu’elle contient.",
}


def refuse(kind: str | None) -> ValidationError:
    """The ValidationError (code: the kind) that says what a file of this kind is and what to do about it."""
    if kind in ILLISIBLES:
        return ValidationError(ILLISIBLES[kind], code=kind)
    if kind in AUTRES:
        return ValidationError(f"{AUTRES[kind]} Ce fichier n’est pas d’un format accepté ({ACCEPTES}).", code=kind)
    return ValidationError(
        f"Ce fichier n’est pas d’un format accepté ({ACCEPTES}), quel que soit son nom.", code="inconnu"
    )


def log_damaged(kind: str, error: Exception) -> None:
    """Say that a file of this kind was taken for a damaged one: a fault of ours would look the same to who sent it.

    Which exception and where, never its message, which may quote the file.
    """
    *_, last = traceback.extract_tb(error.__traceback__)
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    logger.warning("Taken for a damaged %s (%s at %s)", kind, type(error).__name__, place)


# --- Known by their first bytes ---------------------------------------------------------------------

SIGNATURES = (
    (b"MZ", "programme"),
    (b"\x7fELF", "programme"),
    (b"#!", "programme"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "raccourci"),
    (b"\x78\x9f\x3e\x22", "winmail"),
    (b"{\\rtf", "rtf"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"8BPS", "image"),
    (b"\x00\x00\x00\x0cjP  ", "image"),
    (b"\x00\x00\x00\x0cJXL ", "image"),
    (b"\xff\x0a", "image"),
    (b"%!PS", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK", "archive"),
    (b"bplist", "lien"),
    (b"ID3", "son"),
    (b"OggS", "son"),
    (b"fLaC", "son"),
    (b"\x1aE\xdf\xa3", "video"),
)
# {brand of an ISO base media file: kind}; the others are films.
MARQUES = {
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"mif1", b"msf1"), "heic"),
    **dict.fromkeys((b"M4A ", b"M4B "), "son"),
}
RIFF = {b"WEBP": "webp", b"WAVE": "son", b"AVI ": "video"}
# Streams that tell an old Office document, in the order they are looked for: one may hold the others as its objects.
OLE = b"\xd0\xcf\x11\xe0"
FLUX = {
    "EncryptedPackage": "document_mot_de_passe",
    "__substg1.0_": "message",
    "PowerPoint Document": "presentation",
    "WordDocument": "word",
    "Workbook": "excel",
    "Book": "excel",
}
# What a text begins with, once in lower case; the first that is found tells.
DEBUTS = (
    (re.compile(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg", re.S), "svg"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?(<!doctype html|<(html|script|head|body)\b)"), "page_web"),
    (re.compile(rb"<\?xml.*(word\.document|schemas\.microsoft\.com/office/(word|2006/xmlpackage))", re.S), "word_xml"),
    (re.compile(rb"<\?xml.*(<office:document|opendocument)", re.S), "opendocument_plat"),
    (re.compile(rb"<\?xml.*<plist.*<key>url</key>", re.S), "lien"),
    (re.compile(rb"\[internetshortcut[\].]"), "lien"),
    (re.compile(rb"\[desktop entry\]"), "raccourci"),
    (re.compile(rb"\{.*(\"doc_id\"|docs\.google\.com|drive\.google\.com)", re.S), "google"),
    (
        re.compile(
            rb"((return-path|received|delivered-to|from|to|subject|date|mime-version|message-id|x-[\w-]+):.*\n){2}"
        ),
        "message",
    ),
)


def kind_of(head: bytes, file: IO[bytes]) -> str | None:
    """The kind, one of those above, of a file (open, binary) that begins with `head`; None when nothing tells it."""
    if head.startswith(OLE):
        file.seek(0)
        content = file.read()
        return next((kind for name, kind in FLUX.items() if name.encode("utf-16-le") in content), "ole")
    if head[4:8] == b"ftyp":
        brands = [head[place : place + 4] for place in (8, *range(16, min(len(head), int.from_bytes(head[:4])), 4))]
        kinds = {MARQUES[brand] for brand in brands if brand in MARQUES}
        return next((kind for kind in ("avif", "heic", "son") if kind in kinds), "video")
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12])
    found = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)
    return found or _text_kind(head)


def _text_kind(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found = next((kind for sign, kind in DEBUTS if sign.match(start)), None)
    if found or b"\x00" in head:
        return found
    try:
        # A sign may be cut where the head ends.
        head[:-4].decode()
    except UnicodeDecodeError:
        return None
    return "texte"
