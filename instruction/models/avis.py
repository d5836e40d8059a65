"""The opinion of a partner."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from instruction.enums import SensAvis
from label.textes import Texte
from projects.models import Dossier


class AvisQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True)


@pghistory.track(exclude=["jeton_sha256"])
class Avis(models.Model):
    """The opinion of a partner, asked by a mail link. Only the fingerprint of the link's key is kept."""

    DELAI = timedelta(days=15)

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="avis")
    nom = models.CharField("partenaire", max_length=120)
    organisme = models.CharField(max_length=120, blank=True)
    email = models.EmailField("adresse électronique")
    question = Texte(blank=True)
    jeton_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    echeance = models.DateField("attendu le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    sens = models.CharField("sens de l’avis", max_length=12, choices=SensAvis, blank=True)
    texte = Texte("avis", blank=True)
    answered_at = models.DateTimeField("rendu le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "email"],
                condition=Q(revoked_at__isnull=True),
                name="avis_un_par_partenaire",
                violation_error_message="L’avis de cette personne est déjà demandé sur ce dossier.",
            ),
            models.CheckConstraint(condition=Q(answered_at__isnull=True) | ~Q(sens=""), name="avis_rendu_a_un_sens"),
        ]

    def __str__(self):
        return f"Avis de {self.nom}"
