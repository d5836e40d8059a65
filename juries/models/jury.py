"""The jury of an édition, its members and the links of interest they declare."""

from datetime import datetime, time, timedelta

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from juries.enums import Acte, College
from label.models import Clos, Edition, Keyed, Lien, Usage
from label.saisie import PetitEntier
from label.textes import Texte
from projects.models import Deport, Dossier


class JuryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The EPT, and the members who accepted."""
        if not user.is_authenticated:
            return self.none()
        if user.is_agent:
            return self.all()
        return self.filter(pk__in=Jure.objects.active().filter(user=user).values("jury"))


@pghistory.track(exclude=["version_notes"])
class Jury(models.Model):
    """One jury for one édition. Quorum and minima count members present and not recused."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="jury", verbose_name="édition")
    quorum = PetitEntier(default=3, help_text="Membres présents, hors déports.")
    minimum_par_college = PetitEntier("minimum par collège", default=0)
    regle_departage = models.CharField(
        "règle de départage",
        max_length=300,
        default="À moyenne égale, le même rang ; le jury départage par un vote, la présidence a voix prépondérante.",
        help_text="Annoncée avant l’ouverture des auditions ; elle figure au procès-verbal.",
    )
    # Moves with every final ballot: what is derived from all of them is kept for one version.
    version_notes = models.PositiveIntegerField(default=0, editable=False)

    objects = JuryQuerySet.as_manager()

    class Meta:
        verbose_name = "jury"
        verbose_name_plural = "jurys"
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum__gte=1),
                name="jury_quorum_positif",
                violation_error_message="Le quorum est au moins 1.",
            )
        ]

    def __str__(self):
        return f"Jury {self.edition.annee}"


class JureQuerySet(models.QuerySet):
    def active(self):
        """Members who accepted and were not removed."""
        return self.filter(accepted_at__isnull=False, removed_at__isnull=True)

    def visible_to(self, user):
        """The pilote keeps the list of members."""
        return self if user.is_authenticated and user.is_pilote else self.none()

    def for_user(self, user, jury):
        """The active membership of this person in this jury, or None."""
        return self.active().filter(user=user, jury=jury).first()


@pghistory.track(exclude=["graine", "jeton_sha256"])
class Jure(Keyed, Lien):
    """A member of the jury, in one collège. `user` is known once the invitation is accepted."""

    # A late invitation may be answered for so long; the others, until the last audition.
    DELAI = timedelta(days=30)
    LIEN = Usage(
        "jury",
        "juries:invitation_accept",
        retire="removed_at",
        servi="accepted_at",
        mots={
            Clos.RETIRE: "Cette invitation a été retirée.",
            Clos.SERVI: "Cette invitation a déjà été acceptée.",
            Clos.PERIME: "Cette invitation n’est plus valable : ce jury a fini ses auditions.",
        },
        que_faire="Si vous siégez, entrez avec votre adresse : le jury est dans « À faire ». Sinon, écrivez à l’EPT.",
    )

    jury = models.ForeignKey(Jury, models.CASCADE, related_name="jures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="jures")
    nom = models.CharField("prénom et nom", max_length=120)
    qualite = models.CharField(
        "qualité", max_length=160, blank=True, help_text="Par exemple : maire adjointe, universitaire."
    )
    email = models.EmailField("adresse électronique")
    college = models.CharField("collège", max_length=12, choices=College)
    is_president = models.BooleanField("préside le jury", default=False)
    invited_at = models.DateTimeField("invité le", default=timezone.now)
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = JureQuerySet.as_manager()

    class Meta:
        verbose_name = "membre du jury"
        verbose_name_plural = "membres du jury"
        ordering = ["jury", "college", "nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jury", "email"],
                condition=Q(removed_at__isnull=True),
                name="jure_unique",
                violation_error_message="Cette personne est déjà membre du jury.",
            ),
            models.UniqueConstraint(
                fields=["jury"],
                condition=Q(is_president=True, removed_at__isnull=True),
                name="jure_president_unique",
                violation_error_message="Le jury a déjà une présidence.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(user__isnull=False), name="jure_accepte_a_un_compte"
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def lien_expire_at(self):
        """The end, in Paris, of the last day of auditions."""
        last = timezone.make_aware(datetime.combine(self.jury.edition.jury_fin + timedelta(days=1), time()))
        return max(last, self.invited_at + self.DELAI)


class DeclarationQuerySet(models.QuerySet):
    def libres(self):
        """Those of members whom no déport keeps from the dossier: they hear it and count."""
        standing = Deport.objects.current().filter(
            user=models.OuterRef("jure__user"), dossier=models.OuterRef("dossier")
        )
        return self.filter(~models.Exists(standing))

    def of_user(self, user):
        """What this person declared, in the juries where the person sits today."""
        return self.filter(jure__in=Jure.objects.active().filter(user=user))


@pghistory.track()
class Declaration(models.Model):
    """One member has answered about one dossier, before reading it.

    That there is a link is said by his `projects.Deport`, which outlives the seat; no déport in force: no link.
    """

    jure = models.ForeignKey(Jure, models.CASCADE, related_name="declarations")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="declarations")
    at = models.DateTimeField("déclaré le", default=timezone.now)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration d’intérêts"
        verbose_name_plural = "déclarations d’intérêts"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["jure", "dossier"], name="declaration_unique")]


class Mention(models.Model):
    """One line of the jury's register: what the EPT did outside the ordinary course, and why. Never changed."""

    jury = models.ForeignKey(Jury, models.CASCADE, related_name="mentions")
    acte = models.CharField(max_length=14, choices=Acte)
    objet = models.CharField(max_length=300)
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")
    motif = Texte()
    detail = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "mention au registre"
        verbose_name_plural = "registre du jury"
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="mention_immuable", operation=pgtrigger.Update)]
        constraints = [
            models.CheckConstraint(
                condition=~Q(motif=""), name="mention_motivee", violation_error_message="Indiquez le motif."
            )
        ]
