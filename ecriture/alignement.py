"""What two texts share, word by word, for a bounded work whatever they hold. Pure: no ORM.

`SequenceMatcher` finds what people see as unchanged, but its cost is the square of the text, or worse when few words
come back often. It is asked here of what is small only: what both ends share is set apart, then, in a large text, the
runs of words found once on each side (the anchors of a «patience» diff), and what stands between them has an
allowance counted in words compared, never in seconds, so that the same texts always give the same answer. What the
allowance does not pay for is told as replaced whole: still true, only coarser.
"""

from bisect import bisect_left
from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate

# Words compared, all in all, between two texts: about 30 ms of one processor.
COMPARAISONS_MAX = 200_000
# What may be aligned without anchors: a page of ordinary French.
_SANS_ANCRES = 40_000
# Words and blanks in a row that make an anchor.
_ANCRE = 8


class Allocation:
    """How many words may still be compared; one may serve several texts."""

    def __init__(self, comparaisons: int = COMPARAISONS_MAX) -> None:
        self.reste = comparaisons

    def spend(self, cout: int) -> bool:
        """Take `cout` from what is left: False, and nothing taken, when there is not enough."""
        if cout > self.reste:
            return False
        self.reste -= cout
        return True


class _Bounded(SequenceMatcher[str]):
    """A SequenceMatcher that finds nothing more in common once the allowance is spent."""

    a: Sequence[str]
    b2j: dict[str, list[int]]

    def __init__(self, old: Sequence[str], new: Sequence[str], allocation: Allocation) -> None:
        super().__init__(str.isspace, old, new, autojunk=False)
        self._allocation = allocation
        # Comparing one word looks at every place where the other text holds it.
        self._cumul = [0, *accumulate(1 + len(self.b2j.get(word, ())) for word in old)]

    def cost(self, alo: int, ahi: int) -> int:
        return self._cumul[ahi] - self._cumul[alo]

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        ahi = len(self.a) if ahi is None else ahi
        if alo < ahi and not self._allocation.spend(self.cost(alo, ahi)):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def opcodes(
    old: Sequence[str], new: Sequence[str], allocation: Allocation | None = None
) -> list[tuple[str, int, int, int, int]]:
    """As `SequenceMatcher.get_opcodes` of two lists of words: [(tag, i1, i2, j1, j2)], without empty runs.

    `allocation`: an Allocation to draw from, its own when None.
    """
    codes, i, j = [], 0, 0
    for i2, j2, size in [*_blocks(old, new, allocation or Allocation()), (len(old), len(new), 0)]:
        if i < i2 or j < j2:
            codes.append(("replace" if i < i2 and j < j2 else "delete" if i < i2 else "insert", i, i2, j, j2))
        if size:
            codes.append(("equal", i2, i2 + size, j2, j2 + size))
        i, j = i2 + size, j2 + size
    return codes


def _blocks(old: Sequence[str], new: Sequence[str], allocation: Allocation) -> list[tuple[int, int, int]]:
    """The runs both texts share, in order: [(place in old, place in new, length)], two runs never side by side."""
    found: list[tuple[int, int, int]] = []

    def keep(i: int, j: int, size: int) -> None:
        if found and (last := found[-1])[0] + last[2] == i and last[1] + last[2] == j:
            found[-1] = (last[0], last[1], last[2] + size)
        elif size:
            found.append((i, j, size))

    def between(i1: int, i2: int, j1: int, j2: int, *, anchored: bool) -> None:
        head, tail = _ends(old, new, i1, i2, j1, j2)
        keep(i1, j1, head)
        i1, i2, j1, j2 = i1 + head, i2 - tail, j1 + head, j2 - tail
        if i1 < i2 and j1 < j2:
            matcher = _Bounded(old[i1:i2], new[j1:j2], allocation)
            if anchored or matcher.cost(0, i2 - i1) <= _SANS_ANCRES:
                for i, j, size in matcher.get_matching_blocks()[:-1]:
                    keep(i1 + i, j1 + j, size)
            elif allocation.spend(2 * (i2 - i1 + j2 - j1)):
                for i, j in [*_anchors(old, new, i1, i2, j1, j2), (i2, j2)]:
                    if i >= i1 and j >= j1:
                        between(i1, i, j1, j, anchored=True)
                        size = min(_ANCRE, i2 - i)
                        keep(i, j, size)
                        i1, j1 = i + size, j + size
                    elif i1 - i == j1 - j < _ANCRE:
                        # The same run, one word further.
                        keep(i1, j1, i + _ANCRE - i1)
                        i1, j1 = i + _ANCRE, j + _ANCRE
        keep(i2, j2, tail)

    between(0, len(old), 0, len(new), anchored=False)
    return found


def _ends(old: Sequence[str], new: Sequence[str], i1: int, i2: int, j1: int, j2: int) -> tuple[int, int]:
    """How many words both share at the start, then at the end."""
    least = min(i2 - i1, j2 - j1)
    head = next((n for n in range(least) if old[i1 + n] != new[j1 + n]), least)
    tail = next((n for n in range(least - head) if old[i2 - 1 - n] != new[j2 - 1 - n]), least - head)
    return head, tail


def _anchors(old: Sequence[str], new: Sequence[str], i1: int, i2: int, j1: int, j2: int) -> list[tuple[int, int]]:
    """Places of the runs of _ANCRE words each text holds once, the most that follow in both: [(i, j)]."""
    there = _once(new, j1, j2)
    pairs = sorted((i, there[run]) for run, i in _once(old, i1, i2).items() if run in there)
    # Longest increasing subsequence of the second places.
    tops: list[int] = []
    ranks: list[int] = []
    before: list[int | None] = []
    for place, (_, j) in enumerate(pairs):
        height = bisect_left(tops, j)
        before.append(ranks[height - 1] if height else None)
        tops[height : height + 1] = [j]
        ranks[height : height + 1] = [place]
    kept = []
    rank = ranks[-1] if ranks else None
    while rank is not None:
        kept.append(pairs[rank])
        rank = before[rank]
    return kept[::-1]


def _once(words: Sequence[str], start: int, stop: int) -> dict[tuple[str, ...], int]:
    """{run of words: its place}, of the runs found once."""
    places = {}
    for place, run in enumerate(zip(*(words[start + n : stop] for n in range(_ANCRE)), strict=False), start):
        places[run] = None if run in places else place
    return {run: place for run, place in places.items() if place is not None}
