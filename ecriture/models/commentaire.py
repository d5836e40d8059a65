"""What people say of a thing written, and whom it is owed to."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ecriture.declaration import declaration_of
from ecriture.enums import Visibilite
from ecriture.models.ecrit import Ecrit


class CommentaireQuerySet(models.QuerySet):
    def visible_to(self, user, objet):
        """The comments of `objet` this person may read: those for agents are for agents only."""
        visible = self.filter(ecrit=objet.ecrit_id)
        if declaration_of(objet).reads_agents(objet, user):
            return visible
        return visible.filter(visibilite=Visibilite.CO_AUTEURS)


class Commentaire(models.Model):
    """A remark on a section, on one of its fields (`champ`, as `Champ.nom`; '': the whole section), or an answer."""

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="commentaires")
    section = models.CharField(max_length=20)
    champ = models.CharField("à propos de", max_length=80, blank=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="reponses")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    texte = models.TextField("commentaire", max_length=3000)
    visibilite = models.CharField("qui le lira", max_length=12, choices=Visibilite, default=Visibilite.CO_AUTEURS)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField("réglé le", null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name="personnes mentionnées"
    )

    objects = CommentaireQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="commentaire_regle_par",
            )
        ]

    def __str__(self):
        return self.texte[:60]


class Annonce(models.Model):
    """A comment owed to one person, until a digest carried it (`closed_at`) or there is nobody to tell any more."""

    # The first comment waits this long for those that follow it; then nothing more is sent for a while.
    ATTENTE = timedelta(minutes=10)
    INTERVALLE = timedelta(hours=1)

    commentaire = models.ForeignKey(Commentaire, models.CASCADE, related_name="annonces")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "annonce"
        constraints = [models.UniqueConstraint(fields=["commentaire", "user"], name="annonce_unique")]
        indexes = [models.Index(fields=["user"], condition=Q(closed_at=None), name="annonce_ouverte")]
