"""A person has a thing open: the visit is remembered."""

from django.db import transaction
from django.db.models import Case, Exists, F, When
from django.db.models.functions import Greatest
from django.utils import timezone

from ecriture.declaration import declaration_of
from ecriture.models import Visite
from ecriture.presence.visites import SEANCE
from label.droits import ensure_may


@transaction.atomic
def record_visit(objet, *, by, at=None):
    """Remember that `by` has it open at the aware datetime `at`; a new sitting keeps when the last one ended.

    One query, but for the first visit. Raises PermissionDenied to whoever does not see it.
    """
    at = at or timezone.now()
    changes = {
        "precedente": Case(When(at__lt=at - SEANCE, then=F("at")), default=F("precedente")),
        "at": Greatest(F("at"), at),
    }
    # What was seen once may be closed today: the visit is written down of what is still seen.
    seen = declaration_of(objet).model.objects.visible_to(by).filter(pk=objet.pk)
    visites = Visite.objects.filter(Exists(seen), ecrit=objet.ecrit_id, user=by.pk)
    if visites.update(**changes):
        return
    ensure_may(by, declaration_of(objet).see, objet)
    # Two pages opened together: whichever comes second is the same visit.
    Visite.objects.bulk_create([Visite(ecrit_id=objet.ecrit_id, user=by, at=at)], ignore_conflicts=True)
