"""Structures and the people who belong to them: a dossier belongs to a structure, members come and go."""

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contrats.models import Commune
from label.models import Keyed, Tenure, TenureQuerySet
from label.textes import Texte
from projects.enums import TypeStructure
from projects.identifiants import valider_rna, valider_siret


class StructureQuerySet(models.QuerySet):
    def of_member(self, user):
        """Structures this person belongs to today."""
        return (
            self.filter(membres__in=Membre.objects.current().filter(user=user))
            if user.is_authenticated
            else self.none()
        )

    def visible_to(self, user):
        """Its members, the staff of the EPT, and the chefs de projet of a contrat one of its dossiers serves."""
        if not user.is_authenticated:
            return self.none()
        from projects.models.dossier import Dossier

        if user.is_agent:
            # Known by nothing but dossiers a déport closes, it is closed with them: it is their first part.
            closed, seen = Dossier.objects.closed_to(user), Dossier.objects.visible_to(user)
            hidden = self.model.objects.filter(dossiers__in=closed).exclude(dossiers__in=seen)
            return self.exclude(pk__in=hidden.order_by().values("pk"))
        return self.filter(
            Q(membres__in=Membre.objects.current().filter(user=user)) | Q(dossiers__in=Dossier.objects.of_chef(user))
        ).distinct()


@pghistory.track()
class Structure(Keyed):
    """The association or body that carries projects. What it gave once is not asked again."""

    nom = models.CharField("nom", max_length=160)
    sigle = models.CharField("sigle", max_length=30, blank=True)
    type = models.CharField("forme", max_length=20, choices=TypeStructure, default=TypeStructure.ASSOCIATION)
    rna = models.CharField(
        "numéro RNA", max_length=10, blank=True, validators=[valider_rna], help_text="W suivi de 9 caractères."
    )
    siret = models.CharField(
        "numéro SIRET",
        max_length=14,
        blank=True,
        validators=[valider_siret],
        help_text="14 chiffres. Il ne sera indispensable qu’au moment du versement.",
    )
    adresse = models.CharField("adresse du siège", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="structures",
        verbose_name="commune du territoire",
        help_text="Laissez vide si le siège est hors du territoire.",
    )
    representant_nom = models.CharField("représentant légal", max_length=120, blank=True)
    representant_fonction = models.CharField("fonction du représentant", max_length=80, blank=True)
    benevoles = models.PositiveIntegerField("nombre de bénévoles", null=True, blank=True)
    salaries = models.PositiveIntegerField("nombre de salariés", null=True, blank=True)
    adherents = models.PositiveIntegerField(
        "nombre d’adhérents", null=True, blank=True, help_text="Un nombre suffit\u00a0: la liste n’est jamais demandée."
    )
    aides_publiques = Texte(
        "aides publiques reçues ces trois dernières années",
        blank=True,
        help_text="Organisme, année, montant. Écrivez «\u202faucune\u202f» le cas échéant.",
    )
    is_fictive = models.BooleanField("structure fictive (démonstration)", default=False, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="structure_siret_unique",
                violation_error_message="Une structure porte déjà ce numéro SIRET\u00a0: demandez à la rejoindre.",
            ),
            models.UniqueConstraint(
                fields=["rna"],
                condition=~Q(rna=""),
                name="structure_rna_unique",
                violation_error_message="Une structure porte déjà ce numéro RNA\u00a0: demandez à la rejoindre.",
            ),
        ]

    def __str__(self):
        return self.nom


@pghistory.track()
class Membre(Tenure):
    """A person of a structure. Only a responsable deposits."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="membres")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="adhesions", verbose_name="personne"
    )
    is_responsable = models.BooleanField(
        "responsable", default=False, help_text="Président·e ou personne mandatée\u00a0: peut déposer le dossier."
    )

    objects = TenureQuerySet.as_manager()

    class Meta(Tenure.Meta):
        verbose_name = "membre"
        ordering = ["structure", "-is_responsable", "pk"]
        constraints = [
            *Tenure.Meta.constraints,
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(au__isnull=True),
                name="membre_unique",
                violation_error_message="Cette personne est déjà membre de la structure.",
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.structure})"


class Invitation(models.Model):
    """A letter that opens a door: to join a structure. The key travels only in the mail."""

    jeton = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe, editable=False)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse électronique")
    is_responsable = models.BooleanField("comme responsable", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="invité par")
    created_at = models.DateTimeField("invité le", default=timezone.now)
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_ouverte_unique",
                violation_error_message="Cette personne est déjà invitée.",
            )
        ]

    def __str__(self):
        return f"{self.email} → {self.structure}"


class DemandeAdhesion(models.Model):
    """Somebody asks to join a structure that is already here. Its responsables answer, or the EPT in their stead."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="demandes_adhesion")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="demandes_adhesion", verbose_name="personne"
    )
    message = models.TextField("votre message", max_length=1000, blank=True)
    created_at = models.DateTimeField("demandée le", default=timezone.now)
    decided_at = models.DateTimeField("répondue le", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondue par"
    )
    accepted = models.BooleanField("acceptée", null=True, blank=True)
    mot = models.TextField("mot de réponse", max_length=1000, blank=True)

    class Meta:
        verbose_name = "demande d’adhésion"
        verbose_name_plural = "demandes d’adhésion"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(decided_at__isnull=True),
                name="demande_adhesion_ouverte_unique",
                violation_error_message="Votre demande est déjà envoyée.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, by__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, by__isnull=False, accepted__isnull=False),
                name="demande_adhesion_repondue_par",
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.structure}"
