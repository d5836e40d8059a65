"""The checklist of the recevabilité, sent from the work page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.views.decorators.http import require_POST

from instruction.pages.detail import back_to, detail_page
from instruction.recevabilite.actions import record_constats
from instruction.recevabilite.forms import RecevabiliteForm
from label.access import access
from label.models import PointRecevabilite
from label.vus import held
from projects.models import Dossier


@require_POST
@access("instruction.instruct_dossier", load=Dossier)
def instruction_check(request, dossier):
    points = PointRecevabilite.objects.filter(edition=dossier.edition_id)
    with held(request, dossier) as dossier:
        form = RecevabiliteForm(request.POST, points=points, constats=dossier.constats.all())
        if form.is_valid():
            try:
                record_constats(dossier, form.reponses, by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "La vérification de recevabilité est enregistrée.")
                return back_to(dossier, "recevabilite")
    return detail_page(request, dossier, status=422, recevabilite=form)
