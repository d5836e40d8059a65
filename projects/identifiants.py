"""Identifiers of structures, checked as they are typed: SIRET and RNA."""

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fr import siret

_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff.\-]+")
# W and nine digits; the third character may be a letter (Corsica, overseas). Source: notes on Data.Subvention.
_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")


def normaliser_siret(value):
    """The 14 digits as stored: «812 231 132 00026» → «81223113200026». Anything else comes back unspaced."""
    return _BLANKS.sub("", value or "")


def normaliser_rna(value):
    """The RNA as stored: «w 941 234 567» → «W941234567»."""
    return _BLANKS.sub("", value or "").upper()


def format_siret(value):
    """The SIRET as read: «812 231 132 00026», with no-break spaces."""
    digits = normaliser_siret(value)
    return "\u00a0".join((digits[:3], digits[3:6], digits[6:9], digits[9:])) if len(digits) == 14 else value


def valider_siret(value):
    """Refuse a SIRET of wrong length or check digit; blanks are allowed. Raises ValidationError.

    Luhn on 14 digits; for La Poste (SIREN 356000000) the sum of digits is a multiple of 5.
    """
    digits = normaliser_siret(value)
    if not (digits.isascii() and digits.isdigit()):
        raise ValidationError("Un numéro SIRET ne contient que des chiffres.", code="siret_chiffres")
    if len(digits) != 14:
        raise ValidationError(
            "Un numéro SIRET compte 14 chiffres ; celui-ci en a %(nombre)s.",
            code="siret_longueur",
            params={"nombre": len(digits)},
        )
    try:
        siret.validate(digits)
    except InvalidChecksum:
        raise ValidationError(
            "Ce numéro SIRET n’existe pas : vérifiez les chiffres saisis.", code="siret_cle"
        ) from None
    except InvalidNumber:
        raise ValidationError("Ce numéro SIRET n’est pas valable.", code="siret") from None


def valider_rna(value):
    """Refuse a malformed RNA number; blanks and a small w are allowed. Raises ValidationError."""
    if not _RNA.fullmatch(normaliser_rna(value)):
        raise ValidationError("Un numéro RNA s’écrit W suivi de neuf caractères, par exemple W941234567.", code="rna")
