"""Opinions of partners: asked from the work page, given by a link without an account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from instruction.avis.actions import answer_avis, ask_avis, remind_avis, revoke_avis
from instruction.avis.forms import AvisForm, RenduAvisForm
from instruction.avis.queries import closed_because, is_recused_since
from instruction.models import Avis
from instruction.pages.detail import back_to, deposited_or_404
from label.access import access
from label.liens.page import opened_by
from label.templatetags.label_ui import pluriel
from projects.champs.entree import Lecteur
from projects.dossier.lecture import lecture
from projects.models import Dossier
from projects.rules import is_recused


@require_http_methods(["GET", "HEAD", "POST"])
@access("instruction.instruct_dossier", load=Dossier)
def avis_create(request, dossier):
    deposited_or_404(dossier)
    form = AvisForm(request.POST or None, edition=dossier.edition)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_avis(dossier, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"{pluriel(len(asked), 'avis demandé,avis demandés')}\u00a0: les liens partent par courriel."
            )
            return back_to(dossier, "avis")
    return render(request, "instruction/avis/create.html", {"dossier": dossier, "form": form, "rappel": Avis.RAPPEL})


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def avis_revoke(request, dossier, pk):
    avis = get_object_or_404(dossier.avis, pk=pk)
    try:
        revoke_avis(avis, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La demande faite à {avis.nom} est retirée\u00a0: son lien ne sert plus.")
    return back_to(dossier, "avis")


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def avis_remind(request, dossier, pk):
    avis = get_object_or_404(dossier.avis, pk=pk)
    try:
        sent = remind_avis(avis, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = "Un rappel part à" if sent else "Un rappel est déjà parti aujourd’hui pour"
        messages.info(request, f"{said} {avis.nom}.")
    return back_to(dossier, "avis")


def _is_recused(request, avis):
    return is_recused_since(avis) or is_recused(request.user, avis.dossier)


def _is_answered(request, avis):
    return bool(avis.answered_at) and not avis.revoked_at


@opened_by(
    Avis,
    "dossier__edition",
    "dossier__structure__commune",
    "dossier__contrat",
    "by",
    hidden=_is_recused,
    encore=_is_answered,
)
def avis_answer(request, avis):
    """The partner reads and answers; whoever has answered reads again what he said, and nothing else."""
    closed = closed_because(avis)
    form = RenduAvisForm(request.POST or None)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            answer_avis(avis, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(request.path)
    context = {"avis": avis, "closed": closed, "form": form, "dossier": avis.dossier}
    if not closed:
        context["lue"] = lecture(avis.dossier_id, None, Lecteur.PARTENAIRE, adresse=None)
        context["suite"] = [("repondre", "Répondre")]
    return render(request, "instruction/avis/answer.html", context)
