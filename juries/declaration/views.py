"""A member’s declaration, and the register of déports."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from juries.declaration import actions
from juries.declaration.forms import DeclarationForm, MotifForm
from juries.declaration.queries import undeclared
from juries.models import Declaration, Jury
from juries.rules import seat_of
from label.access import GET_POST, access
from label.listes import page_of
from label.recherche import par_nom
from label.templatetags.label_ui import de
from projects.models import Deport
from projects.models.dossier import by_numero


@access("juries.declare", load=Jury, by="edition__annee")
@GET_POST
def declaration_edit(request, jury):
    seat = seat_of(request.user, jury)
    form = DeclarationForm(request.POST or None, dossiers=undeclared(seat))
    if request.method == "POST" and form.is_valid():
        libres, deports = actions.declare(seat, form.answers(), by=request.user)
        if libres + deports:
            messages.success(
                request, f"Votre déclaration est enregistrée : {libres} sans lien, {deports} avec un lien."
            )
        else:
            messages.warning(request, "Aucune réponse n’a été donnée.")
        return redirect("juries:declaration_edit", jury.edition.annee)
    declares = (
        Declaration.objects.libres()
        .filter(jure=seat)
        .select_related("dossier__structure")
        .order_by(*by_numero("dossier__"), "pk")
    )
    context = {"form": form, "jury": jury, "declares": declares}
    return render(request, "juries/declaration/edit.html", context)


@access("juries.declare", load=Jury, by="edition__annee")
@require_POST
def deport_create(request, jury):
    """A link remembered after the declaration."""
    declaration = get_object_or_404(
        Declaration.objects.libres().select_related("jure__user", "dossier"),
        jure=seat_of(request.user, jury),
        dossier__cle=request.POST.get("dossier", ""),
    )
    try:
        actions.add_deport(declaration, motif=request.POST.get("motif", "")[:300], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Votre lien est enregistré : ce dossier ne vous est plus présenté.")
    return redirect("juries:declaration_edit", jury.edition.annee)


@access("juries.change_jury", load=Jury, by="edition__annee")
@require_safe
def deport_list(request, jury):
    """Who is recused of what, and what remains to be declared: a screen of the pilote."""
    deports = (
        Deport.objects.visible_to(request.user)
        .current()
        .filter(dossier__edition=jury.edition_id)
        .select_related("user", "dossier__structure")
        .order_by(*par_nom("user__"), *by_numero("dossier__"), "pk")
    )
    jures = list(jury.jures.active())
    seated = {jure.user_id for jure in jures}
    for deport in deports:
        deport.siege = deport.user_id in seated
    before = actions.dossiers_devant(jury)
    total = before.count()
    said = Declaration.objects.filter(jure__jury=jury, dossier__in=before).order_by()
    recused = Deport.objects.current().filter(dossier__in=before).order_by()
    done = said.values_list("jure__user", "dossier").union(recused.values_list("user", "dossier")).order_by()
    answered = Counter(user for user, _ in done)
    membres = [(jure, total - answered[jure.user_id]) for jure in jures]
    context = {"jury": jury, "page_obj": page_of(request, deports), "membres": membres}
    return render(request, "juries/declaration/deport_list.html", context)


@access("juries.change_jury", load=Deport, by="pk")
@GET_POST
def deport_lift(request, deport):
    form = MotifForm(request.POST or None, lu="Inscrit au registre du jury, à une ligne que seuls les pilotes lisent.")
    if request.method == "POST" and form.is_valid():
        try:
            actions.lift_deport(deport, motif=form.cleaned_data["motif"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"Le déport {de(deport.user)} est levé.")
            return redirect("juries:deport_list", deport.dossier.edition.annee)
    return render(request, "juries/declaration/deport_lift.html", {"form": form, "deport": deport})
