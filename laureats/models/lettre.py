"""The letter of result of a dossier, as it left: kept as long as the dossier is."""

import pgtrigger
from django.db import models

from label.models import kept
from projects.models import Dossier


def lettre_path(lettre, filename):
    return f"lettres/{lettre.dossier.cle}/{filename}"


class Lettre(models.Model):
    """What the structure was sent at the publication. `sha256`: of the PDF."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="lettre")
    fichier = models.FileField("lettre", upload_to=lettre_path, max_length=200)
    taille = models.PositiveIntegerField("octets")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField("envoyée le")

    class Meta:
        verbose_name = "lettre de résultat"
        triggers = [
            kept("lettre_reste"),
            pgtrigger.ReadOnly(name="lettre_figee", fields=["dossier", "fichier", "taille", "sha256", "at"]),
        ]

    def __str__(self):
        return f"Lettre de «\u202f{self.dossier}\u202f»"
