"""What a save takes away of what stood, so that an entry of the story never hides it. Pure: no ORM."""

from collections.abc import Sequence
from typing import Any

# Characters an entry of the story may have lost on its way: slips of the finger mended at once, never a sentence.
PERTE_MAX = 60


def is_long_loss(avant: Any, apres: Any, deja: int = 0) -> tuple[int, bool]:
    """(characters lost, whether what stood must be kept), `deja` being lost already since the entry began.

    `avant`, `apres`: JSON values of one field. A text is kept when half of it goes; a number, a date, a box or a line
    as soon as anything else takes its place; digits added to a number complete it.
    """
    pertes = [_lost(*pair) for pair in _parts(avant, apres)]
    total = deja + sum(lost for lost, _ in pertes)
    return total, total > PERTE_MAX or any(whole for _, whole in pertes)


def _parts(avant: Any, apres: Any) -> list[tuple[Any, Any]]:
    """The values of a row side by side, or the two values themselves."""
    if isinstance(avant, dict):
        after = apres if isinstance(apres, dict) else {}
        return [(valeur, after.get(nom)) for nom, valeur in avant.items()]
    return [(avant, apres)]


def _lost(avant: Any, apres: Any) -> tuple[int, bool]:
    if avant in (None, "", [], False) or avant == apres:
        return 0, False
    if isinstance(avant, list):
        gone = [item for item in avant if item not in (apres if isinstance(apres, list) else [])]
        return sum(len(str(item)) for item in gone), bool(gone)
    old, new = str(avant), "" if apres is None else str(apres)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    lost = len(old) - head - tail
    is_text = isinstance(avant, str) and any(sign.isalpha() for sign in old)
    return lost, lost * 2 > len(old) if is_text else lost > 0


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many signs both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(old), len(new)))
