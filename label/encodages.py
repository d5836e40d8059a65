"""The text of a file whose bytes do not say how its accents are written: told by the French it makes. Pure: no ORM.

Excel writes CSV in Windows-1252, in MacRoman on a Mac, in code page 850 for «CSV (MS-DOS)»: one byte, three letters.
What cannot be told is refused, never stored as «spŽcialisŽs».
"""

import re
from itertools import islice

from django.core.exceptions import ValidationError

INCERTAIN = (
    "Les accents de ce fichier CSV n’ont pas pu être lus avec certitude\u00a0: dans votre tableur, enregistrez-le au "
    "format «\u00a0CSV UTF-8\u00a0», ou en XLSX."
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODAGES = ("cp1252", "mac_roman", "cp850")
# Signs looked at: more than enough to tell.
_REGARDES = 20_000

_LETTRES = frozenset("àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ")
# Those a French word begins with.
_INITIALES = frozenset("àâçéêîôœÀÂÇÉÊÎÔŒ")
_SEULES = frozenset("àÀôÔ")
# Other signs, and what stands before and after each where it is French.
_SIGNES = {
    "€": (r"[\s\xa0\d;,(\"]?", r"[\s\xa0\d;,.)\"/]?"),
    "’": (r"\w", r"\w"),
    "«": (r"[^\w]?", r"[\s\xa0\w]"),
    "»": (r"[\s\xa0\w.!?…)]", r"[^\w]?"),
    "“": (r"[^\w]?", r"\w"),
    "”": (r"[\w.!?]", r"[^\w]?"),
    "–": (r"[\s\xa0\d]?", r"[\s\xa0\d]?"),
    "—": (r"[\s\xa0]?", r"[\s\xa0]?"),
    "…": (r"[\w\s\xa0]", r"[^\w]?"),
    "°": (r"[nN\d]", r"[\s\xa0\dC]?"),
    "²": (r"[mM\d]", r"[^\w]?"),
    "\xa0": (r"[\w«.,)\"]", r"[\w»:;!?%€(\"]"),
}
_AUTOUR = {sign: tuple(map(re.compile, around)) for sign, around in _SIGNES.items()}


def decoded(content: bytes) -> str:
    """The text of a file written by a spreadsheet: UTF-8 or UTF-16 when it says so, else UTF-8, else what is French.

    Raises ValidationError when no reading is the better one.
    """
    if content.startswith(UTF_16):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _most_french(content)


def _most_french(content: bytes) -> str:
    scores: dict[int, list[str]] = {}
    for encoding in _ENCODAGES:
        text = content.decode(encoding, "replace")
        scores.setdefault(_french(text), []).append(text)
    best = max(scores)
    if best <= 0 or len(scores[best]) > 1:
        raise ValidationError(INCERTAIN)
    return scores[best][0]


def _french(text: str) -> int:
    """How French the signs out of ASCII are where they stand: two for each that is, one for another letter well placed,
    two less for what stands where it cannot."""
    total = 0
    for found in islice(re.finditer(r"[^\x00-\x7f]", text), _REGARDES):
        place, sign = found.start(), found[0]
        before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
        total += _worth(sign, before, after)
    return total


def _worth(sign: str, before: str, after: str) -> int:
    if sign == "\xa0" and before.isalpha() and after.isalpha():
        # As well a letter of another reading.
        return 0
    if around := _AUTOUR.get(sign):
        return 2 if around[0].fullmatch(before) and around[1].fullmatch(after) else -2
    if not sign.isalpha():
        return -2
    if not before.isalpha() and not after.isalpha():
        return 2 if sign in _SEULES else -2
    # A capital is in a word of capitals or at its beginning.
    is_placed = not before.islower() if sign.isupper() else not after.isupper()
    if not is_placed:
        return -2
    return 2 if sign in (_LETTRES if before.isalpha() else _INITIALES) else 1
