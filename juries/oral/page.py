"""The page «Préparer votre audition», shown again around whatever was refused."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse

from juries.models import Support
from juries.oral.forms import BesoinForm, PresentationForm, SupportForm
from juries.oral.maintenant import carte_de
from juries.oral.queries import JOURS_AVANT, read_oral, told_closed
from juries.oral.repetitions import told_of_answer
from label.fichiers.formats import ACCEPTES
from label.templatetags.label_ui import duree
from projects.fil.paroles import Pour

_PERMS = ("prepare_oral", "answer_convocation", "propose_repetition")


def oral_page(request, dossier, *, status=200, presentation=None, besoin=None, supports=None):
    """The page as this person reads it. The forms given are those just refused."""
    lu = read_oral(dossier, request.user)
    carte = carte_de(lu.situation, request.user, lu.colleges) if lu.is_ouvert else None
    may = {perm: lu.is_a_preparer and request.user.has_perm(f"juries.{perm}", dossier) for perm in _PERMS}
    context = {
        "dossier": dossier,
        "lu": lu,
        "carte": carte,
        "rdv": carte.rendez_vous if carte else None,
        "ici": reverse("juries:oral_detail", args=[dossier.cle]),
        "est_porteur": lu.situation.reader == Pour.PORTEUR,
        "lit_reponse": lu.situation.reader != Pour.INVITE,
        "refuse": next((form for form in (presentation, besoin, supports) if form is not None), None),
        "peut_preparer": may["prepare_oral"],
        "peut_repondre": may["answer_convocation"],
        "peut_proposer": may["propose_repetition"],
        "supports_clos": told_closed(lu.limite) if lu.is_a_preparer and not lu.is_supports_ouverts else "",
        "formats": ACCEPTES,
        "nombre_max": Support.NOMBRE_MAX,
        "avant": duree(timedelta(days=JOURS_AVANT)),
    }
    if may["prepare_oral"]:
        if lu.repetition and not lu.is_repetition_passee:
            context["prevenus"] = told_of_answer(lu.repetition)
        context["presentation"] = presentation or PresentationForm(instance=lu.oral)
        context["supports_form"] = supports or SupportForm()
    if may["answer_convocation"]:
        context["besoin_form"] = besoin or BesoinForm(instance=lu.besoin)
    return render(request, "juries/oral/detail.html", context, status=status)
