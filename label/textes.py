"""Texts as they are kept: one writing for what is read the same, nothing unseen, and how long they may be.

Nothing typed is ever cut.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.deconstruct import deconstructible

from label.templatetags.label_ui import pluriel

# Characters of one text: ten pages. Whatever is compared with another text (a merge, a story) is sized for it.
TEXTE_MAX = 30_000
# Items of one list: more than there are places to tick.
LISTE_MAX = 1_000
# What the box of such a text carries: the limit counted under it, once somebody comes near.
LIMITE = {"data-max": str(TEXTE_MAX), "data-max-discret": True}

# What ends a line somewhere: Word and PowerPoint, Apple, old mail programs each have their own.
_FINS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What nobody sees and nobody typed: controls, zero-width signs, marks that write a line in another order, halves of
# signs and codes that are none. Joiners and marks of direction are looked at apart; tags spell the flags of nations.
_INVISIBLES = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff"
    "\uffa0\ufff9-\ufffc\ufffe\uffff\U000e0001]"
    "|[" + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF)) + "]"
    # A tag that follows neither a black flag nor another tag.
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007f]+"
)
_DEMI_SIGNES = re.compile("[\ud800-\udfff]")
# Zero-width joiner and non-joiner, grapheme joiner, Mongolian separator: a letter of a script that needs them, a sign
# of emoji or a variation stands before. One is enough.
_JOINTS = re.compile("([\u200c\u200d\u034f\u180e])\\1*")
_SENS = re.compile("[\u061c\u200e\u200f]")
_A_REGARDER = re.compile("[^\t\n\x20-\x7e\xa0-\xac\xae-\u02ff]")


def nettoye(texte: str) -> str:
    """A text as it is kept, whatever it was pasted from: NFC, lines ended by \\n, nothing invisible but what a script
    or an emoji needs to be written. What is clean already comes back as it is; a text of several lines stays so.
    """
    if not _A_REGARDER.search(texte):
        return texte
    texte = _DEMI_SIGNES.sub("\ufffd", _FINS.sub("\n", texte))
    texte = _JOINTS.sub(_joint, _INVISIBLES.sub("", texte))
    plain = _SENS.sub("", texte)
    if not any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in plain):
        texte = plain
    return unicodedata.normalize("NFC", texte)


def _joint(found: re.Match[str]) -> str:
    """One joiner where it does something, nothing elsewhere."""
    before, sign = found.string[: found.start()][-1:], found[1]
    code = ord(before or " ")
    if sign == "\u034f":
        return sign if 0x590 <= code <= 0x5FF else ""
    if sign == "\u180e":
        return sign if 0x1820 <= code <= 0x18AA else ""
    # From Armenian on, but for Latin and Greek with accents, and for blanks and punctuation.
    is_needed = code >= 0x530 and not 0x1E00 <= code <= 0x206F and unicodedata.category(before)[0] in "LMNS"
    return sign if is_needed else ""


def une_ligne(texte: str) -> str:
    """The same on one line, its blanks made one: a title, a name."""
    return " ".join(nettoye(texte).split())


def longueur(texte: str) -> int:
    """Characters of a text as it will be kept: a browser ends the lines of a form with two."""
    return len(texte) - texte.count("\r\n")


def excedent(texte: str, limite: int = TEXTE_MAX) -> str:
    """What is said of a text too long, in French, or ''."""
    trop = longueur(texte) - limite
    return f"{pluriel(limite, 'caractère,caractères')} au plus\u00a0: {trop} de trop." if trop > 0 else ""


def excedent_de(valeur: Any) -> str:
    """What is said of a JSON value too long for any field, texts of rows and lists included, in French, or ''."""
    if isinstance(valeur, str):
        return excedent(valeur)
    if not isinstance(valeur, dict | list):
        return ""
    if len(valeur) > LISTE_MAX:
        return "Cette liste est trop longue."
    parts = valeur.values() if isinstance(valeur, dict) else valeur
    return next((said for part in parts if (said := excedent_de(part))), "")


@deconstructible
class LongueurMax(MaxLengthValidator):
    """Says by how much a text is too long."""

    def __call__(self, value: str) -> None:
        if said := excedent(value, self.limit_value):
            raise ValidationError(said, code=self.code)


class Texte(models.TextField):
    """A text of TEXTE_MAX characters at most; for migrations, a TextField.

    `signes`: what is asked in fewer characters; a draft keeps more, and is told by how much.
    Its box has no `maxlength`, with which a browser cuts what is pasted: what is too long comes whole, and is said.
    """

    default_validators = (LongueurMax(TEXTE_MAX),)

    def __init__(self, *args: Any, signes: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signes = signes

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field:
        field = super().formfield(**kwargs)
        if "data-max" not in field.widget.attrs:
            field.widget.attrs |= {"data-max": str(self.signes)} if self.signes else LIMITE
        return field
