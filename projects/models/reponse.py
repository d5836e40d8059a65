"""What a dossier answers to the questions of its édition, in real columns: one per kind of answer."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import Question
from label.textes import Texte
from projects.models.dossier import Dossier
from projects.models.piece import Piece

# What each column holds when it says nothing.
VIDES = {"texte": "", "nombre": None, "date": None, "choix": [], "piece": None}


def _only(column):
    """Every column but this one is empty."""
    empty = {
        "texte": Q(texte=""),
        "nombre": Q(nombre=None),
        "date": Q(date=None),
        "choix": Q(choix__len=0),
        "piece": Q(piece=None),
    }
    condition = Q()
    for name, is_empty in empty.items():
        if name != column:
            condition &= is_empty
    return condition


class Reponse(models.Model):
    """One answer. The column filled is the one of the question's kind; `choix` holds one option or several.

    An answer taken back keeps its row, empty.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="reponses")
    question = models.ForeignKey(Question, models.PROTECT, related_name="reponses")
    texte = Texte(blank=True)
    nombre = models.PositiveIntegerField(null=True, blank=True)
    date = models.DateField(null=True, blank=True)
    choix = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    piece = models.OneToOneField(Piece, models.PROTECT, null=True, blank=True, related_name="reponse")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        ordering = ["question__ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "question"], name="reponse_unique"),
            models.CheckConstraint(
                condition=_only("texte") | _only("nombre") | _only("date") | _only("choix") | _only("piece"),
                name="reponse_une_seule_sorte",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="reponse_de_l_edition",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("dossier_id", "question_id"),
                when=pgtrigger.Before,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM projects_dossier d JOIN label_question q ON q.edition_id = d.edition_id
                        WHERE d.id = NEW.dossier_id AND q.id = NEW.question_id
                    ) THEN
                        RAISE EXCEPTION 'Cette question n’est pas de l’édition du dossier.';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.dossier_id} · {self.question_id}"
