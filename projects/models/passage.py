"""The journal of a dossier: its moves, and what each reader may know of them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When

from label.textes import Texte
from projects.enums import Statut
from projects.models.voile import masked, outside


class PassageQuerySet(models.QuerySet):
    def known_to(self, user):
        """The moves this person may know, each with `de_lu` and `vers_lu`, its statuts as that person may know them.

        `lu_le`: since when they may, the publication for what it told, the move itself for all else.

        A move is secret when both read the same: nothing is seen to happen. Publication tells the move that made the
        result, the last one, and those made from then on; what the jury worked out before stays where it is.
        """
        later = self.model.objects.filter(dossier=OuterRef("dossier")).filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        )
        published = Q(dossier__edition__published_at__isnull=False)
        told = published & (~Exists(later) | Q(at__gte=F("dossier__edition__published_at")))
        hidden = outside(user, "dossier__")
        rows = self.annotate(de_lu=masked("de", hidden), vers_lu=masked("vers", hidden & ~told))
        was_secret = ~Q(de=F("vers")) & Q(de_lu=F("vers_voile"), at__lt=F("dossier__edition__published_at"))
        since = Case(When(was_secret, then=F("dossier__edition__published_at")), default=F("at"))
        rows = rows.alias(vers_voile=masked("vers", hidden)).annotate(lu_le=since)
        return rows.exclude(~Q(de=F("vers")), de_lu=F("vers_lu"))


class Passage(models.Model):
    """One line of a dossier's journal: who, when, from, to, why. Written by the life cycle, never changed."""

    dossier = models.ForeignKey("Dossier", models.CASCADE, related_name="passages")
    transition = models.CharField(max_length=40)
    de = models.CharField("de", max_length=20, choices=Statut, blank=True)
    vers = models.CharField("vers", max_length=20, choices=Statut)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")
    # Of a deposit: when it reached us, which decides whether it was in time. `at` says when it was recorded.
    arrivee = models.DateTimeField("arrivé le", null=True)
    # Told to whoever reads the move, and printed where the result is notified.
    motif = Texte(blank=True)
    # Read by the agents of the EPT who may instruct the dossier, and by nobody else.
    motif_interne = Texte("motif interne", blank=True, default="")

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = "passage"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["dossier", "at"], name="passage_journal")]
        # What was written before a move, or before the visa was asked, is told apart from what is written after.
        triggers = [
            pgtrigger.Trigger(
                name="passage_clot_les_retouches",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func="""
                    UPDATE ecriture_champ SET retouche_id = NULL
                    FROM projects_dossier
                    WHERE projects_dossier.id = NEW.dossier_id AND ecriture_champ.ecrit_id = projects_dossier.ecrit_id
                    AND retouche_id IS NOT NULL;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.get_de_display()} → {self.get_vers_display()}"
