"""The door of what comes in: addresses, forms, names of files, JSON. What is past it is clean (`label.textes.nettoye`).

`CleanEntry` is a middleware: no view, no form, not even the administration, can forget it. JSON has one reader.
"""

import codecs
import json
from collections.abc import Callable
from itertools import chain
from math import isinf
from typing import Any, NoReturn

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError

from label.textes import nettoye, une_ligne

# Lists in lists: more than any page sends.
PROFONDEUR_MAX = 20
# No address is written so: it is absent as any other, with all that our pages are answered with.
NULLE_PART = "/\0/"
ILLISIBLE = "Cet envoi est illisible."


class Illisible(ValueError):
    """JSON nobody's page sends; its text is a French sentence."""

    def __init__(self) -> None:
        super().__init__(ILLISIBLE)


class CleanEntry:
    """Middleware: an address that holds a NUL leads nowhere, what is asked and typed is read clean."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            request.path_info = NULLE_PART
        # No page of ours sends another encoding, and Python knows some that are none of a text.
        if request.encoding:
            other = codecs.lookup(request.encoding).name != "utf-8"
            # By the one name Django knows; and whoever answers a refusal reads the form again.
            request.encoding = "utf-8"
            if other:
                raise BadRequest
        request.GET = _clean(request.GET)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        try:
            request.POST = _clean(request.POST)
        except UnreadablePostError:
            # Cut on the way: Django answers as it does.
            return
        for file in chain.from_iterable(files for _, files in request.FILES.lists()):
            file.name = une_ligne(file.name or "")


def _clean(typed: QueryDict) -> QueryDict:
    """A QueryDict whose names and values are clean: the same one when they are already."""
    found = [(nettoye(name), [nettoye(value) for value in values]) for name, values in typed.lists()]
    if found == list(typed.lists()):
        return typed
    clean = QueryDict(mutable=True, encoding=typed.encoding)
    for name, values in found:
        clean.setlist(name, [*clean.getlist(name), *values])
    clean._mutable = False
    return clean


def received(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent by a page, its texts clean. Raises Illisible."""
    if request.content_type != "application/json":
        raise Illisible
    return read_json(request.body)


def read_json(text: str | bytes) -> dict[str, Any]:
    """The JSON object written here (str or bytes of UTF-8), its texts clean.

    Raises Illisible: no JSON, another thing than an object, a name said twice, a number that is none or has no end,
    half a sign, lists in lists without end.
    """
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float)
    except (ValueError, RecursionError) as error:
        raise Illisible from error
    if not isinstance(found, dict):
        raise Illisible
    return _clean_json(found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Illisible
    return found


def _no_number(word: str) -> NoReturn:
    raise Illisible


def _float(digits: str) -> float:
    found = float(digits)
    if isinf(found):
        raise Illisible
    return found


def _clean_json(value: Any, depth: int = 0) -> Any:
    if depth > PROFONDEUR_MAX:
        raise Illisible
    match value:
        case str():
            if any("\ud800" <= sign <= "\udfff" for sign in value):
                raise Illisible
            return nettoye(value)
        case list():
            return [_clean_json(one, depth + 1) for one in value]
        case dict():
            return {_clean_json(name): _clean_json(one, depth + 1) for name, one in value.items()}
    return value
