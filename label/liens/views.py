"""Coming back to a link after signing in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from label.access import access
from label.liens.courriel import path_of
from label.liens.page import AUTRE_ADRESSE, INCONNU, QUE_FAIRE_INCONNU, closed_page, is_for
from label.liens.queries import kinds


@never_cache
@require_safe
@access()
def lien_reprendre(request: HttpRequest, usage: str, graine: str) -> HttpResponse:
    """Where the door leads back to: the link itself would be kept with the sign-in code, and in the session.

    The seed alone opens nothing: only the address written to is led on.
    """
    model = kinds().get(usage)
    found = model.objects.exclude(jeton_sha256=None).filter(graine=graine).first() if model else None
    if not found or not found.LIEN.nominatif:
        raise Http404
    if not is_for(found, request.user):
        return closed_page(request, AUTRE_ADRESSE, "", status=200, autre=True)
    if not found.jeton:
        return closed_page(request, INCONNU, QUE_FAIRE_INCONNU, status=404)
    return redirect(path_of(found))
