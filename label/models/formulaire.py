"""What an édition asks and judges by: criteria, pieces, checklist."""

import pghistory
from django.db import models
from django.db.models import Q

from label.models.edition import Edition


@pghistory.track()
class Critere(models.Model):
    """One line of the scoring grid. `note_max` is the top of its scale, which starts at 0."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="criteres", verbose_name="édition")
    ordre = models.PositiveSmallIntegerField()
    nom = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    poids = models.PositiveSmallIntegerField(default=1)
    note_max = models.PositiveSmallIntegerField("note maximale", default=5)
    libelles = models.JSONField(
        "mots de chaque échelon", default=list, blank=True, help_text="Un mot par note, de 0 à la note maximale."
    )

    class Meta:
        verbose_name = "critère"
        ordering = ["edition", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ordre"],
                name="critere_ordre_unique",
                violation_error_message="Deux critères ne peuvent pas porter le même rang.",
            ),
            models.CheckConstraint(
                condition=Q(poids__gte=1),
                name="critere_poids_positif",
                violation_error_message="Le poids d’un critère est au moins 1.",
            ),
            models.CheckConstraint(
                condition=Q(note_max__gte=1),
                name="critere_note_max_positive",
                violation_error_message="La note maximale est au moins 1.",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def echelons(self):
        """The steps of the scale as a list of (value, word), from 0 to `note_max`."""
        mots = [*self.libelles, *[""] * (self.note_max + 1)]
        return [(value, mots[value]) for value in range(self.note_max + 1)]


class PieceDemandee(models.Model):
    """A file the édition asks for. `types_structure` empty means «of everybody»."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pieces_demandees", verbose_name="édition")
    ordre = models.PositiveSmallIntegerField(default=1)
    nom = models.CharField(max_length=120)
    aide = models.CharField(max_length=300, blank=True)
    is_obligatoire = models.BooleanField("obligatoire", default=True)
    types_structure = models.JSONField("types de structure concernés", default=list, blank=True)
    validite_mois = models.PositiveSmallIntegerField(
        "reste valable (mois)",
        null=True,
        blank=True,
        help_text="La structure peut alors reprendre la pièce jointe à un dossier plus ancien. Vide : jamais reprise.",
    )

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["edition", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "nom"], name="piece_demandee_nom_unique"),
        ]

    def __str__(self):
        return self.nom

    def concerne(self, type_structure):
        """True when a structure of this kind must (or may) give the piece."""
        return not self.types_structure or type_structure in self.types_structure


class PointRecevabilite(models.Model):
    """One point of the recevabilité checklist."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="points_recevabilite", verbose_name="édition")
    ordre = models.PositiveSmallIntegerField(default=1)
    libelle = models.CharField("libellé", max_length=200)
    aide = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "point de recevabilité"
        verbose_name_plural = "points de recevabilité"
        ordering = ["edition", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "libelle"], name="point_recevabilite_unique"),
        ]

    def __str__(self):
        return self.libelle
