"""The preparation of an oral: its pages, its files, the answer to the convocation, the dates to rehearse."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from juries import agenda
from juries.models import Audition
from juries.oral import actions, repetitions
from juries.oral.events import rehearsal
from juries.oral.forms import (
    BesoinForm,
    EmpechementForm,
    MaintienForm,
    PresentationForm,
    RepetitionForm,
    SupportForm,
)
from juries.oral.page import oral_page
from juries.oral.queries import announced, answer_to, in_place, is_readable, live_repetition, standing_repetition
from label.access import GET_POST, access
from label.droits import ensure_may
from label.fichiers.envoi import serve_joined
from label.forms.brouillon import Brouillon
from label.vus import seal
from projects.models import Dossier

ALONG = ("edition", "structure", "contrat")
DOSSIER = "projects:dossier_detail"


def _ensure_readable(dossier, user):
    if not is_readable(dossier, user):
        raise Http404


def _back(request, dossier, refus=None):
    """To the page, or to that of the dossier once nothing is read here; with why nothing was done."""
    if refus:
        messages.error(request, " ".join(refus.messages))
    dossier.refresh_from_db()
    return redirect("juries:oral_detail" if is_readable(dossier, request.user) else DOSSIER, dossier.cle)


def _after(request, dossier, act, said):
    """Do it, then back to the page with what was done (`said`), or with why it was not."""
    try:
        act()
    except ValidationError as error:
        return _back(request, dossier, error)
    messages.success(request, said)
    return _back(request, dossier)


def _closed(dossier, user, audition=None):
    """Why nothing is prepared any more, None while it is: no form is shown that could only be refused.

    `audition`: the one to answer.
    """
    try:
        actions.ensure_waits(dossier, user)
        if audition:
            actions.ensure_to_come(audition)
    except ValidationError as error:
        return error
    return None


@require_safe
@access("juries.view_oral", load=Dossier, along=ALONG)
def oral_detail(request, dossier):
    _ensure_readable(dossier, request.user)
    return oral_page(request, dossier)


@require_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def presentation_edit(request, dossier):
    _ensure_readable(dossier, request.user)
    try:
        form = actions.save_presentation(dossier, partial(PresentationForm, request.POST), by=request.user)
    except ValidationError as error:
        return _back(request, dossier, error)
    if form.errors:
        return oral_page(request, dossier, presentation=form, status=422)
    messages.success(request, "Les personnes qui viennent sont enregistrées.")
    return _back(request, dossier)


@require_POST
@access("juries.answer_convocation", load=Dossier, along=ALONG)
def besoin_edit(request, dossier):
    _ensure_readable(dossier, request.user)
    form = BesoinForm(request.POST)
    if not form.is_valid():
        return oral_page(request, dossier, besoin=form, status=422)
    texte = form.cleaned_data["texte"]
    said = "L’EPT lira ce dont vous avez besoin." if texte else "Vos besoins sont effacés\u00a0: rien n’est gardé."
    return _after(request, dossier, partial(actions.save_besoin, dossier, texte, by=request.user), said)


# --- Files ---------------------------------------------------------------------------------------


@require_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def support_add(request, dossier):
    _ensure_readable(dossier, request.user)
    form = SupportForm(request.POST, request.FILES)
    if form.is_valid():
        for fichier in form.cleaned_data["fichier"]:
            try:
                kept = actions.add_support(
                    dossier,
                    fichier=fichier,
                    by=request.user,
                    remplace=form.cleaned_data["remplace"],
                    arrivee=request.arrivee,
                )
            except actions.OralFerme as error:
                return _back(request, dossier, error)
            except ValidationError as error:
                form.add_error("fichier", f"«\u00a0{fichier.name}\u00a0»\u00a0: {' '.join(error.messages)}")
            else:
                messages.success(request, f"«\u00a0{kept.nom}\u00a0» est joint pour le jury.")
    if form.errors:
        return oral_page(request, dossier, supports=form, status=422)
    return _back(request, dossier)


@require_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def support_remove(request, dossier, support):
    _ensure_readable(dossier, request.user)
    support = get_object_or_404(dossier.supports, cle=support)
    said = f"«\u00a0{support.nom}\u00a0» est retiré\u00a0: le jury ne le lit plus."
    return _after(request, dossier, partial(actions.remove_support, support, by=request.user), said)


@require_safe
@access("juries.view_oral", load=Dossier)
def support_download(request, dossier, support):
    _ensure_readable(dossier, request.user)
    return serve_joined(request, get_object_or_404(in_place(dossier), cle=support), inline="voir" in request.GET)


@require_safe
@access("juries.view_audition", load=Audition)
def support_read(request, audition, support):
    """The same file, to who hears the audition: the one door of the jury."""
    found = get_object_or_404(in_place(audition.dossier_id), cle=support)
    return serve_joined(request, found, inline="voir" in request.GET)


# --- The appointment, and the answer to it ---------------------------------------------------------


def _calendar(event, name):
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(agenda.calendar([event]), content_type=agenda.ICS, headers=headers)


@require_safe
@access("juries.view_oral", load=Dossier)
def oral_ics(request, dossier):
    """The hearing for a calendar, as it was announced."""
    _ensure_readable(dossier, request.user)
    audition = announced(dossier)
    if audition is None:
        raise Http404
    audition.dossier = dossier
    return _calendar(agenda.hearing(audition), "audition.ics")


@require_POST
@access("juries.answer_convocation", load=Dossier, along=ALONG)
def venue_confirm(request, dossier, sceau):
    """`sceau`: the seal of the slot shown, so that nobody comes at an hour he has not read."""
    _ensure_readable(dossier, request.user)
    confirm = partial(actions.confirm_venue, dossier, sceau=sceau, by=request.user, vu=request.GET.get("vu"))
    return _after(request, dossier, confirm, "C’est noté\u00a0: le jury vous attend.")


@GET_POST
@access("juries.answer_convocation", load=Dossier, along=ALONG)
def venue_decline(request, dossier):
    _ensure_readable(dossier, request.user)
    audition = announced(dossier)
    if audition is None:
        raise Http404
    if refus := _closed(dossier, request.user, audition):
        return _back(request, dossier, refus)
    form = EmpechementForm(request.POST or None, initial={"sceau": seal(audition.annonce)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_venue(dossier, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’EPT est prévenu. Il vous répondra par courriel.")
            return _back(request, dossier)
    brouillon = Brouillon(f"empechement-{dossier.cle}", dossier.venues.filter(by=request.user).count())
    context = {"form": form, "dossier": dossier, "creneau": audition.annoncee, "brouillon": brouillon}
    return render(request, "juries/oral/empechement.html", context, status=422 if form.errors else 200)


@access("juries.schedule")
@GET_POST
def venue_keep(request, cle):
    audition = get_object_or_404(
        Audition.objects.managed_by(request.user).select_related("seance", "dossier__structure"), cle=cle
    )
    venue = answer_to(audition, audition.creneau)
    form = MaintienForm(request.POST or None, initial={"vu": seal(venue.pk) if venue else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_slot(audition, by=request.user, **form.values())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le créneau est maintenu\u00a0: la structure reçoit votre réponse.")
            return redirect("juries:seance_detail", audition.seance.cle)
    if venue is None or not venue.is_a_traiter:
        if not form.errors:
            messages.info(request, "Aucun empêchement n’attend de réponse pour cette audition.")
            return redirect("juries:seance_detail", audition.seance.cle)
        venue = None
    prevenus = actions.told_of_keeping(venue) if venue else None
    sent = audition.dossier.venues.filter(maintenue_by=request.user).count()
    brouillon = Brouillon(f"maintien-{audition.cle}", sent)
    context = {"form": form, "audition": audition, "venue": venue, "prevenus": prevenus, "brouillon": brouillon}
    return render(request, "juries/oral/maintien.html", context, status=422 if form.errors else 200)


# --- Rehearsals --------------------------------------------------------------------------------------


@GET_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def repetition_edit(request, dossier):
    """Propose a date, the first or another."""
    _ensure_readable(dossier, request.user)
    if refus := _closed(dossier, request.user):
        return _back(request, dossier, refus)
    live = standing_repetition(dossier, timezone.now())
    if live is None:
        # The chef de projet begins.
        ensure_may(request.user, "juries.propose_repetition", dossier)
    initial = {"vu": live.cle if live else ""}
    if live:
        initial |= {"lieu": live.lieu, "visio": live.visio, "duree": live.duree}
    form = RepetitionForm(request.POST or None, edition=dossier.edition, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            repetitions.propose_repetition(dossier, by=request.user, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La date est proposée\u00a0: les personnes concernées reçoivent un message.")
            return _back(request, dossier)
    prevenus = repetitions.told_of_proposal(dossier, request.user, live)
    brouillon = Brouillon(f"repetition-{dossier.cle}", dossier.repetitions.filter(by=request.user).count())
    context = {"form": form, "dossier": dossier, "repetition": live, "prevenus": prevenus, "brouillon": brouillon}
    return render(request, "juries/oral/repetition.html", context, status=422 if form.errors else 200)


@require_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def repetition_accept(request, dossier):
    _ensure_readable(dossier, request.user)
    accept = partial(repetitions.accept_repetition, dossier, vu=request.POST.get("vu", ""), by=request.user)
    return _after(request, dossier, accept, "La répétition est fixée\u00a0: chacun la reçoit pour son agenda.")


@require_POST
@access("juries.prepare_oral", load=Dossier, along=ALONG)
def repetition_cancel(request, dossier):
    _ensure_readable(dossier, request.user)
    cancel = partial(repetitions.cancel_repetition, dossier, vu=request.POST.get("vu", ""), by=request.user)
    return _after(request, dossier, cancel, "La répétition est annulée\u00a0: chacun en est prévenu.")


@require_safe
@access("juries.prepare_oral", load=Dossier)
def repetition_ics(request, dossier):
    """The rehearsal for a calendar: for those it is made with."""
    _ensure_readable(dossier, request.user)
    live = live_repetition(dossier)
    if live is None:
        raise Http404
    live.dossier = dossier
    return _calendar(rehearsal(live), "repetition.ics")
