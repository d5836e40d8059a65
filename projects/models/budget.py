"""How an édition prints the accounts of the budget."""

import pghistory
from django.db import models

from label.models import Edition
from projects.budget import LIBELLE_MAX, Plan


class LibelleCompteQuerySet(models.QuerySet):
    def plan(self, edition_id):
        """The numbers and labels printed for this édition, as a `budget.Plan`: one query."""
        rows = self.filter(edition_id=edition_id).values_list("compte", "numero", "libelle")
        return Plan({compte: (numero, libelle) for compte, numero, libelle in rows})


@pghistory.track()
class LibelleCompte(models.Model):
    """The number and label of one account in one édition, where they differ from those of `projects.budget`."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="libelles_comptes", verbose_name="édition")
    compte = models.CharField(max_length=4)
    numero = models.CharField("numéro", max_length=6, blank=True)
    libelle = models.CharField("libellé", max_length=LIBELLE_MAX)

    objects = LibelleCompteQuerySet.as_manager()

    class Meta:
        verbose_name = "libellé de compte"
        verbose_name_plural = "libellés de comptes"
        ordering = ["edition", "compte"]
        constraints = [models.UniqueConstraint(fields=["edition", "compte"], name="libelle_compte_unique")]

    def __str__(self):
        return f"{self.numero} {self.libelle}".strip()
