"""Who to speak to: from an address or a quartier to its chef de projet."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contrats.generation import depart_of, wanted_generation
from contrats.models import Commune, Quartier
from contrats.orientation.queries import orient
from label.access import access
from label.enums import Generation


@require_safe
@access(public=True, indexed=True)
def recherche(request):
    generation = wanted_generation(request)
    # PostgreSQL takes no null character.
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:150] for name in ("q", "commune", "quartier")}
    answer = orient(generation, text=asked["q"], insee=asked["commune"], identifiant=asked["quartier"])
    context = {
        "answer": answer,
        "depart": depart_of(answer.place, generation, timezone.now()),
        "generation": generation,
        "generations": Generation,
        "asked": asked,
        "communes": Commune.objects.all(),
        "quartiers": Quartier.objects.in_generation(generation).prefetch_related("communes"),
    }
    return render(request, "contrats/orientation/recherche.html", context)
