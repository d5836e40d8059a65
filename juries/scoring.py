"""Scores of a jury: notes on 20, means, spread, ranking, correction, sensitivity. No ORM, no request.

The rules, in a few lines (they are published with the call):
- a ballot's note is the mean of its criteria, each brought to 20 and weighted; a criterion «sans avis»
  (None) is left out and the other weights share its part: it is never a 0;
- a dossier's mean is that of the members who scored it;
- equal means are equal ranks, unless a rule on ties announced beforehand separates them;
- the correction for severe and lenient members stands beside the mean and never moves a rank.

All is exact (fractions); rounding to two decimals, half up, happens only on what is shown.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import groupby
from math import lcm

ECHELLE = 20
CENTIEME = Decimal("0.01")
# Rules on ties, besides the id of a criterion.
ECART_TYPE = "ecart_type"
NOMBRE = "nombre"
# Weight that pulls a member's severity towards zero: variance of the noise over variance of severity,
# 0.8² / 0.7² on 20, as in the simulation that chose the method.
RETRAIT = Decimal("1.3")

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


@dataclass(frozen=True, slots=True)
class Rang:
    """One line of the ranking. Every figure is on 20, two decimals; None when nobody scored.

    ex_aequo: the other dossiers of the same rank. departage: the rule that separated this dossier from
    another of the same mean (a criterion id, ECART_TYPE or NOMBRE), else None.
    """

    dossier: Id
    rang: int | None
    moyenne: Decimal | None
    ecart_type: Decimal | None
    nombre: int
    ex_aequo: tuple[Id, ...] = ()
    moyenne_corrigee: Decimal | None = None
    departage: Id | None = None


@dataclass(frozen=True, slots=True)
class Bascule:
    """Without this member's ballots, this dossier changes side of the line."""

    dossier: Id
    membre: Id
    rang: int | None
    rang_sans: int | None
    entre: bool  # True: it comes above the line; False: it falls below


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


class _Scrutin:
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

    def sans(self, membre: Id) -> "_Scrutin":
        """The same without one member's ballots."""
        lignes = {dossier: [vote for vote in ligne if vote[0] != membre] for dossier, ligne in self.lignes.items()}
        return _Scrutin(lignes, self.unite)

    def centre(self, dossier: Id) -> int:
        """The mean, in units of 1/(unite × diviseur)."""
        ligne = self.lignes[dossier]
        return sum([vote[1] for vote in ligne]) * (self.diviseur // len(ligne))

    def variance(self, dossier: Id) -> Fraction:
        notes = [vote[1] for vote in self.lignes[dossier]]
        nombre, somme = len(notes), sum(notes)
        return Fraction(nombre * sum([note * note for note in notes]) - somme * somme, (nombre * self.unite) ** 2)


def _cle(scrutin: _Scrutin, dossier: Id, regle: Id) -> Fraction | int:
    """What a rule on ties compares: the smaller comes first."""
    ligne = scrutin.lignes[dossier]
    if regle == ECART_TYPE:
        return scrutin.variance(dossier)
    if regle == NOMBRE:
        return -len(ligne)
    valeurs = [Fraction(valeur) for _, _, ballot in ligne if (valeur := ballot.notes.get(regle)) is not None]
    return -sum(valeurs) / len(valeurs) if valeurs else Fraction(0)


def _ordonner(scrutin: _Scrutin, departage: Sequence[Id]) -> list[tuple[Id, int | None, tuple[Id, ...], Id | None]]:
    """(dossier, rank, ex æquo, rule that decided) in order; the unscored last, rank None."""
    centres = {dossier: scrutin.centre(dossier) for dossier, ligne in scrutin.lignes.items() if ligne}
    ordre = []
    rang = 1
    for _, groupe in groupby(sorted(centres, key=centres.__getitem__, reverse=True), key=centres.__getitem__):
        egaux = list(groupe)
        if len(egaux) == 1 or not departage:
            paquets, regles = [egaux], {}
        else:
            paquets, regles = _departager(egaux, scrutin, departage)
        for paquet in paquets:
            ordre += [(d, rang, tuple([autre for autre in paquet if autre != d]), regles.get(d)) for d in paquet]
            rang += len(paquet)
    return ordre + [(dossier, None, (), None) for dossier, ligne in scrutin.lignes.items() if not ligne]


def _departager(egaux: list[Id], scrutin: _Scrutin, departage: Sequence[Id]) -> tuple[list[list[Id]], dict[Id, Id]]:
    """Equal means separated rule by rule: groups still equal, and for each dossier the first rule that helped."""
    paquets, regles = [egaux], {}
    for regle in departage:
        suivants = []
        for paquet in paquets:
            cles = {dossier: _cle(scrutin, dossier, regle) for dossier in paquet}
            groupes = [list(groupe) for _, groupe in groupby(sorted(paquet, key=cles.get), key=cles.get)]
            if len(groupes) > 1:
                for dossier in paquet:
                    regles.setdefault(dossier, regle)
            suivants += groupes
        paquets = suivants
    return paquets, regles


def classement(
    bulletins: Iterable[Bulletin],
    criteres: Sequence[Critere],
    *,
    dossiers: Iterable[Id] = (),
    departage: Sequence[Id] = (),
) -> list[Rang]:
    """The ranking, best first. Only final ballots count.

    dossiers: those to list even when nobody scored them (rang None, at the end).
    departage: rules on ties, in order: a criterion's id (higher mean of its values first), ECART_TYPE
    (closer notes first), NOMBRE (more notes first). Dossiers still equal share a rank, the next
    rank skips (1, 2, 2, 4), and each names the others in `ex_aequo`.
    moyenne_corrigee is an aid beside the mean (see `severites`) and never changes a rank.
    Raises ValueError on a value outside its scale or two final ballots of one member for one dossier.
    """
    scrutin = _Scrutin.depouiller(bulletins, criteres, dossiers)
    ecarts = _severites(scrutin, RETRAIT)
    rangs = []
    for dossier, rang, ex_aequo, regle in _ordonner(scrutin, departage):
        ligne = scrutin.lignes[dossier]
        if not ligne:
            rangs.append(Rang(dossier, None, None, None, 0))
            continue
        exacte = Fraction(scrutin.centre(dossier), scrutin.unite * scrutin.diviseur)
        corrigee = exacte - Fraction(sum([ecarts[vote[0]] for vote in ligne])) / len(ligne)
        rangs.append(
            Rang(
                dossier=dossier,
                rang=rang,
                moyenne=arrondi(exacte),
                ecart_type=_racine(scrutin.variance(dossier)) if len(ligne) > 1 else None,
                nombre=len(ligne),
                ex_aequo=ex_aequo,
                moyenne_corrigee=arrondi(min(max(corrigee, Fraction(0)), Fraction(ECHELLE))),
                departage=regle,
            )
        )
    return rangs


def severites(
    bulletins: Iterable[Bulletin], criteres: Sequence[Critere], *, retrait: Decimal = RETRAIT
) -> dict[Id, Decimal]:
    """By how many points on 20 each member scores above (+) or below (−) the others, on the same dossiers.

    Additive model note = quality of the dossier + offset of the member + noise, fitted by least squares
    with the offsets pulled towards zero: minimise Σ (note − qualité − écart)² + retrait × Σ écart².
    The fewer dossiers a member scored, the smaller the offset admitted.
    Source: Platt & Burges, «Regularized Least Squares to Remove Reviewer Bias» (2012).
    """
    return {
        membre: arrondi(ecart)
        for membre, ecart in _severites(_Scrutin.depouiller(bulletins, criteres), retrait).items()
    }


def _severites(scrutin: _Scrutin, retrait: Decimal) -> dict[Id, Decimal]:
    """Offsets by member, 28 digits. Qualities eliminated, a small symmetric positive system remains:

    (n_j + retrait)·b_j − Σ_k (Σ_i 1/n_i)·b_k = Σ_i (note_ij − mean_i), i over the dossiers j (and k) scored.
    """
    rang_de: dict[Id, int] = {}
    for ligne in scrutin.lignes.values():
        for vote in ligne:
            rang_de.setdefault(vote[0], len(rang_de))
    taille = len(rang_de)
    partages = [defaultdict(int) for _ in range(taille)]  # row → {(column, n_i): how many dossiers}
    ecarts = [0] * taille  # in units of 1/(unite × diviseur)
    comptes = [0] * taille
    for dossier, ligne in scrutin.lignes.items():
        if not ligne:
            continue
        nombre, centre = len(ligne), scrutin.centre(dossier)
        places = [rang_de[vote[0]] for vote in ligne]
        for place, vote in zip(places, ligne, strict=True):
            ecarts[place] += vote[1] * scrutin.diviseur - centre
            comptes[place] += 1
            partage = partages[place]
            for autre in places:
                partage[autre, nombre] += 1
    second = [Decimal(ecart) / (scrutin.unite * scrutin.diviseur) for ecart in ecarts]
    matrice = [[Decimal(0)] * taille for _ in range(taille)]
    for place, parts in enumerate(partages):
        matrice[place][place] = comptes[place] + retrait
        for (autre, nombre), fois in parts.items():
            matrice[place][autre] -= Decimal(fois) / nombre
    return dict(zip(rang_de, _resoudre(matrice, second), strict=True))


def _resoudre(matrice: list[list[Decimal]], second: list[Decimal]) -> list[Decimal]:
    """Gauss without pivoting: the matrix is symmetric, positive and dominated by its diagonal."""
    taille = len(second)
    for pivot in range(taille):
        haut = matrice[pivot]
        for bas in range(pivot + 1, taille):
            if rapport := matrice[bas][pivot] / haut[pivot]:
                ligne = matrice[bas]
                for colonne in range(pivot, taille):
                    ligne[colonne] -= rapport * haut[colonne]
                second[bas] -= rapport * second[pivot]
    solution = [Decimal(0)] * taille
    for place in reversed(range(taille)):
        reste = sum((matrice[place][k] * solution[k] for k in range(place + 1, taille)), Decimal(0))
        solution[place] = (second[place] - reste) / matrice[place][place]
    return solution


def sensibilite(
    bulletins: Iterable[Bulletin],
    criteres: Sequence[Critere],
    places: int,
    *,
    departage: Sequence[Id] = (),
) -> list[Bascule]:
    """Which dossiers change side of the line when one member's ballots are left out, member by member.

    places: rank of the line; a dossier is above when its rank is at most `places` (ex æquo on the line
    are all above). What appears here is what the deliberation has to discuss.
    """
    scrutin = _Scrutin.depouiller(bulletins, criteres)
    avec = {dossier: rang for dossier, rang, _, _ in _ordonner(scrutin, departage)}
    membres = dict.fromkeys(vote[0] for ligne in scrutin.lignes.values() for vote in ligne)
    bascules = []
    for membre in membres:
        for dossier, rang, _, _ in _ordonner(scrutin.sans(membre), departage):
            avant, apres = _dessus(avec[dossier], places), _dessus(rang, places)
            if avant != apres:
                bascules.append(Bascule(dossier, membre, avec[dossier], rang, entre=apres))
    return bascules


def _dessus(rang: int | None, places: int) -> bool:
    return rang is not None and rang <= places
