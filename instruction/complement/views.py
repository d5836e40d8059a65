"""Pages of the complement: asked by the instructeur, answered by the porteur."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from instruction.complement.actions import answer_complement, ask_complement, extend_complement
from instruction.complement.forms import ComplementForm, DelaiComplementForm, ReponseForm
from instruction.complement.queries import open_complement
from instruction.pages.detail import back_to, deposited_or_404
from label.access import access
from label.minute import is_past
from label.notifications import prevenus
from projects.depot.silence_lu import silence_context
from projects.dossier.connu import token_of
from projects.dossier.contenu import current_content
from projects.dossier.lisible import changes
from projects.dossier.version import EN_COURS, at_version, since
from projects.enums import Section, Statut
from projects.models import Depot, Dossier


@require_http_methods(["GET", "HEAD", "POST"])
@access("instruction.instruct_dossier", load=Dossier)
def complement_create(request, dossier):
    deposited_or_404(dossier)
    form = ComplementForm(request.POST or None, initial={"expected": token_of(dossier, request.user)}, dossier=dossier)
    if request.method == "POST" and form.is_valid():
        try:
            token, asked = form.cleaned_data["expected"], dict(form.cleaned_data)
            del asked["expected"]
            ask_complement(dossier, **asked, token=token, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La demande de complément part à la structure.")
            return back_to(dossier, "complements")
    context = {"dossier": dossier, "form": form, "prevenus": prevenus("complement_demande", dossier)}
    return render(request, "instruction/complement/create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("projects.extend_dossier", load=Dossier)
def complement_extend(request, dossier):
    demande = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    if demande is None:
        messages.warning(request, "Aucun complément n’est attendu sur ce dossier.")
        return back_to(dossier, "complements")
    form = DelaiComplementForm(request.POST or None, edition=dossier.edition)
    if request.method == "POST" and form.is_valid():
        try:
            extend_complement(demande, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le délai de réponse est prolongé, la structure est prévenue.")
            return back_to(dossier, "complements")
    told = prevenus("complement_demande", dossier)
    context = {"dossier": dossier, "demande": demande, "form": form, "prevenus": told}
    return render(request, "instruction/complement/extend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access(load=Dossier)
def complement_answer(request, dossier):
    """Read by all who see the dossier; answered by the people of its structure."""
    demandes = list(dossier.complements.select_related("answered_by"))
    if not demandes:
        raise Http404
    form = ReponseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_complement(dossier, reponse=form.cleaned_data["reponse"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                "Votre réponse est envoyée à l’EPT\u00a0: le dossier complété est une nouvelle version, avec son "
                "accusé de réception.",
            )
            return redirect("projects:depot_detail", dossier.cle)
    demande = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    versions = list(Depot.objects.with_suspensions().filter(dossier=dossier).order_by("rang"))
    context = {
        "dossier": dossier,
        "demande": demande,
        "passees": [passee for passee in demandes if passee != demande],
        "is_late": demande is not None and is_past(demande.echeance, timezone.now()),
        "can_answer": request.user.has_perm("instruction.answer_complement", dossier),
        "sections": [Section(value) for value in demande.sections] if demande else [],
        "changements": changes(versions[-1].contenu["sections"], current_content(dossier)) if demande else [],
        "depuis": since(versions[-1]),
        "avant": at_version(versions[-1]),
        "apres": EN_COURS,
        **silence_context(versions[0]),
        "form": form,
    }
    return render(request, "instruction/complement/answer.html", context)
