"""The territory: communes, contrats de ville, quartiers prioritaires, and who is chef de projet where."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Prefetch, Q, Value
from django.db.models.functions import Concat, Least

from contrats.recherche import Searchable, matches
from label.enums import Generation
from label.models import Keyed, Tenure, TenureQuerySet, User

CODE_INSEE = RegexValidator(r"^(2[AB]|\d{2})\d{3}$", "Un code Insee compte cinq caractères, par exemple 94041.")
CODE_QPV = RegexValidator(
    r"^Q[PN]\d{5}[0-9A-Z]$", "Un code officiel s’écrit QP ou QN, cinq chiffres, puis un chiffre ou une lettre."
)


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


def _placed(name):
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
        ordering = ["nom"]
        constraints = [_placed("commune")]

    def __str__(self):
        return self.nom


class ContratQuerySet(GenerationQuerySet):
    def of_chef(self, user, on=None):
        """Contrats this person is chef de projet of on the date `on` (today by default)."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Affectation.objects.current(on).filter(user=user).values("contrat"))

    def for_quartiers(self, quartiers):
        """The contrats a dossier serving these quartiers may be routed to, each once."""
        return self.filter(pk__in=QuartierContrat.objects.filter(quartier__in=quartiers).values("contratdeville"))

    def with_chefs(self, on=None):
        """Fetch with each contrat the holdings in force on that date: `contrat.en_poste`, persons included."""
        holdings = Affectation.objects.current(on).filter(user__is_active=True).select_related("user")
        return self.prefetch_related(Prefetch("affectations", holdings.order_by("du", "pk"), to_attr="en_poste"))


@pghistory.track(exclude=["recherche", "importe", "contour"])
class ContratDeVille(Imported):
    """One contrat de ville; its contact is public, like the contrat itself."""

    code = models.CharField("code ANCT", max_length=12, unique=True)
    nom = models.CharField(max_length=120)
    generation = models.CharField("génération", max_length=4, choices=Generation)
    departement = models.CharField("département", max_length=3)
    communes = models.ManyToManyField(
        Commune, through="ContratCommune", verbose_name="communes", related_name="contrats", blank=True
    )
    hors_territoire = models.CharField("communes hors du territoire", max_length=120, blank=True)
    contact_email = models.EmailField("adresse électronique de contact", blank=True)
    contact_telephone = models.CharField("téléphone", max_length=20, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    permanence = models.CharField(
        "permanences",
        max_length=300,
        blank=True,
        help_text="Jours, heures et lieu où l’on peut venir sans rendez-vous.",
    )
    population_qpv = models.PositiveIntegerField("habitants des quartiers prioritaires", null=True, blank=True)
    remarque = models.CharField(max_length=300, blank=True)
    contour = models.JSONField("contour", null=True, blank=True, editable=False)
    recherche = models.GeneratedField(expression=Searchable("nom"), output_field=models.TextField(), db_persist=True)

    objects = ContratQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat de ville"
        verbose_name_plural = "contrats de ville"
        ordering = ["nom", "code"]

    def __str__(self):
        return self.nom

    def chefs(self, on=None):
        """The active persons who are chef de projet of this contrat on that date (today by default)."""
        holdings = Affectation.objects.current(on).filter(contrat=self)
        return User.objects.filter(is_active=True, pk__in=holdings.values("user"))


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
    population = models.PositiveIntegerField("habitants", null=True, blank=True)
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
        ordering = ["generation", "nom", "identifiant"]
        constraints = [
            _placed("quartier"),
            models.UniqueConstraint(
                fields=["generation", "code"],
                condition=~Q(code=""),
                name="quartier_code_unique",
                violation_error_message="Un autre quartier de cette génération porte déjà ce code officiel.",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def trace(self):
        """The contour to draw: its own, or that of a successor whose perimeter did not change (code in «I»)."""
        if self.contour:
            return self.contour
        if self.successeur and self.successeur.code.endswith("I"):
            return self.successeur.contour
        return None


class AffectationQuerySet(TenureQuerySet):
    def visible_to(self, user):
        """Who was where and when is a matter for the pilote; the public sees who is in post, on the contrat."""
        return self if user.is_authenticated and user.is_pilote else self.none()


@pghistory.track()
class Affectation(Keyed, Tenure):
    """A person is chef de projet of a contrat, from one date to another, both included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="affectations", verbose_name="personne"
    )
    contrat = models.ForeignKey(
        ContratDeVille, models.PROTECT, related_name="affectations", verbose_name="contrat de ville"
    )

    objects = AffectationQuerySet.as_manager()

    class Meta(Tenure.Meta):
        verbose_name = "affectation"
        ordering = ["contrat__nom", "-du", "pk"]
        constraints = [
            *Tenure.Meta.constraints,
            # Single values as ranges: equality under GiST without the btree_gist extension.
            ExclusionConstraint(
                name="affectation_sans_chevauchement",
                expressions=[
                    (Func(F("user"), F("user"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("contrat"), F("contrat"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            # Dates out of order are refused by the other constraint: here they must only make a range.
                            Least("du", "au"),
                            "au",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette personne est déjà chef de projet de ce contrat à ces dates.",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.contrat}"


class Link(models.Model):
    """A line of a many-to-many relation, journaled: what staff links and unlinks may be disputed too."""

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


def _once(name, *fields):
    return models.UniqueConstraint(fields=fields, name=f"{name}_unique")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class ContratCommune(Link):
    contratdeville = models.ForeignKey(ContratDeVille, models.CASCADE, related_name="+")
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "commune d’un contrat de ville"
        constraints = [_once("contrat_commune", "contratdeville", "commune")]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class QuartierCommune(Link):
    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="+")
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "commune d’un quartier"
        constraints = [_once("quartier_commune", "quartier", "commune")]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class QuartierContrat(Link):
    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="+")
    contratdeville = models.ForeignKey(
        ContratDeVille, models.CASCADE, related_name="+", verbose_name="contrat de ville"
    )

    class Meta:
        verbose_name = "contrat de ville d’un quartier"
        constraints = [_once("quartier_contrat", "quartier", "contratdeville")]
