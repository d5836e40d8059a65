"""What tells one structure from another: SIRET and RNA checked as they are typed, names and towns compared."""

import re
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fr import siret

from label.recherche import fold, words

_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff.\-]+")
# W and nine digits; the third character may be a letter (Corsica, overseas). Source: notes on Data.Subvention.
_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")


def sans_blancs(value):
    """A number as stored, without what parts its figures: «94 800» → «94800»."""
    return _BLANKS.sub("", value or "")


def normaliser_siret(value):
    """The 14 digits as stored: «812 231 132 00026» → «81223113200026». Anything else comes back unspaced."""
    return sans_blancs(value)


def normaliser_rna(value):
    """The RNA as stored: «w 941 234 567» → «W941234567»."""
    return sans_blancs(value).upper()


def format_siret(value):
    """The SIRET as read: «812 231 132 00026», with no-break spaces."""
    digits = normaliser_siret(value)
    return "\u00a0".join((digits[:3], digits[3:6], digits[6:9], digits[9:])) if len(digits) == 14 else value


def valider_code_postal(value):
    """Refuse what is no French postal code. Raises ValidationError."""
    if not re.fullmatch(r"[0-9]{5}", value):
        raise ValidationError("Un code postal compte cinq chiffres.")


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


# Words that tell structures apart from nothing.
_MOTS_VIDES = frozenset(
    "a au aux association asso assoc collectif d de des du en et l la le les loi pour 1901".split()  # noqa: SIM905
)
_CEDEX = re.compile(r"\bcedex\b.*|\d+")


def mots_du_nom(nom):
    """The words of a name that matter: «Association les Voisines de l’Île» → ['voisines', 'ile']."""
    found = words(nom)
    return [word for word in found if word not in _MOTS_VIDES] or found


def noms_proches(nom, autre, sigle=""):
    """True when two names may well be one structure: same words, most words in common, a slip of the keyboard.

    `sigle`: the other's acronym, which alone is enough.
    """
    mine, other = mots_du_nom(nom), mots_du_nom(autre)
    if not mine or not other:
        return False
    if sigle and fold(sigle).replace(" ", "") == "".join(mine):
        return True
    one, two = set(mine), set(other)
    common = len(one & two)
    if one == two or (common >= 2 and common / len(one | two) >= 0.6):
        return True
    text, autre_text = "".join(mine), "".join(other)
    return min(len(text), len(autre_text)) >= 5 and SequenceMatcher(None, text, autre_text).ratio() >= 0.88


def lieu_normalise(ville):
    """A town as it is compared: «VITRY SUR SEINE Cedex 2» → «vitry sur seine»."""
    return " ".join(words(_CEDEX.sub(" ", ville.lower())))
