"""The whole story of a dossier, and the whole list of what waits for a person."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from label.access import access
from label.listes import page_of
from projects.fil.recit import journees
from projects.fil.registre import ce_qui_attend, histoire
from projects.models import Dossier


@require_safe
@access(load=Dossier, along=["structure", "edition", "contrat"])
def fil(request, dossier):
    """Every line of the story this person may read, the latest first."""
    page = page_of(request, histoire(dossier, request.user))
    context = {"dossier": dossier, "page_obj": page, "journees": journees(page.object_list)}
    return render(request, "projects/fil/fil.html", context)


@require_safe
@access()
def a_faire_list(request):
    """What waits for this person, on every floor: what is late first."""
    page = page_of(request, ce_qui_attend(request.user, timezone.now()))
    return render(request, "projects/fil/a_faire_list.html", {"page_obj": page})
