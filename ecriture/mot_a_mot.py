"""What became of a text, word by word. Pure: no ORM."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecriture.alignement import Allocation, opcodes
from ecriture.fusion import words

PAREIL, AJOUT, RETRAIT, PLI = "pareil", "ajout", "retrait", "pli"
# Unchanged words kept on each side of a change, and how many hidden ones are worth an ellipsis.
AUTOUR, REPLI = 12, 12
# Runs of a text on their way: what became of each, and its words.
Runs = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Morceau:
    """A run of a text: `sorte` among PAREIL, AJOUT, RETRAIT, PLI (unchanged words left out, `texte` is '')."""

    sorte: str
    texte: str = ""

    @property
    def visible(self) -> str:
        """The text, blanks alone made visible: a line added or removed is a change too."""
        if self.texte.strip():
            return self.texte
        return "¶" * self.texte.count("\n") + self.texte if "\n" in self.texte else "␣" * len(self.texte)


def diff_words(avant: str, apres: str, allocation: Allocation | None = None) -> list[Morceau]:
    """What became of a text, as a list of Morceau in reading order; unchanged runs far from any change are folded.

    `allocation`: the alignement.Allocation a page shares between its texts. Where it ends, a stretch is told as
    replaced whole.
    """
    old, new = words(avant), words(apres)
    runs: Runs = []
    for tag, i1, i2, j1, j2 in opcodes(old, new, allocation):
        if tag == "equal":
            _add(runs, PAREIL, old[i1:i2])
        else:
            _add(runs, RETRAIT, old[i1:i2])
            _add(runs, AJOUT, new[j1:j2])
    runs = _sewn(runs)
    return [morceau for rank, run in enumerate(runs) for morceau in _shown_run(run, rank, len(runs))]


def _add(runs: Runs, sorte: str, tokens: Sequence[str]) -> None:
    if tokens:
        runs.append((sorte, list(tokens)))


def _sewn(runs: Runs) -> Runs:
    """Changes parted by a blank or a sign alone read as one: all that went, then all that came."""
    sewn: Runs = []
    went: list[str] = []
    came: list[str] = []
    between: list[str] = []
    for rank, (sorte, tokens) in enumerate(runs):
        if sorte == RETRAIT:
            went += between + tokens
            came += between
            between = []
        elif sorte == AJOUT:
            went += between
            came += between + tokens
            between = []
        elif (went or came) and rank + 1 < len(runs) and not any(re.match(r"\w", token) for token in tokens):
            between = tokens
        else:
            _add(sewn, RETRAIT, went)
            _add(sewn, AJOUT, came)
            went, came, between = [], [], []
            _add(sewn, PAREIL, tokens)
    _add(sewn, RETRAIT, went)
    _add(sewn, AJOUT, came)
    return sewn


def _shown_run(run: Any, rank: int, total: int) -> Any:
    sorte, tokens = run
    if sorte != PAREIL or total == 1:
        return [Morceau(sorte, "".join(tokens))]
    head = 0 if rank == 0 else AUTOUR
    tail = 0 if rank == total - 1 else AUTOUR
    if len(tokens) - head - tail < REPLI:
        return [Morceau(PAREIL, "".join(tokens))]
    shown = [
        Morceau(PAREIL, "".join(tokens[:head]).rstrip()),
        Morceau(PLI),
        Morceau(PAREIL, "".join(tokens[len(tokens) - tail :]).lstrip()),
    ]
    return [morceau for morceau in shown if morceau.texte or morceau.sorte == PLI]
