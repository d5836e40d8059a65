"""What is said of a dossier at each moment of its life, to each of those who follow it: the one table of these words.

`projects.fil.table` holds those of this floor; the floors above register theirs beside it. A page, a dashboard or an
export never says a state in words of its own.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum
from string import Formatter
from typing import Any

from projects.enums import AVANT_DEPOT
from projects.rules import is_chef, is_membre

# What a sentence may hold between braces, and what stands there. Closed: whoever writes a sentence chooses among these.
VALEURS = {
    "titre": "le titre du projet",
    "structure": "le nom de la structure",
    "numero": "le numéro du dossier",
    "edition": "le titre de l’édition",
    "annee": "l’année de l’édition",
    "chef": "le chef de projet, par son nom, en tête de phrase",
    "au_chef": "le même, après un verbe : « à Luc Fontanel », « au chef de projet »",
    "auteur": "qui a fait le dernier changement, par son nom",
    "auteur_a": "« Vous l’avez », « Votre structure l’a » ou « La structure l’a »",
    "depuis": "le jour du dernier changement",
    "echeance": "jusqu’à quand le dossier s’écrit et se dépose",
    "il_reste": "combien de jours il reste avant cette date",
    "qui_depose": "qui dépose : « Vous pouvez le déposer », ou une personne responsable",
    "rouvertes": "les parties rouvertes par le complément",
    "manques": "combien de réponses il reste à donner",
    "parties": "le nombre de parties complètes, sur combien",
    "depose_le": "le jour du dépôt",
    "reprise": "quand le texte peut être repris",
    "rejet": "le jour où le silence de l’EPT vaut rejet",
    "suspendu": "jusqu’à quand ce délai est suspendu",
    "publication": "le jour où les résultats sont prévus",
    "jury_du": "le premier jour des auditions",
    "jury_au": "le dernier jour des auditions",
    "jour": "le jour du rendez-vous",
    "heure": "l’heure du rendez-vous",
    "lieu": "le lieu du rendez-vous",
    "presentation": "les minutes de présentation",
    "questions": "les minutes de questions",
    "montant": "le montant accordé",
    "arret": "où le projet s’est arrêté, en une phrase",
    "publie_le": "le jour où la décision a été publiée",
}


class Pour(Enum):
    """Who reads the page of a dossier."""

    PORTEUR = "porteur"
    INVITE = "invite"
    CHEF = "chef"
    EPT = "ept"


TOUS = frozenset(Pour)
# The structure and those it let in; those who accompany or instruct.
AUTOUR = TOUS - {Pour.PORTEUR}


def pour(dossier: Any, user: Any) -> Pour:
    """As whom this person reads the dossier: first of all as one of the structure.

    An agent who is its chef de projet too knows what the EPT knows once it is deposited.
    """
    if is_membre.test(user, dossier):
        return Pour.PORTEUR
    if user.is_agent and dossier.statut not in AVANT_DEPOT:
        return Pour.EPT
    if is_chef.test(user, dossier):
        return Pour.CHEF
    return Pour.EPT if user.is_agent else Pour.INVITE


@dataclass(frozen=True)
class Parole:
    """What is said at one moment to some of the readers.

    `titre`: in the card; `phrase`: what happened or is asked, and why; `suite`: what comes next, "" for nothing; each
    of its lines is a paragraph.
    """

    moment: str
    pour: Set[Pour]
    titre: str
    phrase: str
    suite: str = ""

    @property
    def valeurs(self) -> set[str]:
        """The names between braces."""
        parts = Formatter().parse(f"{self.titre} {self.phrase} {self.suite}")
        return {name for _, name, _, _ in parts if name is not None}


@dataclass(frozen=True)
class Dite:
    """A `Parole` with its values in their places, as plain text."""

    titre: str
    phrase: str
    suite: str

    @property
    def paragraphes(self) -> tuple[str, ...]:
        return tuple(text for text in (self.phrase, *self.suite.split("\n")) if text)


table: dict[tuple[str, Pour], Parole] = {}


def register(*paroles: Parole) -> None:
    """Add entries. Raises ValueError on a second one for the same reader, or on a value that is none of `VALEURS`."""
    for parole in paroles:
        if unknown := parole.valeurs - VALEURS.keys():
            raise ValueError(f"{parole.moment}: unknown values {sorted(unknown)}")
        for reader in parole.pour:
            if (parole.moment, reader) in table:
                raise ValueError(f"{parole.moment} is said twice to {reader.value}")
            table[parole.moment, reader] = parole


def dire(moment: str, reader: Pour, valeurs: Mapping[str, Any]) -> Dite:
    """The words of this moment for this reader. Raises KeyError without an entry, or without one of its values."""
    parole = table[moment, reader]
    return Dite(*(text.format_map(valeurs) for text in (parole.titre, parole.phrase, parole.suite)))
