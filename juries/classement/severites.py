"""How severe or lenient each member of a jury is, beside the others on the same dossiers. No ORM, no request."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from juries.classement.scoring import Bulletin, Critere, Id, Scrutin, arrondi

# Weight that pulls a member's severity towards zero: variance of the noise over variance of severity,
# 0.8² / 0.7² on 20, as in the simulation that chose the method.
RETRAIT = Decimal("1.3")


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
        membre: arrondi(ecart) for membre, ecart in ecarts_of(Scrutin.depouiller(bulletins, criteres), retrait).items()
    }


def ecarts_of(scrutin: Scrutin, retrait: Decimal) -> dict[Id, Decimal]:
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
