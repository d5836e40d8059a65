"""The budget of a dossier, line by line, and how an édition prints its accounts."""

import uuid

import pghistory
from django.db import models
from django.db.models import Q

from label.models import Edition
from projects.budget.plan import LIBELLE_MAX, Plan
from projects.enums import Sens
from projects.models.dossier import Dossier


class LibelleCompteQuerySet(models.QuerySet):
    def plan(self, edition_id):
        """The numbers and labels printed for this édition, as a `budget.plan.Plan`: one query."""
        return self.filter(edition_id=edition_id).as_plan()

    def as_plan(self):
        """The same of rows of one édition already chosen, or prefetched."""
        return Plan({row.compte: (row.numero, row.libelle) for row in self})


@pghistory.track()
class LibelleCompte(models.Model):
    """The number and label of one account in one édition, where they differ from those of `projects.budget.plan`."""

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


@pghistory.track()
class BudgetLigne(models.Model):
    """One line of the budget grid. `compte` is a key of `projects.budget.plan`; `montant` whole euros."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="budget_lignes")
    # Made by the screen that adds the line: it names the line before the server knows it.
    cle = models.UUIDField(default=uuid.uuid4, editable=False)
    sens = models.CharField(max_length=8, choices=Sens)
    compte = models.CharField("compte", max_length=4)
    libelle = models.CharField("libellé ou financeur", max_length=120, blank=True)
    montant = models.PositiveIntegerField("montant (€)", default=0)
    is_obtenu = models.BooleanField("obtenu", default=False)
    is_ept = models.BooleanField("demande à l’EPT", default=False)
    ordre = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "ligne de budget"
        ordering = ["sens", "compte", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "cle"], name="budget_ligne_cle_unique"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(is_ept=True),
                name="budget_ligne_ept_unique",
                violation_error_message="Une seule ligne porte la demande à l’EPT.",
            ),
            models.CheckConstraint(
                condition=Q(is_ept=False) | Q(sens=Sens.PRODUIT, compte="74"), name="budget_ligne_ept_en_74"
            ),
        ]
