"""How an exact figure of the jury is shown. No ORM, no request."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def arrondi(valeur: int | Decimal | Fraction) -> Decimal:
    """Two decimals, half up: 12.345 → 12.35."""
    fraction = Fraction(valeur)
    centiemes = floor(abs(fraction) * 100 + Fraction(1, 2))
    return Decimal(centiemes if fraction >= 0 else -centiemes).scaleb(-2)
