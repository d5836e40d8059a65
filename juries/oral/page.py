"""The page «Préparer votre audition», shown again around whatever was refused."""

from datetime import timedelta

from django.shortcuts import render

from juries.models import Support
from juries.oral.forms import BesoinForm, PresentationForm, SupportForm
from juries.oral.moment import moment_of, words_of
from juries.oral.queries import JOURS_AVANT, read_oral
from juries.oral.repetitions import told_of_answer
from label.fichiers.formats import ACCEPTES
from label.templatetags.label_ui import duree
from projects.fil.paroles import pour


def oral_page(request, dossier, *, status=200, presentation=None, besoin=None, supports=None):
    """The page as this person reads it. The forms given are those just refused."""
    lu = read_oral(dossier, request.user)
    reader = pour(dossier, request.user)
    moment = moment_of(
        lu.creneau, lu.venue, is_deplacee=lu.is_deplacee, is_du_jour=lu.is_du_jour, is_passee=lu.is_passee
    )
    peut_preparer = lu.is_ouvert and request.user.has_perm("juries.prepare_oral", dossier)
    peut_repondre = lu.is_ouvert and request.user.has_perm("juries.answer_convocation", dossier)
    peut_proposer = lu.is_ouvert and request.user.has_perm("juries.propose_repetition", dossier)
    context = {
        "dossier": dossier,
        "lu": lu,
        "dite": words_of(moment, reader, dossier, lu.creneau) if lu.is_ouvert else None,
        "refuse": next((form for form in (presentation, besoin, supports) if form is not None), None),
        "peut_preparer": peut_preparer,
        "peut_repondre": peut_repondre,
        "peut_proposer": peut_proposer,
        "formats": ACCEPTES,
        "nombre_max": Support.NOMBRE_MAX,
        "avant": duree(timedelta(days=JOURS_AVANT)),
    }
    if peut_preparer:
        if lu.repetition and not lu.is_repetition_passee:
            context["prevenus"] = told_of_answer(lu.repetition)
        context["presentation"] = presentation or PresentationForm(instance=lu.oral)
        context["supports_form"] = supports or SupportForm()
    if peut_repondre:
        context["besoin_form"] = besoin or BesoinForm(instance=lu.besoin)
    return render(request, "juries/oral/detail.html", context, status=status)
