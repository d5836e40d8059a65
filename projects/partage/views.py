"""The people of a dossier: who reads, comments, writes and deposits it, and the doors opened to others."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from label.access import access
from label.adresses import invite_each
from label.liens.page import opened_by
from label.models import User
from projects.enums import Droit
from projects.models import Dossier, Mandat, Partage
from projects.partage.actions import (
    accept_partage,
    change_droit,
    decline_partage,
    end_partage,
    give_mandat,
    invite_to_dossier,
    refusal_of,
    revoke_mandat,
)
from projects.partage.forms import DroitForm, PartageForm
from projects.partage.queries import personnes_du_dossier
from projects.rules import is_recused


def _attempt(request, action, success):
    """Run `action()`; say what came of it. A refusal becomes a message, never an error page."""
    try:
        action()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, success)
    return True


@require_safe
@access(load=Dossier)
def personne_list(request, dossier):
    dossier = Dossier.objects.select_related("structure", "contrat", "edition").get(pk=dossier.pk)
    can_share = request.user.has_perm("projects.share_dossier", dossier)
    context = {
        "dossier": dossier,
        "personnes": personnes_du_dossier(dossier, request.user),
        "can_share": can_share,
        "attente": dossier.partages.pending().select_related("by") if can_share else [],
    }
    return render(request, "projects/partage/personne_list.html", context)


@access("projects.share_dossier", load=Dossier)
def partage_create(request, dossier):
    form = PartageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        droit = form.cleaned_data["droit"]
        taken = invite_each(
            form, "email", lambda email: invite_to_dossier(dossier, email=email, droit=droit, by=request.user)
        )
        if taken:
            messages.success(request, f"L’invitation part à {', '.join(taken)}.")
        if form.is_valid():
            return redirect("projects:personne_list", dossier.cle)
    return render(request, "projects/partage/create.html", {"form": form, "dossier": dossier, "rappel": Partage.RAPPEL})


def _partage(dossier, pk):
    """One invitation of this dossier that is not over."""
    return get_object_or_404(dossier.partages.select_related("user"), pk=pk, ended_at=None)


@access("projects.share_dossier", load=Dossier)
def partage_edit(request, dossier, pk):
    partage = _partage(dossier, pk)
    form = DroitForm(request.POST or None, initial={"droit": partage.droit})
    if request.method == "POST" and form.is_valid():
        _attempt(
            request,
            lambda: change_droit(partage, droit=form.cleaned_data["droit"], by=request.user),
            "C’est changé, dès maintenant.",
        )
        return redirect("projects:personne_list", dossier.cle)
    context = {"form": form, "dossier": dossier, "partage": partage, "qui": _nom(partage)}
    return render(request, "projects/partage/edit.html", context)


def _nom(partage):
    return partage.user.get_full_name() if partage.user else partage.email


@access(load=Dossier)
def partage_end(request, dossier, pk):
    partage = _partage(dossier, pk)
    leaves = partage.user_id == request.user.pk
    if not leaves and not request.user.has_perm("projects.share_dossier", dossier):
        raise PermissionDenied
    if request.method == "POST":
        success = "Vous avez quitté ce dossier." if leaves else f"{_nom(partage)} n’est plus dans le dossier."
        done = _attempt(request, lambda: end_partage(partage, by=request.user), success)
        if done and leaves and not Dossier.objects.visible_to(request.user).filter(pk=dossier.pk).exists():
            return redirect("label:tableau")
        return redirect("projects:personne_list", dossier.cle)
    context = {"dossier": dossier, "partage": partage, "qui": _nom(partage), "leaves": leaves}
    return render(request, "projects/partage/end.html", context)


@access(load=Dossier)
def mandat_edit(request, dossier, personne):
    """Give the mandate to somebody who has none, take it back from somebody who has it."""
    user = request.user
    qui = get_object_or_404(User, cle=personne)
    mandat = Mandat.objects.current().filter(dossier=dossier, user=qui).select_related("by", "user").first()
    if not user.has_perm("projects.mandate_dossier", dossier) and (mandat is None or qui != user):
        raise PermissionDenied
    if mandat is None and not any(line.user == qui for line in personnes_du_dossier(dossier, user)):
        raise Http404
    if request.method == "POST":
        if request.POST.get("acte") == "retirer":
            if mandat:
                _attempt(request, lambda: revoke_mandat(mandat, by=user), "Le mandat est retiré.")
        else:
            success = f"{qui.get_full_name()} peut déposer ce dossier."
            _attempt(request, lambda: give_mandat(dossier, qui, by=user), success)
        return redirect("projects:personne_list", dossier.cle)
    context = {"dossier": dossier, "mandat": mandat, "qui": qui}
    return render(request, "projects/partage/mandat_edit.html", context)


def _is_recused(request, partage):
    return partage.droit != Droit.ECRITURE and is_recused(request.user, partage.dossier)


def _is_inside(request, partage):
    return not partage.ended_at and request.user.is_authenticated and partage.user_id == request.user.pk


@opened_by(Partage, "dossier__structure", "dossier__edition", "by", hidden=_is_recused, encore=_is_inside)
def partage_accept(request, partage):
    """The door opened by mail: shown to whoever holds the key, crossed by a click of the invited address only."""
    user = request.user
    if _is_inside(request, partage):
        return redirect("projects:dossier_detail", partage.dossier.cle)
    if request.method == "POST":
        if request.POST.get("reponse") == "non":
            _attempt(request, lambda: decline_partage(partage), "C’est noté : vous ne recevrez plus rien à ce sujet.")
        elif user.is_authenticated and _attempt(
            request,
            lambda: accept_partage(partage, by=user),
            f"Bienvenue : « {partage.dossier} » vous est ouvert.",
        ):
            return redirect("projects:dossier_detail", partage.dossier.cle)
        return redirect(request.path)
    refusal = refusal_of(partage, user) if user.is_authenticated else ""
    return render(request, "projects/partage/accept.html", {"partage": partage, "refusal": refusal})
