"""Séances and auditions: one oral presentation, in one slot, heard by those who are there and not recused."""

from datetime import timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from juries.arrondi import arrondi
from juries.creneau import Creneau
from juries.enums import DEVANT_LE_JURY
from juries.models.exact import FractionField
from juries.models.jury import Declaration, Jure, Jury
from label.models import Keyed
from label.saisie import PetitEntier
from label.templatetags.label_ui import jour_heure
from projects.enums import TONS, Statut
from projects.models import Deport, Dossier

CHEVAUCHEMENT = "Ce créneau chevauche une autre audition de la séance."


class IntRange(Func):
    """`int8range(x, x, '[]')`: one integer as a range, so that GiST compares it without an extension."""

    function = "int8range"

    def __init__(self, expression):
        super().__init__(expression, expression, Value("[]"))

    def deconstruct(self):
        return f"{type(self).__module__}.{type(self).__qualname__}", (self.source_expressions[0],), {}


class TsTzRange(Func):
    """`tstzrange(a, b, '[)')`: two slots that touch do not overlap."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self, debut, fin):
        super().__init__(debut, fin, Value("[)"))

    def deconstruct(self):
        return f"{type(self).__module__}.{type(self).__qualname__}", tuple(self.source_expressions[:2]), {}


class SeanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(jury__in=Jury.objects.visible_to(user))

    def ouvertes(self, now):
        """Those that may still receive an audition at the aware datetime `now` (`Seance.fermeture`)."""
        return self.filter(locked_at=None, fin__gt=now)


@pghistory.track()
class Seance(Keyed):
    """One sitting of the jury: a day, a place, durations in minutes."""

    jury = models.ForeignKey(Jury, models.CASCADE, related_name="seances")
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    lieu = models.CharField("lieu", max_length=200, blank=True)
    visio = models.URLField("lien de visioconférence", blank=True)
    duree_presentation = PetitEntier("durée de présentation (minutes)", default=10)
    duree_questions = PetitEntier("durée des questions (minutes)", default=10)
    duree_pause = PetitEntier("pause entre deux auditions (minutes)", default=5)
    locked_at = models.DateTimeField("notes verrouillées le", null=True, blank=True)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering = ["debut", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="seance_fin_apres_debut",
                violation_error_message="La séance doit finir après son début.",
            ),
            models.CheckConstraint(
                condition=~Q(lieu="") | ~Q(visio=""),
                name="seance_lieu_ou_visio",
                violation_error_message="Indiquez un lieu ou un lien de visioconférence.",
            ),
        ]

    def __str__(self):
        return f"Séance du {self.debut:%d/%m/%Y}"

    @property
    def duree(self):
        """Length of one audition, questions included, as a timedelta."""
        return timedelta(minutes=self.duree_presentation + self.duree_questions)

    @property
    def pause(self):
        return timedelta(minutes=self.duree_pause)

    @property
    def is_locked(self):
        return self.locked_at is not None

    def fermeture(self, now):
        """Why nothing more is placed here at the aware datetime `now`, as a French sentence; "" while it may be."""
        if self.is_locked:
            return f"Les notes de cette séance sont verrouillées depuis le {jour_heure(self.locked_at)}."
        if self.fin <= now:
            return f"Cette séance est passée\u00a0: elle a fini le {jour_heure(self.fin)}."
        return ""


def _declared(user):
    """What this person, free of any déport, declared of the dossier of the audition at hand, as a subquery."""
    return Declaration.objects.of_user(user).filter(
        jure__jury=models.OuterRef("seance__jury"), dossier=models.OuterRef("dossier")
    )


def _recused(user):
    """The déport of this person from the dossier of the audition at hand, as a subquery."""
    return Deport.objects.current().filter(user=user, dossier=models.OuterRef("dossier"))


class AuditionQuerySet(models.QuerySet):
    def heard_by(self, user):
        """Those a member of the jury hears: he declared, and declared no link.

        Before his declaration on a dossier a member sees nothing of it here: declaring comes first.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(models.Exists(_declared(user)), ~models.Exists(_recused(user)))

    def visible_to(self, user):
        """The one door to what the jury hears: a member's own auditions, all of them for the EPT.

        A recused agent does not pass: a déport holds whatever else the person is, and once the seat is over.
        """
        return self.managed_by(user) if user.is_authenticated and user.is_agent else self.heard_by(user)

    def managed_by(self, user):
        """For the EPT's own screens: every audition but those a déport closes; nothing for anybody else."""
        if not user.is_authenticated or not user.is_agent:
            return self.none()
        return self.filter(~models.Exists(_recused(user)))

    def devant_le_jury(self):
        """Those of dossiers that wait to be heard, or were: what its lists show."""
        return self.filter(dossier__statut__in=DEVANT_LE_JURY)

    def dites(self):
        """With `dit_debut` and `dit_fin`, the hours that were announced, None before; in that order.

        What a member of the jury reads of a slot, as everybody outside the EPT.
        """
        hours = {f"dit_{end}": Cast(KT(f"annonce__{end}"), models.DateTimeField()) for end in ("debut", "fin")}
        return self.annotate(**hours).order_by(F("dit_debut").asc(nulls_last=True), "dossier__numero", "pk")

    def classees(self):
        """Those the ranking bears on: of a dossier before the jury, whose porteur was not noted absent.

        A dossier withdrawn or never heard keeps whatever was scored, and takes nobody's rank.
        """
        absent = Q(dossier__statut=Statut.NON_RETENU, dossier__proposition__isnull=True)
        return self.filter(dossier__statut__in=DEVANT_LE_JURY).exclude(absent)


# A locked séance is over: its ballots are closed, nothing enters it any more. That a séance is past is the clock's to
# say, and no row's: the action refuses it.
_VERROU = """
    IF EXISTS (SELECT FROM juries_seance WHERE id = NEW.seance_id AND locked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Les notes de cette séance sont verrouillées : aucune audition n’y entre plus.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audition_seance_ouverte';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Audition(Keyed):
    """One dossier heard in one slot of one séance. The aggregates follow every final ballot.

    `moyenne_exacte`, `moyenne` (as shown) and `ecart_type` are on 20, over `Bulletin.objects.counted()`; empty while
    there is none. Who comes before whom is said by `juries.classement.rangs.classer` alone.
    """

    seance = models.ForeignKey(Seance, models.PROTECT, related_name="auditions", verbose_name="séance")
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="audition")
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    convocation = models.PositiveSmallIntegerField("numéro de convocation", default=0, editable=False)
    convoked_at = models.DateTimeField("convoqué le", null=True, blank=True, editable=False)
    # What the last convocation said (beginning, end, place, minutes), and when: the difference is what has to be told.
    annonce = models.JSONField(null=True, editable=False)
    moyenne_exacte = FractionField("moyenne exacte", null=True, editable=False)
    ecart_type = models.DecimalField("écart-type", max_digits=4, decimal_places=2, null=True, editable=False)
    nombre_notes = models.PositiveSmallIntegerField("bulletins comptés", default=0, editable=False)

    objects = AuditionQuerySet.as_manager()

    class Meta:
        verbose_name = "audition"
        ordering = ["debut", "pk"]
        triggers = [
            pgtrigger.Trigger(
                name="audition_seance_ouverte",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("seance_id", "debut", "fin"),
                when=pgtrigger.Before,
                func=_VERROU,
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="audition_fin_apres_debut",
                violation_error_message="L’audition doit finir après son début.",
            ),
            ExclusionConstraint(
                name="audition_sans_chevauchement",
                expressions=[
                    (IntRange(F("seance")), RangeOperators.OVERLAPS),
                    (TsTzRange(F("debut"), F("fin")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=CHEVAUCHEMENT,
            ),
        ]

    @property
    def moyenne(self):
        """The mean as shown, two decimals; None while nobody scored."""
        return None if self.moyenne_exacte is None else arrondi(self.moyenne_exacte)

    @property
    def creneau(self):
        """What a convocation says, as JSON-able values: `annonce` itself while it still says so."""
        seance = self.seance
        minutes = seance.duree_presentation, seance.duree_questions
        kept = Creneau(self.debut, self.fin, seance.lieu, seance.visio, *minutes).kept()
        return self.annonce if self.annonce and self.annonce == {**self.annonce, **kept} else kept

    def announce(self, at):
        """Its present slot is what the people concerned know from `at` on; the caller saves.

        The instant is part of what is announced: an answer is to one convocation, not to an hour said before.
        """
        self.convoked_at, self.annonce = at, {**self.creneau, "le": at.isoformat()}

    @property
    def annoncee(self):
        """The `Creneau` the people concerned know, None before any convocation. All that leaves the EPT reads it."""
        return Creneau.read(self.annonce) if self.annonce else None

    @property
    def is_annoncee(self):
        """The people concerned know the present slot."""
        return self.annonce == self.creneau

    @property
    def ton(self):
        """The tone of its dossier’s statut, for the EPT."""
        return TONS[self.dossier.statut]

    @property
    def is_to_come(self):
        """The dossier waits to be heard: its slot may still move."""
        return self.dossier.statut == Statut.ADMIS

    @property
    def is_absente(self):
        """Nobody came: there is nothing to score. `dossier.proposition` is read."""
        return self.dossier.statut == Statut.NON_RETENU and not hasattr(self.dossier, "proposition")

    def __str__(self):
        return f"Audition de «\u202f{self.dossier}\u202f»"


class Presence(models.Model):
    """Who sat: counted for the quorum and written in the minutes."""

    seance = models.ForeignKey(Seance, models.CASCADE, related_name="presences")
    jure = models.ForeignKey(Jure, models.CASCADE, related_name="presences")
    is_present = models.BooleanField("présent", default=True)

    class Meta:
        verbose_name = "présence"
        ordering = ["jure__college", "jure__nom"]
        constraints = [models.UniqueConstraint(fields=["seance", "jure"], name="presence_unique")]
