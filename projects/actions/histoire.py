"""What a person read and took back: visits, and a former value put in place again."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest
from django.utils import timezone

from projects import champs
from projects.actions.champ import lock, save_field
from projects.enums import SorteRetouche
from projects.models import Visite
from projects.visites import SEANCE


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


@transaction.atomic
def restore_version(retouche, cote, *, by, at=None):
    """Put a value of the story back in its field: what it held before this entry (`avant`) or after it (`apres`).

    What stood there goes into the story. Returns an Enregistrement; raises as `save_field`.
    """
    dossier = lock(retouche.dossier, by)
    return save_field(
        dossier,
        retouche.nom,
        valeur=getattr(retouche, cote),
        base=champs.read(dossier, retouche.nom),
        ecran="",
        sequence=0,
        vu=0,
        by=by,
        at=at,
        sorte=SorteRetouche.RESTAURATION,
    )
