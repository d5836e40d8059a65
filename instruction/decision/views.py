"""The page of one decision: what it will do, the reasons, the move."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from instruction.decision.actions import DECISIONS, decide
from instruction.decision.forms import DecisionForm
from instruction.pages.detail import back_to, deposited_or_404
from label.access import access
from label.notifications import prevenus
from projects.dossier.connu import token_of
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier
from projects.relais import Depart, depart_announced

# Where the structure reads the reason of each decision that has one for her.
_LU = {
    "declare_irrecevable": "Envoyé tel quel à la structure par courriel, avec ses recours.",
    "undo_irrecevable": "Envoyé tel quel à la structure par courriel.",
    "refuse_admission": "Écrit dans la lettre que la structure reçoit à la publication, avec ses recours.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@access("instruction.instruct_dossier", load=Dossier)
def instruction_decide(request, dossier, name):
    if name not in DECISIONS:
        raise Http404
    transition = LIFECYCLE[name]
    if not request.user.has_perm(transition.perm, deposited_or_404(dossier)):
        raise PermissionDenied
    initial = {"expected": token_of(dossier, request.user)}
    form = DecisionForm(request.POST or None, initial=initial, transition=transition, motif_lu=_LU.get(name, ""))
    if request.method == "POST" and form.is_valid() and _decided(form, dossier, name, by=request.user):
        messages.success(request, f"C’est fait\u00a0: le dossier est «\u202f{Statut(transition.target).label}\u202f».")
        return back_to(dossier)
    depart = depart_announced(dossier, request.user, timezone.now()) if name == "undo_admission" else Depart()
    told = prevenus(transition.notification, dossier) if transition.notification else {}
    context = {
        "dossier": dossier,
        "transition": transition,
        "form": form,
        "is_ici": dossier.statut in transition.sources,
        "manques": LIFECYCLE.missing(dossier, name),
        "depart": depart.phrases,
        "prevenus": told | depart.prevenus,
    }
    return render(request, "instruction/decision/decide.html", context)


def _decided(form, dossier, name, *, by):
    """Make the decision as typed. False when it is refused: the form then says why."""
    said = form.cleaned_data
    reasons = {"motif": said["motif"], "motif_interne": said.get("motif_interne", "")}
    try:
        decide(dossier, name, by=by, token=said["expected"], **reasons)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
