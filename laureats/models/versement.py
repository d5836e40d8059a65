"""Payments to come: planned, asked, ordered, paid."""

from django.db import models
from django.db.models import Q

import pghistory

from laureats.enums import EtatVersement
from laureats.models.laureat import Laureat


@pghistory.track()
class Versement(models.Model):
    """One payment of a grant, in whole euros."""

    laureat = models.ForeignKey(Laureat, models.PROTECT, related_name="versements")
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=60)
    montant = models.PositiveIntegerField("montant (€)")
    prevu_le = models.DateField("prévu le")
    etat = models.CharField("état", max_length=8, choices=EtatVersement, default=EtatVersement.PREVU)
    paid_on = models.DateField("payé le", null=True, blank=True)

    class Meta:
        verbose_name = "versement"
        ordering = ["laureat", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["laureat", "rang"], name="versement_rang_unique"),
            models.CheckConstraint(condition=Q(montant__gt=0), name="versement_montant_positif"),
            models.CheckConstraint(
                condition=Q(etat=EtatVersement.PAYE, paid_on__isnull=False)
                | (~Q(etat=EtatVersement.PAYE) & Q(paid_on__isnull=True)),
                name="versement_paye_date",
                violation_error_message="Un versement payé porte sa date.",
            ),
        ]
