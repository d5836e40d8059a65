"""Payments to come: planned, asked, ordered, paid."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

from label.saisie import Montant
from label.textes import Texte
from laureats.enums import TONS_DU_VERSEMENT, EtatVersement
from laureats.lifecycle import guard
from laureats.models.laureat import Laureat


class VersementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The EPT only, but where a déport stands: payments are between it, the structure and the public accountant."""
        if not user.is_authenticated or not user.is_agent:
            return self.none()
        return self.filter(laureat__in=Laureat.objects.followed_by(user))

    def to_come(self):
        """Not paid yet."""
        return self.exclude(etat=EtatVersement.PAYE)

    def total(self):
        """Sum in whole euros, 0 without any row."""
        return self.aggregate(total=Sum("montant"))["total"] or 0


@pghistory.track()
class Versement(models.Model):
    """One payment of a grant, in whole euros. `etat` moves through the life cycle only."""

    laureat = models.ForeignKey(Laureat, models.PROTECT, related_name="versements", verbose_name="lauréat")
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=60)
    montant = Montant("montant (€)")
    prevu_le = models.DateField("prévu le")
    etat = models.CharField("état", max_length=8, choices=EtatVersement, default=EtatVersement.PREVU, editable=False)
    paid_on = models.DateField("payé le", null=True, blank=True)

    objects = VersementQuerySet.as_manager()

    class Meta:
        verbose_name = "versement"
        ordering = ["laureat", "rang"]
        triggers = [guard("versement_lifecycle")]
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
        indexes = [models.Index(fields=["prevu_le", "id"], name="versement_echeancier")]

    def __str__(self):
        return f"{self.libelle} ({self.laureat})"

    @property
    def ton(self):
        return TONS_DU_VERSEMENT[self.etat]

    @property
    def is_paye(self):
        return self.etat == EtatVersement.PAYE

    @property
    def is_en_retard(self):
        """Its day has passed, and it is not paid."""
        return not self.is_paye and self.prevu_le < timezone.localdate()


class PassageVersement(models.Model):
    """One line of a payment's journal: who, when, from, to, why. Written by the life cycle, never changed."""

    versement = models.ForeignKey(Versement, models.CASCADE, related_name="passages")
    transition = models.CharField(max_length=20)
    de = models.CharField("de", max_length=8, choices=EtatVersement)
    vers = models.CharField("vers", max_length=8, choices=EtatVersement)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")
    motif = Texte(blank=True)

    class Meta:
        verbose_name = "passage d’un versement"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(de=F("vers")), name="passage_versement_bouge"),
        ]

    def __str__(self):
        return f"{self.get_de_display()} → {self.get_vers_display()}"
