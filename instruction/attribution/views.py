"""Giving one dossier, or those checked in the queue, to somebody."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from instruction.attribution.actions import InstructionClose, assign_instructeur
from instruction.attribution.forms import COCHES, CONFIER, AttributionForm
from instruction.pages.detail import back_to, detail_page
from instruction.queue.queries import queue
from label.access import access
from label.templatetags.label_ui import accord, pluriel
from projects.models import Dossier


@require_POST
@access("instruction.list_instruction")
def instruction_assign_many(request):
    form = AttributionForm(request.POST)
    chosen = list(queue(request.user).filter(cle__in=request.POST.getlist("dossier")))
    if not form.is_valid() or not chosen:
        messages.error(request, "Cochez au moins un dossier, puis choisissez à qui le confier.")
        return redirect(_back(request, chosen))
    instructeur = form.cleaned_data["instructeur"]
    try:
        changed = assign_instructeur(chosen, instructeur=instructeur, by=request.user)
    except InstructionClose as error:
        kept = [dossier for dossier in chosen if dossier not in error.closed]
        others = " Les autres restent cochés." if kept else ""
        messages.error(request, " ".join(error.messages) + others)
        return redirect(_back(request, kept))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_back(request, chosen))
    to = f"{accord(changed, 'confié,confiés')} à {instructeur}" if instructeur else "sans instructeur"
    messages.success(request, f"{pluriel(changed, 'dossier,dossiers')} {to}.")
    return redirect(_back(request))


def _back(request, ticked=()):
    """The address of the queue as it was sorted and filtered, with these dossiers ticked and the person chosen."""
    asked = request.GET.copy()
    for name in (COCHES, CONFIER):
        asked.pop(name, None)
    if ticked:
        asked.setlist(COCHES, [dossier.cle for dossier in ticked])
        asked[CONFIER] = request.POST.get("instructeur", "")
    return f"{reverse('instruction:instruction_list')}?{asked.urlencode()}"


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
