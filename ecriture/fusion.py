"""Merge of two people's writing. Pure: no ORM.

A person's save carries the value it started from (`base`) and what they made of it (`mien`); meanwhile the field may
hold something else (`sien`). In a long text, changes to different words are both kept; words changed by both are a
conflict: the value kept then holds `sien` there, and the conflict says both. A line, a number, a date, a choice are
compared whole: half of one date and half of another is a date nobody typed. Our own, rather than `merge3`, which calls
a conflict two insertions side by side: the commonest case when two people write at the end of one text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ecriture.alignement import COMPARAISONS_MAX, Allocation, opcodes

# Open pages remembered for each field: enough for everybody in it, twice over.
ECRANS_MAX = 8
_TOKEN = re.compile(r"\w+|\s|[^\w\s]")
# A sentence with the blanks after it, or a line.
_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?!\s|$))+[.!?…]*\s*|[.!?…]+\s*|\n\s*")


@dataclass(frozen=True, slots=True)
class Conflit:
    """The same words changed on both sides: what they were, and what each made of them."""

    ancien: object
    sien: object
    mien: object


@dataclass(frozen=True, slots=True)
class Fusion:
    """`valeur`: what to keep, `sien` standing where both changed the same words. `conflits`: those places, as a tuple.

    `autre`: the same with `mien` standing there; equal to `valeur` without conflict.
    """

    valeur: object
    autre: object
    conflits: tuple[Conflit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """`base[start:end]` becomes `words`; an insertion when start == end."""

    start: int
    end: int
    words: tuple[str, ...]


def words(text: str) -> list[str]:
    """A text as words, blanks and signs; joined, they are the text again."""
    return _TOKEN.findall(text)


def _changes(base: list[str], new: list[str], allocation: Allocation) -> list[_Change]:
    """In order, two never side by side."""
    return [
        _Change(i1, i2, tuple(new[j1:j2])) for tag, i1, i2, j1, j2 in opcodes(base, new, allocation) if tag != "equal"
    ]


def _clash(one: _Change, other: _Change) -> bool:
    """Both touch the same words. Two insertions, or one at the edge of the other's words, stand side by side."""
    if one.start == one.end and other.start == other.end:
        return False
    if one.start == one.end:
        return other.start < one.start < other.end
    if other.start == other.end:
        return one.start < other.start < one.end
    return max(one.start, other.start) < min(one.end, other.end)


def _clusters(siens: Any, miens: Any) -> list[Any]:
    """Changes that touch each other, as lists of (side, change); a lone change is a cluster of one.

    One walk along the text: on each side changes are in order and apart, so that those of a cluster follow each other.
    """
    clusters: list[Any] = []
    alone = [set(range(len(siens))), set(range(len(miens)))]
    i = j = 0
    last = None
    while i < len(siens) and j < len(miens):
        if _clash(siens[i], miens[j]):
            if last is None or (last[0] != i and last[1] != j):
                clusters.append([])
            for side, changes, rank, free in (("sien", siens, i, alone[0]), ("mien", miens, j, alone[1])):
                if rank in free:
                    clusters[-1].append((side, changes[rank]))
                    free.discard(rank)
            last = (i, j)
        if siens[i].end <= miens[j].end:
            i += 1
        else:
            j += 1
    clusters += [[("sien", siens[rank])] for rank in alone[0]]
    return clusters + [[("mien", miens[rank])] for rank in alone[1]]


def _read(base: Any, changes: Any, start: int, end: int) -> list[str]:
    """`base[start:end]` with these changes made."""
    found, place = [], start
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        found += base[place : change.start]
        found += change.words
        place = change.end
    return found + base[place:end]


def _join(pieces: Iterable[str]) -> str:
    """The pieces end to end. Two words can only meet where two people wrote: a blank keeps them apart."""
    parts: list[str] = []
    for piece in filter(None, pieces):
        if parts and re.match(r"\w\w", parts[-1][-1] + piece[0]):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def merge_text(base: str, sien: str, mien: str, allocation: Allocation | None = None) -> Fusion:
    """Merge two texts written from `base`. No word added by one side is missing from `valeur` without a conflict.

    Where the allocation ends, a stretch of text is changed whole: two who changed it have a conflict, both texts stand.
    """
    if mien in (base, sien):
        return Fusion(sien, sien)
    if sien == base:
        return Fusion(mien, mien)
    allocation = allocation or Allocation(2 * COMPARAISONS_MAX)
    old = words(base)
    siens, miens = _changes(old, words(sien), allocation), _changes(old, words(mien), allocation)
    parts, conflicts = [], []
    for cluster in _clusters(siens, miens):
        start, end = min(c.start for _, c in cluster), max(c.end for _, c in cluster)
        theirs = _read(old, [c for side, c in cluster if side == "sien"], start, end)
        mine = _read(old, [c for side, c in cluster if side == "mien"], start, end)
        sides = {side for side, _ in cluster}
        if len(sides) == 1:
            kept = other = theirs if sides == {"sien"} else mine
        elif theirs == mine:
            kept = other = theirs
        elif not any(change.words for _, change in cluster):
            kept = other = []
        else:
            kept, other = theirs, mine
            conflicts.append((start, Conflit("".join(old[start:end]), "".join(theirs), "".join(mine))))
        # At one place insertions come first, theirs before mine.
        parts.append((start, end != start, sides == {"mien"}, end, kept, other))
    parts.sort(key=lambda part: part[:4])
    once, place = [], 0
    for index, (start, is_range, _, end, kept, other) in enumerate(parts):
        # The same words inserted by both at the same place: written once.
        if not is_range and index and parts[index - 1][:2] == (start, False) and parts[index - 1][4] == kept:
            continue
        once.append(("".join(old[place:start]),) * 2)
        once.append(("".join(kept), "".join(other)))
        place = end
    once.append(("".join(old[place:]),) * 2)
    return Fusion(
        _join(kept for kept, _ in once),
        _join(other for _, other in once),
        tuple(conflict for _, conflict in sorted(conflicts, key=itemgetter(0))),
    )


def join_texts(sien: str, mien: str) -> str:
    """Both texts in one, `sien` first where they differ: two forms of one sentence, which share half of their words at
    least, are one with the words of both; other sentences stand whole, one under the other.
    """
    old, new = _SENTENCE.findall(sien), _SENTENCE.findall(mien)
    pairs = [("".join(old[i1:i2]), "".join(new[j1:j2])) for _, i1, i2, j1, j2 in opcodes(old, new)]
    return _join(_both(theirs, mine) for theirs, mine in pairs)


def _both(theirs: str, mine: str) -> str:
    if theirs == mine or not (theirs and mine):
        return theirs or mine
    old, new = words(theirs), words(mine)
    codes = opcodes(old, new)
    shared = sum(word.isalnum() for tag, i1, i2, *_ in codes if tag == "equal" for word in old[i1:i2])
    if 2 * shared < min(sum(word.isalnum() for word in side) for side in (old, new)):
        return f"{theirs.rstrip()}\n{mine}"
    runs = (("".join(old[i1:i2]), "".join(new[j1:j2]) if tag != "equal" else "") for tag, i1, i2, j1, j2 in codes)
    return _join(" ".join(filter(None, sides)) for sides in runs)


def _never(part: str) -> bool:
    return False


def _always(part: str) -> bool:
    return True


def merge_value(
    base: Any, sien: Any, mien: Any, allocation: Allocation | None = None, *, is_prose: Callable[[str], bool] = _never
) -> Fusion:
    """Merge two values of any field: lists as sets, rows column by column, what `is_prose` by words, others whole.

    `is_prose(part)`: whether a column of a row is a long text; the value itself is the part "". A row (dict) is None
    once removed. A row removed on one side and changed on the other stays, as changed: removing it again is one click,
    writing it again is not.
    """
    if mien in (base, sien):
        return Fusion(sien, sien)
    if sien == base:
        return Fusion(mien, mien)
    if is_prose("") and all(isinstance(value, str) for value in (base, sien, mien)):
        return merge_text(base, sien, mien, allocation)
    if all(isinstance(value, list) for value in (base, sien, mien)):
        kept = sorted((set(sien) | (set(mien) - set(base))) - (set(base) - set(mien)))
        return Fusion(kept, kept)
    if isinstance(base, dict) or isinstance(sien, dict) or isinstance(mien, dict):
        return _merge_row(base, sien, mien, allocation, is_prose)
    return Fusion(sien, mien, (Conflit(base, sien, mien),))


def _merge_row(
    base: Any, sien: Any, mien: Any, allocation: Allocation | None, is_prose: Callable[[str], bool]
) -> Fusion:
    if sien is None or mien is None:
        kept = sien if mien is None else mien
        return Fusion(kept, kept)
    base = base or {}
    valeur, autre = {}, {}
    conflicts: list[Conflit] = []
    for name in {**sien, **mien}:
        held = (base.get(name), sien.get(name), mien.get(name))
        part = merge_value(*held, allocation, is_prose=_always if is_prose(name) else _never)
        valeur[name], autre[name] = part.valeur, part.autre
        conflicts += part.conflits
    return Fusion(valeur, autre, tuple(conflicts))


def receive(
    courante: Any,
    version: int,
    ecrans: dict[str, Any],
    *,
    ecran: str,
    sequence: int,
    vu: int,
    base: Any,
    valeur: Any,
    merge: Callable[..., Fusion] = merge_text,
) -> tuple[Fusion, dict[str, Any]] | None:
    """What a save makes of a field that holds `courante` at `version`: (Fusion, new `ecrans`), or None when received
    before, or overtaken by a later save of the same page.

    `ecrans`: the last save of each open page, {écran: [sequence, version, valeur]}. A page that had not read the
    answer to its last save (`vu` older than it) went on typing from what it had sent: that is its base. `merge`: how
    the values of this field are merged.
    """
    seen = ecrans.get(ecran)
    if seen and sequence <= seen[0]:
        return None
    if seen and vu < seen[1]:
        base = seen[2]
    after = {**ecrans, ecran: [sequence, version + 1, valeur]}
    for old in sorted(after, key=lambda name: after[name][1])[:-ECRANS_MAX]:
        del after[old]
    return merge(base, courante, valeur), after
