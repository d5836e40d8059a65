"""The page where one searches."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from label.access import access
from label.trouvaille.forms import RechercheForm
from label.trouvaille.registre import search


@require_safe
@access()
def recherche(request):
    form = RechercheForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    groupes = search(request.user, text) if text else []
    context = {"form": form, "text": text, "groupes": groupes}
    return render(request, "label/trouvaille/recherche.html", context)
