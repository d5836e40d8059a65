"""The déport: somebody has a link with a dossier, so the dossier leaves them, whatever else they are."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import Prepared
from label.textes import Texte
from projects.models.dossier import Dossier


class DeportQuerySet(models.QuerySet):
    def current(self):
        """Those in force: none ends by itself, neither with a seat at the jury nor with an édition."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user):
        """Who is recused from what, and why, is known to the pilotes alone, those recused from it too excepted."""
        if not user.is_authenticated or not user.is_pilote:
            return self.none()
        return self.exclude(dossier__in=Dossier.objects.closed_to(user)).exclude(user=user)


@pghistory.track()
class Deport(models.Model):
    """One person recused from one dossier (CGCT L2131-11; CE Oullins 1994: even silent presence counts).

    `is_pinned`: recorded by the application, because the person had a hand in the dossier. `motif` is between the
    person and the pilote: no document prints it. Ended by a pilote alone, with a reason; a line is never taken away.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deports", verbose_name="personne")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="deports")
    motif = models.CharField("nature du lien", max_length=300, blank=True)
    is_pinned = models.BooleanField("relevé par l’application", default=False)
    at = models.DateTimeField("depuis le", default=timezone.now)
    ended_at = models.DateTimeField("levé le", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="levé par"
    )
    motif_levee = Texte("motif de la levée", blank=True)

    objects = DeportQuerySet.as_manager()

    class Meta:
        verbose_name = "déport"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dossier"], condition=Q(ended_at__isnull=True), name="deport_en_vigueur_unique"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True, motif_levee=""),
                name="deport_leve_date",
            ),
        ]
        indexes = [models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="deport_en_vigueur")]

    def __str__(self):
        return f"{self.user} · {self.dossier}"


# What one person is recused from today: (dossier pk, édition pk).
RECUSES = Prepared(
    lambda user, jour: (
        Deport.objects.current().filter(user=user).order_by().values_list("dossier_id", "dossier__edition_id")
    )
)


def recused_of(user):
    """{dossier pk: édition pk} of what this person is recused from; read once per request."""
    if not user.is_authenticated:
        return {}
    if not hasattr(user, "_recuses"):
        user._recuses = dict(RECUSES.rows(user))
    return user._recuses
