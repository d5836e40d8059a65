"""A file that people join to something, whatever it is: what it is, who joined it, what the antivirus said of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.enums import TONS_DE_L_ANALYSE, Analyse
from label.models.mecanique import Keyed, generate_cle


def fichier_path(joint, filename):
    """Where a file is kept: under the key of what it is joined to, with a random name that keeps nothing typed."""
    return f"{joint.ETAGERE}/{joint.rangement}/{generate_cle()}"


def miniature_path(joint, filename):
    return f"miniatures/{joint.rangement}/{generate_cle()}"


class FichierJoint(Keyed):
    """A file joined to something. Replaced, never lost: the former one keeps `remplacee_at`.

    Who extends it says where its files stand (`ETAGERE`, the folder of its kind, and `rangement`, within it); its
    `Meta` extends this one, which keeps an infected file out of place and finds those the antivirus has not read.
    `envoi`: the identifier the page gave to this sending, so that one received twice is joined once.
    `miniature`: a small JPEG of an image, empty when there is none.
    """

    ETAGERE = ""

    fichier = models.FileField(upload_to=fichier_path, max_length=200)
    nom = models.CharField("nom du fichier", max_length=160)
    type_mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="déposée par")
    created_at = models.DateTimeField("ajoutée le", default=timezone.now)
    remplacee_at = models.DateTimeField("remplacée le", null=True, blank=True)
    remplacee_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="remplacée par"
    )
    envoi = models.UUIDField(null=True, editable=False)
    miniature = models.FileField(upload_to=miniature_path, max_length=200, blank=True)
    analyse = models.CharField(max_length=12, choices=Analyse, default=Analyse.NON_VERIFIE)
    analyse_at = models.DateTimeField("vérifiée le", null=True)
    menace = models.CharField("menace trouvée", max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(analyse=Analyse.INFECTE) | Q(remplacee_at__isnull=False), name="%(class)s_infectee_ecartee"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(analyse__in=[Analyse.EN_ATTENTE, Analyse.NON_VERIFIE]),
                name="%(class)s_a_verifier",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def rangement(self):
        """The folder of the files joined to one thing: its public key."""
        raise NotImplementedError

    @property
    def ton(self):
        """The tone of what the antivirus said."""
        return TONS_DE_L_ANALYSE[self.analyse]

    @property
    def is_retenue(self):
        """Given to nobody: infected, or waiting for the antivirus there is."""
        return self.analyse == Analyse.INFECTE or (self.analyse == Analyse.EN_ATTENTE and bool(settings.CLAMAV_URL))
