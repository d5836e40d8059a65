"""One line of the table for each thing asked of a breakdown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ligne:
    """`panne`: what was broken; `demande`: what must hold; `mesure`: what was seen, in figures. All in French."""

    panne: str
    demande: str
    mesure: str
    tenu: bool


def tableau(lignes):
    """The table, in Markdown."""
    rows = ["| Panne | Ce qui est demandé | Mesuré | |", "|---|---|---|---|"]
    for ligne in lignes:
        verdict = "tenu" if ligne.tenu else "**MANQUÉ**"
        rows.append(f"| {ligne.panne} | {ligne.demande} | {ligne.mesure} | {verdict} |")
    return "\n".join(rows)
