"""What an engine finds on a page, and the findings known to be false alarms (`fausses_alarmes.toml`)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FICHIER = Path(__file__).parent / "fausses_alarmes.toml"
NU, AXE, EQUAL_ACCESS = MOTEURS = ("nu", "axe", "equal-access")


@dataclass(frozen=True)
class Alarme:
    """Findings that are none: those of this rule of this engine, on the elements that `selecteur` matches.

    The Nu checker reads a source: there, `selecteur` is a regular expression found in the line it shows. `raison`: why
    the rule does not apply.
    """

    moteur: str
    regle: str
    selecteur: str
    raison: str


@dataclass(frozen=True)
class Constat:
    """One finding. `regle`: what the engine calls its rule; `ou`: the element, or the piece of source; `texte`: why.

    `alarme`: the false alarm it is known to be, None for a true finding.
    """

    moteur: str
    regle: str
    ou: str
    texte: str
    alarme: Alarme | None

    def __str__(self):
        return f"{self.moteur}: {self.regle}\n    {self.ou}\n    {self.texte}"


def read_alarmes(path=FICHIER):
    """The known false alarms, in the order of their file. One of no engine, or without a sentence, is refused."""
    alarmes = [Alarme(**entry) for entry in tomllib.loads(path.read_text()).get("alarme", [])]
    for alarme in alarmes:
        if alarme.moteur not in MOTEURS or not alarme.regle or not alarme.selecteur or len(alarme.raison.split()) < 5:
            raise ValueError(f"{path.name}: {alarme} lacks its engine, its rule, its selector or its reason")
    return alarmes
