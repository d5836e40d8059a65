"""What a person read and took back: visits, and a former text put in place again."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest
from django.utils import timezone

from projects.models import Visite

# Away for longer, a person comes back: what moved meanwhile is told from there.
SEANCE = timedelta(minutes=30)


@transaction.atomic
def record_visit(dossier, *, by, at=None):
    """Remember that `by` has the dossier open at the aware datetime `at`; a new sitting keeps when the last one ended.

    One query, but for the first visit. Raises PermissionDenied to whoever does not see the dossier.
    """
    at = at or timezone.now()
    changes = {
        "precedente": Case(When(at__lt=at - SEANCE, then=F("at")), default=F("precedente")),
        "at": Greatest(F("at"), at),
    }
    visites = Visite.objects.filter(dossier=dossier, user=by)
    if visites.update(**changes):
        return
    if not by.has_perm("projects.view_dossier", dossier):
        raise PermissionDenied
    # Two pages opened together: whichever comes second is the same visit.
    Visite.objects.bulk_create([Visite(dossier=dossier, user=by, at=at)], ignore_conflicts=True)
