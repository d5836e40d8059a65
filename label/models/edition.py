"""The édition: one yearly call, its calendar, its envelope and its rules."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from label.enums import Generation, Phase
from label.minute import is_past, minute_of
from label.saisie import Montant, PetitEntier


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The EPT manages them all; their calendar is public through the home page."""
        return self.all() if user.is_authenticated and user.is_agent else self.none()

    def receiving(self, now):
        """The édition an idea sent at the aware datetime `now` belongs to, or None when none is announced.

        The one being written; after its deadline the next one, where the idea waits for the opening.
        """
        return self.filter(cloture__gte=minute_of(now), is_historique=False).order_by("cloture").first()

    def current(self):
        """The édition people mean when they name none: the latest already open, else the next one, else None."""
        now = timezone.now()
        # The dates of an édition taken over from before are not known: none is current.
        editions = self.filter(is_historique=False)
        return (
            editions.filter(ouverture__lte=now).order_by("-annee").first()
            or editions.filter(ouverture__gt=now).order_by("annee").first()
        )


def _apres(champ, precedent, message):
    """A constraint: `champ` does not come before `precedent`."""
    return models.CheckConstraint(
        condition=Q(**{f"{champ}__gte": F(precedent)}),
        name=f"edition_{champ}_apres_{precedent}",
        violation_error_message=message,
    )


@pghistory.track()
class Edition(models.Model):
    """One yearly call. Datetimes are aware; amounts are whole euros."""

    annee = models.PositiveSmallIntegerField("année", unique=True)
    titre = models.CharField(max_length=120)
    generation = models.CharField(
        "génération du référentiel", max_length=4, choices=Generation, default=Generation.G2015
    )
    ouverture = models.DateTimeField("ouverture de l’écriture à deux")
    cloture = models.DateTimeField(
        "clôture des dépôts", help_text="Date et heure de Paris. D’ordinaire 23 h 59, le dernier jour."
    )
    fin_instruction = models.DateField("fin de l’instruction")
    jury_debut = models.DateField("premier jour de jury")
    jury_fin = models.DateField("dernier jour de jury")
    publication_prevue = models.DateField("publication prévue")
    published_at = models.DateTimeField("résultats publiés le", null=True, blank=True, editable=False)
    formulaire_fige_at = models.DateTimeField("questions figées le", null=True, blank=True, editable=False)
    enveloppe = Montant("enveloppe (€)")
    montant_min = Montant("montant minimal par projet (€)", default=0)
    montant_max = Montant("montant maximal par projet (€)")
    visa_requis = models.BooleanField("visa du chef de projet exigé avant le dépôt", default=True)
    convention_toujours = models.BooleanField("convention pour chaque lauréat, même sous 23 000 €", default=False)
    conservation_annees = PetitEntier(
        "durée de conservation (années)",
        default=10,
        help_text="À confirmer par l’archiviste de l’EPT.",
    )
    is_historique = models.BooleanField(
        "édition reprise pour mémoire", default=False, help_text="Seuls ses lauréats sont connus."
    )
    is_fictive = models.BooleanField("édition fictive (démonstration)", default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "édition"
        ordering = ["-annee"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cloture__gt=F("ouverture")),
                name="edition_cloture_apres_ouverture",
                violation_error_message="La clôture des dépôts doit suivre l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(fin_instruction__gte=F("cloture__date")),
                name="edition_fin_instruction_apres_cloture",
                violation_error_message="L’instruction ne peut pas finir avant la clôture des dépôts.",
            ),
            _apres("jury_debut", "fin_instruction", "Le jury ne peut pas commencer avant la fin de l’instruction."),
            _apres("jury_fin", "jury_debut", "Le dernier jour de jury doit suivre le premier."),
            _apres("publication_prevue", "jury_fin", "La publication ne peut pas précéder la fin du jury."),
            _apres("montant_max", "montant_min", "Le montant maximal doit dépasser le montant minimal."),
        ]

    def __str__(self):
        return self.titre

    def phase(self, now=None):
        """Where the year stands at the aware datetime `now`; derived from the dates alone."""
        now = now or timezone.now()
        today = timezone.localdate(now)
        if self.published_at and self.published_at <= now:
            return Phase.PUBLIEE
        if now < self.ouverture:
            return Phase.PREPARATION
        if not is_past(self.cloture, now):
            return Phase.CO_ELABORATION
        if today <= self.fin_instruction:
            return Phase.INSTRUCTION
        if today <= self.jury_fin:
            return Phase.JURY
        return Phase.DECISION

    @property
    def is_published(self):
        return self.published_at is not None

    def is_open(self, now=None):
        """True while a dossier may be written and deposited: ouverture ≤ now ≤ cloture."""
        now = now or timezone.now()
        return self.ouverture <= now and not is_past(self.cloture, now)

    def jours_restants(self, now=None):
        """Whole days left before the deadline, 0 on the last day, negative afterwards."""
        now = now or timezone.now()
        return (timezone.localdate(self.cloture) - timezone.localdate(now)) // timedelta(days=1)
