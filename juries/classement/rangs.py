"""Ranks of the dossiers a jury scored, ties said. No ORM, no request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from statistics import mean

from juries.arrondi import arrondi
from juries.classement.scoring import ECHELLE, Bulletin, Critere, Id, depouiller, ecart_type
from juries.classement.severites import severites


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands: rang None when nobody scored it; ex_aequo: the others of the same rank."""

    rang: int | None
    ex_aequo: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Rang:
    """What the ballots say of one dossier, on 20: the exact mean, then figures of two decimals; None when nobody
    scored."""

    dossier: Id
    rang: int | None
    exacte: Fraction | None
    ecart_type: Decimal | None
    nombre: int
    ex_aequo: tuple[Id, ...] = ()
    moyenne_corrigee: Decimal | None = None

    @property
    def moyenne(self) -> Decimal | None:
        """As shown."""
        return None if self.exacte is None else arrondi(self.exacte)


def classer(moyennes: Mapping[Id, Fraction | None]) -> dict[Id, Place]:
    """The one ranking: {id: Place} by exact mean, best first; those without one come last, in the order given.

    Equal means share a rank and the next is skipped (1, 2, 2, 4); among themselves they keep the order given.
    """
    notees = {cle: moyenne for cle, moyenne in moyennes.items() if moyenne is not None}
    places: dict[Id, Place] = {}
    for _, groupe in groupby(sorted(notees, key=notees.__getitem__, reverse=True), key=notees.__getitem__):
        egaux, rang = list(groupe), len(places) + 1
        places |= {cle: Place(rang, tuple([autre for autre in egaux if autre != cle])) for cle in egaux}
    return places | {cle: Place(None) for cle, moyenne in moyennes.items() if moyenne is None}


def classement(
    bulletins: Iterable[Bulletin], criteres: Sequence[Critere], *, dossiers: Iterable[Id] = ()
) -> list[Rang]:
    """The ranking from the ballots themselves, best first. Only final ballots count.

    dossiers: those to list even when nobody scored them (rang None, at the end).
    moyenne_corrigee is an aid beside the mean (see `severites`) and never changes a rank.
    Raises ValueError on a value outside its scale or two final ballots of one member for one dossier.
    """
    lignes = depouiller(bulletins, criteres, dossiers)
    ecarts = severites(lignes)
    moyennes = {dossier: mean(ligne.values()) if ligne else None for dossier, ligne in lignes.items()}
    rangs = []
    for dossier, place in classer(moyennes).items():
        ligne, exacte = lignes[dossier], moyennes[dossier]
        corrigee = None
        if exacte is not None:
            brute = exacte - mean([Fraction(ecarts[membre]) for membre in ligne])
            corrigee = arrondi(min(max(brute, Fraction(0)), Fraction(ECHELLE)))
        rangs.append(
            Rang(dossier, place.rang, exacte, ecart_type(ligne.values()), len(ligne), place.ex_aequo, corrigee)
        )
    return rangs
