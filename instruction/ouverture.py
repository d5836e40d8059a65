"""When a dossier is instructed, and by whom: what every act of this floor asks first."""

from django.core.exceptions import PermissionDenied, ValidationError

from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier

# Statuts in which what the EPT works out may still change.
INSTRUCTION_OUVERTE = frozenset({Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION, Statut.ADMIS})


def ensure_may_instruct(by, dossier):
    """Raise PermissionDenied when `by` may not instruct this dossier."""
    if not by.has_perm("instruction.instruct_dossier", dossier):
        raise PermissionDenied


def ensure_open(statut):
    """Raise ValidationError once the instruction is over."""
    if statut not in INSTRUCTION_OUVERTE:
        raise ValidationError(
            f"Entre-temps, la situation a changé\u00a0: le dossier est maintenant "
            f"«\u202f{LIFECYCLE.label_of(statut)}\u202f», son instruction est close.",
            code="stale",
        )


def lock_open(dossier):
    """The dossier's row, held until the end of the transaction, so that a decision and a finding do not cross."""
    locked = Dossier.objects.held().select_related("edition").get(pk=dossier.pk)
    ensure_open(locked.statut)
    return locked
