"""Finding what is written whatever its accents, its ligatures, its signs and its capitals: one folding for all.

`Searchable` is that folding in SQL, for a column kept folded or a name looked at once; `fold` is the same in Python:
«L’Haÿ», «l'hay» and «L HAY» are one place, «cœur», «Şahin», «Straße» are found as they are typed. PostgreSQL does
it alone, with no extension. What holds no letter and no digit finds nothing: it never stands for everything.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from hashlib import md5
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate, Replace


def _between(*ends: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ends for code in range(first, last + 1))


# Signs that part words. Listed, not asked of a table of Unicode: a column kept folded must not change with Python.
_SIGNES = _between(
    *((0x09, 0x0D), (0x1C, 0x1F), (0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0x85, 0x85), (0xA1, 0xA9)),
    *((0xAB, 0xAC), (0xAE, 0xB1), (0xB4, 0xB4), (0xB6, 0xB8), (0xBB, 0xBB), (0xBF, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7)),
    *((0x2B9, 0x2BC), (0x37E, 0x37E), (0x387, 0x387), (0x55A, 0x55F), (0x589, 0x58A), (0x60C, 0x60C), (0x61B, 0x61B)),
    *((0x61F, 0x61F), (0x66A, 0x66D), (0x6D4, 0x6D4), (0x964, 0x965), (0x1680, 0x1680), (0x2010, 0x2029)),
    *((0x2030, 0x205F), (0x20A0, 0x20C0), (0x2190, 0x21FF), (0x2212, 0x2215), (0x25A0, 0x25FF), (0x3001, 0x3003)),
    *((0x3008, 0x3011), (0x3014, 0x301F), (0x30FB, 0x30FB)),
)
# Accents and what is written over or under letters, once apart from them; what nobody sees.
_RIEN = _between(
    *((0xAD, 0xAD), (0x300, 0x36F), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x640, 0x640), (0x64B, 0x65F)),
    *((0x670, 0x670), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
)
# Letters that no decomposition reaches.
_LETTRES = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ə": "e"}
_LIGATURES = {"œ": "oe", "æ": "ae", "þ": "th", "&": " et "}

_FROM = "".join(_LETTRES) + _SIGNES + _RIEN
_TO = "".join(_LETTRES.values()) + " " * len(_SIGNES)
_TABLE = {
    **str.maketrans(_SIGNES, " " * len(_SIGNES)),
    **{ord(sign): letters for sign, letters in (_LETTRES | _LIGATURES).items()},
    **str.maketrans("", "", _RIEN),
}
_SHORT = {"st": "saint", "ste": "sainte"}
# A word longer than this is looked for by its beginning: PostgreSQL takes no longer one.
_MOT_MAX = 100
# What all that is: a migration says what its columns were folded by, so that another folding is another column.
REPLI = md5(repr((_FROM, _TO, _LIGATURES, _MOT_MAX)).encode(), usedforsecurity=False).hexdigest()[:8]
# Words looked for in one search, the first that were typed: each costs a reading of the column.
MOTS_MAX = 12


class Searchable(Func):
    """SQL expression: the text folded, its signs turned into spaces. Immutable.

    `repli`: the tables it is folded by (`REPLI`). Said in the SQL, so that a change of them never passes for none.
    """

    function = "translate"
    output_field = TextField()

    def __init__(self, expression: Combinable | str, *, repli: str = REPLI, **extra: Any) -> None:
        folded = Collate(Func(expression, template="normalize(%(expressions)s, NFKD)"), "pg_unicode_fast")
        folded = Func(folded, function="casefold", output_field=TextField())
        for letter, letters in _LIGATURES.items():
            folded = Replace(folded, Value(letter), Value(letters))
        template = f"%(function)s(%(expressions)s) /* repli {repli} */"
        super().__init__(folded, Value(_FROM), Value(_TO), template=template, **extra)
        self.source, self.repli = expression, repli

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__qualname__}", (self.source,), {"repli": self.repli}


def plie(expression: str) -> Searchable:
    """To sort rows as people read, accents and capitals aside: those of one édition, one jury, one dossier at most.

    What is searched is kept folded instead.
    """
    return Searchable(expression)


def par_nom(lien: str = "") -> tuple[Searchable, Searchable]:
    """To sort people as a directory does, accents and capitals aside; `lien`: the way to them, «user__»."""
    return plie(f"{lien}nom"), plie(f"{lien}prenom")


class Words(Func):
    """SQL expression: the words of a text as `Searchable` folds it, as a tsvector. Immutable.

    Made from the folded text itself: the parser of PostgreSQL cuts words otherwise from one locale to another.
    """

    output_field = SearchVectorField()
    template = (
        "array_to_tsvector(array_remove(string_to_array("
        f"regexp_replace(%(expressions)s, '([^ ]{{{_MOT_MAX}}})[^ ]+', '\\1', 'g'), ' '), ''))"
    )

    def __init__(self, expression: Combinable | str, *, repli: str = REPLI, **extra: Any) -> None:
        super().__init__(Searchable(expression, repli=repli), **extra)
        self.source, self.repli = expression, repli

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__qualname__}", (self.source,), {"repli": self.repli}


class WordsQuery(SearchQuery):
    """A tsquery taken as it is written."""

    def as_sql(
        self, compiler: Any, connection: Any, function: str | None = None, template: str | None = None
    ) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, function, "(%(expressions)s)::tsquery")


def raw(text: str) -> str:
    """The text as `Searchable` stores it, to the sign."""
    return unicodedata.normalize("NFKD", text).casefold().translate(_TABLE)


def fold(text: str) -> str:
    """The text as `Searchable` stores it, spaces collapsed: «L’Haÿ-les-Roses» → «l hay les roses»."""
    return " ".join(raw(text).split())


def words(text: str) -> list[str]:
    """The words to look for in what a person typed, abbreviations opened («St Georges» → saint, georges)."""
    return [] if _is_signs(text) else [_SHORT.get(word, word) for word in fold(text).split()]


def _is_signs(text: str) -> bool:
    """True of what holds no word: «&» is one between others only."""
    return not fold(unicodedata.normalize("NFKD", text).replace("&", " "))


def _asked(text: str) -> list[tuple[str, bool]]:
    """[(word, is_whole)] of what a person typed: a word is whole once a sign follows it («c++», «n°12»), else begun."""
    found = []
    for typed in [] if _is_signs(text) else text.split():
        folded = raw(typed)
        *before, last = folded.split() or [""]
        found += [(word, True) for word in before]
        found += [(last, folded.endswith(" "))] if last else []
    return found[:MOTS_MAX]


def matches(text: str, field: str = "recherche") -> Q:
    """A Q true of the rows whose folded column holds every word of `text`, beginnings of words being enough; false of
    all when there is none."""
    found = _asked(text)
    if not found:
        return Q(pk__in=[])
    query = Q()
    for word, is_whole in found:
        if opened := _SHORT.get(word):
            query &= _begun(field, opened) | _whole(field, word)
        else:
            query &= _whole(field, word) if is_whole else _begun(field, word)
    return query


def _begun(field: str, word: str) -> Q:
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _whole(field: str, word: str) -> Q:
    return Q(**{f"{field}__regex": f"(^| ){re.escape(word)}( |$)"})


def by_word(text: str) -> list[WordsQuery]:
    """The same for columns of `Words`: a WordsQuery for each word, so that a title may hold one and the name of the
    structure the next."""
    return [WordsQuery(part) for part in _parts(text)]


def in_words(text: str) -> WordsQuery | None:
    """The same for one column of `Words`, which holds them all. None when there is no word."""
    parts = _parts(text)
    return WordsQuery(" & ".join(parts)) if parts else None


def _parts(text: str) -> list[str]:
    parts = []
    for word, is_whole in _asked(text):
        # Folded, a word holds neither quote nor backslash.
        part = f"'{word[:_MOT_MAX]}'" if is_whole else f"'{word[:_MOT_MAX]}':*"
        parts.append(f"('{opened}' | '{word}')" if (opened := _SHORT.get(word)) else part)
    return parts


def is_within(text: str, name: str) -> bool:
    """What `matches` says, of a name at hand: it holds every word of `text`, beginnings being enough."""
    held, asked = fold(name).split(), _asked(text)

    def finds(word: str, is_whole: bool) -> bool:
        if opened := _SHORT.get(word):
            return any(one == word or one.startswith(opened) for one in held)
        return any(one == word if is_whole else one.startswith(word) for one in held)

    return bool(asked) and all(finds(word, is_whole) for word, is_whole in asked)


def close_to(text: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names that look like `text`, or hold a word that does: what was meant by «Vitri» or «Arceuil»."""
    by_fold: dict[str, list[str]] = {}
    for name in names:
        folded = fold(name)
        for key in [folded, *(word for word in folded.split() if len(word) > 3)]:
            by_fold.setdefault(key, []).append(name)
    near = get_close_matches(" ".join(words(text)[:MOTS_MAX]), by_fold, n=limit, cutoff=0.75)
    return list(dict.fromkeys(name for key in near for name in by_fold[key]))[:limit]
