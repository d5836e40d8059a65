"""Pages of the structure: who it is, its people, the doors opened by mail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from projects.actions.structure import (
    accept_invitation,
    change_responsibility,
    end_membership,
    invite,
    refusal_of,
    revoke_invitation,
    update_structure,
)
from projects.forms.structure import InvitationForm, StructureForm
from projects.models import Dossier, Invitation, Membre, Structure


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
@access("projects.view_structure", load=Structure)
def structure_detail(request, structure):
    can_change = request.user.has_perm("projects.change_structure", structure)
    dossiers = structure.dossiers.all() & Dossier.objects.visible_to(request.user)
    context = {
        "structure": structure,
        "membres": Membre.objects.current().filter(structure=structure).select_related("user"),
        "invitations": structure.invitations.filter(accepted_at=None, revoked_at=None) if can_change else [],
        "dossiers": dossiers.read_by(request.user).select_related("edition").order_by("-edition__annee", "pk"),
        "can_change": can_change,
    }
    return render(request, "projects/structure_detail.html", context)


@access("projects.change_structure", load=Structure)
def structure_edit(request, structure):
    form = StructureForm(request.POST or None, instance=structure)
    if request.method == "POST" and form.is_valid():
        update_structure(structure, values=form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, "La structure est à jour.")
        return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure_form.html", {"form": form, "structure": structure})


@access("projects.change_structure", load=Structure)
def structure_invite(request, structure):
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite(structure, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error("email", error.messages)
        else:
            messages.success(request, f"L’invitation part à {form.cleaned_data['email']}.")
            return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure_invite.html", {"form": form, "structure": structure})


@require_POST
@access("projects.change_structure", load=Structure)
def invitation_revoke(request, structure, pk):
    invitation = get_object_or_404(structure.invitations, pk=pk)
    _attempt(request, lambda: revoke_invitation(invitation, by=request.user), "L’invitation est retirée.")
    return redirect("projects:structure_detail", structure.cle)


def _membre(structure, personne):
    return get_object_or_404(Membre.objects.current().select_related("user"), structure=structure, user__cle=personne)


@access("projects.view_structure", load=Structure)
def membre_end(request, structure, personne):
    membre = _membre(structure, personne)
    if membre.user != request.user and not request.user.has_perm("projects.change_structure", structure):
        raise PermissionDenied
    if request.method == "POST":
        done = _attempt(
            request,
            lambda: end_membership(membre, by=request.user),
            f"{membre.user} ne fait plus partie de la structure.",
        )
        if done and membre.user == request.user:
            return redirect("label:tableau")
        return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure_membre.html", {"structure": structure, "membre": membre, "fin": True})


@access("projects.change_structure", load=Structure)
def membre_responsable(request, structure, personne):
    membre = _membre(structure, personne)
    if request.method == "POST":
        wanted = request.POST.get("is_responsable") == "oui"
        words = "est maintenant responsable" if wanted else "n’est plus responsable"
        _attempt(
            request,
            lambda: change_responsibility(membre, is_responsable=wanted, by=request.user),
            f"{membre.user} {words} de la structure.",
        )
        return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure_membre.html", {"structure": structure, "membre": membre, "fin": False})


@access(public=True)
def invitation_accept(request, jeton):
    """The door opened by mail: shown to anybody who holds the key, crossed by a click of the invited address only."""
    invitation = get_object_or_404(Invitation.objects.select_related("structure", "by"), jeton=jeton)
    refusal = refusal_of(invitation, request.user)
    if request.method == "POST" and request.user.is_authenticated:
        if _attempt(
            request,
            lambda: accept_invitation(invitation, by=request.user),
            f"Bienvenue : vous faites partie de « {invitation.structure} ».",
        ):
            return redirect("projects:structure_detail", invitation.structure.cle)
        return redirect("projects:invitation_accept", jeton)
    return render(request, "projects/invitation_accept.html", {"invitation": invitation, "refusal": refusal})
