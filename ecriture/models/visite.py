"""Who had a thing open, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from ecriture.models.ecrit import Ecrit


class Visite(models.Model):
    """When a person last had the thing open (`at`), and the visit before (`precedente`)."""

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="visites")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    precedente = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "visite"
        constraints = [models.UniqueConstraint(fields=["ecrit", "user"], name="visite_unique")]
