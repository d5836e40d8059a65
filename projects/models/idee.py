"""Ideas that arrive when no édition is announced."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contrats.models import Affectation, ContratDeVille, Quartier
from label.models import Keyed
from label.textes import Texte
from projects.models.dossier import Dossier
from projects.models.structure import Membre, Structure


class IdeeEnAttenteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Its author, the members of its structure, the chefs de projet of its contrat, the EPT."""
        if not user.is_authenticated:
            return self.none()
        if user.is_agent:
            return self.all()
        return self.filter(
            Q(by=user)
            | Q(structure__in=Membre.objects.current().filter(user=user).values("structure"))
            | Q(contrat__in=Affectation.objects.current().filter(user=user).values("contrat"))
        )

    def waiting(self):
        """Neither turned into a dossier nor declined."""
        return self.filter(dossier=None, closed_at=None)


class IdeeEnAttente(Keyed):
    """An idea sent while no édition is announced: read and answered at once, turned into a dossier by the next one."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="envoyée par")
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="idees_en_attente")
    contrat = models.ForeignKey(
        ContratDeVille, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="contrat de ville"
    )
    quartiers = models.ManyToManyField(Quartier, related_name="+", blank=True)
    titre = models.CharField("titre du projet", max_length=140)
    besoin = Texte("besoin et origine")
    actions = Texte("actions prévues")
    created_at = models.DateTimeField("envoyée le", default=timezone.now)
    dossier = models.OneToOneField(Dossier, models.SET_NULL, null=True, blank=True, related_name="idee_en_attente")
    closed_at = models.DateTimeField("laissée sans suite le", null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    motif = models.TextField("motif", max_length=2000, blank=True)

    objects = IdeeEnAttenteQuerySet.as_manager()

    class Meta:
        verbose_name = "idée en attente"
        verbose_name_plural = "idées en attente"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="idee_en_attente_close_par",
            )
        ]

    def __str__(self):
        return self.titre
