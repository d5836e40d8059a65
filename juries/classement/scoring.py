"""Scores of a jury: ballots brought to notes on 20, means, spread. No ORM, no request.

The rules, in a few lines (they are published with the call):
- a ballot's note is the mean of its criteria, each brought to 20 and weighted; a criterion «sans avis»
  (None) is left out and the other weights share its part: it is never a 0;
- a dossier's mean is that of the members who scored it;
- equal means are equal ranks, unless a rule on ties announced beforehand separates them (`rangs`);
- the correction for severe and lenient members stands beside the mean and never moves a rank (`severites`).

All is exact (fractions); rounding to two decimals, half up, happens only on what is shown.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import lcm

ECHELLE = 20
CENTIEME = Decimal("0.01")

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


def arrondi(valeur: Valeur) -> Decimal:
    """Two decimals, half up: 12.345 → 12.35."""
    fraction = Fraction(valeur)
    centiemes = (abs(fraction.numerator) * 200 + fraction.denominator) // (2 * fraction.denominator)
    return Decimal(centiemes if fraction >= 0 else -centiemes).scaleb(-2)


def criteres_manquants(notes: Mapping[Id, object], criteres: Iterable[Critere]) -> list[Id]:
    """Ids of the criteria neither scored nor marked «sans avis»: a ballot is final when there is none."""
    return [critere.id for critere in criteres if critere.id not in notes]


class _Grille:
    """The grid prepared once: each criterion's weight of one point, as integers over one denominator."""

    def __init__(self, criteres: Sequence[Critere]):
        for critere in criteres:
            if critere.note_max <= 0 or critere.poids < 0:
                raise ValueError(f"criterion {critere.id!r}: a scale is above 0 and a weight not below 0")
        if len({critere.id for critere in criteres}) != len(criteres):
            raise ValueError("two criteria share one id")
        poids = [Fraction(critere.poids) for critere in criteres]
        points = [part / Fraction(critere.note_max) for part, critere in zip(poids, criteres, strict=True)]
        self.commun = lcm(*(part.denominator for part in poids + points))
        self.lignes = [
            (critere.id, critere.note_max, int(part * self.commun), int(point * self.commun))
            for critere, part, point in zip(criteres, poids, points, strict=True)
        ]

    def note(self, notes: Mapping[Id, int | Decimal | None]) -> Fraction | None:
        """The exact note on 20, None when no criterion that counts has a value."""
        somme, total = 0, 0
        for critere, note_max, poids, point in self.lignes:
            valeur = notes.get(critere)
            if valeur is None:
                continue
            if not 0 <= valeur <= note_max:
                raise ValueError(f"criterion {critere!r}: {valeur} is outside 0 to {note_max}")
            somme += point * (valeur if type(valeur) is int else Fraction(valeur))
            total += poids
        return Fraction(ECHELLE * somme, total) if total else None


def note_bulletin(notes: Mapping[Id, int | Decimal | None], criteres: Sequence[Critere]) -> Decimal | None:
    """A ballot's note on 20, two decimals: weighted mean over the criteria actually scored.

    «Sans avis» (None, or no key in a ballot still being filled) is left out and the weights are
    shared anew among the others; None when nothing that counts is scored.
    Raises ValueError on a value outside its scale.
    """
    note = _Grille(criteres).note(notes)
    return None if note is None else arrondi(note)


def moyenne(notes: Iterable[Valeur]) -> Decimal | None:
    """Arithmetic mean, two decimals; None without any note."""
    exactes = [Fraction(note) for note in notes]
    return arrondi(sum(exactes) / len(exactes)) if exactes else None


def ecart_type(notes: Iterable[Valeur]) -> Decimal | None:
    """Standard deviation of population (divided by n), two decimals; None under two notes.

    Of population, not of sample: the members who scored are the whole jury of that dossier, not
    a draw from a larger one. One note alone says nothing of agreement: None, not 0.
    """
    exactes = [Fraction(note) for note in notes]
    return _racine(_variance(exactes)) if len(exactes) > 1 else None


def _variance(notes: Sequence[Fraction]) -> Fraction:
    nombre, somme = len(notes), sum(notes)
    return Fraction(nombre * sum(note * note for note in notes) - somme * somme) / (nombre * nombre)


def _racine(variance: Fraction) -> Decimal:
    with localcontext(prec=40):
        racine = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        return racine.quantize(CENTIEME, ROUND_HALF_UP)


class Scrutin:
    """The notes that count, by dossier in order of first appearance, as whole numbers of 1/`unite` of a point."""

    def __init__(self, lignes: dict[Id, list[tuple[Id, int, Bulletin]]], unite: int):
        self.lignes = lignes
        self.unite = unite
        # Every mean is a whole number over one denominator: comparing is exact and cheap.
        self.diviseur = lcm(*{len(ligne) for ligne in lignes.values() if ligne})

    @classmethod
    def depouiller(cls, bulletins: Iterable[Bulletin], criteres: Sequence[Critere], dossiers: Iterable[Id] = ()):
        grille = _Grille(criteres)
        lignes: dict[Id, list] = {dossier: [] for dossier in dossiers}
        vus = set()
        for bulletin in bulletins:
            ligne = lignes.setdefault(bulletin.dossier, [])
            if not bulletin.final:
                continue
            if (bulletin.membre, bulletin.dossier) in vus:
                raise ValueError(f"two final ballots of {bulletin.membre!r} for {bulletin.dossier!r}")
            vus.add((bulletin.membre, bulletin.dossier))
            note = grille.note(bulletin.notes)
            if note is not None:
                ligne.append((bulletin.membre, note, bulletin))
        unite = lcm(*{note.denominator for ligne in lignes.values() for _, note, _ in ligne})
        entiers = {
            dossier: [(m, note.numerator * (unite // note.denominator), b) for m, note, b in ligne]
            for dossier, ligne in lignes.items()
        }
        return cls(entiers, unite)

    def sans(self, membre: Id) -> "Scrutin":
        """The same without one member's ballots."""
        lignes = {dossier: [vote for vote in ligne if vote[0] != membre] for dossier, ligne in self.lignes.items()}
        return Scrutin(lignes, self.unite)

    def centre(self, dossier: Id) -> int:
        """The mean, in units of 1/(unite × diviseur)."""
        ligne = self.lignes[dossier]
        return sum([vote[1] for vote in ligne]) * (self.diviseur // len(ligne))

    def variance(self, dossier: Id) -> Fraction:
        notes = [vote[1] for vote in self.lignes[dossier]]
        nombre, somme = len(notes), sum(notes)
        return Fraction(nombre * sum([note * note for note in notes]) - somme * somme, (nombre * self.unite) ** 2)

    def ecart_type(self, dossier: Id) -> Decimal | None:
        """As `ecart_type` says it of the notes of this dossier."""
        return _racine(self.variance(dossier)) if len(self.lignes[dossier]) > 1 else None
