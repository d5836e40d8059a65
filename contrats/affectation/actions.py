"""What is done on this floor: naming a chef de projet, and ending that charge."""

import pghistory
from django.db import transaction

from contrats.models import Affectation
from label.droits import ensure_may
from label.models import User


@transaction.atomic
def affect_chef(contrat, *, email, prenom, nom, telephone="", du, au=None, by):
    """Make a person chef de projet of a contrat from the date `du` to `au` (open when None), both included.

    The person is found by e-mail address and created when unknown; what is already known of them is kept.
    `by` decides, and is recorded by the journal. Returns the Affectation. Raises PermissionDenied, ValidationError when
    the dates are out of order or cover a charge of the same person on the same contrat.
    """
    ensure_may(by, "contrats.change_referentiel")
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = User.objects.create_user(email, prenom=prenom, nom=nom, telephone=telephone)
    missing = {name: value for name, value in (("prenom", prenom), ("nom", nom), ("telephone", telephone)) if value}
    missing = {name: value for name, value in missing.items() if not getattr(user, name)}
    if missing:
        for name, value in missing.items():
            setattr(user, name, value)
        user.save(update_fields=list(missing))
    affectation = Affectation(user=user, contrat=contrat, du=du, au=au)
    affectation.full_clean()
    with pghistory.context(user=by.pk):
        affectation.save()
    return affectation


@transaction.atomic
def end_affectation(affectation, *, au, by):
    """Set the last day of a charge, included. Raises ValidationError when `au` precedes `du`."""
    ensure_may(by, "contrats.change_referentiel", affectation)
    locked = Affectation.objects.select_for_update(of=("self",)).get(pk=affectation.pk)
    locked.au = au
    locked.full_clean()
    with pghistory.context(user=by.pk):
        locked.save(update_fields=["au"])
    return locked
