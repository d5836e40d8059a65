"""Who follows which dossier."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction

from instruction.models import Instruction
from instruction.ouverture import ensure_may_instruct, ensure_open
from projects.models import Deport, Membre


@transaction.atomic
def assign_instructeur(dossiers, *, instructeur, by):
    """Give these dossiers (an iterable) to `instructeur` (None: to nobody). Returns how many changed hands.

    Raises PermissionDenied when one of them is not `by`'s to instruct, ValidationError when the person chosen
    is no agent of the EPT, belongs to the structure or is recused.
    """
    dossiers = list(dossiers)
    for dossier in dossiers:
        ensure_may_instruct(by, dossier)
        ensure_open(dossier.statut)
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
