"""Filters and tags of the face: French dates, euros, plurals, icons."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms, template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.functional import LazyObject
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeData, mark_safe

from label.recherche import fold
from label.scripts import with_imports

register = template.Library()

NBSP = "\u00a0"
NNBSP = "\u202f"


def _local(value: Any) -> Any:
    """An aware datetime in the current time zone; anything else unchanged."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def nombre(value: Any) -> str:
    """Whole number with thin no-break spaces between thousands: 12500 → «12 500»; None → ''."""
    if value is None or value == "":
        return ""
    return f"{round(value):,}".replace(",", NNBSP).replace("-", "\u2212")


@register.filter
def euros(value: Any) -> str:
    """Amount in whole euros: 12000 → «12 000 €»; None → ''."""
    shown = nombre(value)
    return f"{shown}{NBSP}€" if shown else ""


@register.filter
def jour(value: Any) -> str:
    """Date or aware datetime as «12 juin 2027», the first of the month as «1er juin 2027»; None → ''."""
    if not isinstance(value, date):
        return ""
    return f"{quantieme(value)}{NBSP}{_local(value).year}"


@register.filter
def quantieme(value: Any) -> str:
    """Date or aware datetime as «12 juin», without its year; None → ''."""
    if not isinstance(value, date):
        return ""
    value = _local(value)
    return f"{'1er' if value.day == 1 else value.day}{NBSP}{MONTHS[value.month]}"


def bornes(debut: Any, fin: Any) -> tuple[str, str]:
    """The ends of a stretch of days, the first without what it shares with the last: («20», «24 septembre 2027»)."""
    first, last = _local(debut), _local(fin)
    if first.year != last.year:
        return jour(first), jour(last)
    return quantieme(first).split(NBSP)[0] if first.month == last.month else quantieme(first), jour(last)


@register.filter
def au(debut: Any, fin: Any) -> str:
    """Days or aware datetimes as «du 20 au 24 septembre 2027», a single day as «le 20 septembre 2027»; None → ''."""
    if not (isinstance(debut, date) and isinstance(fin, date)):
        return ""
    if jour(debut) == jour(fin):
        return f"le {jour(debut)}"
    return "du {} au {}".format(*bornes(debut, fin))


@register.filter
def nom_du_jour(value: Any) -> str:
    """The day of the week of a date or aware datetime: «samedi»; None → ''."""
    return str(WEEKDAYS[_local(value).weekday()]) if isinstance(value, date) else ""


@register.filter
def jour_semaine(value: Any) -> str:
    """Date or aware datetime as «samedi 12 juin 2027»; None → ''."""
    if not isinstance(value, date):
        return ""
    return f"{nom_du_jour(value)} {jour(value)}"


@register.filter
def heure(value: Any) -> str:
    """Hour of a datetime or time as «23 h 59», a full hour as «14 h»; None → ''."""
    if not hasattr(value, "hour"):
        return ""
    value = _local(value)
    minutes = f"{NBSP}{value.minute:02d}" if value.minute else ""
    return f"{value.hour}{NBSP}h{minutes}"


@register.filter
def jour_heure(value: Any) -> str:
    """Aware datetime as «12 juin 2027 à 23 h 59», in Europe/Paris; None → ''."""
    if not isinstance(value, datetime):
        return ""
    return f"{jour(value)} à {heure(value)}"


@register.filter
def jour_heure_seconde(value: Any) -> str:
    """Aware datetime as «4 juin 2027 à 23 h 59 min 58 s», in Europe/Paris, seconds begun left out; None → ''."""
    if not isinstance(value, datetime):
        return ""
    value = _local(value)
    return f"{jour(value)} à {value.hour}{NBSP}h{NBSP}{value.minute:02d}{NBSP}min{NBSP}{value.second:02d}{NBSP}s"


@register.filter
def dans(value: Any) -> str:
    """Distance in days from today: «aujourd’hui», «demain», «dans 12 jours», «hier», «il y a 3 jours»; None → ''."""
    if not isinstance(value, date):
        return ""
    value = _local(value)
    days = ((value.date() if isinstance(value, datetime) else value) - timezone.localdate()).days
    match days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
        case -1:
            return "hier"
    return f"dans {nombre(days)}{NBSP}jours" if days > 0 else f"il y a {nombre(-days)}{NBSP}jours"


@register.filter
def duree(value: Any) -> str:
    """A timedelta or a relativedelta in its largest whole unit: «15 minutes», «7 jours», «3 mois», «1 an»; None → ''.

    A relativedelta counts years and months, nothing else.
    """
    if value is None:
        return ""
    if isinstance(value, relativedelta):
        months = 12 * value.years + value.months
        return pluriel(months, "mois,mois") if months % 12 else pluriel(months // 12, "an,ans")
    for words, unit in (("an,ans", 365 * 86400), ("jour,jours", 86400), ("heure,heures", 3600), ("minute,minutes", 60)):
        n, rest = divmod(int(value.total_seconds()), unit)
        if n and not rest:
            return pluriel(n, words)
    return pluriel(int(value.total_seconds()), "seconde,secondes")


@register.simple_tag
def delai(name: str) -> str:
    """How long a setting says, as people read it: {% delai "ACCOUNT_LOGIN_BY_CODE_TIMEOUT" %} → «15 minutes»."""
    value = getattr(settings, name)
    return duree(value if isinstance(value, timedelta) else timedelta(seconds=value))


@register.filter
def poids(octets: int) -> str:
    """What a file weighs, in the unit people know: 20971520 → «20 Mo», 9318 → «9,1 Ko», 23 → «23 octets»."""
    for unit, size in (("Mo", 1024 * 1024), ("Ko", 1024)):
        if round(octets / size, 1) >= 1:
            return f"{octets / size:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}{unit}"
    return pluriel(octets, "octet,octets")


@register.filter
def pluriel(n: float, forms: str) -> str:
    """Number with its noun, French rule (0 and 1 singular): 3|pluriel:"dossier,dossiers" → «3 dossiers»."""
    singular, plural = forms.split(",")
    return f"{nombre(n)}{NBSP}{plural if abs(n) >= 2 else singular}"


@register.filter
def accord(n: float, forms: str) -> str:
    """The noun alone, agreed with the number: 1|accord:"reçu,reçus" → «reçu»."""
    singular, plural = forms.split(",")
    return plural if abs(n) >= 2 else singular


# What begins with a sound that elides: a vowel, «y» before a consonant, and these words whose «h» is silent.
_MUETS = (
    "habit|harm|hebe|hele|heli|helo|henr|herb|heri|herm|herv|heur|hier|hipp|hist|hiver|homm|honn|honor|hopi|hor|hosp"
    "|hote|huber|hugu|hugo|huil|hum|hydr|hyper|hypo"
)
_ELIDE = re.compile(rf"[aeiou]|y(?![aeiou])|{_MUETS}")
# Said without losing the vowel before them.
_PLEINS = re.compile(r"onz|oui\b|ouistiti|ululement|horst|hors\b")


def _elided(mot: str, nom: Any) -> str:
    """`mot` («de», «que») before a name, as it is said: «de Luc», «d’Awa», «d’École», «de Hakim», «d’Hélène»."""
    said = fold(str(nom))
    elides = _ELIDE.match(said) and not _PLEINS.match(said)
    return f"{mot[:-1]}\u2019{nom}" if elides else f"{mot} {nom}"


@register.filter
def de(nom: Any) -> str:
    """A name after «de»: Awa → «d’Awa»."""
    return _elided("de", nom)


@register.filter
def que(nom: Any) -> str:
    """A name after «que»: Awa → «qu’Awa»."""
    return _elided("que", nom)


@register.filter
def typographie(value: Any) -> str:
    """A message of a library with French apostrophes: «l'adresse» → «l’adresse»; ready-made HTML unchanged."""
    return value if isinstance(value, SafeData) else str(value).replace("'", "\u2019")


# A hyphen is where a line may break, and the number of a dossier holds two.
_NUMERO = re.compile(r"\bLAI-\d{4}-\d+\b")


@register.filter
def numero_entier(text: Any) -> str:
    """The same text, escaped, where no line breaks inside the number of a dossier."""
    return mark_safe(_NUMERO.sub(r'<span class="insecable">\g<0></span>', conditional_escape(text)))


@register.simple_tag
def icon(name: str, classe: str = "") -> str:
    """Decorative icon of the sprite static/img/icones.svg, hidden from assistive technology."""
    return format_html(
        '<svg class="icone {}" width="16" height="16" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        classe,
        static("img/icones.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def ici(context: Any, url: str) -> str:
    """` aria-current="page"` on the address shown, ` aria-current="true"` under it, '' elsewhere."""
    request = context.get("request")
    if request is None or not url:
        return ""
    if request.path == url:
        return format_html(' aria-current="{}"', "page")
    if url != "/" and request.path.startswith(url):
        return format_html(' aria-current="{}"', "true")
    return ""


# Where a page keeps what its édition is read from, nearest first; and what each of those is part of.
SUJETS = ("edition", "jury", "seance", "audition", "dossier", "laureat", "objet")
PARENTS = ("edition", "jury", "seance", "dossier")


@register.simple_block_tag(takes_context=True)
def titre(context: Any, content: str) -> str:
    """A page's name, on one line: «Erreur : Budget – Le jardin – Édition 2027 – Label Actions Innovantes»."""
    annee = next(filter(None, (_annee(context.get(name)) for name in SUJETS)), None)
    page = " ".join(re.split(r"[ \t\r\n]+", content.strip()))
    parts = [f"Édition {annee}"] if annee and str(annee) not in page else []
    refused = f"Erreur{NBSP}: " if _is_refused(context) else ""
    return format_html("{}{}", refused, mark_safe(" – ".join([page, *parts, "Label Actions Innovantes"])))


def _annee(thing: Any) -> int | None:
    """The year of the édition `thing` is part of, where it is at hand: a title is worth no query."""
    if _is_lazy(thing):
        return None
    if isinstance(annee := getattr(thing, "annee", None), int):
        return annee
    known = getattr(getattr(thing, "_state", None), "fields_cache", {})
    return next(filter(None, (_annee(known[name]) for name in PARENTS if name in known)), None)


def _is_refused(context: Any) -> bool:
    """Something this page was sent is refused: a form of its own, or what its view calls `refus`."""
    shown = context.flatten()
    is_said = any(shown.get(name) for name in ("refus", "refuses", "lignes_en_erreur", "tapes"))
    return is_said or any(_has_errors(value) for value in shown.values())


def _is_lazy(value: Any) -> bool:
    """Read from the type alone: `isinstance` would ask the thing itself, and make it read."""
    return issubclass(type(value), LazyObject)


def _has_errors(value: Any) -> bool:
    if _is_lazy(value):
        return False
    if isinstance(value, list | tuple):
        return any(_has_errors(one) for one in value)
    if not isinstance(value, forms.BaseForm | forms.BaseFormSet):
        return False
    # A form shown again around a file that was refused was sent nothing itself.
    return bool(getattr(value, "refus", None)) or (value.is_bound and not value.is_valid())


@register.filter
def initiales(name: str) -> str:
    """Two letters for a person: «Awa Ndiaye» → «AN»; '' for nothing."""
    words = str(name or "").replace("-", " ").split()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else ""


@register.simple_tag(takes_context=True)
def module(context: Any, name: str) -> str:
    """A script of the page, `{% module "elaboration" %}`, with what it imports: all asked for at once.

    Otherwise a browser finds them one floor after the other, a round trip each.
    """
    script = f"js/{name}.js"
    told = context.render_context.setdefault("label_modules", {script})
    ahead = [one for one in with_imports(script) if one not in told and one != script]
    told.update(ahead)
    links = format_html_join("", '<link rel="modulepreload" href="{}">', ((static(one),) for one in ahead))
    return format_html('{}<script type="module" src="{}"></script>', links, static(script))
