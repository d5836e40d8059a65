"""A browser that has entered before: a signed cookie keeps it apart, so that a stranger who exhausts what an address
may ask for does not lock its owner out.

It opens nothing: it gives these persons, from this browser, an allowance of their own.
"""

import secrets

from django.conf import settings

NOM = "navigateur"
DUREE = 365 * 24 * 3600
# A shared computer remembers the last ones.
PERSONNES = 5


def _read(request):
    """(random name of this browser or "", public keys of the persons who entered with it)."""
    value = request.get_signed_cookie(NOM, default="", salt="label.navigateur", max_age=DUREE)
    name, _, keys = value.partition(":")
    return name, [key for key in keys.split(",") if key]


def known_browser(request, user):
    """The name of this browser when `user` (or None) has entered with it before, else ""."""
    name, keys = _read(request)
    return name if user is not None and user.cle in keys else ""


def remember_browser(request, response, user):
    """Tell this browser apart from now on for this person."""
    name, keys = _read(request)
    keys = [user.cle, *(key for key in keys if key != user.cle)][:PERSONNES]
    response.set_signed_cookie(
        NOM,
        f"{name or secrets.token_urlsafe(12)}:{','.join(keys)}",
        salt="label.navigateur",
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
