"""A contrat de ville for everybody; the reference data in the pilote’s hands."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contrats import exports
from contrats.generation import depart_of
from contrats.models import Affectation, ContratDeVille, Quartier
from contrats.territoire.forms import ContratForm, QuartierFilter, QuartierForm
from label.access import access
from label.exports import export_as_asked
from label.listes import page_of


@require_safe
@access("contrats.view_territoire", load=ContratDeVille, by="code", public=True, indexed=True)
def contrat_detail(request, contrat):
    quartiers = contrat.quartiers.prefetch_related("communes")
    en_poste = Affectation.objects.current().filter(contrat=contrat, user__is_active=True).select_related("user")
    depart = depart_of(contrat, contrat.generation, timezone.now())
    context = {"contrat": contrat, "quartiers": quartiers, "en_poste": en_poste, "depart": depart}
    return render(request, "contrats/territoire/contrat_detail.html", context)


@require_safe
@access("contrats.change_referentiel")
def quartier_list(request):
    rows = QuartierFilter(request.GET, Quartier.objects.with_places())
    return export_as_asked(request, lambda: exports.quartier_table(rows.qs), "quartiers-prioritaires", rows) or render(
        request, "contrats/territoire/quartier_list.html", {"filtre": rows, "page_obj": page_of(request, rows.qs)}
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
    return render(request, "contrats/territoire/quartier_form.html", {"form": form, "quartier": quartier})


@require_safe
@access("contrats.change_referentiel")
def contrat_list(request):
    rows = (
        ContratDeVille.objects.annotate(nb_quartiers=Count("quartiers"))
        .with_chefs()
        .order_by("generation", "recherche")
    )
    return export_as_asked(request, lambda: exports.contrat_table(rows), "contrats-de-ville") or render(
        request, "contrats/territoire/contrat_list.html", {"page_obj": page_of(request, rows)}
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
    return render(request, "contrats/territoire/contrat_form.html", {"form": form, "contrat": contrat})
