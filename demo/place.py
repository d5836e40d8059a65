"""Room on the disk, and the right to write there: what the person who typed the command reads when one is missing."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

from demo.embedded import EmbeddedError

# What the first start writes (bytes): a database, its journal, the files of a fictional year, and what the
# application leaves free besides (PLACE_RESERVEE) or takes no file any more.
PREMIERE_FOIS = 400 * 1024**2
# Under this nothing can be written for long.
PLEIN = 8 * 1024**2

_SANS_PLACE = {errno.ENOSPC, errno.EDQUOT}
_SANS_DROIT = {errno.EACCES, errno.EPERM, errno.EROFS}
_DITS_SANS_PLACE = re.compile(r"no space left on device|quota exceeded|DiskFull|par manque de place", re.IGNORECASE)


def ensure_room(folder: Path) -> None:
    """Raise EmbeddedError when the disk of `folder`, which exists, has no room for a first start."""
    libre = shutil.disk_usage(folder).free
    if libre < PREMIERE_FOIS:
        raise EmbeddedError(
            f"Il reste {libre // 1024**2} Mo sur le disque de « {folder} », et la démonstration en demande "
            f"{PREMIERE_FOIS // 1024**2} la première fois : libérez de la place, ou choisissez un autre dossier par "
            "LABEL_DEMO_DIR, puis relancez « make demo »."
        )


def full(folder: Path) -> str:
    """What to say when the disk of `folder` has no room left; "" when it has."""
    try:
        libre = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return _sans_place(folder) if libre < PLEIN else ""


def said_in(words: str, folder: Path) -> str:
    """What to say of a program that failed with these words for want of room; "" when that is not why."""
    return _sans_place(folder) if _DITS_SANS_PLACE.search(words) else ""


def said_of(error: OSError, folder: Path) -> str:
    """What to say of this error (a `shutil.Error` too); "" when it is not one of room, or of right in `folder`."""
    if isinstance(error, shutil.Error):
        return said_in(str(error), folder)
    if error.errno in _SANS_PLACE:
        return _sans_place(folder)
    touched = Path(os.fsdecode(error.filename or ""))
    is_ours = touched.is_relative_to(folder) or folder.is_relative_to(touched)
    if is_ours and (error.errno in _SANS_DROIT or not folder.is_dir()):
        return (
            f"Ce compte ne peut pas écrire dans « {folder} » : lancez la démonstration depuis un dossier à vous, ou "
            "choisissez-en un autre par LABEL_DEMO_DIR."
        )
    return ""


def _sans_place(folder: Path) -> str:
    return (
        f"Il n’y a plus de place sur le disque de « {folder} » : libérez-en, puis relancez « make demo » ; ce qui "
        "était enregistré l’est toujours."
    )
