"""The laureates: what was published of them, frozen at the award; past ones known only in part."""

from decimal import Decimal

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

import pghistory

from contrats.models import Commune, ContratDeVille, Quartier
from label.models import Edition, Keyed
from laureats.scdl import valider_objet
from projects.models import Dossier


class LaureatQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees published ones; the EPT sees all."""
        if user.is_authenticated and user.is_agent:
            return self.all()
        return self.filter(edition__published_at__isnull=False)

    def in_edition(self, edition):
        return self.filter(edition=edition)


@pghistory.track()
class Laureat(Keyed):
    """One laureate. `dossier` is empty for éditions taken over from before; `edition` too when nobody knows it."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="laureats", verbose_name="édition")
    edition_incertaine = models.BooleanField(
        "édition à préciser", default=False, help_text="La source ne dit pas de quelle édition il s’agit."
    )
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, blank=True, related_name="laureat")
    ordre = models.PositiveSmallIntegerField("rang dans la liste", default=0)
    nom = models.CharField("structure", max_length=160)
    is_a_completer = models.BooleanField("nom à compléter", default=False)
    titre = models.CharField("projet", max_length=200, blank=True)
    resume = models.TextField("résumé publié", blank=True, validators=[MaxLengthValidator(300)])
    objet = models.CharField("objet de la subvention", max_length=256, blank=True, validators=[valider_objet])
    montant = models.PositiveIntegerField("montant voté (€)", null=True, blank=True)
    contrat = models.ForeignKey(ContratDeVille, models.PROTECT, null=True, blank=True, related_name="laureats")
    quartiers = models.ManyToManyField(Quartier, blank=True, related_name="laureats")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="laureats")
    convention_signee_le = models.DateField("convention signée le", null=True, blank=True)
    date_notification = models.DateField("notifié le", null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    is_fictif = models.BooleanField("fictif (démonstration)", default=False)

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
