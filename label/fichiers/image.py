"""What the act asks of a picture: its dimensions, read where its format puts them.

Pillow reads all that surrounds a picture (profile, position, comments) and stops at any fault there, where a viewer
shows it all the same.
"""

import zipfile
from dataclasses import dataclass
from typing import IO

from label.fichiers.formats import PNG
from label.fichiers.refus import refuse

# Pixels beyond which an image is made to harm: a telephone takes 200 million.
PIXELS_MAX = 300_000_000
# The segments of a JPEG that hold its dimensions (ITU-T T.81, table B.1: SOF0 to SOF15), and the one before its pixels.
TRAMES = bytes(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC})
SUITES = b"\xc0\xc1"
BALAYAGE = 0xDA


@dataclass(frozen=True, slots=True)
class Entete:
    """`largeur` and `hauteur` in pixels; `d_un_trait`: its lines follow each other, none is kept to draw the next."""

    largeur: int
    hauteur: int
    d_un_trait: bool

    @property
    def pixels(self) -> int:
        return self.largeur * self.hauteur


def check_image(file: IO[bytes], type_mime: str) -> None:
    """Raises ValidationError when an image (open, binary) does not open, is too large, or hides an archive."""
    if _hides_archive(file):
        raise refuse("cache")
    entete = read_header(file, type_mime)
    if entete is None:
        raise refuse("image_abimee")
    if entete.pixels > PIXELS_MAX:
        raise refuse("image_trop_grande")


def read_header(file: IO[bytes], type_mime: str) -> Entete | None:
    """The Entete of an image (open, binary); None when it has none."""
    file.seek(0)
    entete = (_read_png if type_mime == PNG else _read_jpeg)(file)
    return entete if entete and entete.pixels else None


def _read_png(file: IO[bytes]) -> Entete | None:
    head = file.read(24)
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return Entete(int.from_bytes(head[16:20]), int.from_bytes(head[20:24]), d_un_trait=False)


def _read_jpeg(file: IO[bytes]) -> Entete | None:
    """Its dimensions stand in its frame; how it is drawn, where its pixels begin."""
    file.seek(2)
    frame: bytes | None = None
    marker = 0
    while file.read(1) == b"\xff":
        while (found := file.read(1)) == b"\xff":
            pass
        size = int.from_bytes(file.read(2))
        if not found or found == b"\xd9" or size < 2:
            break
        segment = file.read(size - 2)
        if found[0] == BALAYAGE:
            # One passage for all its colours (T.81, B.2.3), or as many as there are.
            return _entete(frame, d_un_trait=marker in SUITES and segment[:1] == frame[5:6]) if frame else None
        if found in TRAMES and len(segment) >= 6:
            frame, marker = segment, found[0]
    # What is damaged between the frame and the pixels stops no viewer.
    return _entete(frame, d_un_trait=False) if frame else None


def _entete(frame: bytes, *, d_un_trait: bool) -> Entete:
    return Entete(int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3]), d_un_trait)


def _hides_archive(file: IO[bytes]) -> bool:
    """True when the file is an image for one program and an archive for another."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False
