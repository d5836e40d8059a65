"""Writing together: the page of a section."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ecriture.enregistrement.actions import save_fields
from ecriture.presence.actions import record_visit
from label.access import access
from label.templatetags.label_ui import heure
from projects.enums import SANS_CHAMPS, Section
from projects.models import Dossier
from projects.pages.dossier import fresh
from projects.pages.forms import section_form
from projects.pages.section import section_page, suite
from projects.question.questionnaire import live_questions, sections_of


@access(load=Dossier)
def section_edit(request, dossier, section):
    """One section: read by all who see the dossier, written by its authors while it is time.

    Where scripts run each field has already saved itself; the button of the section saves what is left.
    """
    if section == Section.QUESTIONS and not live_questions(dossier.edition):
        raise Http404
    if section in SANS_CHAMPS:
        return section_page(request, fresh(dossier), section)
    if request.method != "POST":
        dossier = fresh(dossier)
        return section_page(request, dossier, section, section_form(dossier, section))
    # The rest of the dossier is read only if the page has to be shown again.
    dossier = Dossier.objects.select_related("edition", "structure", "contrat").get(pk=dossier.pk)
    form = section_form(dossier, section, request.POST)
    if not form.is_valid():
        return section_page(request, dossier, section, form, status=422)
    try:
        done = save_fields(dossier, section, form.changes(), by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return section_page(request, dossier, section, form, status=422)
    record_visit(dossier, by=request.user)
    if any(saved.divergence for saved in done.values()):
        messages.warning(
            request,
            "Quelqu’un a écrit en même temps que vous\u00a0: les deux versions sont gardées. Choisissez ci-dessous.",
        )
        return redirect(reverse("projects:section_edit", args=[dossier.cle, section.value]) + "#divergences")
    messages.success(request, f"«\u00a0{section.label}\u00a0» est enregistré à {heure(timezone.now())}.")
    return redirect(_next(request, dossier, section))


@require_safe
@access(load=Dossier)
def section_suite(request, dossier, section):
    """What follows each write in the page of a section, alone, as JSON: its script puts it in its places."""
    if section == Section.QUESTIONS and not live_questions(dossier.edition):
        raise Http404
    parts = render_to_string("projects/pages/section_suite.html", suite(fresh(dossier), section, request.user), request)
    return JsonResponse({"suite": parts})


def _next(request, dossier, section):
    """The same section again, or the following one when that button was used."""
    order = sections_of(dossier)
    if "suivante" in request.POST and section != order[-1]:
        section = order[order.index(section) + 1]
    return reverse("projects:section_edit", args=[dossier.cle, section.value])
