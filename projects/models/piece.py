"""A file joined to a dossier, for a piece asked or freely."""

from django.db import models
from django.db.models import Q

from label.models import FichierJoint, PieceDemandee
from projects.models.dossier import Dossier


class PieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The files of the dossiers this person sees, those replaced included."""
        return self.filter(dossier__in=Dossier.objects.visible_to(user))


class Piece(FichierJoint):
    """A file joined to the dossier."""

    ETAGERE = "pieces"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pieces")
    demandee = models.ForeignKey(
        PieceDemandee, models.PROTECT, null=True, blank=True, related_name="pieces", verbose_name="pièce demandée"
    )
    reprise_de = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reprises", verbose_name="reprise de"
    )

    objects = PieceQuerySet.as_manager()

    class Meta(FichierJoint.Meta):
        verbose_name = "pièce"
        ordering = ["demandee__ordre", "created_at", "pk"]
        constraints = [
            *FichierJoint.Meta.constraints,
            models.UniqueConstraint(
                fields=["dossier", "demandee"], condition=Q(remplacee_at=None), name="piece_une_en_place"
            ),
            models.UniqueConstraint(fields=["dossier", "envoi"], name="piece_envoi_unique"),
        ]

    @property
    def rangement(self):
        return self.dossier.cle
