"""Structures: a dossier belongs to one, and it is seen through its dossiers."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from contrats.models import Commune
from label.models import Keyed
from label.recherche import Words, in_words
from label.saisie import Entier
from label.textes import Texte
from projects.enums import TypeStructure
from projects.models.dossier import Dossier
from projects.models.membre import Membre
from projects.structure.identifiants import valider_rna, valider_siret


class StructureQuerySet(models.QuerySet):
    def matching(self, text):
        """Structures whose name or short name hold every word typed; none when nothing typed is a word."""
        asked = in_words(text)
        return self.filter(recherche=asked) if asked else self.none()

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
        if user.is_agent:
            # Known by nothing but dossiers a déport closes, it is closed with them: it is their first part.
            closed, seen = Dossier.objects.closed_to(user), Dossier.objects.visible_to(user)
            hidden = self.model.objects.filter(dossiers__in=closed).exclude(dossiers__in=seen)
            return self.exclude(pk__in=hidden.order_by().values("pk"))
        return self.filter(
            Q(membres__in=Membre.objects.current().filter(user=user)) | Q(dossiers__in=Dossier.objects.of_chef(user))
        ).distinct()


@pghistory.track(exclude=["recherche"])
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
    benevoles = Entier("nombre de bénévoles", null=True, blank=True)
    salaries = Entier("nombre de salariés", null=True, blank=True)
    adherents = Entier(
        "nombre d’adhérents", null=True, blank=True, help_text="Un nombre suffit\u00a0: la liste n’est jamais demandée."
    )
    aides_publiques = Texte(
        "aides publiques reçues ces trois dernières années",
        blank=True,
        help_text="Organisme, année, montant. Écrivez «\u202faucune\u202f» le cas échéant.",
    )
    is_fictive = models.BooleanField("structure fictive (démonstration)", default=False, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    recherche = models.GeneratedField(
        expression=Words(Concat("nom", Value(" "), "sigle", output_field=models.TextField())),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["nom", "pk"]
        indexes = [GinIndex(fields=["recherche"], name="structure_recherche")]
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
