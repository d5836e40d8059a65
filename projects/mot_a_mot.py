"""What became of a text, word by word. Pure: no ORM."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from projects.fusion import words

PAREIL, AJOUT, RETRAIT, PLI = "pareil", "ajout", "retrait", "pli"
# Unchanged words kept on each side of a change, and how many hidden ones are worth an ellipsis.
AUTOUR, REPLI = 12, 12
# Beyond that many words and blanks on both sides, a text is told as replaced: aligning them would take seconds.
COMPARES_MAX = 6_000


@dataclass(frozen=True)
class Morceau:
    """A run of a text: `sorte` among PAREIL, AJOUT, RETRAIT, PLI (unchanged words left out, `texte` is '')."""

    sorte: str
    texte: str = ""

    @property
    def visible(self):
        """The text, blanks alone made visible: a line added or removed is a change too."""
        if self.texte.strip():
            return self.texte
        return "¶" * self.texte.count("\n") + self.texte if "\n" in self.texte else "␣" * len(self.texte)


def diff_words(avant, apres):
    """What became of a text, as a list of Morceau in reading order; unchanged runs far from any change are folded."""
    old, new = words(avant), words(apres)
    runs = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            _add(runs, PAREIL, old[i1:i2])
        else:
            _add(runs, RETRAIT, old[i1:i2])
            _add(runs, AJOUT, new[j1:j2])
    runs = _sewn(runs)
    return [morceau for rank, run in enumerate(runs) for morceau in _shown_run(run, rank, len(runs))]


def _opcodes(old, new):
    """As `SequenceMatcher.get_opcodes`, what is common at both ends set apart first."""
    least = min(len(old), len(new))
    start = next((i for i in range(least) if old[i] != new[i]), least)
    stop = next((i for i in range(least - start) if old[-1 - i] != new[-1 - i]), least - start)
    middle, fresh = old[start : len(old) - stop], new[start : len(new) - stop]
    if len(middle) + len(fresh) > COMPARES_MAX:
        codes = [("replace", 0, len(middle), 0, len(fresh))]
    else:
        codes = SequenceMatcher(str.isspace, middle, fresh, autojunk=False).get_opcodes()
    return [
        ("equal", 0, start, 0, start),
        *((tag, start + i1, start + i2, start + j1, start + j2) for tag, i1, i2, j1, j2 in codes),
        ("equal", len(old) - stop, len(old), len(new) - stop, len(new)),
    ]


def _add(runs, sorte, tokens):
    if tokens:
        runs.append((sorte, list(tokens)))


def _sewn(runs):
    """Changes parted by a blank or a sign alone read as one: all that went, then all that came."""
    sewn, went, came, between = [], [], [], []
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


def _shown_run(run, rank, total):
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
