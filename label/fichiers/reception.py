"""A file comes in: judged once, before any lock; then its bytes, its thumbnail and its row are kept together."""

import hashlib
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile, File

from label.commodite import convenience
from label.fichiers.inspection import clean_name, inspect_file
from label.fichiers.quarantaine import first_state
from label.fichiers.refus import refuse
from label.fichiers.vignette import make_thumbnail
from label.models import FichierJoint

logger = logging.getLogger(__name__)

# What is known of the bytes themselves, wherever they are joined.
CONNU = ("fichier", "miniature", "nom", "type_mime", "taille", "sha256", "analyse", "analyse_at")


@dataclass(frozen=True)
class Recu:
    """A file sent, once judged: `fichier` open at its start, `taille` in bytes, `miniature` None when there is none."""

    fichier: File
    nom: str
    type_mime: str
    taille: int
    sha256: str
    miniature: ContentFile | None


def receive_file(fichier: File) -> Recu:
    """Judge an uploaded file read from its start; the heavy work, done while others go on writing.

    Raises ValidationError on a file not accepted.
    """
    type_mime, extension = inspect_file(fichier)
    return Recu(
        fichier=fichier,
        nom=clean_name(fichier.name, extension),
        type_mime=type_mime,
        taille=fichier.size,
        sha256=_digest(fichier),
        miniature=make_thumbnail(fichier, type_mime),
    )


def _digest(fichier: File) -> str:
    digest = hashlib.sha256()
    for chunk in fichier.chunks():
        digest.update(chunk)
    fichier.seek(0)
    return digest.hexdigest()


def keep_file(joint: FichierJoint, recu: Recu) -> None:
    """Write the file, its thumbnail and the row of an unsaved FichierJoint; a row refused leaves no file behind.

    Raises ValidationError (code `place`) when the storage takes no more.
    """
    if place_left() < settings.PLACE_RESERVEE:
        logger.error("Less room left than PLACE_RESERVEE: no file is taken")
        raise refuse("place")
    joint.nom, joint.type_mime, joint.taille, joint.sha256 = recu.nom, recu.type_mime, recu.taille, recu.sha256
    joint.analyse = first_state()
    try:
        joint.fichier.save(recu.fichier.name, recu.fichier, save=False)
        if recu.miniature is not None:
            with convenience("a thumbnail that could not be kept"):
                joint.miniature.save("miniature", recu.miniature, save=False)
        joint.save()
    except BaseException as error:
        for field in (joint.fichier, joint.miniature):
            if field:
                field.delete(save=False)
        if isinstance(error, OSError):
            # The disk is full, or gone: nothing of the person's doing.
            logger.exception("A file could not be kept")
            raise refuse("place") from error
        raise


def place_left() -> int:
    """Bytes free on the disk of the files."""
    root = Path(settings.MEDIA_ROOT)
    return shutil.disk_usage(next(place for place in (root, *root.parents) if place.exists())).free


def keep_again(joint: FichierJoint, former: FichierJoint) -> None:
    """Write the row of an unsaved FichierJoint on the same bytes as a former one, which stays as it is."""
    for name in CONNU:
        setattr(joint, name, getattr(former, name))
    joint.save()
