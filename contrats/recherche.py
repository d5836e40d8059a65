"""Finding a place whatever its accents, its hyphens and its capitals.

The database keeps a generated column built by `Searchable`; `words` reduces what a person types in the same
way, so that «L’Haÿ», «l'hay» and «LHAY» stop being three different places. No extension is needed.
"""

from difflib import get_close_matches

from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Lower

# Upper-case letters are listed too: lower() leaves them alone in a database created with the C locale.
_FOLDS = {
    "a": "àâäáãåÀÂÄÁÃÅ",
    "c": "çÇ",
    "e": "éèêëÉÈÊË",
    "i": "îïíìÎÏÍÌ",
    "n": "ñÑ",
    "o": "ôöóòõÔÖÓÒÕ",
    "u": "ùûüúÙÛÜÚ",
    "y": "ÿýŸÝ",
    " ": "’'-–—/.,;:()«»\u00a0\u202f",
}
_FROM = "".join(_FOLDS.values())
_TO = "".join(plain * len(letters) for plain, letters in _FOLDS.items())
_TABLE = str.maketrans(_FROM, _TO)
_SHORT = {"st": "saint", "ste": "sainte"}


class Searchable(Func):
    """SQL expression: the text in lower case, without accents, punctuation turned into spaces. Immutable."""

    function = "translate"
    output_field = TextField()

    def __init__(self, expression, **extra):
        super().__init__(Lower(expression), Value(_FROM), Value(_TO), **extra)

    def deconstruct(self):
        (lower, *_), path = self.get_source_expressions(), f"{type(self).__module__}.{type(self).__qualname__}"
        return path, tuple(lower.get_source_expressions()), {}


def fold(text):
    """The text as `Searchable` stores it, spaces collapsed: «L’Haÿ-les-Roses» → «l hay les roses»."""
    return " ".join(text.lower().translate(_TABLE).split())


def words(text):
    """The words to look for in what a person typed, abbreviations opened («St Georges» → saint, georges)."""
    return [_SHORT.get(word, word) for word in fold(text).split()]


def matches(text, field="recherche"):
    """A Q true of the rows whose search column contains every word of `text`; false of all when there is none."""
    found = words(text)
    if not found:
        return Q(pk__in=[])
    query = Q()
    for word in found:
        query &= Q(**{f"{field}__contains": word})
    return query


def close_to(text, names, limit=3):
    """The names that look like `text`, or hold a word that does: what was meant by «Vitri» or «Arceuil»."""
    by_fold = {}
    for name in names:
        folded = fold(name)
        for key in [folded, *(word for word in folded.split() if len(word) > 3)]:
            by_fold.setdefault(key, []).append(name)
    near = get_close_matches(" ".join(words(text)), by_fold, n=limit, cutoff=0.75)
    return list(dict.fromkeys(name for key in near for name in by_fold[key]))[:limit]
