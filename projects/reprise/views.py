"""What was given once is not asked again: a dossier copied from an earlier édition, a piece taken up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from projects.dossier.actions import PlusieursContrats
from projects.enums import Section
from projects.models import Dossier, Piece
from projects.reprise.actions import account_of, copy_dossier, edition_for_copy, living_copy, take_up_piece
from projects.reprise.forms import CopieForm


@access("projects.copy_dossier", load=Dossier)
def dossier_copy(request, dossier):
    """Before the copy: what it takes, what it leaves, and the lead contrat when there is a choice."""
    edition = edition_for_copy(dossier, timezone.now())
    if edition is None:
        raise Http404
    bilan = account_of(dossier, edition)
    data = request.POST if request.method == "POST" else None
    form = CopieForm(data, quartiers=bilan.quartiers, edition=edition, contrat=dossier.contrat)
    if request.method == "POST" and form.is_valid():
        try:
            copy = copy_dossier(dossier, edition, by=request.user, contrat=form.cleaned_data.get("contrat"))
        except PlusieursContrats as error:
            form.add_error("contrat" if "contrat" in form.fields else None, error.messages)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le dossier est repris. Votre chef de projet en est prévenu par courriel.")
            return redirect("projects:dossier_copied", copy.cle)
    copie = living_copy(dossier, edition)
    # Taken up already, meanwhile or long ago: there is nothing to choose any more.
    context = {
        "dossier": dossier,
        "edition": edition,
        "bilan": bilan,
        "form": None if copie else form,
        "copie": copie,
    }
    return render(request, "projects/reprise/dossier_copy.html", context)


@require_safe
@access(load=Dossier)
def dossier_copied(request, dossier):
    """After the copy: what was taken and what was not. The former dossier must be seen by the reader too."""
    source = get_object_or_404(Dossier.objects.visible_to(request.user), pk=dossier.copie_de_id)
    context = {"dossier": dossier, "source": source, "bilan": account_of(source, dossier.edition)}
    return render(request, "projects/reprise/dossier_copied.html", context)


@require_POST
@access(load=Dossier)
def piece_take_up(request, dossier):
    source = get_object_or_404(Piece.objects.visible_to(request.user), cle=request.POST.get("piece", ""))
    try:
        piece = take_up_piece(dossier, source, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"« {piece.nom} » est repris\u00a0: la pièce est jointe à ce dossier.")
    return redirect("projects:section_edit", dossier.cle, Section.PIECES)
