"""What an édition asks and judges by: criteria, pieces, checklist."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from label.enums import SorteQuestion
from label.models.edition import Edition
from label.saisie import Entier, PetitEntier


@pghistory.track()
class Critere(models.Model):
    """One line of the scoring grid. `note_max` is the top of its scale, which starts at 0."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="criteres", verbose_name="édition")
    ordre = PetitEntier()
    nom = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    poids = PetitEntier(default=1)
    note_max = PetitEntier("note maximale", default=5)
    libelles = models.JSONField(
        "mots de chaque échelon", default=list, blank=True, help_text="Un mot par note, de 0 à la note maximale."
    )

    class Meta:
        verbose_name = "critère"
        ordering = ["edition", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ordre"],
                name="critere_ordre_unique",
                violation_error_message="Deux critères ne peuvent pas porter le même rang.",
            ),
            models.CheckConstraint(
                condition=Q(poids__gte=1),
                name="critere_poids_positif",
                violation_error_message="Le poids d’un critère est au moins 1.",
            ),
            models.CheckConstraint(
                condition=Q(note_max__gte=1),
                name="critere_note_max_positive",
                violation_error_message="La note maximale est au moins 1.",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def echelons(self):
        """The steps of the scale as a list of (value, word), from 0 to `note_max`."""
        mots = [*self.libelles, *[""] * (self.note_max + 1)]
        return [(value, mots[value]) for value in range(self.note_max + 1)]


class PieceDemandee(models.Model):
    """A file the édition asks for. `types_structure` empty means «of everybody»."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pieces_demandees", verbose_name="édition")
    ordre = PetitEntier(default=1)
    nom = models.CharField(max_length=120)
    aide = models.CharField(max_length=300, blank=True)
    is_obligatoire = models.BooleanField("obligatoire", default=True)
    types_structure = models.JSONField("types de structure concernés", default=list, blank=True)
    validite_mois = PetitEntier(
        "reste valable (mois)",
        null=True,
        blank=True,
        help_text="La structure peut alors reprendre la pièce jointe à un dossier plus ancien. Vide\u00a0: jamais.",
    )

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["edition", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "nom"], name="piece_demandee_nom_unique"),
        ]

    def __str__(self):
        return self.nom

    def concerne(self, type_structure):
        """True when a structure of this kind must (or may) give the piece."""
        return not self.types_structure or type_structure in self.types_structure


class PointRecevabilite(models.Model):
    """One point of the recevabilité checklist."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="points_recevabilite", verbose_name="édition")
    ordre = PetitEntier(default=1)
    libelle = models.CharField("libellé", max_length=200)
    aide = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "point de recevabilité"
        verbose_name_plural = "points de recevabilité"
        ordering = ["edition", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "libelle"], name="point_recevabilite_unique"),
        ]

    def __str__(self):
        return self.libelle


SORTES_TEXTE = frozenset({SorteQuestion.TEXTE_COURT, SorteQuestion.TEXTE_LONG})
A_CHOIX = frozenset({SorteQuestion.CHOIX, SorteQuestion.CHOIX_MULTIPLE})


@pghistory.track()
class Question(models.Model):
    """One question the pilote adds to the form of the édition.

    Frozen with the édition's form: the first deposit sets `Edition.formulaire_fige_at`, and the database then refuses
    any change. Retired, never destroyed: the answers already written stay.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="questions", verbose_name="édition")
    ordre = PetitEntier(default=1, editable=False)
    sorte = models.CharField("type de réponse", max_length=12, choices=SorteQuestion, default=SorteQuestion.TEXTE_LONG)
    intitule = models.CharField("intitulé", max_length=200)
    aide = models.CharField("aide", max_length=300, blank=True, help_text="Une phrase, lue sous la question.")
    is_obligatoire = models.BooleanField("réponse obligatoire pour déposer", default=True)
    options = ArrayField(models.CharField(max_length=120), verbose_name="choix proposés", default=list, blank=True)
    mots_max = PetitEntier("limite de mots", null=True, blank=True)
    caracteres_max = Entier("limite de caractères", null=True, blank=True)
    retiree_at = models.DateTimeField("retirée le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "question"
        ordering = ["edition", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "intitule"],
                condition=Q(retiree_at=None),
                name="question_intitule_unique",
                violation_error_message="Une autre question de cette édition porte déjà cet intitulé.",
            ),
            models.CheckConstraint(
                condition=Q(sorte__in=sorted(A_CHOIX), options__len__gte=2)
                | (~Q(sorte__in=sorted(A_CHOIX)) & Q(options__len=0)),
                name="question_options_des_choix",
                violation_error_message="Proposez au moins deux choix.",
            ),
            models.CheckConstraint(
                condition=Q(sorte__in=sorted(SORTES_TEXTE)) | Q(mots_max=None, caracteres_max=None),
                name="question_limites_des_textes",
                violation_error_message="Seul un texte a une limite de mots ou de caractères.",
            ),
            models.CheckConstraint(
                condition=(Q(mots_max=None) | Q(mots_max__gte=1)) & (Q(caracteres_max=None) | Q(caracteres_max__gte=1)),
                name="question_limites_positives",
                violation_error_message="Une limite est au moins 1.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="question_figee",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM label_edition
                        WHERE id IN (NEW.edition_id, OLD.edition_id) AND formulaire_fige_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'Les questions de cette édition sont figées depuis le premier dépôt.';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return self.intitule

    @property
    def is_texte(self):
        return self.sorte in SORTES_TEXTE

    @property
    def is_a_choix(self):
        return self.sorte in A_CHOIX
