"""A PDF is opened as readers open it: what none of them shows is said while the person is still there.

qpdf reads its structure and mends it as readers do (lost table, bytes before the header, updates, signatures, attached
files); the pages themselves are not drawn.
"""

import zipfile
from io import BytesIO
from typing import IO

import pikepdf

from label.fichiers.refus import log_damaged, refuse

# Where readers look for the header, in bytes: mail gateways, printers and scanners write before it.
ENTETE_DANS = 1024
# What unpacking one stream may cost. It holds for the whole process, which opens no PDF elsewhere.
pikepdf.settings.set_qpdf_limits(flate_max_memory=200 * 1024 * 1024)


def check_pdf(file: IO[bytes]) -> None:
    """Raises ValidationError when a PDF (open, binary) is one nobody else would read, or hides something else."""
    file.seek(0)
    content = file.read()
    try:
        # Opened without password, as everyone opens it: one that only forbids printing is read by all.
        with pikepdf.Pdf.open(BytesIO(content)) as pdf:
            kind = _unreadable(pdf)
    except pikepdf.PasswordError as error:
        raise refuse("pdf_mot_de_passe") from error
    except (pikepdf.PdfError, pikepdf.PikepdfError, RuntimeError, ValueError, TypeError) as error:
        # Locked by a certificate, or by the server of a publisher.
        if "encrypt" in str(error):
            raise refuse("pdf_mot_de_passe") from error
        log_damaged("PDF", error)
        raise refuse("pdf_abime") from error
    if kind:
        raise refuse(kind)
    if _hides_archive(content):
        raise refuse("cache")


def _unreadable(pdf: pikepdf.Pdf) -> str | None:
    root = pdf.Root
    if not len(pdf.pages):
        return "pdf_sans_page"
    if pikepdf.Name.Collection in root:
        return "pdf_porte_documents"
    # Pages made on the spot by Acrobat alone: the others show the sheet that says so.
    if root.get("/NeedsRendering") and "/XFA" in root.get("/AcroForm", {}):
        return "pdf_formulaire"
    return None


def _hides_archive(content: bytes) -> bool:
    """True when the file is a PDF for one program and an archive for another.

    An archive that is the whole of a stream is a file attached to the PDF: LibreOffice attaches its own document.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            start = min((part.header_offset for part in archive.infolist()), default=None)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False
    if start is None:
        return False
    end = content.rindex(b"PK\x05\x06")
    end += 22 + int.from_bytes(content[end + 20 : end + 22], "little")
    opened = content[:start].endswith((b"stream\n", b"stream\r\n"))
    return not (opened and content[end:].lstrip(b"\r\n").startswith(b"endstream"))
