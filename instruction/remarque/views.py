"""A remark between agents, sent from the work page."""

from django.core.exceptions import ValidationError
from django.views.decorators.http import require_POST

from ecriture.discussion.actions import add_comment
from ecriture.enums import Visibilite
from instruction.pages.detail import back_to, detail_page
from instruction.remarque.forms import RemarqueForm
from label.access import access
from projects.enums import Section
from projects.models import Dossier


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def remarque_create(request, dossier):
    form = RemarqueForm(request.POST)
    if form.is_valid():
        try:
            add_comment(
                dossier,
                Section.PROJET,
                by=request.user,
                texte=form.cleaned_data["texte"],
                visibilite=Visibilite.AGENTS,
            )
        except ValidationError as error:
            form.add_error("texte", error.messages)
        else:
            return back_to(dossier, "remarques")
    return detail_page(request, dossier, status=422, remarque=form)
