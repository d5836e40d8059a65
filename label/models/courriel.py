"""A message owed to somebody: written with the act that owes it, sent after it, once."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Min, Q
from django.utils import timezone

from label.enums import BEFORE_THE_MESSAGE, Stade, Ton

# The key of sign-in mails: they stand in a queue of their own and mean nothing once their code is over.
CLE_CODE = "compte"
# How long an address that puts us off (4xx) is tried: what the mail servers of the world do themselves.
PATIENCE = timedelta(days=3)
# A message that should have left this long ago says that something is wrong.
RETARD = timedelta(minutes=15)


# What each failure means to the pilote, and what to do about it.
EXPLICATIONS = {
    Stade.PREPARATION: (
        "Le message n’a pas pu être préparé\u00a0: son texte, une adresse ou une pièce ne peut pas être écrit.",
        "Faites corriger ce que dit le détail, puis envoyez de nouveau\u00a0: le message est refait.",
    ),
    Stade.CONNEXION: (
        "Le serveur de courriel ne répond pas, ou refuse de nous parler.",
        "Rien à refaire\u00a0: tous les messages attendent et partiront à son retour. "
        "Prévenez la personne qui veille sur l’installation.",
    ),
    Stade.IDENTIFICATION: (
        "Le serveur de courriel refuse le compte avec lequel nous envoyons.",
        "Rien à refaire\u00a0: tous les messages attendent. La personne qui veille sur l’installation doit vérifier le "
        "compte et son mot de passe.",
    ),
    Stade.EXPEDITEUR: (
        "Le serveur de courriel refuse notre adresse d’expédition, ou le poids du message.",
        "La personne qui veille sur l’installation doit vérifier l’adresse d’expédition\u00a0; si le détail parle de "
        "taille, allégez ce qui est joint.",
    ),
    Stade.DESTINATAIRE: (
        "Le serveur de courriel refuse l’adresse du destinataire.",
        "Vérifiez l’adresse avec la personne. Corrigée sur son compte, elle sert au prochain envoi\u00a0; "
        "si elle vient d’une invitation ou d’une demande d’avis, refaites celle-ci à la bonne adresse.",
    ),
    Stade.CONTENU: (
        "Le serveur de courriel refuse le contenu du message (trop lourd, ou pris pour un indésirable).",
        "Prévenez la personne d’une autre façon, puis montrez le détail à qui veille sur l’installation.",
    ),
    Stade.REMISE: (
        "Le message a été remis, mais le serveur de courriel n’a pas dit s’il l’acceptait\u00a0: "
        "il est peut-être arrivé.",
        "Demandez à la personne si elle l’a reçu avant de l’envoyer de nouveau.",
    ),
}


def default_limite():
    return timezone.now() + PATIENCE


class Etat(models.TextChoices):
    DU = "du", "À envoyer"
    EN_COURS = "en_cours", "En cours d’envoi"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec définitif"
    ANNULE = "annule", "Annulé"


TONS_DU_COURRIEL = {
    Etat.DU: Ton.ATTENTE,
    Etat.EN_COURS: Ton.ATTENTE,
    Etat.ENVOYE: Ton.SUCCES,
    Etat.ECHEC: Ton.REFUS,
    Etat.ANNULE: Ton.NEUTRE,
}


# What upper floors keep from a pilote: each is a function(user) -> Q of the messages hidden, or None.
_voiles: list = []


def voile(function):
    """Register a function(user) -> Q (or None when it hides nothing) of the messages this pilote may not read."""
    _voiles.append(function)
    return function


class CourrielQuerySet(models.QuerySet):
    def due(self, now=None):
        """Messages to send now: never tried, or whose next try has come; a worker that died frees its own."""
        now = now or timezone.now()
        return self.filter(etat__in=[Etat.DU, Etat.EN_COURS], prochain_essai__lte=now)

    def codes(self):
        """The mails somebody waits for in front of the sign-in page."""
        return self.filter(cle_notification=CLE_CODE)

    def waiting_for_server(self, now=None):
        """Messages that the mail server itself keeps waiting, until their next try: no other is sent meanwhile."""
        return self.filter(etat=Etat.DU, stade__in=BEFORE_THE_MESSAGE, prochain_essai__gt=now or timezone.now())

    def in_failure(self):
        """Given up, and for the pilote to see to."""
        return self.filter(etat=Etat.ECHEC)

    def situation(self, now=None):
        """How the mails fare, in one query: `echecs` given up, `retenus` kept waiting by the mail server, `en_retard`
        due for more than `RETARD`, and `depuis`, the date of the oldest of these two (or None).
        """
        now = now or timezone.now()
        kept = Q(etat=Etat.DU, stade__in=BEFORE_THE_MESSAGE)
        late = Q(etat__in=[Etat.DU, Etat.EN_COURS], prochain_essai__lt=now - RETARD)
        # As a union of conditions, which the two partial indexes serve.
        rows = self.filter(Q(etat=Etat.ECHEC) | Q(etat__in=[Etat.DU, Etat.EN_COURS]))
        return rows.aggregate(
            echecs=Count("pk", filter=Q(etat=Etat.ECHEC)),
            retenus=Count("pk", filter=kept),
            en_retard=Count("pk", filter=late),
            depuis=Min("created_at", filter=kept | late),
        )

    def visible_to(self, user):
        """Only the pilote reads the outbox: it holds everybody's addresses. What a floor veils is left out.

        What is read by its recipient alone is listed when it has failed, without its text (`is_lisible`).
        """
        if not user.is_pilote:
            return self.none()
        hidden = Q(is_sensible=True) & ~Q(etat=Etat.ECHEC)
        for function in _voiles:
            if (more := function(user)) is not None:
                hidden |= more
        return self.exclude(hidden)


class Courriel(models.Model):
    """One message, to one address, owed once for (key, object, recipient, occurrence)."""

    cle_notification = models.CharField("notification", max_length=60)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    objet = GenericForeignKey("content_type", "object_id")
    occurrence = models.CharField("occurrence", max_length=60, blank=True)
    # Empty only when who receives it could not be found out; then it is in failure.
    destinataire = models.EmailField("destinataire", blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="courriels")
    repondre_a = models.EmailField("réponses à", blank=True)
    sujet = models.CharField(max_length=250)
    texte = models.TextField()
    html = models.TextField(blank=True)
    is_sensible = models.BooleanField("effacé après l’envoi", default=False)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.DU)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai = models.DateTimeField("prochain essai", default=timezone.now)
    limite = models.DateTimeField("essayé jusqu’au", default=default_limite)
    stade = models.CharField("étape de l’échec", max_length=14, choices=Stade, blank=True)
    erreur = models.CharField(max_length=300, blank=True)
    # Handed over whole, the server's answer never came: one more try, which may be a double, and no other.
    is_douteux = models.BooleanField("peut-être arrivé", default=False)
    # What the text was to be made from, when it could not be: `label.courriel.recette`.
    recette = models.JSONField(null=True, blank=True, editable=False)
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
            models.Index(fields=["created_at"], name="courriel_en_echec", condition=Q(etat=Etat.ECHEC)),
        ]

    def __str__(self):
        return self.sujet

    @property
    def ton(self):
        return TONS_DU_COURRIEL[self.etat]

    @property
    def is_code(self):
        """Whether it carries a sign-in code."""
        return self.cle_notification == CLE_CODE

    @property
    def explication(self):
        """What went wrong at the last try, as a French sentence; "" when nothing did."""
        return EXPLICATIONS[self.stade][0] if self.stade else ""

    @property
    def conseil(self):
        """What to do about it, as French sentences; "" when nothing went wrong."""
        return EXPLICATIONS[self.stade][1] if self.stade else ""

    @property
    def is_renvoyable(self):
        """Whether it may be tried again: a code is over by then."""
        return self.etat == Etat.ECHEC and not self.is_code

    @property
    def is_lisible(self):
        """Whether the pilote may read its text: a link or a code is its recipient's alone."""
        return not self.is_sensible


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
