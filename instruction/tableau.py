"""What is expected now of those who instruct."""

from instruction.queue.queries import A_FAIRE, counts, is_avis_late, is_complement_late, queue
from label.models import Edition
from label.tableau import panel
from projects.enums import Statut


@panel(30)
def instruction(request):
    """The queue that empties: what waits for the EPT, and what is late."""
    if not request.user.has_perm("instruction.list_instruction"):
        return None
    edition = Edition.objects.current()
    dossiers = queue(request.user).in_edition(edition)
    counted = counts(dossiers)
    if not counted:
        return None
    ouverts = dossiers.filter(statut__in=A_FAIRE)
    return {
        "template": "instruction/queue/panel.html",
        "instruction_edition": edition,
        "ton_examiner": "attente" if counted.get(Statut.DEPOSE) else "",
        "a_examiner": counted.get(Statut.DEPOSE, 0),
        "en_instruction": counted.get(Statut.EN_INSTRUCTION, 0),
        "en_attente": counted.get(Statut.A_COMPLETER, 0),
        "a_moi": ouverts.filter(instruction__instructeur=request.user).count(),
        "sans_instructeur": ouverts.filter(instruction__instructeur=None).count(),
        "complements_retard": dossiers.filter(is_complement_late()).count(),
        "avis_retard": dossiers.filter(is_avis_late()).count(),
    }
