"""Answering the checklist of the recevabilité."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from instruction.models import Constat
from instruction.ouverture import ensure_may_instruct, lock_open


@transaction.atomic
def record_constats(dossier, reponses, *, by, at=None):
    """Answer points of the checklist. `reponses`: {point: (is_conforme or None, motif)}; None leaves it unanswered.

    Returns the number of points whose answer changed. Raises PermissionDenied, or ValidationError with one
    message per point that is not conform and does not say why.
    """
    ensure_may_instruct(by, dossier)
    dossier = lock_open(dossier)
    at = at or timezone.now()
    known = {constat.point_id: constat for constat in dossier.constats.all()}
    errors, changed = [], 0
    for point, (is_conforme, typed) in reponses.items():
        motif = "" if is_conforme else typed.strip()
        constat = known.get(point.pk)
        if is_conforme is None:
            if constat:
                constat.delete()
                changed += 1
            continue
        if not is_conforme and not motif:
            errors.append(f"{point.libelle}\u00a0: dites pourquoi ce point n’est pas conforme.")
            continue
        if constat and (constat.is_conforme, constat.motif) == (is_conforme, motif):
            continue
        Constat.objects.update_or_create(
            dossier=dossier, point=point, defaults={"is_conforme": is_conforme, "motif": motif, "by": by, "at": at}
        )
        changed += 1
    if errors:
        raise ValidationError(errors)
    return changed
