"""Pages of the territory: three public ones, and the reference data in the pilote's hands."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contrats import exports
from contrats.actions import affect_chef, end_affectation
from contrats.carte import project_counts
from contrats.dessin import TONES, draw
from contrats.forms import (
    AffectationEndForm,
    AffectationFilter,
    AffectationForm,
    ContratForm,
    QuartierFilter,
    QuartierForm,
    wanted_generation,
)
from contrats.models import Affectation, Commune, ContratDeVille, Quartier
from contrats.orientation import orient
from label.access import access
from label.enums import Generation
from label.exports import export_as_asked

PAGE = 50


def _page(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


@require_safe
@access(public=True)
def recherche(request):
    generation = wanted_generation(request)
    # PostgreSQL takes no null character.
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:150] for name in ("q", "commune", "quartier")}
    answer = orient(generation, text=asked["q"], insee=asked["commune"], identifiant=asked["quartier"])
    context = {
        "answer": answer,
        "generation": generation,
        "generations": Generation,
        "asked": asked,
        "communes": Commune.objects.all(),
        "quartiers": Quartier.objects.in_generation(generation).prefetch_related("communes"),
    }
    return render(request, "contrats/recherche.html", context)


@require_safe
@access(public=True)
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
    return render(request, "contrats/carte.html", context)


@require_safe
@access("contrats.view_territoire", load=ContratDeVille, by="code", public=True)
def contrat_detail(request, contrat):
    quartiers = contrat.quartiers.prefetch_related("communes")
    en_poste = Affectation.objects.current().filter(contrat=contrat, user__is_active=True).select_related("user")
    context = {"contrat": contrat, "quartiers": quartiers, "en_poste": en_poste}
    return render(request, "contrats/contrat_detail.html", context)


@require_safe
@access("contrats.change_referentiel")
def quartier_list(request):
    rows = QuartierFilter(request.GET, Quartier.objects.with_places())
    return export_as_asked(request, lambda: exports.quartier_table(rows.qs), "quartiers-prioritaires") or render(
        request, "contrats/quartier_list.html", {"filtre": rows, "page_obj": _page(request, rows.qs)}
    )


@access("contrats.change_referentiel", load=Quartier, by="identifiant")
def quartier_edit(request, quartier):
    form = QuartierForm(request.POST or None, instance=quartier)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, f"«\u00a0{form.instance}\u00a0» est enregistré. Les prochains imports garderont vos corrections."
        )
        return redirect("contrats:quartier_list")
    return render(request, "contrats/quartier_form.html", {"form": form, "quartier": quartier})


@require_safe
@access("contrats.change_referentiel")
def contrat_list(request):
    rows = ContratDeVille.objects.annotate(nb_quartiers=Count("quartiers")).with_chefs().order_by("generation", "nom")
    return export_as_asked(request, lambda: exports.contrat_table(rows), "contrats-de-ville") or render(
        request, "contrats/contrat_list.html", {"page_obj": _page(request, rows)}
    )


@access("contrats.change_referentiel", load=ContratDeVille, by="code")
def contrat_edit(request, contrat):
    form = ContratForm(request.POST or None, instance=contrat)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, f"«\u00a0{form.instance}\u00a0» est enregistré. Les prochains imports garderont vos corrections."
        )
        return redirect("contrats:contrat_list")
    return render(request, "contrats/contrat_form.html", {"form": form, "contrat": contrat})


@require_safe
@access("contrats.change_referentiel")
def affectation_list(request):
    visible = Affectation.objects.visible_to(request.user).select_related("user", "contrat")
    rows = AffectationFilter(request.GET, visible)
    return export_as_asked(request, lambda: exports.affectation_table(rows.qs), "chefs-de-projet") or render(
        request, "contrats/affectation_list.html", {"filtre": rows, "page_obj": _page(request, rows.qs)}
    )


@access("contrats.change_referentiel")
def affectation_create(request):
    form = AffectationForm(request.POST or None, generation=wanted_generation(request))
    if request.method == "POST" and form.is_valid():
        try:
            affectation = affect_chef(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{affectation.user} est chef de projet de «\u00a0{affectation.contrat}\u00a0».")
            return redirect("contrats:affectation_list")
    return render(request, "contrats/affectation_form.html", {"form": form})


@access("contrats.change_referentiel", load=Affectation)
def affectation_end(request, affectation):
    form = AffectationEndForm(request.POST or None, initial={"au": affectation.au})
    if request.method == "POST" and form.is_valid():
        try:
            affectation = end_affectation(affectation, au=form.cleaned_data["au"], by=request.user)
        except ValidationError as error:
            form.add_error("au", error.messages)
        else:
            messages.success(request, f"La fin de l’affectation de {affectation.user} est enregistrée.")
            return redirect("contrats:affectation_list")
    return render(request, "contrats/affectation_end.html", {"form": form, "affectation": affectation})
