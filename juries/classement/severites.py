"""How severe or lenient each member of a jury is, beside the others on the same dossiers. No ORM, no request."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from statistics import mean
from typing import Any

from juries.classement.scoring import Id

# Weight that pulls a member's severity towards zero: variance of the noise over variance of severity,
# 0.8² / 0.7² on 20, as in the simulation that chose the method.
RETRAIT = Decimal("1.3")
# Beyond these decimals stands only what the order of the sums leaves.
SUR = Decimal("1E-12")


def severites(lignes: Mapping[Id, Mapping[Id, Fraction]], *, retrait: Decimal = RETRAIT) -> dict[Id, Decimal]:
    """By how many points on 20 each member scores above (+) or below (−) the others, on the same dossiers.

    lignes: {dossier: {member: exact note}}, of `depouiller`. Returns twelve decimals by member.
    Additive model note = quality of the dossier + offset of the member + noise, fitted by least squares
    with the offsets pulled towards zero: minimise Σ (note − qualité − écart)² + retrait × Σ écart².
    The fewer dossiers a member scored, the smaller the offset admitted. Qualities eliminated, a small symmetric
    positive system remains:

    (n_j + retrait)·b_j − Σ_k (Σ_i 1/n_i)·b_k = Σ_i (note_ij − mean_i), i over the dossiers j (and k) scored.

    Source: Platt & Burges, «Regularized Least Squares to Remove Reviewer Bias» (2012).
    """
    rang_de: dict[Id, int] = {}
    for ligne in lignes.values():
        for membre in ligne:
            rang_de.setdefault(membre, len(rang_de))
    taille = len(rang_de)
    partages: list[defaultdict[Any, int]] = [
        defaultdict(int) for _ in range(taille)
    ]  # row → {(column, n_i): how many dossiers}
    ecarts = [Fraction(0)] * taille
    comptes = [0] * taille
    for ligne in lignes.values():
        if not ligne:
            continue
        nombre, centre = len(ligne), mean(ligne.values())
        places = [rang_de[membre] for membre in ligne]
        for place, note in zip(places, ligne.values(), strict=True):
            ecarts[place] += note - centre
            comptes[place] += 1
            partage = partages[place]
            for autre in places:
                partage[autre, nombre] += 1
    second = [Decimal(ecart.numerator) / ecart.denominator for ecart in ecarts]
    matrice = [[Decimal(0)] * taille for _ in range(taille)]
    for place, parts in enumerate(partages):
        matrice[place][place] = comptes[place] + retrait
        for (autre, nombre), fois in parts.items():
            matrice[place][autre] -= Decimal(fois) / nombre
    return {membre: ecart.quantize(SUR) for membre, ecart in zip(rang_de, _resoudre(matrice, second), strict=True)}


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
