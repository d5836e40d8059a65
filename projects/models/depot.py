"""The deposit: what was received, when, frozen; and the extension given to one dossier."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from label.models import Edition, kept
from label.textes import Texte
from projects.models.delai import suspensions_of
from projects.models.dossier import Dossier


def recepisse_path(depot, filename):
    return f"recepisses/{depot.dossier.cle}/{filename}"


class Numerotation(models.Model):
    """The last number given in one édition. Each deposit takes the next one, and holds this row to its end."""

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="+")
    dernier = models.PositiveIntegerField()

    class Meta:
        verbose_name = "numérotation des dépôts"
        verbose_name_plural = "numérotations des dépôts"


class DepotQuerySet(models.QuerySet):
    def with_suspensions(self):
        """Each with `suspensions`, what `projects.depot.silence_lu` reads: the time given to complete its dossier."""
        return self.annotate(suspensions=suspensions_of("dossier"))


class Depot(models.Model):
    """One version of one dossier as it was received: at the deposit, then with each answer to a complement.

    `rang`: its number in the dossier, 1 for the deposit. `contenu` is the frozen text; `sha256` its fingerprint, files
    included.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="versions", related_query_name="version")
    rang = models.PositiveSmallIntegerField("version", default=1)
    # When the click reached us, whatever it waited for afterwards; the journal also says when it was recorded.
    at = models.DateTimeField("déposé le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="déposé par")
    contenu = models.JSONField()
    sha256 = models.CharField(max_length=64)
    # What its receipt says, as it was known that day: the date of today is asked of `projects.depot.silence_lu`.
    rejet_implicite_le = models.DateField("rejet implicite le")
    recepisse = models.FileField(upload_to=recepisse_path, max_length=200, blank=True)

    objects = DepotQuerySet.as_manager()

    class Meta:
        verbose_name = "dépôt"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "rang"], name="depot_version_unique"),
            models.CheckConstraint(condition=models.Q(rang__gte=1), name="depot_version_numerotee"),
        ]
        triggers = [
            kept("depot_reste"),
            # What was received is never altered; only the receipt file may be joined afterwards.
            pgtrigger.ReadOnly(
                name="depot_fige", fields=["dossier", "rang", "at", "by", "contenu", "sha256", "rejet_implicite_le"]
            ),
        ]

    def __str__(self):
        return f"{self.dossier.numero}, version {self.rang} du {timezone.localtime(self.at):%d/%m/%Y à %H h %M}"

    @property
    def nom(self):
        """«Version 2»."""
        return f"Version {self.rang}"

    @property
    def recepisse_url(self):
        """Where its receipt is handed over."""
        rang = [] if self.rang == 1 else [self.rang]
        return reverse(f"projects:recepisse{'_version' if rang else ''}", args=[self.dossier.cle, *rang])


@pghistory.track()
class Prolongation(models.Model):
    """More time for one dossier, given by the pilote with a reason."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="prolongations")
    jusqu_au = models.DateTimeField("jusqu’au")
    motif = Texte()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="accordée par")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "prolongation"
        ordering = ["-jusqu_au"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(motif=""),
                name="prolongation_motivee",
                violation_error_message="Indiquez le motif de la prolongation.",
            )
        ]
