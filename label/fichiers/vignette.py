"""The small picture shown beside an image. It only helps: a file without thumbnail is a file joined."""

from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from PIL import ExifTags, Image

from label.commodite import convenience
from label.fichiers.formats import JPEG, PNG
from label.fichiers.image import read_header

# What Pillow calls the kinds of images accepted.
FORMATS_IMAGE = {PNG: "PNG", JPEG: "JPEG"}
# The largest side of a thumbnail, in pixels.
MINIATURE_COTE = 240
# Pixels beyond which drawing the thumbnail would cost too much memory; a JPEG whose lines follow each other is decoded
# at an eighth of its size, and costs little whatever it is.
PIXELS_MINIATURE = {PNG: 25_000_000, JPEG: 50_000_000}
# Passes over a progressive picture beyond which decoding it would cost minutes: a camera makes about ten.
BALAYAGES_MAX = 100
# How to set upright a picture taken in each orientation (Exif 2.32, tag 274); any other value turns nothing.
REDRESSER = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Ours are the limits above and in `image`: Pillow's own would warn, then refuse the photos of some telephones.
Image.MAX_IMAGE_PIXELS = None


def make_thumbnail(file: IO[bytes], type_mime: str) -> ContentFile | None:
    """A small JPEG of an image, upright and with none of its metadata, as a ContentFile; None when there is none.

    The largest side is MINIATURE_COTE pixels at most. The position of the file is put back to 0. Nothing that is in
    the file makes it raise: a file without thumbnail is a file joined.
    """
    content: bytes | None = None
    if type_mime in FORMATS_IMAGE:
        with convenience("a thumbnail"):
            content = _draw_thumbnail(file, type_mime)
        file.seek(0)
    return ContentFile(content) if content else None


def _draw_thumbnail(file: IO[bytes], type_mime: str) -> bytes | None:
    """The bytes of the thumbnail; None when drawing it would cost too much."""
    if type_mime == JPEG and _count_scans(file) > BALAYAGES_MAX:
        return None
    entete = read_header(file, type_mime)
    if entete is None or (entete.pixels > PIXELS_MINIATURE[type_mime] and not entete.d_un_trait):
        return None
    file.seek(0)
    with Image.open(file, formats=[FORMATS_IMAGE[type_mime]]) as image:
        # A JPEG is decoded at a fraction of its size.
        image.draft("RGB", (2 * MINIATURE_COTE, 2 * MINIATURE_COTE))
        turn = None
        with convenience("the rotation of a thumbnail"):
            turn = REDRESSER.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        # The picture alone: `exif_transpose` would write all its metadata again, and stop at the first odd one.
        upright = image if turn is None else image.transpose(turn)
        upright.thumbnail((MINIATURE_COTE, MINIATURE_COTE))
        upright = _on_eight_bits(upright).convert("RGBA")
        # A new image: position, comment and model of the camera stay in the original.
        drawn = Image.new("RGB", upright.size, "white")
        drawn.paste(upright, mask=upright.getchannel("A"))
    content = BytesIO()
    drawn.save(content, "JPEG", quality=82, optimize=True)
    return content.getvalue()


def _on_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey brought to the eight that are drawn; Pillow would cut them, and show all white."""
    return image.point(lambda grey: grey / 256).convert("L") if image.mode.startswith("I;16") else image


def _count_scans(file: IO[bytes]) -> int:
    """How many times the decoder of a JPEG would go over the picture: a few in a photo, thousands in a bomb."""
    file.seek(0)
    return file.read().count(b"\xff\xda")
