"""One page of a list."""

from django.core.paginator import Paginator

# Lines of a page.
PAGE = 50


def page_of(request, rows):
    """The page asked by `?page=`, the nearest there is."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
