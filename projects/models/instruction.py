"""The instruction: checklist, complements, opinions of partners, note for the jury."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from label.models import PointRecevabilite
from label.textes import Texte
from projects.enums import Section, SensAvis, Statut
from projects.models.dossier import Dossier


@pghistory.track()
class Instruction(models.Model):
    """What the EPT works out on a deposited dossier."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="instruction")
    instructeur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    note_synthese = Texte("note de synthèse pour le jury", blank=True)
    montant_propose = models.PositiveIntegerField("montant proposé (€)", null=True, blank=True)
    updated_at = models.DateTimeField("modifiée le", default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modifiée par"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "instruction"


class Constat(models.Model):
    """The answer given to one point of the recevabilité checklist."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="constats")
    point = models.ForeignKey(PointRecevabilite, models.PROTECT, related_name="constats")
    is_conforme = models.BooleanField("conforme")
    motif = models.CharField("motif", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "constat de recevabilité"
        ordering = ["point__ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "point"], name="constat_unique"),
            models.CheckConstraint(
                condition=Q(is_conforme=True) | ~Q(motif=""),
                name="constat_non_conforme_motive",
                violation_error_message="Dites pourquoi ce point n’est pas conforme.",
            ),
        ]


@pghistory.track()
class DemandeComplement(models.Model):
    """What is asked, on which sections, until when; only those sections reopen."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="complements")
    message = Texte("ce qui est demandé")
    sections = models.JSONField("parties rouvertes", default=list)
    echeance = models.DateTimeField("réponse attendue avant le")
    statut_origine = models.CharField(max_length=20, choices=Statut)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    reponse = Texte("réponse", blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "demande de complément"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at__isnull=True), name="complement_ouvert_unique"
            ),
            models.CheckConstraint(
                condition=Q(echeance__gt=F("created_at")),
                name="complement_echeance_future",
                violation_error_message="La date limite de réponse doit être à venir.",
            ),
        ]

    def rouvre(self, section):
        """True while this section may be written again because of this request."""
        return self.answered_at is None and section in self.sections

    @property
    def sections_libelles(self):
        return [Section(value).label for value in self.sections]


class AvisQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True)


@pghistory.track(exclude=["jeton_sha256"])
class Avis(models.Model):
    """The opinion of a partner, asked by a mail link. Only the fingerprint of the link's key is kept."""

    DELAI = timedelta(days=15)

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="avis")
    nom = models.CharField("partenaire", max_length=120)
    organisme = models.CharField(max_length=120, blank=True)
    email = models.EmailField("adresse électronique")
    question = Texte(blank=True)
    jeton_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    echeance = models.DateField("attendu le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    sens = models.CharField("sens de l’avis", max_length=12, choices=SensAvis, blank=True)
    texte = Texte("avis", blank=True)
    answered_at = models.DateTimeField("rendu le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "email"],
                condition=Q(revoked_at__isnull=True),
                name="avis_un_par_partenaire",
                violation_error_message="L’avis de cette personne est déjà demandé sur ce dossier.",
            ),
            models.CheckConstraint(condition=Q(answered_at__isnull=True) | ~Q(sens=""), name="avis_rendu_a_un_sens"),
        ]

    def __str__(self):
        return f"Avis de {self.nom}"
