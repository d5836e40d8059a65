"""The people of a structure: its members, who is invited, who asks to join. Members come and go."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import Clos, Lien, Tenure, TenureQuerySet, Usage


@pghistory.track()
class Membre(Tenure):
    """A person of a structure. Only a responsable deposits."""

    structure = models.ForeignKey("Structure", models.CASCADE, related_name="membres")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="adhesions", verbose_name="personne"
    )
    is_responsable = models.BooleanField(
        "responsable", default=False, help_text="Présidence ou personne mandatée\u00a0: peut déposer le dossier."
    )

    objects = TenureQuerySet.as_manager()

    class Meta(Tenure.Meta):
        verbose_name = "membre"
        ordering = ["structure", "-is_responsable", "pk"]
        constraints = [
            *Tenure.Meta.constraints,
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(au__isnull=True),
                name="membre_unique",
                violation_error_message="Cette personne est déjà membre de la structure.",
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.structure})"


class Invitation(Lien):
    """A letter that opens a door: to join a structure."""

    # Not taken up within this time, it opens nothing any more.
    DELAI = timedelta(days=30)
    LIEN = Usage(
        "invitation",
        "projects:invitation_accept",
        retire="revoked_at",
        servi="accepted_at",
        mots={
            Clos.RETIRE: "Cette invitation a été retirée.",
            Clos.SERVI: "Cette invitation a déjà servi.",
            Clos.PERIME: "Cette invitation n’est plus valable : demandez-en une nouvelle à la structure.",
        },
        que_faire="Si vous avez déjà accepté, la structure est dans « À faire ». Sinon, une personne "
        "responsable de la structure peut vous inviter de nouveau.",
    )

    structure = models.ForeignKey("Structure", models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse électronique")
    is_responsable = models.BooleanField("comme responsable", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="invité par")
    created_at = models.DateTimeField("invité le", default=timezone.now)
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_ouverte_unique",
                violation_error_message="Cette personne est déjà invitée.",
            )
        ]

    def __str__(self):
        return f"{self.email} → {self.structure}"

    @property
    def lien_expire_at(self):
        return self.created_at + self.DELAI


class DemandeAdhesion(models.Model):
    """Somebody asks to join a structure that is already here. Its responsables answer, or the EPT in their stead."""

    # Without an answer for this long, the EPT is told.
    DELAI = timedelta(days=7)

    structure = models.ForeignKey("Structure", models.CASCADE, related_name="demandes_adhesion")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="demandes_adhesion", verbose_name="personne"
    )
    message = models.TextField("votre message", max_length=1000, blank=True)
    created_at = models.DateTimeField("demandée le", default=timezone.now)
    decided_at = models.DateTimeField("répondue le", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondue par"
    )
    accepted = models.BooleanField("acceptée", null=True, blank=True)
    mot = models.TextField("mot de réponse", max_length=1000, blank=True)

    class Meta:
        verbose_name = "demande d’adhésion"
        verbose_name_plural = "demandes d’adhésion"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(decided_at__isnull=True),
                name="demande_adhesion_ouverte_unique",
                violation_error_message="Votre demande est déjà envoyée.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, by__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, by__isnull=False, accepted__isnull=False),
                name="demande_adhesion_repondue_par",
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.structure}"
