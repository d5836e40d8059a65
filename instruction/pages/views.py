"""The work page of one dossier."""

from django.views.decorators.http import require_safe

from instruction.pages.detail import detail_page
from label.access import access
from projects.models import Dossier


@require_safe
@access("instruction.instruct_dossier", load=Dossier)
def instruction_detail(request, dossier):
    return detail_page(request, dossier)
