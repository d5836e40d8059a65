"""Giving one dossier, or those checked in the queue, to somebody."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from instruction.attribution.actions import assign_instructeur
from instruction.attribution.forms import AttributionForm
from instruction.pages.detail import back_to, detail_page
from instruction.queue.queries import queue
from label.access import access
from label.templatetags.label_ui import pluriel
from projects.models import Dossier


@require_POST
@access("instruction.list_instruction")
def instruction_assign_many(request):
    back = f"{reverse('instruction:instruction_list')}?{request.GET.urlencode()}"
    form = AttributionForm(request.POST)
    chosen = queue(request.user).filter(cle__in=request.POST.getlist("dossier"))
    if not form.is_valid() or not chosen:
        messages.error(request, "Cochez au moins un dossier, puis choisissez à qui le confier.")
        return redirect(back)
    instructeur = form.cleaned_data["instructeur"]
    try:
        changed = assign_instructeur(chosen, instructeur=instructeur, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        to = f"confié à {instructeur}" if instructeur else "sans instructeur"
        messages.success(request, f"{pluriel(changed, 'dossier,dossiers')} {to}.")
    return redirect(back)


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def instruction_assign(request, dossier):
    form = AttributionForm(request.POST)
    if form.is_valid():
        try:
            assign_instructeur([dossier], instructeur=form.cleaned_data["instructeur"], by=request.user)
        except ValidationError as error:
            form.add_error("instructeur", error.messages)
        else:
            messages.success(request, "L’attribution est enregistrée.")
            return back_to(dossier)
    return detail_page(request, dossier, status=422, attribution=form)
