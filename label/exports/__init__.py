"""What people take away in a spreadsheet: typed columns, three writers, one registry.

A list is described once, as `Column`s over rows; the same `Table` becomes XLSX, CSV or ODS.
Nothing here touches the database: rows are whatever the caller iterates (dicts, model
instances, tuples behind a callable), and they are read once, in order.

A cell typed by somebody never becomes a formula: XLSX and ODS carry it as text, CSV puts an
apostrophe before `= + - @`, a tab or a carriage return. Numbers declared as numbers stay numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.module_loading import autodiscover_modules

from label.exports.csv_file import iter_csv, to_csv
from label.exports.ods import to_ods
from label.exports.tables import KINDS, Column, Table
from label.exports.xlsx import to_xlsx
from label.recherche import fold

__all__ = [
    "FORMATS",
    "KINDS",
    "Column",
    "NamedExport",
    "Table",
    "export_as_asked",
    "export_response",
    "get_export",
    "iter_csv",
    "named_exports",
    "notice",
    "notices",
    "register",
    "to_csv",
    "to_ods",
    "to_xlsx",
]

FORMATS = {
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": (to_csv, "text/csv; charset=utf-8", "csv"),
    "ods": (to_ods, "application/vnd.oasis.opendocument.spreadsheet", "ods"),
}


def export_response(table: Table, format: str, filename: str) -> HttpResponse | StreamingHttpResponse:
    """The download of `table` as `format` (a key of FORMATS), named `filename` without extension.

    CSV is streamed: rows may come from a server-side cursor. Raises KeyError on an unknown
    format: a view validates it first (`format in FORMATS`) and answers 404.
    """
    writer, content_type, extension = FORMATS[format]
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{filename}.{extension}"),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if format == "csv":
        return StreamingHttpResponse(iter_csv(table), content_type=content_type, headers=headers)
    return HttpResponse(writer(table), content_type=content_type, headers=headers)


def export_as_asked(
    request: HttpRequest, table: Callable[[], Table], filename: str, filtre: Any = None
) -> HttpResponse | StreamingHttpResponse | None:
    """The download asked by `?format=` of `table()`, or None when the page itself is wanted.

    `filtre`: the filters of the list (`label.forms.recherche.Filtres`). One that means nothing makes no file: the page
    says which. Raises Http404 on an unknown format.
    """
    asked = request.GET.get("format")
    if asked is None:
        return None
    if asked not in FORMATS:
        raise Http404
    if filtre is not None and filtre.is_refused:
        asked_of_page = request.GET.copy()
        del asked_of_page["format"]
        return HttpResponseRedirect(f"{request.path}?{asked_of_page.urlencode()}")
    return export_response(table(), asked, filename)


# --- Named exports ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedExport:
    """An export offered by name: who may (permission without object), how it is built, and what one of its lines is.

    `ligne`, «dossier», stands for its weight: nobody knows that before it is made.
    """

    key: str
    label: str
    permission: str
    ligne: str
    build: Callable[[object, object], Table]


_named: dict[str, NamedExport] = {}


def register(
    key: str, label: str, permission: str, *, ligne: str
) -> Callable[[Callable[[object, object], Table]], Callable[[object, object], Table]]:
    """Decorator for `<app>/exports.py`: the function(edition, user) -> Table becomes the export `key`."""

    def add(build: Callable[[object, object], Table]) -> Callable[[object, object], Table]:
        if key in _named:
            raise ValueError(f"export {key!r} is registered twice")
        _named[key] = NamedExport(key, label, permission, ligne, build)
        return build

    return add


# What upper floors have to say beside the exports of an édition: function(user, edition) -> French sentence, or "".
_notices: list = []


def notice(function: Callable[[Any, Any], str]) -> Callable[[Any, Any], str]:
    """Register a function(user, edition) -> str said beside the exports of this édition ("": nothing to say)."""
    _notices.append(function)
    return function


def notices(user: Any, edition: Any) -> list[str]:
    """What the page of exports says to this person of this édition, as a list of French sentences."""
    autodiscover_modules("exports")
    return [sentence for function in _notices if (sentence := function(user, edition))]


def named_exports(user: Any = None) -> list[NamedExport]:
    """Every export by name, by label; with a user, those this user has the permission for."""
    autodiscover_modules("exports")
    found = sorted(_named.values(), key=lambda export: fold(export.label))
    return [export for export in found if user is None or user.has_perm(export.permission)]


def get_export(key: str) -> NamedExport:
    """The export of that name; raises KeyError when there is none."""
    autodiscover_modules("exports")
    return _named[key]
