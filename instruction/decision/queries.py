"""What may be decided now, and by whom."""

from instruction.decision.actions import DECISIONS
from projects.lifecycle import LIFECYCLE


def decisions_for(dossier, user):
    """What this person may decide now, split in (forward, taken back), with what stands in the way of each."""
    forward, back = [], []
    for transition in LIFECYCLE.available(dossier, user):
        if transition.name not in DECISIONS:
            continue
        if not transition.is_retour:
            forward.append(transition)
        elif not dossier.edition.is_published:
            back.append(transition)
    return forward, back
