"""Scores of a jury: ballots brought to notes on 20, means, spread. No ORM, no request.

The rules, in a few lines (`regles` says them to people):
- a ballot's note is the mean of its criteria, each brought to 20 and weighted; a criterion «sans avis»
  (None) is left out and the other weights share its part: it is never a 0;
- a dossier's mean is that of the members who scored it;
- equal means are equal ranks (`rangs`);
- the correction for severe and lenient members stands beside the mean and never moves a rank (`severites`).

All is exact (fractions); rounding to two decimals, half up, happens only on what is shown.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor, isqrt
from statistics import pvariance

from juries.arrondi import arrondi

ECHELLE = 20

type Id = Hashable
type Valeur = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Critere:
    """One line of the grid. poids: 0 shows without counting; note_max: the top of its scale, > 0."""

    id: Id
    poids: int | Decimal
    note_max: int | Decimal


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One member's scores of one dossier: {critere id: value, or None for «sans avis»}."""

    membre: Id
    dossier: Id
    notes: Mapping[Id, int | Decimal | None] = field(default_factory=dict)
    final: bool = True


def ecart_type(notes: Iterable[Valeur]) -> Decimal | None:
    """Standard deviation of population (divided by n), two decimals, half up; None under two notes.

    Of population, not of sample: the members who scored are the whole jury of that dossier, not
    a draw from a larger one. One note alone says nothing of agreement: None, not 0.
    """
    exactes = [Fraction(note) for note in notes]
    if len(exactes) < 2:
        return None
    # Half up of 100·√v is ⌊(√(40000·v) + 1) / 2⌋: no root is rounded twice, as `pstdev`, a float, would.
    return Decimal((isqrt(floor(40_000 * pvariance(exactes))) + 1) // 2).scaleb(-2)


class _Grille:
    """The grid prepared once: each criterion's weight, and what one point of it weighs."""

    def __init__(self, criteres: Sequence[Critere]) -> None:
        for critere in criteres:
            if critere.note_max <= 0 or critere.poids < 0:
                raise ValueError(f"criterion {critere.id!r}: a scale is above 0 and a weight not below 0")
        if len({critere.id for critere in criteres}) != len(criteres):
            raise ValueError("two criteria share one id")
        self.lignes = [
            (c.id, c.note_max, Fraction(c.poids), Fraction(c.poids) / Fraction(c.note_max)) for c in criteres
        ]

    def note(self, notes: Mapping[Id, int | Decimal | None]) -> Fraction | None:
        """The exact note on 20, None when no criterion that counts has a value."""
        somme, total = Fraction(0), Fraction(0)
        for critere, note_max, poids, point in self.lignes:
            valeur = notes.get(critere)
            if valeur is None:
                continue
            if not 0 <= valeur <= note_max:
                raise ValueError(f"criterion {critere!r}: {valeur} is outside 0 to {note_max}")
            somme += point * Fraction(valeur)
            total += poids
        return ECHELLE * somme / total if total else None


def note_bulletin(notes: Mapping[Id, int | Decimal | None], criteres: Sequence[Critere]) -> Decimal | None:
    """A ballot's note on 20, two decimals: weighted mean over the criteria actually scored.

    «Sans avis» (None, or no key in a ballot still being filled) is left out and the weights are
    shared anew among the others; None when nothing that counts is scored.
    Raises ValueError on a value outside its scale.
    """
    note = _Grille(criteres).note(notes)
    return None if note is None else arrondi(note)


def depouiller(
    bulletins: Iterable[Bulletin], criteres: Sequence[Critere], dossiers: Iterable[Id] = ()
) -> dict[Id, dict[Id, Fraction]]:
    """The exact notes that count, {dossier: {member: note on 20}}, dossiers in order of first appearance.

    dossiers: those to list even when nobody scored them. A draft or a ballot «sans avis» on all that counts is no note.
    Raises ValueError on a value outside its scale or two final ballots of one member for one dossier.
    """
    grille = _Grille(criteres)
    lignes: dict[Id, dict] = {dossier: {} for dossier in dossiers}
    vus = set()
    for bulletin in bulletins:
        ligne = lignes.setdefault(bulletin.dossier, {})
        if not bulletin.final:
            continue
        if (bulletin.membre, bulletin.dossier) in vus:
            raise ValueError(f"two final ballots of {bulletin.membre!r} for {bulletin.dossier!r}")
        vus.add((bulletin.membre, bulletin.dossier))
        note = grille.note(bulletin.notes)
        if note is not None:
            ligne[bulletin.membre] = note
    return lignes
