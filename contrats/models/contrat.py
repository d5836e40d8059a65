"""Contrats de ville, and who may be asked about each."""

import pghistory
from django.db import models
from django.db.models import Prefetch

from contrats.models.affectation import Affectation
from contrats.models.commune import Commune, GenerationQuerySet, Imported
from contrats.models.liens import QuartierContrat
from label.enums import Generation
from label.models import User
from label.recherche import Searchable
from label.saisie import Entier


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
    population_qpv = Entier("habitants des quartiers prioritaires", null=True, blank=True)
    remarque = models.CharField(max_length=300, blank=True)
    contour = models.JSONField("contour", null=True, blank=True, editable=False)
    recherche = models.GeneratedField(expression=Searchable("nom"), output_field=models.TextField(), db_persist=True)

    objects = ContratQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat de ville"
        verbose_name_plural = "contrats de ville"
        ordering = ["recherche", "code"]

    def __str__(self):
        return self.nom

    def chefs(self, on=None):
        """The active persons who are chef de projet of this contrat on that date (today by default)."""
        holdings = Affectation.objects.current(on).filter(contrat=self)
        return User.objects.filter(is_active=True, pk__in=holdings.values("user"))
