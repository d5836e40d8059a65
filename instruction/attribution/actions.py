"""Who follows which dossier."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction

from instruction.models import Instruction
from instruction.ouverture import INSTRUCTION_OUVERTE, ensure_may_instruct
from projects.lifecycle import LIFECYCLE
from projects.models import Deport, Membre


class InstructionClose(ValidationError):
    """Some of these dossiers are instructed no more: `closed` is the list of them."""

    def __init__(self, closed):
        said = [f"{one.numero} («\u202f{LIFECYCLE.label_of(one.statut)}\u202f»)" for one in closed]
        super().__init__(
            f"Entre-temps, la situation a changé\u00a0: l’instruction est close pour {', '.join(said)}.", code="stale"
        )
        self.closed = closed


def _ensure_all_open(dossiers):
    closed = [dossier for dossier in dossiers if dossier.statut not in INSTRUCTION_OUVERTE]
    if closed:
        raise InstructionClose(closed)


@transaction.atomic
def assign_instructeur(dossiers, *, instructeur, by):
    """Give these dossiers (an iterable) to `instructeur` (None: to nobody). Returns how many changed hands.

    Raises PermissionDenied when one of them is not `by`'s to instruct, InstructionClose when some are instructed no
    more, ValidationError when the person chosen is no agent of the EPT, belongs to the structure or is recused.
    """
    dossiers = list(dossiers)
    for dossier in dossiers:
        ensure_may_instruct(by, dossier)
    _ensure_all_open(dossiers)
    if instructeur is not None:
        if not instructeur.is_agent:
            raise ValidationError(f"{instructeur} n’instruit pas les dossiers de l’EPT.")
        if Deport.objects.current().filter(user=instructeur, dossier__in=dossiers).exists():
            raise ValidationError(
                f"{instructeur} ne peut pas instruire ces dossiers\u00a0: confiez-les à quelqu’un d’autre."
            )
        own = Membre.objects.current().filter(user=instructeur).values_list("structure_id", flat=True)
        concerned = [d.numero for d in dossiers if d.structure_id in set(own)]
        if concerned:
            raise ValidationError(
                f"{instructeur} appartient à la structure de\u00a0{', '.join(concerned)}\u00a0: confiez ce dossier à "
                "quelqu’un d’autre."
            )
    pks = [dossier.pk for dossier in dossiers]
    with pghistory.context(user=by.pk):
        Instruction.objects.bulk_create([Instruction(dossier_id=pk) for pk in pks], ignore_conflicts=True)
        rows = Instruction.objects.filter(dossier__in=pks)
        rows = rows.exclude(instructeur=instructeur) if instructeur else rows.exclude(instructeur=None)
        return rows.update(instructeur=instructeur)


def take_back(user, dossier):
    """Who is recused from a dossier instructs it no more."""
    Instruction.objects.filter(dossier=dossier, instructeur=user).update(instructeur=None)
