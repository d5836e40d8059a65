"""The schematic map, public."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from contrats import exports
from contrats.carte.dessin import TONES, draw
from contrats.carte.queries import project_counts
from contrats.generation import wanted_generation
from contrats.models import Commune, ContratDeVille, Quartier
from label.access import access
from label.enums import Generation
from label.exports import export_as_asked


@require_safe
@access(public=True, indexed=True)
def carte(request):
    generation = wanted_generation(request)
    quartiers = Quartier.objects.in_generation(generation).with_places()
    download = export_as_asked(request, lambda: exports.quartier_table(quartiers), f"quartiers-{generation}")
    if download:
        return download
    contrats = list(ContratDeVille.objects.in_generation(generation).with_chefs().prefetch_related("communes"))
    for rank, contrat in enumerate(contrats):
        contrat.teinte = rank % TONES + 1
    tones = {commune.pk: contrat.teinte for contrat in contrats for commune in contrat.communes.all()}
    rows = list(quartiers)
    counts = project_counts([quartier.pk for quartier in rows])
    for quartier in rows:
        quartier.nb_projets = counts[quartier.pk]
    communes = list(Commune.objects.all())
    context = {
        "generation": generation,
        "generations": Generation,
        "carte": draw(communes, rows, counts, tones),
        "quartiers": rows,
        "has_populations": any(quartier.population is not None for quartier in rows),
        "contrats": contrats,
        "communes": communes,
    }
    return render(request, "contrats/carte/carte.html", context)
