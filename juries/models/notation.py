"""Scoring: one ballot per member and audition, one note per criterion."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

import pghistory

from juries.models.audition import Audition
from juries.models.jury import Jure
from label.models import Critere


@pghistory.track()
class Bulletin(models.Model):
    """The ballot of one member on one audition. Others' ballots stay hidden from him until this one is final."""

    audition = models.ForeignKey(Audition, models.CASCADE, related_name="bulletins")
    jure = models.ForeignKey(Jure, models.CASCADE, related_name="bulletins")
    commentaire = models.TextField(
        "commentaire", blank=True, help_text="Écrit pour être lu : il peut être communiqué au porteur."
    )
    final_at = models.DateTimeField("rendu définitif le", null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "bulletin"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["audition", "jure"], name="bulletin_unique")]

    @property
    def is_final(self):
        return self.final_at is not None


@pghistory.track()
class Note(models.Model):
    """One mark. `valeur` empty with `sans_avis`: said to have no opinion; never counted as 0."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="notes")
    critere = models.ForeignKey(Critere, models.PROTECT, related_name="notes", verbose_name="critère")
    valeur = models.PositiveSmallIntegerField("note", null=True, blank=True)
    sans_avis = models.BooleanField(default=False)

    class Meta:
        verbose_name = "note"
        ordering = ["critere__ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "critere"], name="note_unique"),
            models.CheckConstraint(
                condition=Q(valeur__isnull=False, sans_avis=False) | Q(valeur__isnull=True, sans_avis=True),
                name="note_valeur_ou_sans_avis",
            ),
        ]
