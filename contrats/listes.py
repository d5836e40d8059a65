"""What every list of the territory does: one page of it, in one of the two generations of quartiers."""

from django.core.paginator import Paginator

from label.enums import Generation
from label.models import Edition

PAGE = 50


def page_of(request, rows):
    """The page asked by `?page=`, the nearest there is."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def wanted_generation(request):
    """The generation named in the address, else the current édition's, else the label's first frame."""
    asked = request.GET.get("generation")
    if asked in Generation.values:
        return Generation(asked)
    edition = Edition.objects.current()
    return Generation(edition.generation) if edition else Generation.G2015
