"""Ranks of the dossiers a jury scored: ties, and what one member's ballots change. No ORM, no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from juries.classement.scoring import ECHELLE, Bulletin, Critere, Id, Scrutin, arrondi
from juries.classement.severites import RETRAIT, ecarts_of

# Rules on ties, besides the id of a criterion.
ECART_TYPE = "ecart_type"
NOMBRE = "nombre"


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


def _cle(scrutin: Scrutin, dossier: Id, regle: Id) -> Fraction | int:
    """What a rule on ties compares: the smaller comes first."""
    ligne = scrutin.lignes[dossier]
    if regle == ECART_TYPE:
        return scrutin.variance(dossier)
    if regle == NOMBRE:
        return -len(ligne)
    valeurs = [Fraction(valeur) for _, _, ballot in ligne if (valeur := ballot.notes.get(regle)) is not None]
    return -sum(valeurs) / len(valeurs) if valeurs else Fraction(0)


def _ordonner(scrutin: Scrutin, departage: Sequence[Id]) -> list[tuple[Id, int | None, tuple[Id, ...], Id | None]]:
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


def _departager(egaux: list[Id], scrutin: Scrutin, departage: Sequence[Id]) -> tuple[list[list[Id]], dict[Id, Id]]:
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
    scrutin = Scrutin.depouiller(bulletins, criteres, dossiers)
    ecarts = ecarts_of(scrutin, RETRAIT)
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
                ecart_type=scrutin.ecart_type(dossier),
                nombre=len(ligne),
                ex_aequo=ex_aequo,
                moyenne_corrigee=arrondi(min(max(corrigee, Fraction(0)), Fraction(ECHELLE))),
                departage=regle,
            )
        )
    return rangs


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
    scrutin = Scrutin.depouiller(bulletins, criteres)
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
