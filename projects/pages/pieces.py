"""The cards of the files of a dossier, asked and free."""

from django.conf import settings

from label.fichiers.formats import ACCEPTES, ATTRIBUT_ACCEPT
from projects.dossier.completude import pieces_jointes


def pieces_shown(dossier, user, erreurs=None):
    """What the page of the files shows: the pieces asked of this kind of structure, then the free ones.

    `erreurs`: {pk of the PieceDemandee or None: list of sentences}. Former files are shown to those who write.
    """
    erreurs = erreurs or {}
    given, former = {}, {}
    for piece in pieces_jointes(dossier):
        given.setdefault(piece.demandee_id, []).append(piece)
    if user.has_perm("projects.change_dossier", dossier):
        rows = dossier.pieces.exclude(remplacee_at=None).select_related("by", "remplacee_by").order_by("-created_at")
        for piece in rows:
            former.setdefault(piece.demandee_id, []).append(piece)
    asked = [
        demandee for demandee in dossier.edition.pieces_demandees.all() if demandee.concerne(dossier.structure.type)
    ]
    return {
        "cartes": [
            {
                "cle": demandee.pk if demandee else "libre",
                "demandee": demandee,
                "pieces": given.get(demandee and demandee.pk, []),
                "anciennes": former.get(demandee and demandee.pk, []),
                "erreurs": erreurs.get(demandee and demandee.pk, []),
            }
            for demandee in [*asked, None]
        ],
        "formats": ACCEPTES,
        "accept": ATTRIBUT_ACCEPT,
        "taille_max": settings.TAILLE_MAX_PIECE,
        "libres_max": settings.PIECES_LIBRES_MAX,
        "poids_libres_max": settings.POIDS_LIBRES_MAX,
    }
