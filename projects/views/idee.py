"""Ideas: five questions open all the year, and the ideas that wait for an édition."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from label.access import access
from label.limites import TropVite, spend
from label.models import Edition
from label.origine import client_of
from projects.actions.idee import cadre_for_idee, decline_idee_en_attente, receive_idee
from projects.forms.dossier import IdeeForm, MotifForm
from projects.models import Dossier, IdeeEnAttente, Structure

BROUILLON = "idee"
# What the session does not keep: the trap, and the answer to a question asked of another attempt.
OUBLIES = ("site_web", "autre")


@access(public=True)
def idee_create(request):
    """The idea may be written before signing in: it waits in the session, and nothing typed is lost on the way."""
    cadre = cadre_for_idee(timezone.now())
    kept = request.session.get(BROUILLON)
    initial = {name: values if name == "quartiers" else values[-1] for name, values in (kept or {}).items() if values}
    form = IdeeForm(request.POST or None, edition=cadre, user=request.user, initial=initial)
    status = 200
    if request.method == "POST":
        try:
            if response := _receive(request, form):
                return response
        except TropVite as error:
            form.add_error(None, error.messages)
            status = 429
    edition = cadre if isinstance(cadre, Edition) else None
    context = {
        "form": form,
        "edition": edition,
        "surtitre": edition.titre if edition else "Toute l’année",
        "is_open": bool(edition and edition.is_open()),
        "kept": bool(kept),
    }
    return render(request, "projects/idee_form.html", context, status=status)


def _receive(request, form):
    """Answer a POST of the idea: where to go next, or None to show the form again. Raises TropVite."""
    valid = form.is_valid()
    if not request.user.is_authenticated and not form.non_field_errors():
        spend("idee", client=client_of(request))
        _keep(request, form)
        if join := _asked_to_join(request):
            return join
        messages.info(request, "Votre idée est gardée ici. Connectez-vous ou créez un compte pour l’envoyer.")
        return redirect(f"{reverse('account_login')}?next={reverse('projects:idee_create')}")
    if not request.user.is_authenticated:
        return None
    _keep(request, form)
    if join := _asked_to_join(request):
        return join
    if not valid:
        return None
    spend("idee", personne=request.user.pk)
    try:
        sent = receive_idee(by=request.user, **form.for_action())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    del request.session[BROUILLON]
    messages.success(request, "Votre idée est envoyée. Un courriel vous le confirme.")
    page = "projects:dossier_detail" if isinstance(sent, Dossier) else "projects:idee_detail"
    return redirect(page, sent.cle)


def _keep(request, form):
    request.session[BROUILLON] = {
        name: request.POST.getlist(name) for name in form.fields if name in request.POST and name not in OUBLIES
    }


def _asked_to_join(request):
    """The page to join the structure whose button was used, the idea kept meanwhile."""
    found = Structure.objects.filter(cle=request.POST.get("rejoindre", "")).first()
    return redirect("projects:structure_join", found.cle) if found else None


@require_safe
@access(load=IdeeEnAttente)
def idee_detail(request, ideeenattente):
    """An idea that waits for an édition: what was written, what came of it."""
    context = {
        "idee": ideeenattente,
        "chefs": ideeenattente.contrat.chefs() if ideeenattente.contrat else [],
        "peut_decliner": _waits(ideeenattente)
        and request.user.has_perm("projects.decline_idee_en_attente", ideeenattente),
    }
    return render(request, "projects/idee_detail.html", context)


def _waits(idee):
    return idee.dossier_id is None and idee.closed_at is None


@access("projects.decline_idee_en_attente", load=IdeeEnAttente)
def idee_decline(request, ideeenattente):
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_idee_en_attente(ideeenattente, by=request.user, motif=form.cleaned_data["motif"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’idée reste sans suite. Son auteur reçoit votre mot par courriel.")
            return redirect("projects:idee_detail", ideeenattente.cle)
    return render(request, "projects/idee_decline.html", {"form": form, "idee": ideeenattente})
