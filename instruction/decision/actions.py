"""What is decided of a dossier before the jury hears it."""

from django.db import transaction
from django.utils import timezone

from label.lifecycle import TransitionRefused
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.relais import departs

# Decisions made from the page of instruction; what comes after the hearing is taken back on the jury's side.
DECISIONS = frozenset(
    {
        "declare_recevable",
        "declare_irrecevable",
        "admit",
        "refuse_admission",
        "undo_irrecevable",
        "undo_recevable",
        "undo_admission",
    }
)


@transaction.atomic
def decide(dossier, name, *, by, motif="", motif_interne="", token=None, at=None):
    """Make one of the DECISIONS. `token`: what the page kept of the dossier. Returns the journal line.

    `motif` is told to the structure, unless the move keeps its reason inside; `motif_interne` is never.

    Raises PermissionDenied, or TransitionRefused: stale page, missing reason, checklist not answered, results
    published (nothing is taken back afterwards).
    """
    if name not in DECISIONS:
        raise ValueError(f"{name} is not decided here")
    if LIFECYCLE[name].is_retour and dossier.edition.is_published:
        raise TransitionRefused("Les résultats de cette édition sont publiés\u00a0: rien ne peut plus être repris.")
    trace = {"motif_interne": motif_interne}
    at = at or timezone.now()
    passage = LIFECYCLE.apply(dossier, name, by=by, motif=motif, at=at, token=token, trace=trace)
    if name == "undo_admission" and passage.de == Statut.ADMIS:
        departs(dossier, by, at)
    return passage
