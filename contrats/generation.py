"""Which of the two generations of quartiers a page of the territory is asked for."""

from django.contrib import messages
from django.http import Http404

from label.enums import Generation
from label.models import Edition


def wanted_generation(request):
    """The generation named in the address, else the current édition's, else the label's first frame.

    One there is not is said on the page, and makes no file (Http404).
    """
    asked = request.GET.get("generation")
    if asked in Generation.values:
        return Generation(asked)
    if asked:
        if "format" in request.GET:
            raise Http404
        messages.warning(
            request, "Cette adresse demande des quartiers d’une génération inconnue\u00a0: en voici d’autres."
        )
    edition = Edition.objects.current()
    return Generation(edition.generation) if edition else Generation.G2015
