"""The preparation of an oral as each reader may know it: outside the EPT, nothing but what was announced."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from juries.creneau import Creneau
from juries.enums import DEVANT_LE_JURY, EN_COURS, College, Cote, EtatRepetition, SorteConvocation
from juries.models import Audition, Besoin, Convocation, Jure, Oral, Repetition, Support, Venue
from juries.oral.moment import Situation
from label.minute import is_past
from label.templatetags.label_ui import jour_heure
from projects.dossier.connu import known_statut
from projects.enums import Statut
from projects.fil.paroles import pour
from projects.models import Membre
from projects.rules import is_chef, is_membre

# The jury has this long to look at what is joined, whole days before that of the hearing.
JOURS_AVANT = 2
# Who is convoked late still has this long.
AU_MOINS = timedelta(hours=24)


@dataclass(frozen=True)
class OralLu:
    """What one person reads of an oral.

    `statut`: as this person may know it. `limite`: until when files are joined, None while no day is known.
    `repetition`: the one proposed or accepted, the last one once the dossier was heard; `attend`: whether this person's
    side is to answer it. `besoin`: this person's own.
    """

    dossier: object
    statut: Statut
    situation: Situation
    colleges: list
    criteres: list
    oral: Oral
    besoin: Besoin | None
    supports: list
    limite: datetime | None
    repetition: Repetition | None
    attend: bool
    now: datetime

    @property
    def is_ouvert(self):
        """It waits to be heard."""
        return self.statut == Statut.ADMIS

    @property
    def is_a_preparer(self):
        """What is prepared may still change: it waits to be heard, and its hour is not over."""
        return self.is_ouvert and not self.situation.is_passee

    @property
    def is_supports_ouverts(self):
        return self.is_a_preparer and not is_clos(self.limite, self.now)

    @property
    def is_repetition_passee(self):
        return self.repetition is not None and self.repetition.fin <= self.now


def announced(dossier):
    """The audition of a dossier once it was announced, with its séance; None before."""
    return Audition.objects.filter(dossier=dossier, annonce__isnull=False).select_related("seance").first()


def limit_of(audition):
    """Until when the files for the jury are joined (aware, its minute included); None while no slot is announced.

    The end of the second day before the hearing; at least a day after the convocation, the hearing at the latest.
    """
    if audition is None or not audition.annonce:
        return None
    debut = audition.annoncee.debut
    day = timezone.localdate(debut) - timedelta(days=JOURS_AVANT)
    return max(timezone.make_aware(datetime.combine(day, time(23, 59))), min(audition.convoked_at + AU_MOINS, debut))


def is_clos(limite, now):
    return limite is not None and is_past(limite, now)


def told_closed(limite):
    """Why nothing more is joined for the jury."""
    return (
        f"Les supports se joignaient jusqu’au {jour_heure(limite)}, heure de Paris\u00a0: le jury les lit tels qu’ils "
        "sont. Apportez ce qui a changé le jour de l’audition."
    )


def last_answers(dossiers):
    """{dossier pk: the last answer of its structure, whatever the slot it is about} of these; one query."""
    rows = Venue.objects.filter(dossier__in=dossiers).select_related("by", "maintenue_by")
    return {one.dossier_id: one for one in rows.order_by("dossier_id", "-at", "-pk").distinct("dossier_id")}


def answer_to(audition, creneau):
    """The answer that stands for this slot of an audition (as it is kept); None while none does."""
    last = last_answers([audition.dossier_id]).get(audition.dossier_id)
    return last if last and last.is_for(creneau) else None


def situations(dossiers, user, now):
    """{pk: the `Situation` of the hearing of each for this person}, in a constant number of queries.

    `dossiers`: those whose oral this person reads, with their édition and structure for the words.
    """
    keys = [one.pk for one in dossiers]
    auditions = {one.dossier_id: one for one in Audition.objects.filter(dossier__in=keys).select_related("seance")}
    answers, formers = last_answers(auditions), _formers(auditions.values())
    return {
        one.pk: Situation(one, pour(one, user), now, auditions.get(one.pk), answers.get(one.pk), formers.get(one.pk))
        for one in dossiers
    }


def _formers(auditions):
    """{dossier pk: the `Creneau` announced before the last one} of those announced twice at least; a query for all."""
    moved = [one.dossier_id for one in auditions if one.convocation > 1]
    if not moved:
        return {}
    told = {}
    for one in Convocation.objects.filter(dossier__in=moved).order_by("at", "pk"):
        told.setdefault(one.dossier_id, []).append(one)
    return {
        dossier: Creneau.read(lines[-2].creneau)
        for dossier, lines in told.items()
        if len(lines) > 1 and lines[-1].sorte == SorteConvocation.DEPLACEE
    }


def in_place(dossier):
    """The files joined for the jury, as they are now."""
    return Support.objects.filter(dossier=dossier, remplacee_at=None).select_related("by")


def supports_of(dossiers):
    """{dossier pk: the files joined for the jury, in place} of these primary keys; one query."""
    found = {}
    for support in Support.objects.filter(dossier__in=dossiers, remplacee_at=None):
        found.setdefault(support.dossier_id, []).append(support)
    return found


def sides_of(user, dossier):
    """The sides of a rehearsal this person speaks for, as a set of `Cote`."""
    found = {Cote.STRUCTURE} if is_membre.test(user, dossier) else set()
    return found | ({Cote.CHEF} if is_chef.test(user, dossier) else set())


def live_repetition(dossier):
    """The rehearsal proposed or accepted, over or not; None when there is none."""
    return Repetition.objects.filter(dossier=dossier, etat__in=EN_COURS).select_related("by", "repondu_by").first()


def standing_repetition(dossier, now):
    """The same while it is still to come."""
    live = live_repetition(dossier)
    return live if live and live.fin > now else None


def colleges_of(jury):
    """The names of the collèges that sit, in their order: who sits for them is told by nobody here."""
    seated = set(Jure.objects.active().filter(jury=jury).order_by().values_list("college", flat=True).distinct())
    return [college.label for college in College if college in seated]


def is_readable(dossier, user):
    """Whether there is anything to read here for who sees the dossier: it waits to be heard, or it was.

    Once heard, those who prepared it and the EPT still read it.
    """
    statut = known_statut(dossier, user)
    if statut == Statut.ADMIS:
        return True
    is_writer = user.is_agent or user.has_perm("juries.prepare_oral", dossier)
    return statut in DEVANT_LE_JURY and is_writer and announced(dossier) is not None


def read_oral(dossier, user, now=None):
    """The `OralLu` of a dossier this person sees; `dossier.edition` is read."""
    now = now or timezone.now()
    situation = situations([dossier], user, now)[dossier.pk]
    repetition = live_repetition(dossier)
    return OralLu(
        dossier=dossier,
        statut=known_statut(dossier, user),
        situation=situation,
        colleges=colleges_of(situation.audition.seance.jury_id) if situation.creneau else [],
        criteres=list(dossier.edition.criteres.order_by("ordre")),
        oral=Oral.objects.filter(dossier=dossier).first() or Oral(dossier=dossier),
        besoin=Besoin.objects.filter(dossier=dossier, by=user).first(),
        supports=list(in_place(dossier)),
        limite=limit_of(situation.audition),
        repetition=repetition,
        attend=bool(
            repetition
            and repetition.etat == EtatRepetition.PROPOSEE
            and repetition.fin > now
            and sides_of(user, dossier) - {repetition.cote}
        ),
        now=now,
    )


@dataclass(frozen=True)
class Suivi:
    """What the EPT follows of one audition. `venue`: the last answer; `is_valable`: it speaks of the present slot.

    `besoins`: the access needs, for who organises, else empty.
    """

    venue: Venue | None
    is_valable: bool
    oral: Oral
    supports: list
    besoins: list

    @property
    def is_empeche(self):
        """It cannot come at the slot as it stands, and the EPT has not said what becomes of it."""
        return self.is_valable and self.venue.is_a_traiter


def follow(auditions, user):
    """{audition pk: its `Suivi`} for auditions of the EPT's pages, in a constant number of queries."""
    dossiers = [audition.dossier_id for audition in auditions]
    venues = last_answers(dossiers)
    orals = {oral.dossier_id: oral for oral in Oral.objects.filter(dossier__in=dossiers)}
    supports, besoins = supports_of(dossiers), {}
    if user.is_pilote:
        # Who left the structure comes no more.
        stays = Membre.objects.current().filter(user=OuterRef("by"), structure=OuterRef("dossier__structure"))
        for besoin in Besoin.objects.filter(Exists(stays), dossier__in=dossiers).select_related("by"):
            besoins.setdefault(besoin.dossier_id, []).append(besoin)
    return {
        audition.pk: Suivi(
            venue=(venue := venues.get(audition.dossier_id)),
            is_valable=venue is not None and venue.is_for(audition.creneau),
            oral=orals.get(audition.dossier_id) or Oral(),
            supports=supports.get(audition.dossier_id, []),
            besoins=besoins.get(audition.dossier_id, []),
        )
        for audition in auditions
    }


def to_settle(user):
    """The auditions, still to come, whose structure said that it cannot: what the pilote has to settle.

    A list of (audition, venue), the oldest answer first; nothing for who does not organise.
    """
    if not user.is_authenticated or not user.is_pilote:
        return []
    waiting = Audition.objects.managed_by(user).filter(dossier__statut=Statut.ADMIS)
    waiting = list(
        waiting.filter(dossier__venues__vient=False).distinct().select_related("seance", "dossier__structure")
    )
    answers = last_answers([audition.dossier_id for audition in waiting])
    found = [(audition, answers[audition.dossier_id]) for audition in waiting]
    found = [(audition, venue) for audition, venue in found if venue.is_a_traiter and venue.is_for(audition.creneau)]
    return sorted(found, key=lambda pair: pair[1].at)
