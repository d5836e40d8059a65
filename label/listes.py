"""One page of a list, and the columns it can be sorted by. The frame of the page: templates/liste.html."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

# Lines of a page.
PAGE = 50


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The page of `rows` (a queryset in a stable order, a list) asked by `?page=`, the nearest there is."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


@dataclass(frozen=True, slots=True)
class Entete:
    """The heading of a column that can be sorted. `suivant`: the value of `tri` its link asks; `sens`: of aria-sort."""

    libelle: str
    suivant: str
    sens: str
    is_nombre: bool = False


def order_words(tris: Mapping[str, tuple[Any, ...]], tri: str) -> str:
    """How a list sorted by `tri` (a name of `tris`, or `-name`) says it."""
    return f"triés selon «\u00a0{tris[tri.removeprefix('-')][0]}\u00a0»{', en sens inverse' * tri.startswith('-')}"


def headings(tris: Mapping[str, tuple[str, object]], tri: str, numbers: Collection[str] = ()) -> list[Entete]:
    """The `Entete` of each of `tris` ({name: (words, …)}) when the list is sorted by `tri`: a name, or `-name`."""
    return [
        Entete(
            words,
            f"-{name}" if tri == name else name,
            {name: "ascending", f"-{name}": "descending"}.get(tri, ""),
            name in numbers,
        )
        for name, (words, _) in tris.items()
    ]
