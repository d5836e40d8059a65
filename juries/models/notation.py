"""Scoring: one ballot per member and audition, one note per criterion."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from juries.models.audition import Audition, Presence
from juries.models.jury import Jure
from label.models import Critere
from label.textes import Texte
from projects.models import Deport


class BulletinQuerySet(models.QuerySet):
    def counted(self):
        """The ballots that make the means: final, of a member neither recused nor noted absent."""
        deports = Deport.objects.current().filter(
            user=models.OuterRef("jure__user"), dossier=models.OuterRef("audition__dossier")
        )
        absences = Presence.objects.filter(
            jure=models.OuterRef("jure"), seance=models.OuterRef("audition__seance"), is_present=False
        )
        return self.filter(~models.Exists(deports), ~models.Exists(absences), final_at__isnull=False)

    def visible_to(self, user):
        """One's own; those of others once one's own is final; all for the pilote, except where he is recused."""
        if not user.is_authenticated:
            return self.none()
        visible = self.filter(audition__in=Audition.objects.visible_to(user))
        if user.is_pilote and not Jure.objects.active().filter(user=user).exists():
            return visible
        rendus = Bulletin.objects.filter(jure__user=user, final_at__isnull=False).values("audition")
        return visible.filter(Q(jure__user=user) | Q(audition__in=rendus, final_at__isnull=False))


@pghistory.track()
class Bulletin(models.Model):
    """The ballot of one member on one audition. Others' ballots stay hidden from him until this one is final."""

    audition = models.ForeignKey(Audition, models.CASCADE, related_name="bulletins")
    jure = models.ForeignKey(Jure, models.CASCADE, related_name="bulletins")
    commentaire = Texte("commentaire", blank=True, help_text="Écrit pour être lu : il peut être communiqué au porteur.")
    final_at = models.DateTimeField("rendu définitif le", null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = BulletinQuerySet.as_manager()

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
