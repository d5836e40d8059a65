"""The laureates: what was published of them, frozen at the award; past ones known only in part."""

from decimal import Decimal

import pghistory
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.urls import reverse

from contrats.models import Commune, ContratDeVille, Quartier
from label.models import Edition, Keyed
from label.recherche import Searchable, matches
from label.saisie import Montant
from laureats.scdl import valider_objet
from projects.models import Dossier
from projects.models.dossier import RESUME_MAX

# A convention is compulsory above this amount (whole euros): loi 2000-321 art. 10, décret 2001-495.
SEUIL_CONVENTION = 23_000


class LaureatQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees published ones, which are public; the EPT sees all but those a déport closes."""
        published = Q(edition__published_at__isnull=False)
        if user.is_authenticated and user.is_agent:
            return self.filter(published | ~Q(dossier__in=Dossier.objects.closed_to(user).values("pk")))
        return self.filter(published)

    def followed_by(self, user):
        """Those whose convention and payments the EPT follows: a déport closes them, published or not."""
        if not user.is_authenticated or not user.is_agent:
            return self.none()
        return self.exclude(dossier__in=Dossier.objects.closed_to(user).values("pk"))

    def in_edition(self, edition):
        return self.filter(edition=edition)

    def awarded(self):
        """Those this software followed from the vote on: with a dossier, an amount, payments."""
        return self.filter(dossier__isnull=False)

    def matching(self, text):
        """Those whose structure, project or summary holds every word typed, accents and capitals aside."""
        return self.filter(matches(text))

    def with_places(self):
        """Fetch what a list shows of the territory, in one more query."""
        return self.select_related("edition", "contrat", "commune").prefetch_related("quartiers")


@pghistory.track(exclude=["recherche"])
class Laureat(Keyed):
    """One laureate. `dossier` and `montant` (whole euros) are empty for éditions taken over from before.

    What is shown was frozen at the award: the structure's later names and numbers do not change it.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="laureats", verbose_name="édition")
    edition_incertaine = models.BooleanField(
        "édition à préciser", default=False, help_text="La source ne dit pas de quelle édition il s’agit."
    )
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, blank=True, related_name="laureat")
    ordre = models.PositiveSmallIntegerField("rang dans la liste", default=0)
    nom = models.CharField("structure", max_length=160)
    is_a_completer = models.BooleanField("nom à compléter", default=False)
    titre = models.CharField("projet", max_length=200, blank=True)
    resume = models.TextField("résumé publié", blank=True, validators=[MaxLengthValidator(RESUME_MAX)])
    objet = models.CharField("objet de la subvention", max_length=256, blank=True, validators=[valider_objet])
    montant = Montant("montant voté (€)", null=True, blank=True)
    contrat = models.ForeignKey(ContratDeVille, models.PROTECT, null=True, blank=True, related_name="laureats")
    quartiers = models.ManyToManyField(Quartier, blank=True, related_name="laureats")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="laureats")
    convention_signee_le = models.DateField("convention signée le", null=True, blank=True)
    date_notification = models.DateField("notifié le", null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    is_fictif = models.BooleanField("fictif (démonstration)", default=False)

    recherche = models.GeneratedField(
        expression=Searchable(
            Concat("nom", Value(" "), "titre", Value(" "), "resume", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = LaureatQuerySet.as_manager()

    class Meta:
        verbose_name = "lauréat"
        ordering = ["-edition__annee", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ordre"], name="laureat_ordre_unique"),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True) | Q(montant__gt=0),
                name="laureat_montant_positif",
                violation_error_message="Un lauréat reçoit un montant.",
            ),
        ]

    def __str__(self):
        return self.nom

    def get_absolute_url(self):
        return reverse("laureats:laureat_detail", args=[self.cle])

    @property
    def nom_affiche(self):
        """The name people read: «lauréat 2018 n° 3 : nom à compléter» while nobody has found it."""
        if self.is_a_completer:
            return f"lauréat {self.edition.annee} n°\u00a0{self.ordre}\u00a0: nom à compléter"
        return self.nom

    @property
    def titre_affiche(self):
        """The project's title, else the structure's name."""
        return self.titre or self.nom_affiche

    @property
    def edition_affichee(self):
        """«édition 2027», or what is known of it."""
        if self.edition_incertaine:
            return "édition 2018 ou 2019, à préciser"
        return f"édition {self.edition.annee}"

    @property
    def is_convention_requise(self):
        """Always above 23 000 € (loi 2000-321 art. 10), else as the édition says."""
        return self.montant is not None and (self.montant > SEUIL_CONVENTION or self.edition.convention_toujours)


@pghistory.track()
class Beneficiaire(models.Model):
    """Who receives which share of the grant, as known at the award. Shares of one grant add up to 1."""

    laureat = models.ForeignKey(Laureat, models.CASCADE, related_name="beneficiaires")
    nom = models.CharField(max_length=160)
    siret = models.CharField(max_length=14, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    part = models.DecimalField("part", max_digits=3, decimal_places=2, default=Decimal("1"))

    class Meta:
        verbose_name = "bénéficiaire"
        ordering = ["-part", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part__gt=0, part__lte=1),
                name="beneficiaire_part_entre_0_et_1",
                violation_error_message="La part est comprise entre 0,01 et 1.",
            )
        ]
