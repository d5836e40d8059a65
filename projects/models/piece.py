"""A file joined to a dossier, and what the antivirus said of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import Keyed, PieceDemandee, generate_cle
from projects.enums import Analyse
from projects.models.dossier import Dossier


def piece_path(piece, filename):
    """Where a file is kept: under the dossier's key, with a random name that keeps nothing typed by anybody."""
    return f"pieces/{piece.dossier.cle}/{generate_cle()}"


class PieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The files of the dossiers this person sees, those replaced included."""
        return self.filter(dossier__in=Dossier.objects.visible_to(user))


def miniature_path(piece, filename):
    return f"miniatures/{piece.dossier.cle}/{generate_cle()}"


class Piece(Keyed):
    """A file joined to the dossier. Replaced, never lost: the former one keeps `remplacee_at`.

    `envoi`: the identifier the page gave to this sending, so that one received twice is joined once.
    `miniature`: a small JPEG of an image, empty when there is none.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pieces")
    demandee = models.ForeignKey(
        PieceDemandee, models.PROTECT, null=True, blank=True, related_name="pieces", verbose_name="pièce demandée"
    )
    fichier = models.FileField(upload_to=piece_path, max_length=200)
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
    reprise_de = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reprises", verbose_name="reprise de"
    )

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        ordering = ["demandee__ordre", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "demandee"], condition=Q(remplacee_at=None), name="piece_une_en_place"
            ),
            models.UniqueConstraint(fields=["dossier", "envoi"], name="piece_envoi_unique"),
            models.CheckConstraint(
                condition=~Q(analyse=Analyse.INFECTE) | Q(remplacee_at__isnull=False), name="piece_infectee_ecartee"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(analyse__in=[Analyse.EN_ATTENTE, Analyse.NON_VERIFIE]),
                name="piece_a_verifier",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def is_retenue(self):
        """Given to nobody: infected, or waiting for the antivirus there is."""
        return self.analyse == Analyse.INFECTE or (self.analyse == Analyse.EN_ATTENTE and bool(settings.CLAMAV_URL))
