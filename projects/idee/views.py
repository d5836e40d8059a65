"""Ideas: five questions open all the year, and the ideas that wait for an édition."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from label.access import access
from label.limites import TropVite, spend
from label.models import Edition
from label.origine import client_of
from label.porte.demande import send_code
from label.templatetags.label_ui import duree
from projects.idee.actions import (
    cadre_for_idee,
    decline_idee_en_attente,
    drop_unconfirmed,
    keep_unconfirmed,
    receive_idee,
)
from projects.idee.amorce import amorce_of
from projects.idee.forms import IdeeForm, SansSuiteForm
from projects.models import Dossier, IdeeEnAttente, IdeeNonConfirmee, Structure

BROUILLON = "idee"
# Characters in all: twice what the longest answers come to. Anybody may send this page.
BROUILLON_MAX = 20_000
# The key under which this browser's draft waits, once a code was asked for it.
DEMANDEE = "idee_demandee"
# What the session does not keep: the trap, when the page was shown, the answer to a question of another attempt.
OUBLIES = ("site_web", "depart", "autre")


@access(public=True, indexed=True)
def idee_create(request):
    """The idea may be written before signing in: it waits on the server, and nothing typed is lost on the way."""
    cadre = cadre_for_idee(timezone.now())
    attente = _waiting(request)
    kept = attente.reponses if attente else request.session.get(BROUILLON)
    initial = {name: values if name == "quartiers" else values[-1] for name, values in (kept or {}).items() if values}
    amorce = amorce_of(request, cadre.generation)
    form = IdeeForm(request.POST or None, edition=cadre, user=request.user, initial=amorce.into(initial))
    status = 200
    if request.method == "POST":
        try:
            if response := _receive(request, form, attente):
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
        "attente": attente,
        "amorce": amorce,
    }
    return render(request, "projects/idee/form.html", context, status=status)


def _waiting(request):
    """What this person wrote before signing in: the one asked for, else the last; None when nothing waits."""
    asked = request.POST.get("attente", request.GET.get("attente", ""))
    if not asked and BROUILLON in request.session:
        return None
    waiting = IdeeNonConfirmee.objects.waiting_for(request.user)
    return waiting.filter(cle=asked).first() if asked else waiting.first()


def _receive(request, form, attente):
    """Answer a POST of the idea: where to go next, or None to show the form again. Raises TropVite."""
    if attente and "effacer" in request.POST:
        _forget(request, attente)
        messages.info(request, "Cette idée est effacée\u00a0: rien n’est parti.")
        return redirect("projects:idee_create")
    valid = form.is_valid()
    if not request.user.is_authenticated and form.non_field_errors():
        return None
    _keep(request, form)
    if join := _asked_to_join(request):
        return join
    if not request.user.is_authenticated:
        return _let_wait(request, form) if form.can_wait() else None
    if not valid:
        return None
    spend("idee", personne=request.user.pk)
    try:
        idea = form.for_action()
        sent = receive_idee(by=request.user, **idea)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    _forget(request, attente, sent=idea)
    messages.success(request, "Votre idée est envoyée. Un courriel vous le confirme.")
    page = "projects:dossier_detail" if isinstance(sent, Dossier) else "projects:idee_detail"
    return redirect(page, sent.cle)


@transaction.atomic
def _let_wait(request, form):
    """Keep the idea of a visitor and send one mail, code and link, to the address given. Raises TropVite."""
    spend("idee", client=client_of(request))
    reponses = {name: values for name, values in request.session[BROUILLON].items() if name != "email"}
    waiting = keep_unconfirmed(email=form.cleaned_data["email"], reponses=reponses)
    request.session[DEMANDEE] = waiting.cle
    suite = f"{reverse('projects:idee_create')}?attente={waiting.cle}"
    send_code(request, waiting.email, suite=suite, lien=True)
    messages.info(
        request,
        f"Votre idée est gardée {duree(settings.GARDE_SANS_ADRESSE)}. Elle part quand vous l’envoyez, une fois le code "
        "ci-dessous donné.",
    )
    return redirect("account_confirm_login_code")


def _keep(request, form):
    """Keep what was typed for this browser, unless no form of ours could have asked for so much."""
    typed = {name: request.POST.getlist(name) for name in form.fields if name in request.POST and name not in OUBLIES}
    if sum(len(value) for values in typed.values() for value in values) <= BROUILLON_MAX:
        request.session[BROUILLON] = typed


def _forget(request, attente, sent=None):
    """Nothing is kept any more of an idea that was sent, or that is not wanted: neither draft nor earlier version."""
    request.session.pop(BROUILLON, None)
    cles = {request.session.pop(DEMANDEE, None), attente and attente.cle}
    drop_unconfirmed(request.user, cles=cles, sent=sent)


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
    return render(request, "projects/idee/detail.html", context)


def _waits(idee):
    return idee.dossier_id is None and idee.closed_at is None


@access("projects.decline_idee_en_attente", load=IdeeEnAttente)
def idee_decline(request, ideeenattente):
    form = SansSuiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_idee_en_attente(ideeenattente, by=request.user, motif=form.cleaned_data["motif"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’idée reste sans suite. Son auteur reçoit votre mot par courriel.")
            return redirect("projects:idee_detail", ideeenattente.cle)
    return render(request, "projects/idee/decline.html", {"form": form, "idee": ideeenattente})
