"""What a signed-in person finds by searching: each floor registers, in `trouvailles.py`, what it knows how to look for.

Whoever answers gives what this person may see and nothing else, in an order that owes nothing to what they may not
know: a search is one more way to read, never a way round.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

# Answers shown of each kind; those who look ask for one more, which says that there are others.
MAX = 20


class Sorte(TextChoices):
    """The kinds of things found, in the order of the page."""

    DOSSIER = "dossier", "Dossiers"
    AUDITION = "audition", "Mes auditions"
    IDEE = "idee", "Idées hors édition"
    STRUCTURE = "structure", "Structures"
    PERSONNE = "personne", "Personnes"
    LAUREAT = "laureat", "Lauréats"


@dataclass(frozen=True)
class Trouvaille:
    """One answer. `mots`: what it is, where; `etiquette`, `ton`: a badge, "" for none; `adresse`: its page."""

    titre: str
    mots: str
    adresse: str
    etiquette: str = ""
    ton: str = ""


@dataclass(frozen=True)
class Chercheur:
    """`cherche(user, text)`: the `Trouvaille`s of this kind, `MAX + 1` at most, the best first.

    `tous(user, text)`: the address of the list that shows them all, filtered by `text`; "" when there is none.
    """

    sorte: Sorte
    cherche: Callable[[Any, str], Iterable[Trouvaille]]
    tous: Callable[[Any, str], str] = lambda user, text: ""


@dataclass(frozen=True)
class Groupe:
    """What was found of one kind. `tous`: where the others are, "" when nobody lists them; `reste`: there are."""

    sorte: Sorte
    trouvailles: list[Trouvaille] = field(default_factory=list)
    reste: bool = False
    tous: str = ""


_chercheurs: list[Chercheur] = []


def register(*chercheurs: Chercheur) -> None:
    _chercheurs.extend(chercheurs)


def search(user: Any, text: str) -> list[Groupe]:
    """All that this person finds with these words, kind by kind; a kind of which there is nothing is left out."""
    groupes = []
    for sorte in Sorte:
        mine = [one for one in _chercheurs if one.sorte == sorte]
        found = [trouvaille for one in mine for trouvaille in one.cherche(user, text)]
        if found:
            reste = len(found) > MAX
            tous = next(filter(None, (one.tous(user, text) for one in mine)), "") if reste else ""
            groupes.append(Groupe(sorte, found[:MAX], reste, tous))
    return groupes
