"""The complement: what is asked of the porteur once the dossier is deposited, and the answer."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from label.textes import Texte
from projects.enums import Section, Statut
from projects.models import Dossier


@pghistory.track()
class DemandeComplement(models.Model):
    """What is asked, on which sections, until when; only those sections reopen."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="complements")
    message = Texte("ce qui est demandé")
    sections = models.JSONField("parties rouvertes", default=list)
    echeance = models.DateTimeField("réponse attendue avant le")
    statut_origine = models.CharField(max_length=20, choices=Statut)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    reponse = Texte("réponse", blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "demande de complément"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at__isnull=True), name="complement_ouvert_unique"
            ),
            models.CheckConstraint(
                condition=Q(echeance__gt=F("created_at")),
                name="complement_echeance_future",
                violation_error_message="La date limite de réponse doit être à venir.",
            ),
        ]

    @property
    def sections_libelles(self):
        return [Section(value).label for value in self.sections]
