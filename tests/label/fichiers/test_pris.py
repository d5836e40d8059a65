"""Files that good people send, as each office suite, telephone and scanner really writes them: all are taken."""

import random
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from odfdo import Document
from PIL import Image

from label.documents import render_pdf
from label.fichiers.formats import DOCX, FORMATS, JPEG, ODS, ODT, PNG, XLSX
from label.fichiers.formats import PDF as PDF_MIME
from label.fichiers.inspection import inspect_file
from label.fichiers.vignette import make_thumbnail
from tests.label.fichiers.test_fichiers import image
from tests.label.test_documents import LETTRE
from tests.pdf import PDF, pdf, rewritten

CASES = Path(__file__).resolve().parents[2] / "cases"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def zipped(parts, kind=zipfile.ZIP_DEFLATED):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", kind) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return file.getvalue()


def package(main="word/document.xml", *, mime=MAIN, target=None, relations=TRANSITIONAL, types=None, **names):
    """An Open XML package whose main part stands at `main`, told by its relation (`target`) and its `types`."""
    types = types or f'<Override PartName="/{main}" ContentType="{mime}"/>'
    return zipped(
        {
            names.get("types_name", "[Content_Types].xml"): f"{XML}<Types xmlns="
            f'"http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": f"{XML}<Relationships xmlns="
            f'"http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId2" Type="{TRANSITIONAL}/extended-properties" Target="docProps/app.xml"/>'
            f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="{target or main}"/></Relationships>',
            main: f"{XML}<w:document/>",
        }
    )


def workbook():
    file = BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["60", "Graines", 120.5])
    book.save(file)
    return file.getvalue()


def odf(kind):
    file = BytesIO()
    Document(kind).save(file)
    return file.getvalue()


def with_file(content, name, attached, **options):
    """A PDF to which a file is attached."""
    file = BytesIO()
    with pikepdf.Pdf.open(BytesIO(content)) as opened:
        opened.attachments[name] = attached
        opened.save(file, **options)
    return file.getvalue()


def updated(content):
    """A PDF to which a second state was added, as signing does: its page is another size."""
    start = content.rindex(b"startxref\n") + 10
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>\nendobj\n"
    table = b"xref\n3 1\n%010d 00000 n \n" % len(content)
    trailer = b"trailer\n<</Size 5/Root 1 0 R/Prev %s>>\n" % content[start:].split()[0]
    return content + page + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(content) + len(page))


FORMULAIRE = b"/AcroForm<</Fields[<</FT/Tx/T(nom)/V(Awa)>>]/SigFlags 3>>"
PRIS = {
    "pdf: d’ici (Typst)": (PDF_MIME, lambda: render_pdf("laureats/lettre.typ", LETTRE)),
    "pdf: hybride de LibreOffice": (PDF_MIME, (CASES / "pdf-hybride-libreoffice.pdf").read_bytes),
    "pdf: Factur-X, un fichier attaché": (PDF_MIME, lambda: with_file(PDF, "factur-x.xml", b"<x/>")),
    "pdf: un document attaché tel quel": (
        PDF_MIME,
        lambda: with_file(PDF, "budget.xlsx", workbook(), compress_streams=False),
    ),
    "pdf: 2.0": (PDF_MIME, lambda: rewritten(PDF, force_version="2.0")),
    "pdf: 1.0": (PDF_MIME, lambda: PDF.replace(b"%PDF-1.7", b"%PDF-1.0")),
    "pdf: pour le web": (PDF_MIME, lambda: rewritten(PDF, linearize=True)),
    "pdf: objets compressés": (
        PDF_MIME,
        lambda: rewritten(PDF, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    "pdf: mis à jour": (PDF_MIME, lambda: updated(PDF)),
    "pdf: formulaire rempli et signé": (PDF_MIME, lambda: pdf(root=FORMULAIRE)),
    "pdf: formulaire XFA qui se lit partout": (
        PDF_MIME,
        lambda: pdf(root=b"/AcroForm<</Fields[]/XFA 5 0 R>>", objects=[b"<</Length 4>>stream\n<x/>\nendstream"]),
    ),
    "pdf: impression interdite": (
        PDF_MIME,
        lambda: rewritten(PDF, encryption=pikepdf.Encryption(owner="propriétaire", user="", R=6)),
    ),
    "pdf: table perdue": (PDF_MIME, lambda: PDF[: PDF.rindex(b"xref\n0")] + b"trailer<</Root 1 0 R>>"),
    "pdf: lignes vides devant": (PDF_MIME, lambda: b"\xef\xbb\xbf\r\n\r\n" + PDF),
    "pdf: ordres d’imprimante devant": (
        PDF_MIME,
        lambda: b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + PDF + b"\x1b%-12345X",
    ),
    "pdf: en-têtes de passerelle devant": (
        PDF_MIME,
        lambda: b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n" + PDF,
    ),
    "pdf: reste de vieux Mac devant": (PDF_MIME, lambda: bytes(128) + PDF),
    "pdf: du vide derrière": (PDF_MIME, lambda: PDF + bytes(4_000)),
    "docx: Word en ligne": (DOCX, (CASES / "word-en-ligne.docx").read_bytes),
    "docx: Word": (DOCX, package),
    "docx: strict": (DOCX, lambda: package(relations=STRICT)),
    "docx: chemin absolu": (DOCX, lambda: package(target="/word/document.xml")),
    "docx: autre nom, autre dossier": (DOCX, lambda: package("Documents/Texte.xml", target="./Documents/Texte.xml")),
    "docx: barres inversées": (DOCX, lambda: package("word\\document.xml", target="word\\document.xml")),
    "docx: autre casse": (
        DOCX,
        lambda: package("word/Document.xml", target="Word/document.xml", types_name="[content_types].xml"),
    ),
    "docx: sorte donnée à l’extension": (
        DOCX,
        lambda: package("word/document.main", types=f'<Default Extension="main" ContentType="{MAIN}"/>'),
    ),
    "xlsx: openpyxl": (XLSX, workbook),
    "xlsx: Excel en ligne": (XLSX, lambda: package("xl/workbook2.xml", mime=SHEET)),
    "odt": (ODT, lambda: odf("text")),
    "ods": (ODS, lambda: odf("spreadsheet")),
    "jpeg: téléphone, plusieurs vues": (
        JPEG,
        lambda: image("MPO", save_all=True, append_images=[Image.new("RGB", (4, 3))]),
    ),
    "jpeg: photo animée de Google": (JPEG, lambda: image() + b"\x00\x00\x00\x18ftypmp42" + bytes(500)),
    "jpeg: Samsung": (JPEG, lambda: image() + b"\x00\x00\x01\n\x0e\x00\x00\x00Image_UTC_DataSEFHk\x00\x00\x00SEFT"),
    "jpeg: 108 millions de pixels": (JPEG, lambda: image(size=(12_000, 9_000), quality=30)),
    "jpeg: rationnel négatif": (JPEG, (CASES / "exif-rationnel-negatif.jpg").read_bytes),
    "jpeg: imprimeur": (JPEG, lambda: image(mode="CMYK", color=(0, 9, 9, 0))),
    "png: 16 bits": (PNG, lambda: image("PNG", mode="I;16", color=900)),
    "png: animé": (PNG, lambda: image("PNG", save_all=True, append_images=[Image.new("RGB", (8, 6))])),
}


@pytest.mark.parametrize("cas", PRIS)
def test_a_good_file_is_taken_whatever_wrote_it(cas):
    mime, made = PRIS[cas]
    sent = SimpleUploadedFile("sans-extension", made())
    assert (inspect_file(sent), sent.tell()) == ((mime, FORMATS[mime]), 0)
    assert bool(make_thumbnail(sent, mime)) == (mime in {JPEG, PNG})


@pytest.mark.parametrize("name", ["a.PDF", "a", "a.docx", "a.pdf.pdf", "a.JPG", "a.v1.2"])
def test_its_name_says_nothing_of_what_it_is(name):
    assert inspect_file(SimpleUploadedFile(name, PDF)) == (PDF_MIME, "pdf")


def test_a_large_file_waiting_on_the_disk_is_read_too(tmp_path):
    sent = TemporaryUploadedFile("a.pdf", "application/pdf", len(PDF), None)
    sent.write(PDF)
    assert inspect_file(sent) == (PDF_MIME, "pdf")
    assert sent.read() == PDF


def test_what_libreoffice_writes_is_taken_or_told(tmp_path):
    (tmp_path / "budget.xlsx").write_bytes(workbook())
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice is missing: scripts/programme installs it"
    filters = {"ods": "ods", "pdf": "pdf", "fods": "fods", "xls": "xls", "copie.xlsx": "xlsx"}
    said = {}
    for name, target in filters.items():
        out = tmp_path / name
        command = [program, f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--norestore"]
        command += ["--convert-to", target, "--outdir", str(out), str(tmp_path / "budget.xlsx")]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
        (made,) = out.iterdir()
        try:
            said[name] = inspect_file(SimpleUploadedFile("budget", made.read_bytes()))[1]
        except ValidationError as refusal:
            said[name] = refusal.code
    assert said == {"ods": "ods", "pdf": "pdf", "fods": "opendocument_plat", "xls": "excel", "copie.xlsx": "xlsx"}


def test_files_damaged_anywhere_are_taken_or_told_never_more():
    """Five hundred files damaged at random, always the same: an answer each time, and the same door for all."""
    hasard = random.Random(10)
    whole = [made() for mime, made in PRIS.values() if mime != JPEG]
    whole = [content for content in whole if len(content) < 30_000]
    taken = 0
    for _ in range(500):
        content = bytearray(hasard.choice(whole))
        for _ in range(hasard.randint(1, 20)):
            content[hasard.randrange(len(content))] = hasard.randrange(256)
        del content[hasard.choice([len(content), hasard.randrange(len(content)) + 1]) :]
        try:
            taken += bool(inspect_file(SimpleUploadedFile("a", bytes(content))))
        except ValidationError:
            continue
    assert 50 < taken < 450
