"""The signed-in dashboard: each app answers «what is expected of me now?» with panels."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from label.models import Courriel

# What is asked of a page: its template and its context, or None.
Panneau = Callable[[HttpRequest], dict[str, Any] | None]
_panels: list[tuple[int, Panneau]] = []


def panel(order: int) -> Callable[[Panneau], Panneau]:
    """Register a function(request) -> {"template": path, **context}, or None when it has nothing for this person."""

    def decorate(function: Panneau) -> Panneau:
        _panels.append((order, function))
        _panels.sort(key=lambda pair: pair[0])
        return function

    return decorate


def panels_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The panels of this person, in order; each is a dict with its `template`."""
    return [content for _, function in _panels if (content := function(request)) is not None]


@panel(2)
def courriels(request: HttpRequest) -> dict[str, Any] | None:
    """Mails that do not leave: those given up, and those the mail server keeps waiting."""
    if not request.user.has_perm("label.view_courriel"):
        return None
    situation = Courriel.objects.situation()
    if not (situation["echecs"] or situation["retenus"] or situation["en_retard"]):
        return None
    return {"template": "label/courriel/panel.html", "situation": situation}
