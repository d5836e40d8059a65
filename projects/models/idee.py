"""Ideas that arrive when no édition is announced, and ideas whose author has not shown an address yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contrats.models import Affectation, ContratDeVille, Quartier
from label.models import Keyed
from label.recherche import Searchable
from label.textes import Texte
from projects.models.dossier import Dossier
from projects.models.membre import Membre
from projects.models.structure import Structure


class IdeeEnAttenteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Its author, the members of its structure, the chefs de projet of its contrat, the EPT."""
        if not user.is_authenticated:
            return self.none()
        if user.is_agent:
            return self.exclude(dossier__in=Dossier.objects.closed_to(user).values("pk"))
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

    recherche = models.GeneratedField(expression=Searchable("titre"), output_field=models.TextField(), db_persist=True)

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


def _fin_de_la_garde():
    return timezone.now() + settings.GARDE_SANS_ADRESSE


class IdeeNonConfirmeeQuerySet(models.QuerySet):
    def waiting_for(self, user, now=None):
        """What was written under an address of this person and not sent yet, the last first."""
        if not user.is_authenticated:
            return self.none()
        addresses = user.emailaddress_set.filter(verified=True).values("email")
        return self.filter(Q(email=user.email) | Q(email__in=addresses), expire_at__gt=now or timezone.now())


class IdeeNonConfirmee(Keyed):
    """What a visitor typed in the form of ideas before signing in: nobody reads it but who enters with this address.

    Not an idea yet: sent by a click of that person, it becomes a Dossier or an IdeeEnAttente; else it is erased.
    """

    email = models.EmailField("adresse")
    reponses = models.JSONField("réponses telles qu’écrites")  # {field: [values]}
    created_at = models.DateTimeField("écrite le", default=timezone.now)
    expire_at = models.DateTimeField("gardée jusqu’au", default=_fin_de_la_garde)

    objects = IdeeNonConfirmeeQuerySet.as_manager()

    class Meta:
        verbose_name = "idée non confirmée"
        verbose_name_plural = "idées non confirmées"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["email"], name="idee_non_confirmee_adresse"),
            models.Index(fields=["expire_at"], name="idee_non_confirmee_fin"),
        ]
