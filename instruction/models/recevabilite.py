"""The recevabilité: what was found on each point of the checklist."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import PointRecevabilite
from projects.models import Dossier


class Constat(models.Model):
    """The answer given to one point of the recevabilité checklist."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="constats")
    point = models.ForeignKey(PointRecevabilite, models.PROTECT, related_name="constats")
    is_conforme = models.BooleanField("conforme")
    motif = models.CharField("motif", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "constat de recevabilité"
        ordering = ["point__ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "point"], name="constat_unique"),
            models.CheckConstraint(
                condition=Q(is_conforme=True) | ~Q(motif=""),
                name="constat_non_conforme_motive",
                violation_error_message="Dites pourquoi ce point n’est pas conforme.",
            ),
        ]
