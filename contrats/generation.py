"""Which of the two generations of quartiers a page of the territory is asked for."""

from label.enums import Generation
from label.models import Edition


def wanted_generation(request):
    """The generation named in the address, else the current édition's, else the label's first frame."""
    asked = request.GET.get("generation")
    if asked in Generation.values:
        return Generation(asked)
    edition = Edition.objects.current()
    return Generation(edition.generation) if edition else Generation.G2015
