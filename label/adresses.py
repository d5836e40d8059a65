"""Addresses as people paste them from a mail program: `Marie Petit <marie@x.fr>; paul@y.fr,`. One reader for all."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from label.textes import une_ligne

ADRESSE_MAX = 254
# What is pasted at once: more people than one invites.
COLLE_MAX = 10_000
_MAILTO = re.compile(r"^<?mailto:([^?>\s]*)[^>\s]*>?$", re.IGNORECASE)
# Marks that stand around an address in a sentence or a list.
_AUTOUR = " \t\"'’“”«»‹›()[]<>.,;:*•·–—-"
ATTRS = {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}


@dataclass
class Lecture:
    """`adresses`: [(name or '', address)], each once, in order; `illisibles`: what is none, as it was typed."""

    adresses: list[tuple[str, str]] = field(default_factory=list)
    illisibles: list[str] = field(default_factory=list)


def one_address(value: str) -> str:
    """An address as it is kept: without capitals. Raises ValidationError for letters no mail server here can carry."""
    local, _, domain = value.strip().rpartition("@")
    try:
        # One spelling for one mailbox: limits count by address.
        domain = unicodedata.normalize("NFKC", domain).encode("idna").decode()
    except UnicodeError:
        raise ValidationError("Après le «\u202f@\u202f», ce nom de domaine n’existe pas.") from None
    # Django's own check takes «İ» and «ı» for an i, and lets quotes stand around a name.
    if not local.isascii() or '"' in local:
        raise ValidationError(
            "Avant le «\u202f@\u202f», cette adresse porte une lettre accentuée ou d’un autre alphabet, ou des "
            "guillemets\u00a0: vérifiez-la."
        )
    return f"{local}@{domain}".lower()


def read_addresses(texte: str) -> Lecture:
    """The addresses of a text, with the names they were pasted with, as a `Lecture`."""
    lecture, pending = Lecture(), ""
    seen: set[str] = set()
    for piece in _pieces(texte):
        nom, adresse = _named(piece)
        if not adresse and "@" not in piece:
            # «Petit, Marie <marie@x>»: the name was cut at its comma.
            pending = f"{pending}, {piece}" if pending else piece
            continue
        if pending and not ("<" in piece and nom):
            lecture.illisibles.append(pending)
        elif pending:
            nom = f"{pending}, {nom}"
        pending = ""
        if not adresse:
            lecture.illisibles.append(piece)
        elif adresse not in seen:
            seen.add(adresse)
            lecture.adresses.append((nom, adresse))
    lecture.illisibles += [pending] if pending else []
    return lecture


def _pieces(texte: str) -> Iterator[str]:
    """The text cut where an address ends: at commas, semicolons and ends of lines out of quotes and brackets, and at
    the blanks of what is a list of bare addresses."""
    cut: list[str] = []
    quoted, inside, here = False, False, ""
    for sign in texte:
        quoted ^= sign == '"' and not inside
        inside = (inside or sign == "<") and sign != ">"
        if sign == "\n":
            quoted = inside = False
        if sign in "\n\t;," and not quoted and not (inside and sign == ","):
            cut.append(here)
            here = ""
        else:
            here += sign
    for piece in map(une_ligne, [*cut, here]):
        bare = piece.split(" ")
        if "<" not in piece and len(bare) > 1 and all("@" in one for one in bare):
            yield from bare
        elif piece.strip(_AUTOUR):
            yield piece


def _named(piece: str) -> tuple[str, str]:
    """(name, address) of one piece, or ('', '') when it holds no address that can be written to."""
    nom, adresse = "", piece
    if found := re.fullmatch(r"(.*?)\s*<\s*([^<>]*)\s*>[\s.,;:]*", piece):
        nom, adresse = found[1], found[2]
    elif '"' in piece:
        nom, adresse = parseaddr(piece)
    adresse = _bare(adresse)
    try:
        validate_email(adresse)
        adresse = one_address(adresse)
    except ValidationError:
        return "", ""
    nom = une_ligne(nom.replace('\\"', '"')).strip(' "“”«»,;')
    return ("" if _bare(nom).lower() == adresse else nom), adresse


def _bare(text: str) -> str:
    text = text.strip(_AUTOUR)
    return _MAILTO.sub(r"\1", text).strip(_AUTOUR)


def refusals(lecture: Lecture) -> list[str]:
    """One French sentence for each piece that is no address."""
    return [f"«\u00a0{piece[:80]}\u00a0» n’est pas une adresse électronique." for piece in lecture.illisibles]


class AdresseField(forms.CharField):
    """One address, typed or pasted with its name; cleaned as it is kept. Says so when several were pasted."""

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=ATTRS | {"autocomplete": autocomplete}))
        super().__init__(**kwargs)

    def clean(self, value: str | None) -> str:
        value = super().clean(value)
        if not value:
            return value
        lecture = read_addresses(value[:COLLE_MAX])
        if len(lecture.adresses) > 1:
            listed = ", ".join(adresse for _, adresse in lecture.adresses[:5])
            raise ValidationError(
                f"Une seule adresse ici\u00a0: vous en avez donné {len(lecture.adresses)} ({listed})."
            )
        if lecture.illisibles or not lecture.adresses:
            raise ValidationError(_why(value, lecture))
        ((_, adresse),) = lecture.adresses
        return adresse


def _why(value: str, lecture: Lecture) -> list[str]:
    """What is wrong with the one address typed."""
    try:
        validate_email(_bare(value))
        one_address(_bare(value))
    except ValidationError as error:
        if error.message != validate_email.message:
            return error.messages
    return refusals(lecture) or refusals(Lecture(illisibles=[une_ligne(value)]))


class AdressesField(forms.CharField):
    """Several addresses, pasted as they are; cleaned as a list. Each that is none is named, and all stay typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs=ATTRS | {"rows": 2, "autocomplete": "off"}))
        super().__init__(max_length=COLLE_MAX, **kwargs)

    def clean(self, value: str | None) -> list[str]:
        lecture = read_addresses(super().clean(value))
        if lecture.illisibles:
            raise ValidationError(refusals(lecture))
        if not lecture.adresses:
            raise ValidationError(self.error_messages["required"], code="required")
        return [adresse for _, adresse in lecture.adresses]


def invite_each(form: forms.Form, name: str, invite: Callable[[str], object]) -> list[str]:
    """Call `invite(address)` for each address of the field `name`; returns those it took.

    Those it refuses (ValidationError) stay typed, each with its reason beside the field.
    """
    taken, refused = [], {}
    for adresse in form.cleaned_data[name]:
        try:
            invite(adresse)
        except ValidationError as error:
            refused[adresse] = " ".join(error.messages)
        else:
            taken.append(adresse)
    if refused:
        alone = not taken and len(refused) == 1
        form.data = form.data.copy()
        form.data[form.add_prefix(name)] = "\n".join(refused)
        form.add_error(name, [why if alone else f"{adresse}\u00a0: {why}" for adresse, why in refused.items()])
    return taken
