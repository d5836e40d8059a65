"""People let into one dossier: invited to read, comment or write it, or mandated to deposit it."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from label.models import Clos, Lien, Usage
from projects.enums import Droit
from projects.models.dossier import Dossier


class PartageQuerySet(models.QuerySet):
    def current(self):
        """Accepted, and not over."""
        return self.filter(accepted_at__isnull=False, ended_at__isnull=True)

    def pending(self, now=None):
        """Sent, neither accepted nor over, and still valid at the aware datetime `now`."""
        return self.filter(accepted_at__isnull=True, ended_at__isnull=True, expire_at__gt=now or timezone.now())


@pghistory.track(exclude=["graine", "jeton_sha256"])
class Partage(Lien):
    """A person from outside the structure let into one dossier by a mail link.

    `user` stays empty until the invited address accepts.
    """

    DELAI = timedelta(days=30)
    LIEN = Usage(
        "partage",
        "projects:partage_accept",
        retire="ended_at",
        servi="accepted_at",
        mots={
            Clos.RETIRE: "Cette invitation a été retirée.",
            Clos.SERVI: "Cette invitation a déjà servi.",
            Clos.PERIME: "Cette invitation n’est plus valable : demandez-en une nouvelle à la personne qui vous a "
            "invité.",
        },
        discret=True,
        que_faire="Si vous avez déjà accepté, le dossier est dans « À faire ». Sinon, la personne qui vous a "
        "écrit peut vous inviter de nouveau.",
    )
    # Without an answer, one reminder after this long.
    RAPPEL = timedelta(days=7)

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="partages")
    email = models.EmailField("adresse électronique")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partages",
        verbose_name="personne",
    )
    droit = models.CharField("ce que la personne pourra faire", max_length=12, choices=Droit, default=Droit.LECTURE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="invité par")
    created_at = models.DateTimeField("invité le", default=timezone.now)
    expire_at = models.DateTimeField("à accepter avant le")
    relance_at = models.DateTimeField("rappelé le", null=True, blank=True)
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="terminé par"
    )

    objects = PartageQuerySet.as_manager()

    class Meta:
        verbose_name = "partage"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "email"],
                condition=Q(ended_at__isnull=True),
                name="partage_un_par_adresse",
                violation_error_message="Cette personne est déjà invitée dans ce dossier.",
            ),
            models.UniqueConstraint(
                fields=["dossier", "user"],
                condition=Q(ended_at__isnull=True, user__isnull=False),
                name="partage_un_par_personne",
                violation_error_message="Cette personne est déjà dans ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True, accepted_at__isnull=True)
                | Q(user__isnull=False, accepted_at__isnull=False),
                name="partage_accepte_par",
            ),
            models.CheckConstraint(condition=Q(expire_at__gt=F("created_at")), name="partage_expire_apres"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False), name="partage_termine_par"
            ),
        ]

    def __str__(self):
        return f"{self.user or self.email} → {self.dossier}"

    @property
    def lien_expire_at(self):
        return self.expire_at


class MandatQuerySet(models.QuerySet):
    def current(self):
        return self.filter(revoked_at__isnull=True)


@pghistory.track()
class Mandat(models.Model):
    """A responsable lets somebody who writes this dossier deposit it in the name of the structure."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="mandats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandats", verbose_name="personne mandatée"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="mandatée par")
    created_at = models.DateTimeField("mandatée le", default=timezone.now)
    revoked_at = models.DateTimeField("mandat retiré le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )

    objects = MandatQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "user"],
                condition=Q(revoked_at__isnull=True),
                name="mandat_un_par_personne",
                violation_error_message="Cette personne est déjà mandatée pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="mandat_retire_par",
            ),
        ]

    def __str__(self):
        return f"{self.user} pour {self.dossier}"
