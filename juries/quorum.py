"""Who counts: members present and not recused, dossier by dossier."""

from dataclasses import dataclass
from typing import Any

from juries.enums import NOTABLES, College
from juries.models import Audition, Bulletin, Declaration, Jure, Presence
from label.templatetags.label_ui import pluriel


@dataclass(frozen=True)
class Quorum:
    """Members who may judge one dossier: present, with a declaration of no link. `manques`: French words."""

    presents: int
    requis: int
    manques: tuple

    @property
    def is_atteint(self) -> bool:
        return not self.manques


def _quorum(jury: Any, jures: Any) -> Quorum:
    manques = []
    if len(jures) < jury.quorum:
        manques.append(f"{len(jures)} membre{'s' if len(jures) > 1 else ''} sur {jury.quorum} requis")
    if jury.minimum_par_college:
        for college in College.__members__.values():
            nombre = sum(jure.college == college for jure in jures)
            if nombre < jury.minimum_par_college:
                manques.append(f"collège « {college.label} » : {nombre} sur {jury.minimum_par_college}")
    return Quorum(len(jures), jury.quorum, tuple(manques))


def quorums(jury: Any, auditions: Any) -> dict[int, Quorum]:
    """{audition pk: Quorum} for these auditions (their `seance_id` and `dossier_id` are read), in two queries.

    A member counts who is noted present at the séance and declared to have no link with the dossier.
    """
    presents: dict[int, list[Any]] = {}
    seances = {audition.seance_id for audition in auditions}
    for presence in Presence.objects.filter(seance__in=seances, is_present=True).select_related("jure"):
        presents.setdefault(presence.seance_id, []).append(presence.jure)
    libres = set(
        Declaration.objects.libres()
        .filter(jure__jury=jury, dossier__in={audition.dossier_id for audition in auditions})
        .values_list("jure", "dossier")
    )
    return {
        audition.pk: _quorum(
            jury,
            [jure for jure in presents.get(audition.seance_id, []) if (jure.pk, audition.dossier_id) in libres],
        )
        for audition in auditions
    }


def quorum_of_all(jury: Any, auditions: Any) -> Quorum:
    """The `Quorum` of a deliberation on these auditions: reached when it is for each; the fewest members count."""
    each = quorums(jury, auditions)
    found = [(audition.dossier.numero, each[audition.pk]) for audition in auditions]
    manques = [f"{numero}\u00a0: {', '.join(quorum.manques)}" for numero, quorum in found if not quorum.is_atteint]
    presents = min((quorum.presents for _, quorum in found), default=0)
    return Quorum(presents, jury.quorum, tuple(manques) if found else ("aucun dossier",))


def regle_du_quorum(jury: Any) -> str:
    """The rule in words, as the minutes and the page of the jury say it."""
    regle = f"{pluriel(jury.quorum, 'membre présent et non déporté,membres présents et non déportés')} au moins"
    college = f", dont {jury.minimum_par_college} de chaque collège" if jury.minimum_par_college else ""
    return f"{regle}, dossier par dossier{college}."


def unfinished(seance: Any) -> list[tuple[Any, int]]:
    """[(member, how many ballots are still awaited)] for the members not noted absent, in the order of the jury."""
    absents = set(seance.presences.filter(is_present=False).values_list("jure", flat=True))
    libres = set(
        Declaration.objects.libres()
        .filter(jure__jury=seance.jury_id, dossier__audition__seance=seance, dossier__statut__in=NOTABLES)
        .values_list("jure", "dossier__audition")
    )
    rendus = set(
        Bulletin.objects.filter(audition__seance=seance, final_at__isnull=False).values_list("jure", "audition")
    )
    found = []
    for jure in Jure.objects.active().filter(jury=seance.jury_id).select_related("user"):
        reste = sum(1 for pk, audition in libres - rendus if pk == jure.pk)
        if reste and jure.pk not in absents:
            found.append((jure, reste))
    return found


def awaited_ballots(user: Any, jury: Any) -> Any:
    """The auditions this member hears and has not finished scoring, past or to come, in order."""
    rendus = Bulletin.objects.filter(jure__user=user, final_at__isnull=False).values("audition")
    absences = Presence.objects.filter(jure__user=user, is_present=False).values("seance")
    return (
        Audition.objects.heard_by(user)
        .filter(seance__jury=jury, seance__locked_at__isnull=True, dossier__statut__in=NOTABLES)
        .exclude(pk__in=rendus)
        .exclude(seance__in=absences)
        .order_by("debut", "pk")
    )


def ballots_to_finish(user: Any, jury: Any, now: Any) -> Any:
    """Those of hearings that began: what is expected of this member at the aware datetime `now`, and counted so."""
    return awaited_ballots(user, jury).filter(debut__lte=now)
