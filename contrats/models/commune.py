"""Communes, and what every imported or placed row has."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from label.recherche import Searchable, matches

CODE_INSEE = RegexValidator(r"^(2[AB]|\d{2})\d{3}$", "Un code Insee compte cinq caractères, par exemple 94041.")


class PlaceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everything: the territory is public."""
        return self

    def matching(self, text):
        """Rows whose names hold every word of the text, accents and capitals aside; none when it is blank."""
        return self.filter(matches(text))


class GenerationQuerySet(PlaceQuerySet):
    def in_generation(self, generation):
        return self.filter(generation=generation)


class Imported(models.Model):
    """A row that `import_referentiel` writes and staff may correct.

    `importe` holds the values last read in the files: a field that differs from it was edited here, and is kept.
    """

    importe = models.JSONField("dernières valeurs importées", default=dict, blank=True, editable=False)
    source = models.CharField("source", max_length=300, blank=True)
    is_verifie = models.BooleanField("vérifié dans une source citée", default=False)

    class Meta:
        abstract = True


class Positioned(models.Model):
    """A place on the map: a point in degrees WGS84 and, once imported, its contour (a GeoJSON geometry)."""

    lat = models.FloatField(
        "latitude", null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    lon = models.FloatField(
        "longitude", null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    contour = models.JSONField("contour", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def position(self):
        """`(longitude, latitude)`, or None when unknown."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


def placed(name):
    return models.CheckConstraint(
        condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
        name=f"{name}_position_entiere",
        violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
    )


@pghistory.track(exclude=["recherche", "importe", "contour"])
class Commune(Imported, Positioned):
    insee = models.CharField("code Insee", max_length=5, unique=True, validators=[CODE_INSEE])
    nom = models.CharField(max_length=80)
    departement = models.CharField("département", max_length=3)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    superficie_km2 = models.FloatField("superficie (km²)", null=True, blank=True)
    recherche = models.GeneratedField(expression=Searchable("nom"), output_field=models.TextField(), db_persist=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["recherche"]
        constraints = [placed("commune")]

    def __str__(self):
        return self.nom
