"""Pictures as telephones, scanners and broken programs make them. No test stands here."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

CAS = Path(__file__).resolve().parent.parent / "cases"
CLE_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
ORIENTATION, MODELE, RESOLUTION, EXPOSITION, POSITION = 0x0112, 0x0110, 0x011A, 0x8769, 0x8825


def saved(image, kind="JPEG", **options):
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(mode="RGB", size=(40, 30)):
    """A picture whose first line is red: one sees how it stands."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], max(1, size[1] // 4)))
    return image.convert(mode)


# --- Exif, byte by byte: no library writes what broken programs write ----------------------------


def entry(tag, kind, count, value):
    """One line of an Exif directory; `value`: its four bytes, or where they stand."""
    return struct.pack("<HHI", tag, kind, count) + (value if isinstance(value, bytes) else struct.pack("<I", value))


def tiff(*entries, tail=b"", suite=0):
    """An Exif block; what does not hold in four bytes stands after the directory, from `after(number of entries)`."""
    return (
        b"II*\x00\x08\x00\x00\x00"
        + struct.pack("<H", len(entries))
        + b"".join(entries)
        + struct.pack("<I", suite)
        + tail
    )


def after(number):
    return 8 + 2 + 12 * number + 4


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def with_segments(*segments, jpeg=None):
    """A JPEG with these segments right after its beginning."""
    jpeg = jpeg or saved(picture())
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def with_exif(block):
    return with_segments(segment(0xE1, b"Exif\x00\x00" + block))


def turned(value):
    return with_exif(tiff(entry(ORIENTATION, 3, 1, struct.pack("<HH", value, 0))))


# --- PNG, chunk by chunk ---------------------------------------------------------------------------


def chunk(kind, content, crc=None):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content) if crc is None else crc)
    )


def with_chunks(*chunks, png=None):
    """A PNG with these chunks right after its header."""
    png = png or saved(picture(), "PNG")
    return png[:33] + b"".join(chunks) + png[33:]


def declared(width, height):
    """A PNG of a few bytes that says it is this large."""
    return (
        with_chunks()[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + with_chunks()[33:]
    )


def deep(levels):
    """Exif directories that name each other, without end."""
    return tiff(entry(EXPOSITION, 4, 1, 8), entry(POSITION, 4, 1, 8), suite=levels)


def scans(number):
    """A progressive JPEG that is gone over again and again: the decoder pays each time."""
    jpeg = saved(picture(size=(64, 64)), progressive=True)
    first = jpeg.index(b"\xff\xda")
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:first] + jpeg[first:last] + jpeg[last:-2] * number + b"\xff\xd9"


ODD = {
    "exif: négatif où il ne se peut": (CAS / "exif-rationnel-negatif.jpg").read_bytes(),
    "exif: dénominateur nul": with_exif(tiff(entry(RESOLUTION, 5, 1, after(1)), tail=struct.pack("<II", 72, 0))),
    "exif: zéro sur zéro et retourné": with_exif(
        tiff(
            entry(ORIENTATION, 3, 1, struct.pack("<HH", 6, 0)),
            entry(RESOLUTION, 5, 1, after(2)),
            tail=struct.pack("<II", 0, 0),
        )
    ),
    "exif: signé négatif et retourné": with_exif(
        tiff(
            entry(ORIENTATION, 3, 1, struct.pack("<HH", 8, 0)),
            entry(RESOLUTION, 10, 1, after(2)),
            tail=struct.pack("<ii", -1, -3),
        )
    ),
    "exif: coupé": with_exif(tiff(entry(ORIENTATION, 3, 1, b"\x06\x00\x00\x00"), entry(MODELE, 2, 4000, 5000))[:20]),
    "exif: promet plus qu’il ne tient": with_exif(tiff(entry(MODELE, 2, 0xFFFFFFFF, 8))),
    "exif: type inconnu": with_exif(tiff(entry(ORIENTATION, 99, 1, b"\x06\x00\x00\x00"))),
    "exif: orientation en texte": with_exif(tiff(entry(ORIENTATION, 2, 4, b"haut"))),
    "exif: deux orientations": with_exif(tiff(entry(ORIENTATION, 3, 2, struct.pack("<HH", 6, 3)))),
    "exif: orientation sans valeur": with_exif(tiff(entry(ORIENTATION, 3, 0, b"\x00\x00\x00\x00"))),
    "exif: se nomme lui-même": with_exif(deep(8)),
    "exif: du bruit": with_exif(bytes(range(256)) * 8),
    "exif: vide": with_exif(b""),
    "exif: répertoire hors du bloc": with_exif(b"II*\x00\xff\xff\xff\xff"),
    "exif: gros-boutiste et coupé": with_exif(b"MM\x00*\x00\x00\x00\x08\xff\xff"),
    **{f"orientation {value}": turned(value) for value in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65535)},
    "xmp: orientation illisible": with_segments(segment(0xE1, CLE_XMP + b'<x tiff:Orientation="9999999999999"/>')),
    "xmp: pas du texte": with_segments(segment(0xE1, CLE_XMP + b"\xff\xfe<" * 50)),
    "vignette abîmée": with_exif(
        tiff(
            entry(MODELE, 2, 4, b"abc\x00"),
            tail=tiff(entry(0x0201, 4, 1, 9_999_999), entry(0x0202, 4, 1, 9_999_999))[8:],
            suite=after(1),
        )
    ),
    "profil de couleur coupé": with_segments(segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + b"\x00" * 40)),
    "profil de couleur en morceaux manquants": with_segments(segment(0xE2, b"ICC_PROFILE\x00\x07\x03abc")),
    "multi-images coupé": with_segments(segment(0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00\xff\xff")),
    "jfif coupé": with_segments(segment(0xE0, b"JFIF\x00")),
    "adobe coupé": with_segments(segment(0xEE, b"Adobe")),
    "photoshop coupé": with_segments(segment(0xED, b"Photoshop 3.0\x008BIM\x03\xed\x00\x00\x00\x00\xff\xff")),
    "cmjn": saved(picture("CMYK")),
    "gris": saved(picture("L")),
    "progressif": saved(picture(size=(400, 300)), progressive=True),
    "coupée au milieu": saved(picture(size=(400, 300)))[:1500],
    "mille passages": scans(1_000),
    "png 16 bits gris": saved(picture("L").convert("I;16"), "PNG"),
    "png noir et blanc": saved(picture("1"), "PNG"),
    "png palette": saved(picture("P"), "PNG", transparency=0),
    "png gris transparent": saved(picture("LA"), "PNG"),
    "png animé": saved(picture(), "PNG", save_all=True, append_images=[picture(), picture()]),
    "png: animation qui ment": with_chunks(chunk(b"acTL", b"\xff" * 8)),
    "png: animation coupée": with_chunks(chunk(b"acTL", b"\x00")),
    "png: contrôle faux": with_chunks(chunk(b"pHYs", b"\x00" * 9, crc=1)),
    "png: contrôle faux dans l’en-tête": with_chunks()[:29] + b"\x00\x00\x00\x00" + with_chunks()[33:],
    "png: résolution coupée": with_chunks(chunk(b"pHYs", b"\x00")),
    "png: gamma coupé": with_chunks(chunk(b"gAMA", b"\x00")),
    "png: couleurs coupées": with_chunks(chunk(b"cHRM", b"\x00" * 7)),
    "png: profil qui n’en est pas un": with_chunks(chunk(b"iCCP", b"nom\x00\x00pas du zlib")),
    "png: profil qui gonfle": with_chunks(chunk(b"iCCP", b"nom\x00\x00" + zlib.compress(bytes(80_000_000)))),
    "png: texte qui gonfle": with_chunks(chunk(b"zTXt", b"nom\x00\x00" + zlib.compress(bytes(80_000_000)))),
    "png: texte sans fin": with_chunks(*[chunk(b"tEXt", b"k%d\x00" % n + b"x" * 1_000_000) for n in range(8)]),
    "png: exif négatif": with_chunks(
        chunk(
            b"eXIf",
            tiff(entry(ORIENTATION, 3, 1, b"\x06\x00\x00\x00"), entry(RESOLUTION, 10, 1, after(2)), tail=b"\xff" * 8),
        )
    ),
    "png: exif coupé": with_chunks(chunk(b"eXIf", b"II*\x00\x08")),
    "png: morceau inconnu et critique": with_chunks(chunk(b"ZZZZ", b"?")),
    "png: longueur folle": with_chunks(b"\x7f\xff\xff\xfftEXtrien"),
    "png: nom de morceau illisible": with_chunks(chunk(b"\x00\x01\x02\x03", b"?")),
    "png: pixels coupés": saved(picture(size=(400, 300)), "PNG")[:-60],
    "png: pixels faux": with_chunks()[:33] + chunk(b"IDAT", b"\x00" * 40) + chunk(b"IEND", b""),
    "png: sans pixels": with_chunks()[:33],
    "png: très grande": declared(17_000, 17_000),
    "png: une ligne": declared(200_000_000, 1),
}
