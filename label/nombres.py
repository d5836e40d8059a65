"""Numbers and amounts as people type and paste them, read in one place. Pure: no ORM.

What cannot be read, or would be rounded, is refused with a sentence: nothing typed is ever stored as another number,
nor as none. `static/js/page/nombres.js` reads the same way, for what a page shows before it is sent.
"""

import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError

from label.templatetags.label_ui import NBSP, euros

MONTANT_MAX = 100_000_000
EURO = r"€|EUR|euros?"
POURCENT = r"%|pour[ ]?cent"

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`′"), "'")
_TIRETS = dict.fromkeys(map(ord, "−–‒﹣－"), "-")
# Full-width forms, as keyboards of Asia write them.
_PLEINE_CHASSE = {0xFF00 + code: chr(0x20 + code) for code in range(1, 0x5F)}
_SIGNES = _PLEINE_CHASSE | _APOSTROPHES | _TIRETS
# What is shown of a text that is no number.
_MONTRE = 40
# Thousands parted by blanks, apostrophes, points or commas, the same all along; then what is less than one.
_NOMBRE = re.compile(
    r"(?P<entier>[0-9]{1,3}(?:(?P<groupe>[ '.,])[0-9]{3})(?:(?P=groupe)[0-9]{3}){0,4}|[0-9]{1,15})"
    r"(?:[.,](?P<decimales>[0-9]{1,15}))?"
)
# What stands before and after it: a sign or a unit (U).
_AUTOUR = (
    r"(?P<avant>[-+(])?[ ]?(?:(?:U)[ ]?)?(?P<signe>[-+])?[ ]?(?P<corps>[0-9][0-9 '.,]*?)[ ]?(?:U)?[ ]?(?P<apres>\))?"
)


class Illisible(ValidationError):
    """What was typed is no number, or may be read in two ways."""


def plain(texte: str) -> str:
    """What was typed, any blank as one space, any minus as -; what has no width is dropped."""
    return " ".join("".join(s for s in texte.translate(_SIGNES) if unicodedata.category(s) != "Cf").split())


def parse_nombre(valeur: object, unite: str = "", *, milliers: bool = True) -> Decimal | None:
    """The number in a text («1 234,50»), a JSON number or the cell of a workbook; None when blank.

    `unite`: a regular expression of what may stand beside it; `milliers`: whether thousands may be parted. A comma
    before three figures is a decimal here and a thousand elsewhere: where both can be meant («1,234»), it is not read;
    a point there («1.234») is a thousand.
    Raises Illisible.
    """
    if valeur is None or (isinstance(valeur, str) and not plain(valeur)):
        return None
    if isinstance(valeur, bool) or not isinstance(valeur, int | float | Decimal | str):
        raise Illisible("Ce nombre n’a pas pu être lu.")
    if not isinstance(valeur, str):
        exact = Decimal(str(valeur))
        if not exact.is_finite():
            raise Illisible("Ce nombre n’a pas pu être lu.")
        return exact
    texte = plain(valeur)
    found = re.fullmatch(_AUTOUR.replace("U", unite or "(?!)"), texte, re.I)
    number = _read(found["corps"], milliers) if found and _is_paired(found) else None
    if found is None or number is None:
        raise Illisible(f"«{NBSP}{texte[:_MONTRE]}{NBSP}» n’est pas un nombre.")
    return -number if {found["avant"], found["signe"]} & {"-", "("} else number


def _is_paired(found: re.Match[str]) -> bool:
    """As accounts are kept, (1 234) is below nothing."""
    return (found["avant"] == "(") == bool(found["apres"]) and not (found["avant"] and found["signe"])


def _read(corps: str, milliers: bool) -> Decimal | None:
    """The Decimal of an unsigned number, or None."""
    if not milliers:
        return Decimal(corps.replace(",", ".")) if re.fullmatch(r"[0-9]{1,15}(?:[.,][0-9]{1,15})?", corps) else None
    found = _NOMBRE.fullmatch(corps)
    if not found:
        return None
    groupe, signes = found["groupe"], re.sub(r"[0-9 ']", "", corps)
    if signes and len(corps.rpartition(signes[-1])[2]) == 3 and groupe == signes:
        # One sign, before three figures.
        if corps.startswith("0"):
            return Decimal(corps.replace(",", "."))
        return Decimal(corps.replace(".", "")) if groupe == "." else None
    if found["decimales"] and groupe == signes[-1]:
        return None
    return Decimal(f"{re.sub('[^0-9]', '', found['entier'])}.{found['decimales'] or 0}")


def parse_entier(valeur: object, unite: str = "") -> int | None:
    """A whole number, below zero too; None when blank. Raises ValidationError when it is not one."""
    try:
        number = parse_nombre(valeur, unite)
    except Illisible as error:
        raise ValidationError(["Un nombre entier, en chiffres.", *error.messages]) from error
    if number is None or number == number.to_integral_value():
        return None if number is None else int(number)
    raise ValidationError(
        f"Un nombre entier, en chiffres. «{NBSP}{_shown(valeur)}{NBSP}» a des décimales{NBSP}: rien n’est arrondi."
    )


def parse_montant(valeur: object) -> int | None:
    """Whole euros; None when blank. Raises ValidationError: not an amount, cents, negative, too large.

    Cents are neither cut nor rounded: whoever typed them says which euro is meant.
    """
    if isinstance(valeur, bool) or not isinstance(valeur, int | float | Decimal | str | None):
        raise ValidationError("Un montant est un nombre entier d’euros, sans centimes.")
    try:
        number = parse_nombre(valeur, EURO)
    except Illisible as error:
        raise ValidationError(
            f"«{NBSP}{_shown(valeur)}{NBSP}» n’est pas un montant{NBSP}: écrivez un nombre entier d’euros."
        ) from error
    if number is None:
        return None
    if number < 0:
        raise ValidationError("Un montant n’est jamais négatif.")
    if number != number.to_integral_value():
        raise ValidationError(
            f"«{NBSP}{_shown(valeur)}{NBSP}» a des centimes{NBSP}: écrivez un nombre entier d’euros, sans centimes."
        )
    if number > MONTANT_MAX:
        raise ValidationError(f"Un montant ne dépasse pas {euros(MONTANT_MAX)}.")
    return int(number)


def _shown(valeur: object) -> str:
    return " ".join(str(valeur).split())[:_MONTRE]
