"""The mosaic of a laureate: the tiles of the label, laid in an order of its own. Pure, and always the same.

The page of a laureate shows it, its dossier too; nobody else's is alike.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

COTE = 40
# How a tile is drawn on its ground, in a square of `COTE`: quarters of a disc, halves, a dot, a triangle, nothing.
FORMES = (
    f"M0 0H{COTE}A{COTE} {COTE} 0 0 1 0 {COTE}z",
    f"M{COTE} 0V{COTE}H0A{COTE} {COTE} 0 0 1 {COTE} 0z",
    f"M0 0A{COTE} {COTE} 0 0 0 {COTE} {COTE}V0z",
    f"M0 {COTE}A{COTE} {COTE} 0 0 1 {COTE} 0V{COTE}z",
    f"M0 {COTE}a{COTE // 2} {COTE // 2} 0 0 1 {COTE} 0z",
    f"M0 0a{COTE // 2} {COTE // 2} 0 0 0 {COTE} 0z",
    "M20 8a12 12 0 1 0 .01 0z",
    f"M0 {COTE}L{COTE} 0V{COTE}z",
    "",
)
# Classes of the style sheet: three grounds, then the colours of the house.
FONDS = ("nuit", "sapin", "foret")
COULEURS = ("souci", "brique", "menthe", "riviere", "creme", "souci")


@dataclass(frozen=True)
class Tuile:
    """One tile: the corner where it stands, its ground, its shape and its colour; `vague`: when it is laid, from 0."""

    x: int
    y: int
    fond: str
    forme: str
    couleur: str
    vague: int


def mosaique(cle: str, colonnes: int = 12, rangs: int = 4) -> list[Tuile]:
    """The tiles of the laureate of this key, `colonnes` by `rangs`, row after row."""
    draw = _draw(cle)
    return [
        Tuile(
            x=colonne * COTE,
            y=rang * COTE,
            fond=FONDS[next(draw) % len(FONDS)],
            forme=FORMES[next(draw) % len(FORMES)],
            couleur=COULEURS[next(draw) % len(COULEURS)],
            vague=colonne + rang,
        )
        for rang in range(rangs)
        for colonne in range(colonnes)
    ]


def _draw(cle: str) -> Iterator[int]:
    """Bytes drawn from the key, without end."""
    seed = cle.encode()
    while True:
        seed = hashlib.sha256(seed).digest()
        yield from seed
