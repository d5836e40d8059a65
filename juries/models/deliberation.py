"""The deliberation: what the jury proposes against the envelope, and its minutes. Closed once."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from juries.enums import SANS_LABEL, SensProposition
from juries.models.jury import Jury
from label.saisie import Montant, PetitEntier
from label.textes import Texte
from projects.models import Dossier

# What the structure will be told is written before the minutes are: nobody is kept waiting or refused without a reason.
_MOTIVEE = """
    IF EXISTS (
        SELECT FROM juries_proposition
            WHERE deliberation_id = NEW.id AND sens IN ('reserve', 'refus') AND motif ~ '^\\s*$'
    ) THEN
        RAISE EXCEPTION 'Un projet non retenu ou en liste d’attente est sans motif communiqué.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deliberation_close_motivee';
    END IF;
    RETURN NEW;
"""


class DeliberationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The EPT, and the members of the jury: it is their word."""
        return self.filter(jury__in=Jury.objects.visible_to(user))


def proces_verbal_path(deliberation, filename):
    return f"proces-verbaux/{deliberation.jury.edition.annee}/{filename}"


@pghistory.track()
class Deliberation(models.Model):
    """The jury proposes; the conseil territorial decides (CGCT L2311-7)."""

    jury = models.OneToOneField(Jury, models.PROTECT, related_name="deliberation")
    tenue_le = models.DateTimeField("réunie le", null=True, blank=True)
    lieu = models.CharField("lieu de la délibération", max_length=200, blank=True)
    synthese = Texte("synthèse des débats", blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="close par"
    )
    proces_verbal = models.FileField("procès-verbal", upload_to=proces_verbal_path, max_length=200, blank=True)
    proces_verbal_sha256 = models.CharField(max_length=64, blank=True)

    objects = DeliberationQuerySet.as_manager()

    class Meta:
        verbose_name = "délibération du jury"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="deliberation_close_par",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="deliberation_motivee",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__closed_at__isnull=True, new__closed_at__isnull=False),
                func=_MOTIVEE,
            )
        ]

    @property
    def is_closed(self):
        return self.closed_at is not None


# What `projects.montant` says, kept by the rows themselves.
_MONTANT = """
    SELECT d.montant_demande, e.montant_max INTO demande, plafond
        FROM projects_dossier d JOIN label_edition e ON e.id = d.edition_id WHERE d.id = NEW.dossier_id;
    IF NEW.montant > plafond THEN
        RAISE EXCEPTION 'Ce montant dépasse le plafond de l’édition par projet.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposition_sous_plafond';
    END IF;
    IF NEW.montant > demande AND NEW.motif_interne ~ '^\\s*$' THEN
        RAISE EXCEPTION 'Ce montant dépasse ce que la structure demande, sans motif interne.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposition_au_dela_motivee';
    END IF;
    RETURN NEW;
"""

# What the jury closed on is what the council votes: only reopening the deliberation lets it change.
_CLOSE = """
    IF EXISTS (
        SELECT FROM juries_deliberation WHERE id = OLD.deliberation_id AND closed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'La délibération est close : ses propositions ne changent plus.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class PropositionQuerySet(models.QuerySet):
    def unexplained(self):
        """Those whose structure is kept waiting or refused, and would not be told why."""
        return self.filter(sens__in=SANS_LABEL, motif__regex=r"^\s*$")


@pghistory.track()
class Proposition(models.Model):
    """What the jury proposes for one dossier: five things apart, each read by its own readers. Amounts in whole euros.

    `rang`: on the waiting list, and `motif_interne`: why this amount, what was weighed: for the EPT and the jury, never
    told outside. `points_forts`: what was strong, `motif`: why, both told to the structure with its result.
    """

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="propositions")
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="proposition")
    sens = models.CharField("proposition", max_length=8, choices=SensProposition)
    montant = Montant("montant proposé (€)", default=0)
    rang = PetitEntier("rang sur la liste d’attente", null=True, blank=True)
    points_forts = Texte("points forts", blank=True)
    motif_interne = Texte("motif interne", blank=True)
    motif = Texte("motif communiqué", blank=True)

    objects = PropositionQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        ordering = ["sens", "rang", "pk"]
        triggers = [
            pgtrigger.Trigger(
                name="proposition_reste",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_CLOSE,
            ),
            pgtrigger.Trigger(
                # After the other one, in the order of names: what is closed is said first.
                name="proposition_valeur",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("demande", "bigint"), ("plafond", "bigint")],
                func=_MONTANT,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sens=SensProposition.LAUREAT, montant__gt=0) | ~Q(sens=SensProposition.LAUREAT),
                name="proposition_laureat_dotee",
                violation_error_message="Un projet proposé lauréat reçoit un montant.",
            ),
            models.CheckConstraint(
                condition=Q(sens=SensProposition.RESERVE, rang__isnull=False)
                | (~Q(sens=SensProposition.RESERVE) & Q(rang__isnull=True)),
                name="proposition_rang_en_reserve",
                violation_error_message="Un projet en liste d’attente porte un rang.",
            ),
            models.CheckConstraint(
                condition=~Q(sens=SensProposition.REFUS) | Q(montant=0),
                name="proposition_refus_sans_montant",
                violation_error_message="Un projet non retenu ne reçoit pas de montant.",
            ),
            models.UniqueConstraint(
                fields=["deliberation", "rang"],
                condition=Q(rang__isnull=False),
                name="proposition_rang_unique",
                violation_error_message="Deux projets ne peuvent pas porter le même rang.",
            ),
        ]

    @property
    def is_unexplained(self):
        """The same as `unexplained`, of this one."""
        return self.sens in SANS_LABEL and not self.motif.strip()
