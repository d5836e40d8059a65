"""Quartiers prioritaires, of both generations."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from contrats.models.commune import Commune, GenerationQuerySet, Imported, Positioned, placed
from contrats.models.contrat import ContratDeVille
from label.enums import Generation
from label.recherche import Searchable
from label.saisie import Entier

CODE_QPV = RegexValidator(
    r"^Q[PN]\d{5}[0-9A-Z]$", "Un code officiel s’écrit QP ou QN, cinq chiffres, puis un chiffre ou une lettre."
)


class QuartierQuerySet(GenerationQuerySet):
    def in_commune(self, commune):
        return self.filter(communes=commune)

    def with_places(self):
        """Fetch the communes and contrats of each quartier, and its successor, in three more queries at most."""
        return self.select_related("successeur").prefetch_related("communes", "contrats")


@pghistory.track(exclude=["recherche", "importe", "contour"])
class Quartier(Imported, Positioned):
    """A quartier prioritaire of one generation. `identifiant` never changes, whatever name or code it takes."""

    identifiant = models.SlugField("identifiant", max_length=120, unique=True, editable=False)
    code = models.CharField(
        "code officiel",
        max_length=8,
        blank=True,
        validators=[CODE_QPV],
        help_text="Laissez vide tant que le code n’est pas connu.",
    )
    nom = models.CharField("libellé", max_length=150)
    generation = models.CharField("génération", max_length=4, choices=Generation)
    communes = models.ManyToManyField(
        Commune, through="QuartierCommune", verbose_name="communes", related_name="quartiers", blank=True
    )
    contrats = models.ManyToManyField(
        ContratDeVille,
        through="QuartierContrat",
        verbose_name="contrats de ville",
        related_name="quartiers",
        blank=True,
    )
    hors_territoire = models.CharField("communes hors du territoire", max_length=120, blank=True)
    population = Entier("habitants", null=True, blank=True)
    superficie_ha = models.FloatField("superficie (hectares)", null=True, blank=True)
    libelle_a_completer = models.BooleanField("libellé à compléter", default=False)
    successeur = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecesseurs",
        verbose_name="quartier correspondant de la génération suivante",
    )
    remarque = models.CharField(max_length=300, blank=True)
    recherche = models.GeneratedField(
        expression=Searchable(Concat("nom", Value(" "), "code")), output_field=models.TextField(), db_persist=True
    )

    objects = QuartierQuerySet.as_manager()

    class Meta:
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires"
        ordering = ["generation", "recherche", "identifiant"]
        constraints = [
            placed("quartier"),
            models.UniqueConstraint(
                fields=["generation", "code"],
                condition=~Q(code=""),
                name="quartier_code_unique",
                violation_error_message="Un autre quartier de cette génération porte déjà ce code officiel.",
            ),
        ]

    def __str__(self):
        return self.nom

    def in_other(self, generation):
        """The same place in this generation, as a list of quartiers: itself, or its successor of 2024; the other way,
        those it succeeds."""
        if self.generation == generation:
            return [self]
        if self.successeur and self.successeur.generation == generation:
            return [self.successeur]
        return list(self.predecesseurs.filter(generation=generation))

    @property
    def trace(self):
        """The contour to draw: its own, or that of a successor whose perimeter did not change (code in «I»)."""
        if self.contour:
            return self.contour
        if self.successeur and self.successeur.code.endswith("I"):
            return self.successeur.contour
        return None
