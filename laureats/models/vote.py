"""The vote: the délibération of the conseil territorial, and what it decides for each proposed dossier."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from label.models import Edition
from label.saisie import Montant
from label.textes import Texte
from laureats.enums import Organe, SensDecision
from projects.models import Dossier


@pghistory.track()
class Vote(models.Model):
    """One délibération, distinct from the budget vote (CGCT L2311-7). Known before anything is published."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="vote", verbose_name="édition")
    organe = models.CharField(max_length=10, choices=Organe, default=Organe.CONSEIL)
    date = models.DateField("date du vote")
    numero = models.CharField("numéro de la délibération", max_length=40)
    url = models.URLField("adresse de la délibération publiée", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistré par")
    created_at = models.DateTimeField(default=timezone.now)
    # Grows with each record: a page gone stale is refused.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "vote"
        constraints = [
            models.CheckConstraint(
                condition=~Q(numero=""),
                name="vote_numerote",
                violation_error_message="Indiquez le numéro de la délibération.",
            )
        ]

    def __str__(self):
        return f"{self.get_organe_display()}, délibération n° {self.numero} du {self.date:%d/%m/%Y}"


# What `projects.montant` says, kept by the rows themselves.
_MONTANT = """
    SELECT d.montant_demande, e.montant_max, NULLIF(p.montant, 0), COALESCE(p.sens, '')
        INTO demande, plafond, propose, place
        FROM projects_dossier d JOIN label_edition e ON e.id = d.edition_id
        LEFT JOIN juries_proposition p ON p.dossier_id = d.id WHERE d.id = NEW.dossier_id;
    IF NEW.montant > plafond THEN
        RAISE EXCEPTION 'Ce montant dépasse le plafond de l’édition par projet.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_sous_plafond';
    END IF;
    IF NEW.sens = 'attente' AND place <> 'reserve' THEN
        RAISE EXCEPTION 'Le jury n’a pas placé ce projet sur la liste d’attente.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_attente_du_jury';
    END IF;
    IF NEW.sens = 'accorde' AND NEW.motif_interne ~ '^\\s*$'
        AND (NEW.montant <> propose OR (propose IS NULL AND NEW.montant > demande)) THEN
        RAISE EXCEPTION 'Ce montant n’est ni celui du jury ni dans la limite de la demande, sans motif interne.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_autre_motivee';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Decision(models.Model):
    """What was voted for one dossier the jury had proposed or kept in reserve. Whole euros.

    `motif` is told to the structure; `motif_interne`, why this amount and not the jury's, stays with the EPT.
    """

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="decisions")
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="decision")
    sens = models.CharField("décision", max_length=8, choices=SensDecision)
    montant = Montant("montant voté (€)", default=0)
    motif_interne = Texte("motif interne", blank=True)
    motif = Texte("motif communiqué", blank=True)

    class Meta:
        verbose_name = "décision"
        ordering = ["pk"]
        triggers = [
            pgtrigger.Trigger(
                name="decision_montant",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("demande", "bigint"), ("plafond", "bigint"), ("propose", "bigint"), ("place", "text")],
                func=_MONTANT,
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sens=SensDecision.ACCORDE, montant__gt=0) | (~Q(sens=SensDecision.ACCORDE) & Q(montant=0)),
                name="decision_montant_si_accorde",
                violation_error_message="Un projet accordé reçoit un montant\u202f; les autres n’en reçoivent pas.",
            ),
            models.CheckConstraint(
                condition=Q(sens=SensDecision.ACCORDE) | ~Q(motif=""),
                name="decision_motivee",
                violation_error_message="Dites pourquoi le projet n’est pas lauréat.",
            ),
        ]
