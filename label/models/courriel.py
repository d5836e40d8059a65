"""A message owed to somebody: written with the act that owes it, sent after it, once."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Etat(models.TextChoices):
    DU = "du", "À envoyer"
    EN_COURS = "en_cours", "En cours d’envoi"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec définitif"
    ANNULE = "annule", "Annulé"


class CourrielQuerySet(models.QuerySet):
    def due(self, now=None):
        """Messages to send now: never tried, or whose next try has come; a worker that died frees its own."""
        now = now or timezone.now()
        return self.filter(etat__in=[Etat.DU, Etat.EN_COURS], prochain_essai__lte=now)

    def visible_to(self, user):
        """Only the pilote reads the outbox: it holds everybody's addresses."""
        return self.exclude(is_sensible=True) if user.is_pilote else self.none()


class Courriel(models.Model):
    """One message, to one address, owed once for (key, object, recipient, occurrence)."""

    cle_notification = models.CharField("notification", max_length=60)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    objet = GenericForeignKey("content_type", "object_id")
    occurrence = models.CharField("occurrence", max_length=60, blank=True)
    destinataire = models.EmailField("destinataire")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="courriels")
    repondre_a = models.EmailField("réponses à", blank=True)
    sujet = models.CharField(max_length=250)
    texte = models.TextField()
    html = models.TextField(blank=True)
    is_sensible = models.BooleanField("effacé après l’envoi", default=False)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.DU)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai = models.DateTimeField("prochain essai", default=timezone.now)
    erreur = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cle_notification", "content_type", "object_id", "destinataire", "occurrence"],
                name="courriel_du_une_fois",
                nulls_distinct=True,
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.ENVOYE, sent_at__isnull=False) | (~Q(etat=Etat.ENVOYE) & Q(sent_at__isnull=True)),
                name="courriel_envoye_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["prochain_essai"], name="courriel_a_envoyer", condition=Q(etat__in=[Etat.DU, Etat.EN_COURS])
            ),
            models.Index(fields=["content_type", "object_id"], name="courriel_objet"),
        ]

    def __str__(self):
        return self.sujet


class CourrielFichier(models.Model):
    """A file joined to a message; frozen with it so that what leaves is what was decided."""

    courriel = models.ForeignKey(Courriel, models.CASCADE, related_name="fichiers")
    nom = models.CharField(max_length=120)
    type_mime = models.CharField(max_length=100)
    contenu = models.BinaryField()

    class Meta:
        verbose_name = "pièce jointe"

    def __str__(self):
        return self.nom
