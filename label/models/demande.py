"""What somebody wrote to us from the page «Nous écrire»."""

import uuid

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone


class Demande(models.Model):
    """One message, and who it is from: an address nobody has checked when `user` is empty.

    `sujet`: a key of `label.contact.registre.sujets`; `objet`: the public key of what it is about, "" for nothing;
    `page`: the path of the page it was written from. `envoi` is made by the page, `empreinte` is a digest of what it
    says, of what and from whom: sent twice by a double click, it is kept once; written otherwise from a page gone back
    to, it is another message.
    """

    envoi = models.UUIDField(default=uuid.uuid4, editable=False)
    empreinte = models.CharField(max_length=64, editable=False)
    sujet = models.CharField("sujet", max_length=20)
    objet = models.CharField("à propos de", max_length=10, blank=True)
    nom = models.CharField("nom", max_length=170)
    email = models.EmailField("adresse électronique")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    texte = models.TextField("message", validators=[MaxLengthValidator(5000)])
    page = models.CharField("depuis la page", max_length=200, blank=True)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "demande"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["envoi", "empreinte"], name="demande_une_fois")]
        indexes = [models.Index(fields=["at"], name="demande_le")]

    def __str__(self):
        return f"Demande {self.nom}"
