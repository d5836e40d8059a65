"""How an oral is prepared: what the jury announced, what the structure answers, joins and needs, its rehearsals."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from juries.enums import Cote, EtatRepetition, SorteConvocation
from label.models import FichierJoint, Keyed
from label.textes import Texte
from projects.models import Dossier


class Convocation(models.Model):
    """One line of what was announced of an audition: sent, moved, cancelled. Never changed.

    `creneau`: the slot as it was told (`Audition.creneau`); of an audition cancelled, the one that had been told.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="convocations")
    sorte = models.CharField(max_length=8, choices=SorteConvocation)
    creneau = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "convocation"
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="convocation_immuable", operation=pgtrigger.Update)]


class Oral(models.Model):
    """Who presents a dossier to the jury. Held by whoever writes anything of its preparation."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="oral")
    orateurs = models.CharField(
        "Qui présente",
        max_length=300,
        blank=True,
        help_text="Prénom, nom et rôle de chaque personne. L’EPT les attend à l’accueil.",
    )
    remplacant = models.CharField(
        "Qui remplace, en cas d’empêchement",
        max_length=160,
        blank=True,
        help_text="Une personne qui connaît le projet et pourrait venir à la place.",
    )

    class Meta:
        verbose_name = "préparation de l’oral"
        verbose_name_plural = "préparations de l’oral"

    def __str__(self):
        return f"Oral de «\u202f{self.dossier}\u202f»"


class Besoin(models.Model):
    """What one person needs to come and present. Read by that person and by the EPT that organises, by nobody else.

    It may tell of her health (RGPD, article 9): kept out of journals, exports and messages, erased after the hearing.
    """

    TEXTE_MAX = 1_000

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="besoins_oral")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="par")
    texte = Texte("Ce dont vous avez besoin pour venir et présenter", max_length=TEXTE_MAX)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "besoin d’accès"
        verbose_name_plural = "besoins d’accès"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "by"], name="besoin_unique")]


class Venue(models.Model):
    """One answer of the structure to a convocation: it comes, or cannot. The last one counts, for its slot only.

    `creneau`: what had been announced (`Audition.annonce`). `motif`: why it cannot, erased as a `Besoin` is.
    `maintenue_at`: the EPT keeps the slot all the same, with `reponse`, its words to the structure, erased too.
    """

    MOTIF_MAX = 1_000

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="venues")
    vient = models.BooleanField()
    motif = Texte("Ce qui vous empêche de venir", blank=True, max_length=MOTIF_MAX)
    creneau = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    reponse = Texte("Votre réponse", blank=True, max_length=MOTIF_MAX)
    maintenue_at = models.DateTimeField("créneau maintenu le", null=True)
    maintenue_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="maintenu par"
    )

    class Meta:
        verbose_name = "réponse à la convocation"
        verbose_name_plural = "réponses à la convocation"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(maintenue_at__isnull=True) | Q(vient=False, maintenue_by__isnull=False),
                name="venue_maintenue_par_quelqu_un",
            )
        ]

    @property
    def is_a_traiter(self):
        """The EPT has to say whether the slot moves or stays."""
        return not self.vient and self.maintenue_at is None

    def is_for(self, creneau):
        """It is about this slot (as it is kept), and about no other."""
        return self.creneau == creneau


class Support(FichierJoint):
    """A file joined for the jury: slides, a plan, photographs."""

    ETAGERE = "supports"
    # In place at the same time; and bytes in all, former versions included, for one dossier.
    NOMBRE_MAX = 5
    POIDS_MAX = 100 * 1024 * 1024

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="supports")

    class Meta(FichierJoint.Meta):
        verbose_name = "support de présentation"
        verbose_name_plural = "supports de présentation"
        ordering = ["created_at", "pk"]

    @property
    def rangement(self):
        return self.dossier.cle


class Repetition(Keyed):
    """One date proposed to rehearse. Another date is another line of the same `agenda`, one version later.

    `agenda`: the key of the first, by which calendars know the event; `sequence`: its version there.
    `cote`: the side that proposes this date. `repondu_at`, `repondu_by`: when and by whom it was accepted or cancelled.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="repetitions")
    agenda = models.CharField(max_length=10, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    debut = models.DateTimeField("Jour et heure")
    fin = models.DateTimeField("fin")
    lieu = models.CharField("Lieu", max_length=200, blank=True)
    visio = models.URLField("Lien de visioconférence", blank=True)
    mot = Texte("Un mot", blank=True, max_length=1_000)
    etat = models.CharField("état", max_length=9, choices=EtatRepetition, default=EtatRepetition.PROPOSEE)
    cote = models.CharField(max_length=9, choices=Cote)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    repondu_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    repondu_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "répétition"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(fin__gt=F("debut")), name="repetition_fin_apres_debut"),
            models.CheckConstraint(
                condition=~Q(lieu="") | ~Q(visio=""),
                name="repetition_lieu_ou_visio",
                violation_error_message="Indiquez un lieu ou un lien de visioconférence.",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(etat__in=[EtatRepetition.PROPOSEE, EtatRepetition.ACCEPTEE]),
                name="repetition_une_seule",
                violation_error_message="Une répétition est déjà proposée.",
            ),
        ]

    @property
    def is_acceptee(self):
        return self.etat == EtatRepetition.ACCEPTEE

    @property
    def duree(self):
        """Whole minutes."""
        return (self.fin - self.debut) // timedelta(minutes=1)
