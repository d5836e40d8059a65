"""Pages of the deposit: what will happen, the click, the receipt, more time."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from ecriture.discussion.queries import open_threads
from label.access import access
from label.documents import DocumentError
from label.minute import is_past
from label.notifications import prevenus
from projects.depot.actions import extend_dossier, submit_dossier, told_of_deposit
from projects.depot.engagement import EngagementsRefuses
from projects.depot.forms import DepotForm, ProlongationForm
from projects.depot.recepisse import name_of, recepisse_bytes
from projects.depot.silence_lu import silence_context
from projects.dossier.completude import missing_for
from projects.dossier.connu import known_statut, token_of
from projects.echeance import deadline_of
from projects.enums import AVANT_DEPOT, Statut
from projects.models import Depot, Dossier, Membre
from projects.silence import is_attendue


def _deposit_page(request, dossier, *, form=None, refus=(), status=200):
    now = timezone.now()
    deadline = deadline_of(dossier)
    responsables = Membre.objects.current().filter(structure=dossier.structure_id, is_responsable=True)
    attend_visa = dossier.statut in (Statut.IDEE, Statut.CO_ELABORATION) and dossier.edition.visa_requis
    context = {
        "dossier": dossier,
        "manques": missing_for(dossier),
        # Asked where the form is shown, and nowhere else.
        "ouvertes": partial(open_threads, request.user, dossier),
        "deadline": deadline,
        "is_late": is_past(deadline, now),
        "attend_visa": attend_visa or dossier.statut == Statut.IDEE,
        "can_submit": request.user.has_perm("projects.submit_dossier", dossier),
        "responsables": responsables.filter(user__is_active=True).select_related("user"),
        "mandats": dossier.mandats.current().filter(user__is_active=True).select_related("user", "by"),
        "chefs": dossier.contrat.chefs() if dossier.contrat else [],
        "refus": refus,
        "prevenus": partial(told_of_deposit, dossier, request.user),
        # Refused because it was made already: said so, with the way to its receipt.
        "depot": Depot.objects.filter(dossier=dossier, rang=1).select_related("by").first() if refus else None,
        "form": form
        or DepotForm(initial={"expected": token_of(dossier, request.user)}, dossier=dossier, user=request.user),
    }
    return render(request, "projects/depot/create.html", context, status=status)


@access(load=Dossier)
@require_http_methods(["GET", "HEAD", "POST"])
def depot_create(request, dossier):
    if request.method != "POST":
        if dossier.statut not in AVANT_DEPOT | {Statut.CADUC} and Depot.objects.filter(dossier=dossier).exists():
            return redirect("projects:depot_detail", dossier.cle)
        return _deposit_page(request, dossier)
    form = DepotForm(request.POST, dossier=dossier, user=request.user)
    token = form.cleaned_data["expected"] if form.is_valid() else None
    try:
        depot = submit_dossier(dossier, by=request.user, **form.said, arrivee=request.arrivee, token=token)
    except PermissionDenied:
        raise
    except EngagementsRefuses as error:
        form.refuse(error)
        return _deposit_page(request, dossier, form=form, status=422)
    except ValidationError as error:
        dossier.refresh_from_db(fields=["statut", "numero"])
        return _deposit_page(request, dossier, refus=error.messages, status=409)
    messages.success(request, f"Votre dossier est déposé sous le numéro {depot.dossier.numero}.")
    return redirect("projects:depot_detail", dossier.cle)


@access(load=Dossier)
@require_safe
def depot_detail(request, dossier):
    """What was received, version by version, and until when the EPT may keep silent."""
    versions = list(dossier.versions.with_suspensions().select_related("by").order_by("rang"))
    if not versions:
        raise Http404
    statut = known_statut(dossier, request.user)
    context = {
        "dossier": dossier,
        "depot": versions[-1],
        "versions": versions,
        **silence_context(versions[0]),
        "is_attendue": is_attendue(statut, dossier.edition.published_at),
        "a_verifier": statut == Statut.DEPOSE,
        "a_etudier": statut == Statut.EN_INSTRUCTION,
    }
    return render(request, "projects/depot/detail.html", context)


@access(load=Dossier)
@require_safe
def recepisse(request, dossier, rang=1):
    """The receipt of one version, that of the deposit where none is said."""
    depot = get_object_or_404(Depot.objects.select_related("by", "dossier"), dossier=dossier, rang=rang)
    try:
        pdf = recepisse_bytes(depot)
    except DocumentError:
        messages.error(
            request, "L’accusé de réception n’a pas pu être fabriqué. Votre dépôt, lui, est bien enregistré."
        )
        return redirect("projects:depot_detail", dossier.cle)
    headers = {
        "Content-Disposition": content_disposition_header(True, name_of(depot)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@access("projects.extend_dossier", load=Dossier)
@require_http_methods(["GET", "HEAD", "POST"])
def prolongation_create(request, dossier):
    form = ProlongationForm(request.POST or None, edition=dossier.edition)
    if request.method == "POST" and form.is_valid():
        try:
            prolongation = extend_dossier(dossier, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u202f{prolongation.dossier}\u202f» peut de nouveau être écrit et déposé.")
            return redirect("projects:dossier_detail", dossier.cle)
    context = {
        "dossier": dossier,
        "form": form,
        "deadline": deadline_of(dossier),
        "prolongations": dossier.prolongations.select_related("by"),
        "prevenus": prevenus("prolongation", dossier),
    }
    return render(request, "projects/depot/prolongation_form.html", context)
