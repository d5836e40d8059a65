"""What every template may count on: menu, édition, demonstration banner."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from label.mentions import ACCESSIBILITE
from label.menu import entries_for
from label.models import Edition
from label.robots import NOINDEX, is_indexed


def is_travail(request: HttpRequest) -> bool:
    """Whether this is a working page: somebody is signed in, and nobody else may open it."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    is_public = match is not None and getattr(match.func, "access", {"public": False})["public"]
    return user is not None and user.is_authenticated and not is_public


def label(request: HttpRequest) -> dict[str, Any]:
    # Lazy: a page that shows neither costs no query for them.
    return {
        "menu": SimpleLazyObject(lambda: entries_for(request.user)),
        "edition_courante": SimpleLazyObject(Edition.objects.current),
        "demo": settings.DEMO,
        "etat_accessibilite": ACCESSIBILITE,
        "travail": is_travail(request),
        "robots": "" if is_indexed(request) else NOINDEX,
        "contact_email": settings.LABEL_CONTACT_EMAIL,
        "attribuant_nom": settings.LABEL_ATTRIBUANT_NOM,
    }
