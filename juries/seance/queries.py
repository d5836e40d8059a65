"""What the EPT reads at a glance of its séances: who answered, who cannot come, what is still to announce."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from contrats.models import Affectation
from juries.models import Audition, Jure
from juries.oral.queries import follow, last_answers
from juries.seance.actions import free_slot
from label.enums import Ton
from label.templatetags.label_ui import heure, jour_semaine, pluriel
from projects.enums import Statut

# What is known of a hearing to come: (words of its badge, tone).
REPONSES = {
    "a_convoquer": ("À convoquer", Ton.ATTENTE),
    "a_annoncer": ("Créneau changé, à annoncer", Ton.ATTENTE),
    "confirmee": ("Venue confirmée", Ton.SUCCES),
    "empechee": ("Ne peut pas venir", Ton.REFUS),
    "maintenue": ("Créneau maintenu", Ton.ATTENTE),
    "attendue": ("Pas encore de réponse", Ton.ATTENTE),
}
COMPTES = (
    ("confirmee", "confirmée,confirmées"),
    ("empechee", "empêchée,empêchées"),
    ("maintenue", "maintenue sans confirmation,maintenues sans confirmation"),
    ("attendue", "sans réponse,sans réponse"),
)


@dataclass(frozen=True)
class Reponse:
    """How a hearing to come stands: `cle` of REPONSES, its words and its tone."""

    cle: str
    label: str
    tone: Ton


def _key(audition, venue):
    if not audition.is_annoncee:
        return "a_annoncer" if audition.annonce else "a_convoquer"
    if venue is None or not venue.is_for(audition.creneau):
        return "attendue"
    if venue.vient:
        return "confirmee"
    return "empechee" if venue.is_a_traiter else "maintenue"


def reponse_of(audition, venue):
    """The `Reponse` of a hearing to come; `venue`: the last answer of its structure, or None."""
    cle = _key(audition, venue)
    return Reponse(cle, *REPONSES[cle])


def counts(auditions):
    """How many of these (with `reponse` and `suivi`) stand where, in a few words each; what none is is not said."""
    found = Counter(audition.reponse.cle for audition in auditions if audition.is_to_come)
    said = [pluriel(found[cle], mots) for cle, mots in COMPTES if found[cle]]
    besoins = sum(len(audition.suivi.besoins) for audition in auditions if audition.is_to_come)
    return said + ([pluriel(besoins, "besoin d’accès,besoins d’accès")] if besoins else [])


def with_answers(auditions, user):
    """These auditions of the EPT's pages, each with its `suivi` and, to come, its `reponse`; a constant number of
    queries."""
    followed = follow(auditions, user)
    for audition in auditions:
        audition.suivi = followed[audition.pk]
        audition.reponse = reponse_of(audition, audition.suivi.venue) if audition.is_to_come else None
    return auditions


def standing(seances, user, now):
    """These séances, a list, each with `is_du_jour`, `is_ouverte`, `a_annoncer` and `empechees`, numbers of hearings
    this person sees; two queries."""
    waiting = list(
        Audition.objects.managed_by(user)
        .filter(seance__in=seances, dossier__statut=Statut.ADMIS)
        .select_related("seance", "dossier")
    )
    venues = last_answers([audition.dossier_id for audition in waiting])
    found = Counter((one.seance_id, reponse_of(one, venues.get(one.dossier_id)).cle) for one in waiting)
    for seance in seances:
        seance.is_du_jour = timezone.localdate(seance.debut) == timezone.localdate(now)
        seance.is_ouverte = not seance.fermeture(now)
        seance.a_annoncer = found[seance.pk, "a_convoquer"] + found[seance.pk, "a_annoncer"]
        seance.empechees = found[seance.pk, "empechee"]
    return seances


@dataclass(frozen=True)
class Libre:
    """A free hour of a séance: `debut`, aware datetime."""

    seance: object
    debut: datetime

    @property
    def cle(self):
        return f"{self.seance.cle} {timezone.localtime(self.debut):%H:%M}"

    def __str__(self):
        return f"{jour_semaine(self.debut)}, {heure(self.debut)} · {self.seance.lieu or 'visioconférence'}"


def free_hours(audition, now):
    """The first free hour of each open séance of its jury that is still to come and is not its own, in order; two
    queries."""
    found = []
    for seance in audition.seance.jury.seances.ouvertes(now).prefetch_related("auditions"):
        debut = free_slot(seance)
        if debut and debut > now and (seance.pk, debut) != (audition.seance_id, audition.debut):
            found.append(Libre(seance, debut))
    return found


def by_side(told, seance):
    """Those told, {address: name}, as [(who they are in French, their names)]: structures, chefs de projet, jury."""
    jures = set(Jure.objects.filter(jury=seance.jury_id).values_list("user__email", flat=True))
    contrats = seance.auditions.values("dossier__contrat")
    chefs = set(Affectation.objects.current().filter(contrat__in=contrats).values_list("user__email", flat=True))
    sides = {"Pour les structures": [], "Chefs de projet": [], "Jury": []}
    for address, nom in told.items():
        side = "Jury" if address in jures else "Chefs de projet" if address in chefs else "Pour les structures"
        sides[side].append(nom)
    return [(side, noms) for side, noms in sides.items() if noms]
