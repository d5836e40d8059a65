"""How many files a dossier holds: counted here, under its lock, for every way a file comes in.

Free files: those in place that answer neither a piece asked nor a question. All: whatever was ever joined, since
nothing is destroyed. A person: what they join within a day, wherever it is; the disk: what is left for the texts.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError

from label.limites import spend
from label.templatetags.label_ui import pluriel, poids


@dataclass(frozen=True)
class Tenu:
    """What a dossier holds: its free files in place (`libres`, their `poids` in bytes), and `total` bytes in all."""

    libres: int
    poids: int
    total: int


def held_by(dossier):
    """The Tenu of a dossier, in one query. The same bytes put back are counted once."""
    rows = dossier.pieces.values_list("fichier", "taille", "demandee", "remplacee_at", "reponse")
    kept, libres = {}, []
    for fichier, taille, demandee, remplacee_at, reponse in rows:
        kept[fichier] = taille
        if demandee is None and remplacee_at is None and reponse is None:
            libres.append(taille)
    return Tenu(len(libres), sum(libres), sum(kept.values()))


def ensure_room(dossier, *, taille, libre, by=None, at=None):
    """Raises ValidationError when a dossier, held, takes no file of `taille` bytes more.

    `libre`: it would be a free one in place. `by`: who sends it, None when its bytes are kept already.
    """
    if by:
        spend("fichier", personne=by.pk, at=at)
    tenu = held_by(dossier)
    if libre and tenu.libres >= settings.PIECES_LIBRES_MAX:
        raise ValidationError(
            f"Les «\u00a0Autres pièces\u00a0» de ce dossier comptent déjà "
            f"{pluriel(tenu.libres, 'fichier,fichiers')}, et pas plus. Retirez-en un, ou réunissez plusieurs documents "
            "en un seul PDF, puis joignez celui-ci.",
            code="trop_de_fichiers",
        )
    if libre and tenu.poids + taille > settings.POIDS_LIBRES_MAX:
        raise ValidationError(
            f"Avec ce fichier, les «\u00a0Autres pièces\u00a0» pèseraient {poids(tenu.poids + taille)}\u202f; la "
            f"limite est de {poids(settings.POIDS_LIBRES_MAX)}. Retirez un fichier, ou allégez celui-ci (photo "
            "réduite, PDF compressé).",
            code="trop_lourd",
        )
    if by and tenu.total + taille > settings.POIDS_DOSSIER_MAX:
        raise ValidationError(
            f"Les fichiers de ce dossier, versions précédentes comprises, pèsent déjà {poids(tenu.total)}, et la "
            f"limite est de {poids(settings.POIDS_DOSSIER_MAX)}. Allégez celui-ci, ou écrivez à l’équipe du label.",
            code="dossier_plein",
        )
