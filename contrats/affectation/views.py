"""Who is chef de projet where, in the pilote’s hands."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contrats import exports
from contrats.affectation.actions import affect_chef, end_affectation
from contrats.affectation.forms import AffectationEndForm, AffectationFilter, AffectationForm
from contrats.generation import wanted_generation
from contrats.models import Affectation
from label.access import access
from label.exports import export_as_asked
from label.listes import page_of
from label.templatetags.label_ui import de


@require_safe
@access("contrats.change_referentiel")
def affectation_list(request):
    visible = Affectation.objects.visible_to(request.user).select_related("user", "contrat")
    rows = AffectationFilter(request.GET, visible)
    return export_as_asked(request, lambda: exports.affectation_table(rows.qs), "chefs-de-projet", rows) or render(
        request, "contrats/affectation/list.html", {"filtre": rows, "page_obj": page_of(request, rows.qs)}
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
    return render(request, "contrats/affectation/form.html", {"form": form})


@access("contrats.change_referentiel", load=Affectation)
def affectation_end(request, affectation):
    form = AffectationEndForm(request.POST or None, initial={"au": affectation.au})
    if request.method == "POST" and form.is_valid():
        try:
            affectation = end_affectation(affectation, au=form.cleaned_data["au"], by=request.user)
        except ValidationError as error:
            form.add_error("au", error.messages)
        else:
            messages.success(request, f"La fin de l’affectation {de(affectation.user)} est enregistrée.")
            return redirect("contrats:affectation_list")
    return render(request, "contrats/affectation/end.html", {"form": form, "affectation": affectation})
