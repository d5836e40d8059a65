"""What a file is, told by its bytes; what is refused, and the sentence that says so."""

import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from label.fichiers.inspection import clean_name, inspect_file
from label.fichiers.vignette import MINIATURE_COTE, make_thumbnail
from tests.pdf import PDF

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MACROS_MIME = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
FORMATS = "n’est pas d’un format accepté (PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS)"


def archive(*names, **contents):
    """The bytes of a ZIP holding these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name in names:
            written.writestr(name, "<x/>")
        for name, content in contents.items():
            written.writestr(name, content)
    return file.getvalue()


def image(kind="JPEG", size=(8, 6), mode="RGB", color="red", **options):
    """The bytes of a plain image."""
    file = BytesIO()
    Image.new(mode, size, color).save(file, kind, **options)
    return file.getvalue()


def declared_png(width, height):
    """The bytes of a small PNG that says it is this large."""
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return image("PNG")[:12] + header + zlib.crc32(header).to_bytes(4) + image("PNG")[33:]


WORD = ("[Content_Types].xml", "word/document.xml")
ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")
BOMB = archive(*WORD, **{"word/media/image1.bin": bytes(60 * 1024 * 1024)})
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"\xef\xbb\xbf\n<!DOCTYPE html><script>alert(1)</script>"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


def named(value):
    """What a case is called: never its bytes."""
    return "" if isinstance(value, bytes) else None


def inspect(name, content):
    return inspect_file(SimpleUploadedFile(name, content, "application/pdf"))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("statuts.pdf", PDF, ("application/pdf", "pdf")),
        ("STATUTS.PDF", PDF, ("application/pdf", "pdf")),
        ("sans extension", PDF, ("application/pdf", "pdf")),
        ("devis ovh.com.pdf", PDF, ("application/pdf", "pdf")),
        ("statuts v1.2", PDF, ("application/pdf", "pdf")),
        ("photo.png", image("JPEG"), ("image/jpeg", "jpg")),
        ("photo.jpg", image("PNG"), ("image/png", "png")),
        ("lettre.docx", archive(*WORD), (DOCX, "docx")),
        ("budget.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), (XLSX, "xlsx")),
        ("lettre.odt", ODT, ("application/vnd.oasis.opendocument.text", "odt")),
    ],
    ids=named,
)
def test_a_file_is_known_by_its_content(name, content, kind):
    assert inspect(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "phrase"),
    [
        ("statuts.pdf", b"", "Ce fichier est vide (0 octet)."),
        # Wrong content behind a right name.
        ("statuts.pdf", b"du texte", FORMATS),
        ("statuts.pdf", b"MZ\x90\x00\x03\x00\x00\x00\x04", "C’est un programme."),
        ("statuts.pdf", HTML, "C’est une page web\u00a0: imprimez-la en PDF."),
        ("photo.jpg", SVG, "Une image SVG peut contenir un programme\u00a0: envoyez-la en PNG ou en PDF."),
        ("photo.jpg", HEIC, "C’est une photo au format HEIC\u00a0: enregistrez-la en JPEG."),
        ("photo.jpg", b"GIF89a\x01\x00\x01\x00", FORMATS),
        ("photo.jpg", image("JPEG")[:20], "Cette image est abîmée\u00a0: elle ne s’ouvre pas."),
        ("photo.png", declared_png(100_000, 100_000), "Cette image est trop grande"),
        ("lettre.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "C’est un ancien format (.doc, .xls)"),
        ("lettre.docx", b"PK\x03\x04abime", FORMATS),
        ("lettre.docx", archive("n-importe.txt"), FORMATS),
        ("lettre.odt", archive("content.xml", mimetype="application/epub+zip"), FORMATS),
        # A PDF says its header right.
        ("statuts.pdf", b"%PDX-1.7\n%%EOF", FORMATS),
        # A name that hides a program, whatever the content.
        ("facture.pdf.exe", PDF, "« .exe »"),
        ("facture.exe.pdf", PDF, "« .exe »"),
        ("photo.jpg.html", image("JPEG"), "« .html »"),
        ("dessin.svg", image("PNG"), "« .svg »"),
        ("facture.\u202efdp.exe", PDF, "« .exe »"),
        ("facture.exe .", PDF, "« .exe »"),
        # Macros, by their part or by their declaration.
        ("lettre.docx", archive(*WORD, "word/vbaProject.bin"), "Ce document contient des macros"),
        (
            "lettre.docx",
            archive("word/document.xml", **{"[Content_Types].xml": MACROS_MIME}),
            "Ce document contient des macros",
        ),
        (
            "lettre.odt",
            archive("content.xml", "Basic/Standard/Module1.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "Ce document contient des macros",
        ),
        # A small file that would fill a disk.
        ("lettre.docx", BOMB, "de données compressées, bien plus que son poids"),
        ("lettre.docx", archive(*WORD, *(f"p{rank}" for rank in range(5_001))), "de données compressées"),
        # A file that is two at once.
        ("statuts.pdf", PDF + archive("META-INF/MANIFEST.MF"), "Ce fichier en cache un autre"),
        ("photo.jpg", image("JPEG") + archive("page.html"), "Ce fichier en cache un autre"),
    ],
    ids=named,
)
def test_what_is_refused_says_why(name, content, phrase):
    with pytest.raises(ValidationError) as refusal:
        inspect(name, content)
    (said,) = refusal.value.messages
    assert phrase.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in said


def test_the_bomb_is_small_and_is_not_unpacked(settings):
    assert len(BOMB) < 100_000
    settings.TAILLE_MAX_PIECE = len(PDF)
    assert inspect("a.pdf", PDF) == ("application/pdf", "pdf")
    with pytest.raises(ValidationError) as refusal:
        inspect("a.pdf", PDF + b"\n")
    pese, limite = len(PDF) + 1, len(PDF)
    assert refusal.value.messages == [
        f"Ce fichier pèse {pese}\u00a0octets\u202f; la limite est de {limite}\u00a0octets."
    ]


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Statuts 2026.PDF", "Statuts 2026.pdf"),
        ("Statuts v1.2", "Statuts v1.2.pdf"),
        ("facture.pdf.pdf", "facture.pdf"),
        ("photo.jpeg", "photo.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Temp\\a<b>|.pdf", "a b.pdf"),
        ("stat\u202euts\r\n.pdf", "statuts.pdf"),
        (".pdf", "pdf.pdf"),
        ("..", "fichier.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_names_are_cleaned(name, cleaned):
    assert clean_name(name, "pdf") == cleaned


def drawn(content, type_mime):
    """The thumbnail of an image, opened, and its bytes."""
    made = make_thumbnail(BytesIO(content), type_mime).read()
    return Image.open(BytesIO(made)), made


def test_a_thumbnail_stands_upright_and_tells_nothing_of_where_it_was_taken():
    photo = Image.new("RGB", (1200, 600), "blue")
    photo.paste("red", (0, 0, 1200, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned a quarter to the right by the telephone.
    exif[0x010F] = "Marque du téléphone"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 47.0, 12.0), 3: "E", 4: (2.0, 22.0, 30.0)})
    file = BytesIO()
    photo.save(file, "JPEG", exif=exif, comment=b"Chez Awa")
    assert {b"Marque" in file.getvalue(), b"Chez Awa" in file.getvalue()} == {True}
    thumbnail, content = drawn(file.getvalue(), "image/jpeg")
    assert thumbnail.size == (MINIATURE_COTE // 2, MINIATURE_COTE)
    red, _, blue = thumbnail.getpixel((MINIATURE_COTE // 2 - 2, MINIATURE_COTE // 2))
    assert (red > 150, blue < 100) == (True, True)
    assert dict(thumbnail.getexif()) == {}
    assert [word for word in (b"Exif", b"Marque", b"Chez Awa") if word in content] == []


@pytest.mark.parametrize(
    ("content", "type_mime"),
    [
        (image("PNG", mode="RGBA", color=(0, 0, 0, 0)), "image/png"),
        (image("PNG", mode="P", color=0), "image/png"),
        (image("JPEG", mode="CMYK", color=(0, 0, 0, 0)), "image/jpeg"),
        (image("JPEG", mode="L", color=255), "image/jpeg"),
    ],
    ids=named,
)
def test_every_kind_of_image_has_its_thumbnail(content, type_mime):
    thumbnail, _ = drawn(content, type_mime)
    assert (thumbnail.format, thumbnail.mode, thumbnail.size) == ("JPEG", "RGB", (8, 6))


@pytest.mark.parametrize(
    ("content", "type_mime"),
    [
        (PDF, "application/pdf"),
        (image("PNG", size=(60, 60))[:60], "image/png"),
        (declared_png(6_000, 6_000), "image/png"),
    ],
    ids=named,
)
def test_an_image_that_cannot_be_drawn_has_none(content, type_mime):
    file = BytesIO(content)
    assert make_thumbnail(file, type_mime) is None
    assert file.tell() == 0
