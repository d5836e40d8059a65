"""What a chef de projet wrote at once to the porteurs of several of his dossiers."""

import uuid

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from projects.models.dossier import Dossier


class Message(models.Model):
    """One mail to many, each addressed alone: to whom it went is told by its `Courriel` rows.

    `envoi` is made by the page that previews it: sent twice by a double click, it is written once.
    """

    envoi = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    sujet = models.CharField("objet", max_length=140)
    texte = models.TextField("message", validators=[MaxLengthValidator(5000)])
    dossiers = models.ManyToManyField(Dossier, related_name="messages")

    class Meta:
        verbose_name = "message"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.sujet
