"""What one may write about, and who then receives it: each floor registers its `Sujet`s in `contact.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from label.models import Demande, User


@dataclass(frozen=True)
class Offre:
    """One thing this person may write about. `objet`: what tells it from the others of its subject, "" when it is
    alone; `vers`: who receives it, in words, told before anything is sent."""

    objet: str
    libelle: str
    vers: str


@dataclass(frozen=True)
class Propos:
    """What a message is about, for who receives it; `chemin`: its page, "" for none."""

    mots: str
    chemin: str = ""


@dataclass(frozen=True)
class Sujet:
    """`offres(user)`: what this person (perhaps nobody in particular) is offered, as `Offre`s.

    `destinataires(demande)`: who receives it, `User`s or addresses; read when it is sent.
    `propos(demande)`: what it is about, a `Propos`. `is_commun`: everybody may write about it, whatever they follow.
    """

    cle: str
    offres: Callable[[Any], Iterable[Offre]]
    destinataires: Callable[[Demande], Iterable[User | str]]
    propos: Callable[[Demande], Propos]
    is_commun: bool = False


sujets: dict[str, Sujet] = {}


def register(*added: Sujet) -> None:
    """Add subjects. Raises ValueError when a key is taken."""
    for sujet in added:
        if sujet.cle in sujets:
            raise ValueError(f"Already registered: {sujet.cle}")
        sujets[sujet.cle] = sujet


def offers(user: Any) -> dict[str, Offre]:
    """All that this person may write about, {value of the box: Offre}: what is theirs alone first."""
    return {
        f"{sujet.cle}.{offre.objet}".rstrip("."): offre
        for sujet in sorted(sujets.values(), key=lambda sujet: sujet.is_commun)
        for offre in sujet.offres(user)
    }
