"""What the page of a dossier and the dashboards tell, and who tells it: three questions every floor may answer.

The floors above register their answers in their `AppConfig.ready`; nothing here knows them. Each answer is made for one
reader: what it holds, that person may know now (`visible_to`, `projects.dossier.connu`, the publication).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.utils import timezone

from label.minute import is_past
from label.relais import Relais


class Sorte(Enum):
    """What a line of the story is about: (its icon, its words for who does not see it)."""

    ETAPE = "signpost-split", "Étape"
    DISCUSSION = "chat-dots", "Discussion"
    MESSAGE = "envelope", "Message"
    ORAL = "mic", "Audition"
    SUITES = "award", "Label et suites"

    def __init__(self, icone: str, libelle: str) -> None:
        self.icone = icone
        self.libelle = libelle

    @property
    def code(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Ligne:
    """One line of the story, as its reader may read it.

    `texte`: what happened, in a few words; `qui`: a name, or «Automatique»; `corps`: what was said, as plain text;
    `interne`: the same for the staff alone; `lien`: (address, words). `arrivee`: of a deposit, when the click reached
    us; `at` is then when it was recorded.
    """

    at: datetime
    sorte: Sorte
    texte: str
    qui: str = ""
    corps: str = ""
    interne: str = ""
    lien: tuple[str, str] | None = None
    arrivee: datetime | None = None


@dataclass(frozen=True)
class Geste:
    """One button. `post`: it acts at once, by a form of its own; otherwise a link to the page that asks.

    `attend`: something should be done first, so it does not call as the first thing to do.
    """

    mots: str
    adresse: str
    icone: str = ""
    post: bool = False
    attend: bool = False


@dataclass(frozen=True)
class RendezVous:
    """An appointment. `lieu` or `visio`, one at least; `presentation`, `questions`: minutes, 0 when there are none.

    `note`: how far it is, and whether it is confirmed; `avant`: what it was before it changed; `avis`: what to know of
    it before answering; `acces`: how to come; `avec`: who will be there; each in words, "" for nothing. `agenda`: the
    address of its .ics.
    """

    debut: datetime
    fin: datetime
    note: str = ""
    avant: str = ""
    avis: str = ""
    lieu: str = ""
    visio: str = ""
    acces: str = ""
    presentation: int = 0
    questions: int = 0
    avec: str = ""
    agenda: str = ""


@dataclass(frozen=True)
class Delai:
    """What the silence of the EPT means: `phrase` in a few calm words, then the `loi` for who asks, under `titre`."""

    titre: str
    phrase: str
    loi: str


DU_STATUT = 100


@dataclass(frozen=True)
class Carte:
    """«Maintenant»: what is expected, of whom, by when, and the act. Of several, the lowest `ordre` is the card.

    `ordre`: `DU_STATUT` for what the statut says; below, what a floor above knows better. `moment`: its entry in
    `projects.fil.paroles`. `tour`: whose turn it is, in this reader's words; `a_vous`: it is theirs. `paroles`: what
    happened and why, then what comes next, each a paragraph. `chiffre`: the figure it is all about, told large. `dit`:
    (who says it, the words): a reason, a request. `limite`, `avant`: until when, said by these words. `silence`: the
    delay of the EPT, in its own quiet place. `gestes`: the first is the button. `template`: more of its own, shown with
    `contexte` as its `carte`. `remplace`: it says all that the statut says, better: that card is not shown beside it,
    and what the silence will mean is told here.
    `libelle`: the badge, where the words of the statut are no longer so. `pied`: a template shown as `template` is, at
    the foot.
    """

    ordre: int
    moment: str
    titre: str
    tour: str
    a_vous: bool
    paroles: tuple[str, ...] = ()
    chiffre: str = ""
    dit: tuple[tuple[str, str], ...] = ()
    avant: datetime | None = None
    limite: str = "Avant le"
    silence: Delai | None = None
    gestes: tuple[Geste, ...] = ()
    rendez_vous: RendezVous | None = None
    template: str = ""
    contexte: dict[str, Any] = field(default_factory=dict)
    remplace: bool = False
    libelle: str = ""
    pied: str = ""


@dataclass(frozen=True)
class AFaire:
    """One thing a person has to do: `texte` says the act, `objet` of what.

    `depuis`: when it began to wait; `avant`: until when it may (a day lasts until its end); None: nothing says so.
    `en_retard`: said by `ce_qui_attend`.
    """

    texte: str
    objet: str
    adresse: str
    depuis: datetime | None = None
    avant: datetime | date | None = None
    en_retard: bool = False

    @property
    def echeance(self) -> date | None:
        """The day of `avant`, in Paris."""
        return timezone.localdate(self.avant) if isinstance(self.avant, datetime) else self.avant


# function(dossier, user) -> list of `Ligne`, in any order.
lignes = Relais()
# function(dossiers, user, now) -> {pk of a dossier: its `Carte`}, in a constant number of queries. The dossiers are
# read by `prefetch_completude`, and this person sees each.
cartes = Relais()
# function(user, now) -> list of `AFaire`.
a_faire = Relais()


def cartes_du_moment(dossiers: list[Any], user: Any, now: datetime) -> dict[int, list[Carte]]:
    """{pk: the cards of this dossier for this person at the aware datetime `now`, the first of them «Maintenant»}."""
    found: dict[int, list[Carte]] = {dossier.pk: [] for dossier in dossiers}
    for told in cartes(dossiers, user, now):
        for pk, carte in told.items():
            found[pk].append(carte)
    return {pk: _in_order(one) for pk, one in found.items()}


def _in_order(found: list[Carte]) -> list[Carte]:
    ordered = sorted(found, key=lambda carte: carte.ordre)
    if not ordered or not ordered[0].remplace:
        return ordered
    first, *others = ordered
    silence = next((carte.silence for carte in others if carte.ordre == DU_STATUT), None)
    return [replace(first, silence=silence), *(carte for carte in others if carte.ordre != DU_STATUT)]


def histoire(dossier: Any, user: Any) -> list[Ligne]:
    """All that happened, as this person may know it, the latest first."""
    found = [ligne for told in lignes(dossier, user) for ligne in told]
    return sorted(found, key=lambda ligne: ligne.at, reverse=True)


def ce_qui_attend(user: Any, now: datetime) -> list[AFaire]:
    """All that this person has to do at `now`: what is for today, then what is late, then what ends soonest, then what
    has waited longest.
    """
    today = timezone.localdate(now)

    def rank(one: AFaire) -> tuple[bool, bool, date, float]:
        waited = one.depuis.timestamp() if one.depuis else float("inf")
        return one.echeance != today, not one.en_retard, one.echeance or date.max, waited

    found = [replace(one, en_retard=_is_past(one.avant, now)) for told in a_faire(user, now) for one in told]
    return sorted(found, key=rank)


def _is_past(avant: datetime | date | None, now: datetime) -> bool:
    if avant is None:
        return False
    return is_past(avant, now) if isinstance(avant, datetime) else timezone.localdate(now) > avant
