"""Files that nobody else would read, and kinds that are not taken: each is told what to do."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from label.fichiers.formats import ACCEPTES
from label.fichiers.inspection import inspect_file
from label.fichiers.refus import AUTRES, ILLISIBLES
from tests.label.fichiers.test_fichiers import archive, image
from tests.label.fichiers.test_pris import package, zipped
from tests.pdf import PDF, pdf, rewritten

CASES = Path(__file__).resolve().parents[2] / "cases"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ODF = "application/vnd.oasis.opendocument."
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PRESENTATION = "application/vnd.openxmlformats-officedocument.presentationml"
EXCEL = "application/vnd.ms-excel"
FLAT = b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
WEBLOC = (
    b'<?xml version="1.0"?>\n<!DOCTYPE plist><plist><dict><key>URL</key><string>https://a.fr</string></dict></plist>'
)


def ole(*streams):
    """The beginning of an old Office file, and the names of what it holds."""
    return OLE + b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in streams)


def locked(password="secret", **options):
    return rewritten(PDF, encryption=pikepdf.Encryption(owner="autre", user=password, **options))


def locked_by_certificate():
    handler = b"/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/Recipients[<00>]>>/ID[<00><00>]"
    return PDF.replace(b"trailer\n<<", b"trailer\n<<" + handler)


def flagged(content):
    """A ZIP whose parts say they are locked, as any program that locks them writes it (APPNOTE 4.4.4)."""
    found = bytearray(content)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := found.find(sign, start)) >= 0:
            found[start + place] |= 1
            start += 4
    return bytes(found)


def odf(kind, **parts):
    return archive("content.xml", mimetype=f"{ODF}{kind}", **parts)


def drawn(kind, **options):
    file = BytesIO()
    Image.new("RGB", (8, 6)).save(file, kind, **options)
    return file.getvalue()


XFA = {
    "root": b"/NeedsRendering true/AcroForm<</Fields[]/XFA 5 0 R>>",
    "objects": [b"<</Length 0>>stream\n\nendstream"],
}
ENTRY = b'<manifest><file-entry><encryption-data checksum="x"/></file-entry></manifest>'
PAGES = zipped({"Index/Document.iwa": "", "preview.jpg": ""})
NUMBERS = zipped({"Index.zip": "", "preview.jpg": ""})
VIEUX_PAGES = zipped({"index.xml": "<x/>", "buildVersionHistory.plist": "<x/>"})
DITS = {
    # Of a kind that is taken, and that nobody else would read.
    "pdf: mot de passe": ("pdf_mot_de_passe", (CASES / "mot-de-passe.pdf").read_bytes),
    "pdf: mot de passe ancien": (
        "pdf_mot_de_passe",
        lambda: locked(R=3, allow=pikepdf.Permissions(), aes=False, metadata=False),
    ),
    "pdf: certificat": ("pdf_mot_de_passe", locked_by_certificate),
    "pdf: coupé au milieu": ("pdf_abime", lambda: PDF[: len(PDF) // 2]),
    "pdf: un début et rien": ("pdf_abime", lambda: b"%PDF-1.7\n1 0 obj\n%%EOF"),
    "pdf: pour le web, coupé": ("pdf_abime", lambda: rewritten(pdf(b"x" * 4000), linearize=True)[:900]),
    "pdf: rempli de zéros": ("pdf_abime", lambda: PDF[:20].ljust(5_000, b"\x00")),
    "pdf: sans page": ("pdf_sans_page", lambda: pdf(pages=0)),
    "pdf: formulaire d’Acrobat seul": ("pdf_formulaire", lambda: pdf(**XFA)),
    "pdf: porte-documents": ("pdf_porte_documents", lambda: pdf(root=b"/Collection<</View/D>>")),
    "pdf: et archive à la fois": ("cache", lambda: PDF + archive("META-INF/MANIFEST.MF")),
    "docx: mot de passe": ("document_mot_de_passe", lambda: ole("EncryptionInfo", "EncryptedPackage")),
    "odt: mot de passe": ("document_mot_de_passe", lambda: odf("text", **{"META-INF/manifest.xml": ENTRY})),
    "odt: mot de passe, LibreOffice 24.8": ("document_mot_de_passe", lambda: odf("text", **{"encrypted-package": "x"})),
    "docx: archive à mot de passe": ("document_mot_de_passe", lambda: flagged(package())),
    "docx: coupé": ("document_abime", lambda: package()[:-40]),
    "docx: sans son texte": ("document_abime", lambda: package("word/document.xml", target="word/autre.xml")),
    "docx: texte abîmé": (
        "document_abime",
        lambda: package().replace(b"word/document.xml\xb3", b"word/document.xml\xb4", 1),
    ),
    "odt: coupé": (
        "document_abime",
        lambda: zipped({"mimetype": f"{ODF}text", "content.xml": "<x/>"}, zipfile.ZIP_STORED)[:-30],
    ),
    "odt: sans son texte": ("document_abime", lambda: archive("styles.xml", mimetype=f"{ODF}text")),
    "jpeg: coupé dès son début": ("image_abimee", lambda: image()[:20]),
    "jpeg: et archive à la fois": ("cache", lambda: image() + archive("page.html")),
    "docm": ("macros", lambda: package(mime="application/vnd.ms-word.document.macroEnabled.main+xml")),
    "xlsm": ("macros", lambda: package("xl/workbook.xml", mime=f"{EXCEL}.sheet.macroEnabled.main+xml")),
    "odt: macros": ("macros", lambda: odf("text", **{"Basic/Standard/Module1.xml": "<x/>"})),
    # Kinds that are not taken.
    "doc": ("word", lambda: ole("Root Entry", "WordDocument")),
    "xls": ("excel", lambda: ole("Root Entry", "Workbook")),
    "xls: ancien": ("excel", lambda: ole("Root Entry", "Book")),
    "ppt": ("presentation", lambda: ole("Root Entry", "PowerPoint Document", "Workbook")),
    "pptx": ("presentation", lambda: package("ppt/presentation.xml", mime=f"{PRESENTATION}.presentation.main+xml")),
    "odp": ("presentation", lambda: odf("presentation")),
    "xlsb": ("excel_binaire", lambda: package("xl/workbook.bin", mime=f"{EXCEL}.sheet.binary.macroEnabled.main")),
    "dotx": ("modele", lambda: package(mime=f"{WORD}.template.main+xml")),
    "ott": ("modele", lambda: odf("text-template")),
    "odg": ("opendocument", lambda: odf("graphics")),
    "fodt": ("opendocument_plat", lambda: FLAT),
    "doc: XML de Word": ("word_xml", lambda: b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?><w/>'),
    "ole": ("ole", lambda: ole("Root Entry", "Quill")),
    "msg": ("message", lambda: ole("__nameid_version1.0", "__substg1.0_0037001F", "WordDocument")),
    "eml": ("message", lambda: b"Return-Path: <a@b.fr>\r\nSubject: Devis\r\n\r\nBonjour"),
    "winmail.dat": ("winmail", lambda: b"\x78\x9f\x3e\x22\x00\x01"),
    "pages": ("iwork", lambda: PAGES),
    "numbers": ("iwork", lambda: NUMBERS),
    "pages: 2009": ("iwork", lambda: VIEUX_PAGES),
    "rtf": ("rtf", lambda: b"{\\rtf1\\ansi Statuts}"),
    "txt": ("texte", "Délibération du conseil".encode),
    "heic": ("heic", lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
    "heic: rafale": ("heic", lambda: b"\x00\x00\x00\x18ftypmsf1\x00\x00\x00\x00msf1hevc"),
    "avif": ("avif", lambda: drawn("AVIF")),
    "webp": ("webp", lambda: drawn("WEBP")),
    "tiff: une page": ("tiff", lambda: drawn("TIFF")),
    "tiff: plusieurs pages": ("tiff", lambda: drawn("TIFF", save_all=True, append_images=[Image.new("RGB", (8, 6))])),
    "gif": ("image", lambda: drawn("GIF")),
    "bmp": ("image", lambda: drawn("BMP")),
    "svg": ("svg", lambda: b"<?xml version='1.0'?><!-- Inkscape -->\n<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "mp4": ("video", lambda: b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"),
    "mov": ("video", lambda: b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  "),
    "m4a": ("son", lambda: b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom"),
    "html": ("page_web", lambda: b"<!DOCTYPE html><p>%PDF-1.7</p>"),
    "exe": ("programme", lambda: b"MZ\x90\x00%PDF-1.7"),
    "gdoc": ("google", lambda: b'{"":"WARNING! DO NOT EDIT THIS FILE!","doc_id":"1a","email":"awa@exemple.fr"}'),
    "gsheet: ancien": ("google", lambda: b'{"url": "https://docs.google.com/open?id=1a"}'),
    "lnk": ("raccourci", lambda: b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(70)),
    "desktop": ("raccourci", lambda: b"[Desktop Entry]\nType=Link\n"),
    "url": ("lien", lambda: b"[InternetShortcut]\r\nURL=https://docs.exemple.fr/\r\n"),
    "webloc": ("lien", lambda: WEBLOC),
    "zip": ("archive", lambda: zipped({"statuts.pdf": PDF})),
    "zip: mot de passe": ("archive_mot_de_passe", lambda: flagged(zipped({"statuts.pdf": PDF}))),
    "7z": ("archive", lambda: b"7z\xbc\xaf\x27\x1c\x00\x04"),
    "epub": ("inconnu", lambda: archive(mimetype="application/epub+zip")),
    "n’importe quoi": ("inconnu", lambda: bytes(range(128, 256)) * 4),
}


@pytest.mark.parametrize("cas", DITS)
def test_what_nobody_would_read_is_told_what_to_do(cas):
    kind, made = DITS[cas]
    with pytest.raises(ValidationError) as refusal:
        inspect_file(SimpleUploadedFile("Statuts", made()))
    (said,) = refusal.value.messages
    accepted = f"Ce fichier n’est pas d’un format accepté ({ACCEPTES})"
    expected = ILLISIBLES.get(kind) or (
        f"{AUTRES[kind]} {accepted}." if kind in AUTRES else f"{accepted}, quel que soit son nom."
    )
    assert (refusal.value.code, said) == (kind, expected)


def test_every_kind_in_the_table_was_met():
    unmet = (ILLISIBLES.keys() | AUTRES.keys()) - {kind for kind, _ in DITS.values()}
    # An image too large is met in test_fichiers, a disk without room in projects/piece/test_limites.
    assert unmet == {"image_trop_grande", "place"}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Budget.gsheet", b'{"doc_id":"1a"}', "google"),
        ("Statuts - Raccourci.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", "raccourci"),
        ("Statuts.url", b"[InternetShortcut]\nURL=https://a.fr\n", "lien"),
        ("Budget.xlsm", package("xl/workbook.xml", mime=f"{EXCEL}.sheet.macroEnabled.main+xml"), "macros"),
        ("page.html", b"<html></html>", "page_web"),
        ("Budget.xlsb", package("xl/w.bin", mime=f"{EXCEL}.sheet.binary.macroEnabled.main"), "excel_binaire"),
        # In words, only its name tells a program.
        ("installer.bat", b"@echo off\r\ndel *.*", "nom"),
    ],
)
def test_what_it_is_comes_before_what_it_is_called(name, content, kind):
    with pytest.raises(ValidationError) as refusal:
        inspect_file(SimpleUploadedFile(name, content))
    assert refusal.value.code == kind


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("statuts.pdf", PDF[: len(PDF) // 2], r"Taken for a damaged PDF \(PdfError at \w+\.py:\d+\)"),
        ("statuts.docx", package()[:-40], r"Taken for a damaged archive \(BadZipFile at \w+\.py:\d+\)"),
    ],
)
def test_what_is_taken_for_damaged_is_told_in_the_log_without_its_words(name, content, said, caplog):
    """A fault of ours would look the same to who sent the file."""
    with pytest.raises(ValidationError):
        inspect_file(SimpleUploadedFile(name, content))
    assert [bool(re.fullmatch(said, record.getMessage())) for record in caplog.records] == [True]
