"""A dossier as one reader may know it: the one source of every statut, move, token and refusal shown to a person.

Until the results of its édition are published, what the jury and the EPT decide is known to the staff of the EPT
alone, and not for the dossiers of a structure they belong to. The table is `enums.CONNUS`; `models.voile` says the
same in SQL.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from label.lifecycle import Reading
from label.models import User
from label.templatetags.label_ui import jour_heure
from projects.echeance import is_caduc
from projects.enums import LIBELLES_PORTEUR, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Passage
from projects.rules import is_membre, is_recused

# How the journal tells each move.
PHRASES = {
    "send_idee": "Idée envoyée au chef de projet",
    "accept_idee": "Idée acceptée, dossier ouvert",
    "decline_idee": "Idée laissée sans suite",
    "ask_visa": "Relecture et visa demandés",
    "give_visa": "Visa donné : prêt à déposer",
    "return_visa": "Dossier renvoyé avec un mot, sans visa",
    "reopen": "Écriture rouverte",
    "abandon": "Projet abandonné",
    "expire": "Date limite passée sans dépôt",
    "revive": "Rouvert après prolongation",
    "deposit": "Dossier déposé",
    "deposit_sans_visa": "Dossier déposé",
    "withdraw": "Dossier retiré",
    "ask_complement": "Complément demandé",
    "answer_complement_depose": "Réponse envoyée",
    "answer_complement_instruction": "Réponse envoyée",
    "declare_recevable": "Dossier déclaré recevable",
    "declare_irrecevable": "Dossier déclaré irrecevable",
    "admit": "Admis à l’audition",
}
# The same of a hearing and of a result, outside the EPT. Who did not come to the hearing reads there, until the
# publication, what all others read: it says that it is over, not who was heard.
_DEHORS = {
    "hear": "L’audition est passée\u00a0: le jury délibère",
    "record_absence": "Le projet n’est pas retenu",
    "set_aside": "Le projet n’est pas retenu",
    "refuse": "Le projet n’est pas retenu",
    "refuse_admission": "Le projet n’est pas admis à l’audition",
    "award": "Le projet est lauréat",
    "keep_waiting": "Le projet est sur la liste d’attente",
}
# What signs the moves of its staff, outside the EPT.
EPT = "L’EPT"
# Made by the structure and its chef de projet; every other move is one of the EPT, or of the clock.
DES_COAUTEURS = frozenset(
    {
        *("send_idee", "accept_idee", "decline_idee", "ask_visa", "give_visa", "return_visa", "reopen", "abandon"),
        *("deposit", "deposit_sans_visa", "withdraw", "answer_complement_depose", "answer_complement_instruction"),
    }
)


@dataclass(frozen=True)
class Mouvement:
    """One move as a reader may know it. `transition`: its name, '' when the table has none; `by`: None, the system;
    `at`: since when, the publication for a result.
    """

    transition: str
    de: str
    vers: str
    by: User | None
    at: datetime
    motif: str
    arrivee: datetime | None = None
    # For the staff alone: who shows a move asks first who reads.
    motif_interne: str = ""


def known_statut(dossier, user):
    """The statut this person may know (None: the system, which knows all), whatever the clock says of a draft."""
    return Statut(dossier.statut) if user is None or is_inside(dossier, user) else dossier.statut_connu


def is_inside(dossier, user):
    """This person reads the dossier as one of the EPT."""
    return user.is_agent and not is_membre.test(user, dossier) and not is_recused.test(user, dossier)


def statut_for(dossier, user, now=None):
    """The same as it is shown: a draft whose deadline has passed is caduc even before the beat says so."""
    return Statut.CADUC if is_caduc(dossier, now) else known_statut(dossier, user)


def libelle_for(statut, dossier, user):
    """That statut in the words of this person: those of the porteur, or those of the staff."""
    return LIBELLES_PORTEUR[statut] if is_membre.test(user, dossier) else Statut(statut).label


def moves_known_to(dossier, user):
    """The moves of this dossier this person may know, oldest first, as a list of `Mouvement`; one query."""
    rows = Passage.objects.filter(dossier=dossier).known_to(user).select_related("by").order_by("at", "pk")
    return [told(row) for row in rows]


def told(passage):
    """A `Passage` of `known_to` as its reader may know it, a `Mouvement`.

    A move to a secret statut is told as the one that leads where it seems to lead: an absence as a hearing.
    """
    de, vers = passage.de_lu, passage.vers_lu
    name, motif = passage.transition, passage.motif
    if vers != passage.vers:
        seeming = (t.name for t in LIFECYCLE.transitions.values() if de in t.sources and t.target == vers)
        name, motif = next(seeming, ""), ""
    return Mouvement(name, de, vers, passage.by, passage.lu_le, motif, passage.arrivee, passage.motif_interne)


def phrase_of(mouvement, dossier, user):
    """What happened, in the words of this person."""
    phrases = PHRASES if is_inside(dossier, user) else PHRASES | _DEHORS
    return phrases.get(mouvement.transition) or libelle_for(mouvement.vers, dossier, user)


def auteur_of(mouvement, dossier, user):
    """Who made it, as this person is told: a name, «L’EPT» for what its staff did, '' for the system."""
    if mouvement.by is None:
        return ""
    if mouvement.transition in DES_COAUTEURS or is_inside(dossier, user):
        return mouvement.by.get_full_name()
    return EPT


def _last_known(dossier, user):
    return Passage.objects.filter(dossier=dossier).known_to(user).select_related("by").order_by("-at", "-pk").first()


def token_of(dossier, user):
    """What a page shown to this person keeps of the dossier, to say when it is sent that nothing moved meanwhile.

    Made of what that person may know and of nothing else: the statut, and the last move.
    """
    last = _last_known(dossier, user)
    known = f"{dossier.pk}:{user.pk}:{known_statut(dossier, user)}:{last.pk if last else ''}"
    return salted_hmac("projects.connu", known, algorithm="sha256").hexdigest()


def meanwhile(dossier, user):
    """What happened since a page was shown, as this person (None: the system) may know it: one or two sentences."""
    statut = known_statut(dossier, user)
    last = _last_known(dossier, user) if user else None
    happened = "Entre-temps, la situation a changé\u00a0: "
    if last:
        mouvement = told(last)
        happened += f"«\u202f{phrase_of(mouvement, dossier, user)}\u202f», le {jour_heure(mouvement.at)}"
        if auteur := auteur_of(mouvement, dossier, user):
            happened += ", par l’EPT" if auteur == EPT else f", par {auteur}"
        happened += ". Le"
    else:
        happened += "le"
    words = libelle_for(statut, dossier, user) if user else statut.label
    return f"{happened} dossier est maintenant «\u202f{words}\u202f». Rechargez la page pour voir où il en est."


@LIFECYCLE.read_through
class DossierReading(Reading):
    """A dossier as a person may know it, for what is offered to them and what they are answered."""

    def state(self, dossier, user):
        return known_statut(dossier, user)

    def token(self, dossier, user):
        return token_of(dossier, user)

    def meanwhile(self, dossier, user):
        return meanwhile(dossier, user)
