"""Days as people type them, and those that are plausible: one place for both. Pure: no ORM.

A day out of bounds is never stored: the sentence that refuses it names the one that was probably meant.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, cast

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS

from label.nombres import plain
from label.templatetags.label_ui import NBSP, jour, nom_du_jour
from label.textes import nettoye

if TYPE_CHECKING:
    from label.models import Edition

ILLISIBLE = "Cette date n’existe pas\u00a0: jour, mois et année."
ILLISIBLE_HEURE = "Cette date n’a pas pu être lue\u00a0: un jour et une heure, par exemple 15/09/2027 14:30."

_ISO = re.compile(r"(?P<annee>\d{4})(?P<entre>[-/.])(?P<mois>\d{1,2})(?P=entre)(?P<jour>\d{1,2})", re.ASCII)
_CHIFFRES = re.compile(r"(?P<jour>\d{1,2})[/. -](?P<mois>\d{1,2})[/. -](?P<annee>\d{4}|\d{2})", re.ASCII)
_LETTRES = re.compile(
    r"(?P<jour>[0-9]{1,2})(?:[ ]?er)? (?P<mois>[^\W\d]{3,9})\.?,? (?P<annee>[0-9]{4}|[0-9]{2})", re.IGNORECASE
)
# What may stand before a day: «le», and the day of the week, whole or by its first letters.
_AVANT = re.compile(r"(?:le )?(?:(?P<semaine>[^\W\d]{3,8})(?:\.,?|,)? )?", re.IGNORECASE)
# Midnight, as spreadsheets write it after a day that has no hour.
_MINUIT = re.compile(r"(?:T| )0?0:00(?::00(?:\.0+)?)?$", re.ASCII)
_MOMENT = re.compile(
    r"(?P<jour>.+?)(?:T|,? à |,? )"
    r"(?P<heure>[0-9]{1,2})(?:[ ]?[h:][ ]?(?P<minute>[0-9]{2})?(?::[0-9]{2}(?:\.[0-9]+)?)?)",
    re.IGNORECASE,
)


def parse_jour(texte: str) -> date | None:
    """The day in a text: ISO, «15/09/2027», «15.9.27», «2027/09/15», «15 sept. 2027», «le mercredi 1er septembre
    2027», «15/09/2027 00:00:00»; None when blank.

    Raises ValidationError when it is none, or when the day of the week is not that of the date.
    """
    said = plain(nettoye(texte))
    return _day(_MINUIT.sub("", said)) if said else None


def parse_moment(texte: str) -> datetime | None:
    """The day and the hour in a text, naive: «2027-09-15T14:30», «15/09/2027, 14 h 30», «15 sept. 2027 à 14 h».

    None when blank. Raises ValidationError.
    """
    said = plain(nettoye(texte))
    if not said:
        return None
    found = _MOMENT.fullmatch(said)
    if not found or int(found["heure"]) > 23 or int(found["minute"] or 0) > 59:
        raise ValidationError(ILLISIBLE_HEURE)
    return datetime.combine(_day(found["jour"]), time(int(found["heure"]), int(found["minute"] or 0)))


def _day(said: str) -> date:
    before = cast(re.Match[str], _AVANT.match(said))
    rest = said[before.end() :]
    found = _ISO.fullmatch(rest) or _CHIFFRES.fullmatch(rest) or _LETTRES.fullmatch(rest)
    if not found:
        raise ValidationError(ILLISIBLE)
    mois, annee = _month(found["mois"]), found["annee"]
    try:
        day = date(int(annee) + (2000 if len(annee) == 2 else 0), mois, int(found["jour"]))
    except ValueError as error:
        raise ValidationError(ILLISIBLE) from error
    if before["semaine"]:
        _check_weekday(day, before["semaine"])
    return day


def _check_weekday(day: date, named: str) -> None:
    """One of the two is a mistake, and nobody but who typed it knows which."""
    word = named.casefold()
    typed = next((nom for nom in map(str, WEEKDAYS.values()) if word in (nom, nom[:3])), None)
    if typed is None:
        raise ValidationError(ILLISIBLE)
    if typed != nom_du_jour(day):
        raise ValidationError(f"Le {_said(day)} est un {nom_du_jour(day)}, pas un {typed}{NBSP}: vérifiez cette date.")


def _month(texte: str) -> int:
    """The number of a month, from its figures, its name or the beginning of it («sept», «fevr»); 0 when none or two."""
    # A superscript is a digit too, and no number.
    if texte.isascii() and texte.isdecimal():
        return int(texte)
    found = [rang for rang, nom in MONTHS.items() if _bare(str(nom)).startswith(_bare(texte))]
    return found[0] if len(found) == 1 else 0


def _bare(texte: str) -> str:
    return texte.casefold().translate(str.maketrans("éèûù", "eeuu"))


# --- Which days are plausible -----------------------------------------------------------------


@dataclass(frozen=True)
class Bornes:
    """The first and the last day something may be on, both included. `annee`: the year most of it is on; `de`: whose
    days they are, in words, or ''; `apres`: what is said of a later day, where more is said than the bounds."""

    debut: date
    fin: date
    annee: int
    de: str = ""
    apres: str = ""

    def ensure(self, valeur: date) -> None:
        """Raise ValidationError when this day is out of bounds, naming the one that was probably meant."""
        if self.debut <= valeur <= self.fin:
            return
        refus = f"est hors de {self.de}" if self.de else "n’est pas possible ici"
        said = f"Le {_said(valeur)} {refus}{NBSP}: du {_said(self.debut)} au {_said(self.fin)}."
        if self.apres and valeur > self.fin:
            said = self.apres
        if probable := self.probable(valeur):
            said += f" Vouliez-vous dire le {jour(probable)}\u202f?"
        raise ValidationError(said)

    def probable(self, valeur: date) -> date | None:
        """The same day of the year that was probably meant, within bounds; None when there is none."""
        meant = [year for year in range(self.debut.year, self.fin.year + 1) if self._holds(valeur, year)]
        if not meant:
            return None
        typed = f"{valeur.year:04d}"
        year = min(meant, key=lambda year: (_is_far(typed, str(year)), abs(year - self.annee)))
        return date(year, valeur.month, valeur.day)

    def _holds(self, valeur: date, year: int) -> bool:
        try:
            return self.debut <= date(year, valeur.month, valeur.day) <= self.fin
        except ValueError:
            return False


def _is_far(typed: str, year: str) -> bool:
    """True unless one figure alone was mistyped («0027», «2017»), or figures exchanged («2072»)."""
    wrong = sum(one != other for one, other in zip(typed, year, strict=True))
    return wrong > 1 and sorted(typed) != sorted(year)


def _said(valeur: date) -> str:
    """A day in words, its year with four figures: «15 septembre 0027»."""
    return f"{jour(valeur)[: -len(str(valeur.year))]}{valeur.year:04d}"


def _years(first: int, last: int, annee: int, de: str = "") -> Bornes:
    return Bornes(date(first, 1, 1), date(last, 12, 31), annee, de)


def ordinaires() -> Bornes:
    """Any day that may be asked: an association may be old, a plan far off."""
    today = timezone.localdate()
    return _years(1900, today.year + 20, today.year)


def procedure_of(edition: "Edition") -> Bornes:
    """The days of an édition: from its preparation to the year after, when late results are told."""
    return _years(edition.annee - 1, edition.annee + 1, edition.annee, f"l’édition {edition.annee}")


def action_of(edition: "Edition") -> Bornes:
    """The days of a project: it may have begun the year before, and last some years."""
    annee = edition.annee
    return _years(annee - 1, annee + 4, annee, f"ce que permet l’édition {annee}")


def jury_of(edition: "Edition") -> Bornes:
    """The days the jury sits, perhaps while deposits are still open: up to the end of the year of the results."""
    fin = date(edition.publication_prevue.year, 12, 31)
    return Bornes(timezone.localdate(edition.ouverture), fin, edition.annee, f"l’édition {edition.annee}")


def suite_of(edition: "Edition") -> Bornes:
    """The days of what was done after the vote, a convention signed, a payment made: none is to come."""
    debut, today = date(edition.annee - 1, 1, 1), timezone.localdate()
    de = f"la suite de l’édition {edition.annee}"
    return Bornes(debut, max(debut, today), edition.annee, de, apres="Cette date est à venir.")


def charges() -> Bornes:
    """The days somebody may hold a charge: since contrats de ville exist, and some years to come."""
    today = timezone.localdate()
    return _years(2015, today.year + 10, today.year)
