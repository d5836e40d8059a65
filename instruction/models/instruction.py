"""What the EPT works out on a dossier: who follows it, the note for the jury, the amount proposed."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone

from label.saisie import Montant
from label.textes import Texte
from projects.models import Dossier


@pghistory.track()
class Instruction(models.Model):
    """What the EPT works out on a deposited dossier."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="instruction")
    instructeur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    note_synthese = Texte("note de synthèse pour le jury", blank=True)
    montant_propose = Montant("montant proposé (€)", null=True, blank=True)
    updated_at = models.DateTimeField("modifiée le", default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modifiée par"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "instruction"
