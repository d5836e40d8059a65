"""Where one is, for what stands around every page: the help of this page, the way to write to us from it."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from label.aide.registre import explication
from label.contact.forms import page_from

register = template.Library()


@register.inclusion_tag("label/aide/_ici.html", takes_context=True)
def aide_ici(context: Any) -> dict[str, str]:
    """The link to the paragraph that explains this page to this person; nothing where none does."""
    request = context.get("request")
    match = request and request.resolver_match
    found = explication(match.view_name, request.user, str(match.kwargs.get("section", ""))) if match else None
    if not found:
        return {"adresse": "", "titre": ""}
    aide, partie = found
    return {"adresse": aide.adresse_de(partie), "titre": partie.titre}


@register.simple_tag(takes_context=True)
def nous_ecrire(context: Any) -> str:
    """The address of the page «Nous écrire», which keeps from where one comes when that may be told."""
    request = context.get("request")
    # A dead end answers the same whatever was asked: the address of what is closed is not told either.
    page = page_from(request.path) if request and "exception" not in context else ""
    here = reverse("label:contact")
    return f"{here}?{urlencode({'de': page})}" if page not in ("", here, "/") else here
