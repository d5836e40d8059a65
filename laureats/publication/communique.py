"""What was communicated of a result, to whoever may know it: the one reading of it, for pages, cards and threads.

Nothing here is the jury's or the EPT's own: neither the rank on the waiting list nor an internal reason is read.
"""

from dataclasses import dataclass
from datetime import datetime

from laureats.enums import SensResultat
from laureats.models import Laureat, Lettre
from laureats.publication.resultats import etape_of
from projects.enums import Statut
from projects.models import Dossier, Passage

# The result each of these statuts is, once published. A dossier in another one has none.
SENS = {
    Statut.LAUREAT: SensResultat.LAUREAT,
    Statut.RESERVE: SensResultat.ATTENTE,
    Statut.NON_RETENU: SensResultat.NON_RETENU,
    Statut.NON_ADMIS: SensResultat.NON_ADMIS,
}


@dataclass(frozen=True)
class Communique:
    """The result of one dossier as its structure was told it.

    `sens`: a `SensResultat`; `etape`: where it came to it («vote», «jury», «absence», «admission»); `at`: when it was
    communicated, aware datetime. `laureat`: with its payments, None but for a laureate. `points_forts`, `motif`: plain
    text, may be empty. `lettre`: the `Lettre` as it left, for those who may open it; None for the others, or where
    none was sent.
    """

    dossier: Dossier
    sens: SensResultat
    etape: str
    at: datetime
    laureat: Laureat | None = None
    points_forts: str = ""
    motif: str = ""
    lettre: Lettre | None = None

    @property
    def montant(self):
        """In whole euros, 0 but for a laureate."""
        return self.laureat.montant if self.laureat else 0


def communiques(dossiers, user):
    """{dossier pk: its `Communique`} for this person; none where nothing is published, or nothing theirs to know.

    Six queries at most, whatever the number of dossiers.

    A dossier this person does not see through `Dossier.objects.visible_to` has none here: a member of the jury reads
    what he deliberated on among the pages of the jury.
    """
    asked = [dossier.pk for dossier in dossiers]
    known = Dossier.objects.visible_to(user).filter(pk__in=asked, statut__in=SENS, edition__published_at__isnull=False)
    found = {dossier.pk: dossier for dossier in known.select_related("edition", "structure", "proposition")}
    if not found:
        return {}
    moves = {move.dossier_id: move for move in Passage.objects.filter(dossier__in=found).order_by("at", "pk")}
    laureats = {one.dossier_id: one for one in Laureat.objects.filter(dossier__in=found).prefetch_related("versements")}
    lettres = {lettre.dossier_id: lettre for lettre in Lettre.objects.filter(dossier__in=found)}
    return {
        pk: _told(
            dossier,
            moves.get(pk),
            laureats.get(pk),
            lettres.get(pk) if user.has_perm("laureats.read_lettre", dossier) else None,
        )
        for pk, dossier in found.items()
    }


def _told(dossier, move, laureat, lettre):
    etape = etape_of(dossier.statut, move.transition if move else "")
    # The jury said nothing of who stopped before it, whatever was begun.
    proposition = getattr(dossier, "proposition", None) if etape in {"vote", "jury"} else None
    return Communique(
        dossier=dossier,
        sens=SENS[dossier.statut],
        etape=etape,
        at=max(dossier.edition.published_at, move.at) if move else dossier.edition.published_at,
        laureat=laureat,
        points_forts=proposition.points_forts if proposition else "",
        motif=move.motif if move else "",
        lettre=lettre,
    )
