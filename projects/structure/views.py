"""Pages of the structure: who it is, its people, the doors opened by mail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.adresses import invite_each
from label.liens.page import opened_by
from label.recherche import par_nom
from projects.models import DemandeAdhesion, Dossier, Invitation, Membre, Structure
from projects.partage.forms import TransmissionForm
from projects.rules import is_structure_membre
from projects.structure.actions import (
    accept_invitation,
    change_responsibility,
    end_membership,
    find_structure,
    invite,
    revoke_invitation,
    update_structure,
)
from projects.structure.adhesion import ask_to_join, decide_demande, open_demande
from projects.structure.forms import AdhesionForm, DecisionAdhesionForm, InvitationForm, StructurePageForm
from projects.structure.identifiants import normaliser_rna, normaliser_siret, valider_rna, valider_siret
from projects.structure.kinds import identity_of
from projects.structure.responsabilite import hand_over


def _attempt(request, action, success):
    """Run `action()`; say what came of it. A refusal becomes a message, never an error page."""
    try:
        action()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, success)
    return True


# The numbers looked at as they are typed: how each is stored, how it is checked.
IDENTIFIANTS = {"siret": (normaliser_siret, valider_siret), "rna": (normaliser_rna, valider_rna)}
TAPE_MAX = 200


@require_safe
@access(public=True)
def structure_check(request):
    """What is to be said of a `siret` or `rna` just typed: a fragment of page, empty when there is nothing to say.

    Of a structure already here it tells the public name and the town. Asked of nothing, it is not there (404).
    """
    if not IDENTIFIANTS.keys() & request.GET.keys():
        raise Http404
    context = {"valide": False, "erreur": "", "existante": None}
    for name, (normalise, validate) in IDENTIFIANTS.items():
        if value := normalise(request.GET.get(name, "")[:TAPE_MAX]):
            try:
                validate(value)
            except ValidationError as error:
                context["erreur"] = " ".join(error.messages)
            else:
                found = find_structure(**{name: value})
                is_mine = found and Structure.objects.of_member(request.user).filter(pk=found.pk).exists()
                context |= {"valide": True, "existante": None if is_mine else found}
            break
    response = render(request, "projects/structure/_check.html", context)
    response["Cache-Control"] = "private, max-age=60"
    return response


@access()
def structure_join(request, cle):
    """Ask to join a structure already here. Whoever holds its key reads its name and its town, no more."""
    structure = get_object_or_404(Structure.objects.select_related("commune"), cle=cle)
    if Structure.objects.of_member(request.user).filter(pk=structure.pk).exists():
        return redirect("projects:structure_detail", structure.cle)
    form = AdhesionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_join(structure, by=request.user, message=form.cleaned_data["message"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, f"Votre demande est partie. La réponse de « {structure} » vous parviendra par courriel."
            )
            return redirect("projects:structure_join", structure.cle)
    context = {
        "structure": structure,
        "form": form,
        "demande": open_demande(structure, request.user),
        "idee_gardee": bool(request.session.get("idee")),
    }
    return render(request, "projects/structure/join.html", context)


@access("projects.change_structure", load=Structure)
def demande_decide(request, structure, pk):
    """Accept or decline a request to join, with a word."""
    demande = get_object_or_404(
        DemandeAdhesion.objects.select_related("user", "by", "structure").exclude(user=request.user),
        structure=structure,
        pk=pk,
    )
    form = DecisionAdhesionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_demande(demande, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            outcome = "fait maintenant partie de la structure" if form.cleaned_data["accepted"] else "est prévenue"
            messages.success(request, f"{demande.user.get_full_name()} {outcome}.")
            return redirect("projects:structure_detail", structure.cle)
    context = {"form": form, "structure": structure, "demande": demande}
    return render(request, "projects/structure/demande.html", context)


@require_safe
@access("projects.view_structure", load=Structure)
def structure_detail(request, structure):
    can_change = request.user.has_perm("projects.change_structure", structure)
    dossiers = structure.dossiers.all() & Dossier.objects.visible_to(request.user)
    context = {
        "structure": structure,
        "identite": identity_of(structure),
        "membres": Membre.objects.current().filter(structure=structure).select_related("user"),
        "demandes": structure.demandes_adhesion.filter(decided_at=None).select_related("user") if can_change else [],
        "invitations": structure.invitations.filter(accepted_at=None, revoked_at=None) if can_change else [],
        "dossiers": dossiers.read_by(request.user).select_related("edition").order_by("-edition__annee", "pk"),
        "can_change": can_change,
        "can_hand_over": request.user.has_perm("projects.hand_over_structure", structure),
        "mien": is_structure_membre.test(request.user, structure),
    }
    return render(request, "projects/structure/detail.html", context)


@access("projects.change_structure", load=Structure)
def structure_edit(request, structure):
    form = StructurePageForm(request.POST or None, instance=structure)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            update_structure(structure, vus=values.pop("vus"), values=values, by=request.user, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            form.look_again()
        else:
            messages.success(request, "La structure est à jour.")
            return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure/form.html", {"form": form, "structure": structure})


@access("projects.change_structure", load=Structure)
def structure_invite(request, structure):
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        responsable = form.cleaned_data["is_responsable"]
        taken = invite_each(
            form, "email", lambda email: invite(structure, email=email, is_responsable=responsable, by=request.user)
        )
        if taken:
            messages.success(request, f"L’invitation part à {', '.join(taken)}.")
        if form.is_valid():
            return redirect("projects:structure_detail", structure.cle)
    return render(request, "projects/structure/invite.html", {"form": form, "structure": structure})


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
    can_hand_over = request.user.has_perm("projects.hand_over_structure", structure)
    context = {"structure": structure, "membre": membre, "fin": True, "can_hand_over": can_hand_over}
    return render(request, "projects/structure/membre.html", context)


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
    return render(request, "projects/structure/membre.html", {"structure": structure, "membre": membre, "fin": False})


@opened_by(Invitation, "structure", "by")
def invitation_accept(request, invitation):
    """The door opened by mail: shown to anybody who holds the key, crossed by a click of the invited address only."""
    if request.method == "POST" and request.user.is_authenticated:
        if _attempt(
            request,
            lambda: accept_invitation(invitation, by=request.user),
            f"Bienvenue : vous faites partie de « {invitation.structure} ».",
        ):
            return redirect("projects:structure_detail", invitation.structure.cle)
        return redirect(request.path)
    return render(request, "projects/structure/invitation_accept.html", {"invitation": invitation})


@access("projects.hand_over_structure", load=Structure)
def structure_transmettre(request, structure):
    membres = (
        Membre.objects.current().filter(structure=structure).select_related("user").order_by(*par_nom("user__"), "pk")
    )
    mien = membres.filter(user=request.user, is_responsable=True).first()
    form = TransmissionForm(request.POST or None, membres=membres, mien=mien)
    if request.method == "POST" and form.is_valid():
        try:
            entrant = hand_over(structure, **form.for_action(), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{entrant.user.get_full_name()} est maintenant responsable de la structure.")
            if Structure.objects.visible_to(request.user).filter(pk=structure.pk).exists():
                return redirect("projects:structure_detail", structure.cle)
            return redirect("label:tableau")
    context = {
        "structure": structure,
        "form": form,
        "mien": mien,
        "autres": form.fields["entrant"].queryset.exists(),
    }
    return render(request, "projects/structure/transmettre.html", context)
