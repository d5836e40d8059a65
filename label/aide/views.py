"""The help, role by role."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from label.access import access
from label.aide.registre import AIDES, aide_du_role


@require_safe
@access(public=True, indexed=True)
def aide(request):
    mine = next(aide for aide in AIDES if aide.concerne(request.user))
    context = {"aides": AIDES[::-1], "mienne": mine if request.user.is_authenticated else None}
    return render(request, "label/aide/accueil.html", context)


@require_safe
@access(public=True, indexed=True)
def aide_role(request, role):
    found = aide_du_role(role)
    if found is None:
        raise Http404
    return render(request, "label/aide/role.html", {"aide": found, "autres": [o for o in AIDES[::-1] if o != found]})
