"""What a member of the jury reads and scores: his auditions, the booklet, one ballot per screen."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from juries.classement import scoring
from juries.classement.actions import grid
from juries.declaration.queries import undeclared
from juries.enums import NOTABLES
from juries.models import Audition, Bulletin, Jury, Note, Seance
from juries.notation import actions
from juries.notation.forms import BulletinForm, CorrectionForm
from juries.notation.lecture import (
    in_booklet,
    printable_booklet,
    read_audition,
    read_auditions,
    slot_for,
)
from juries.notation.queries import by_sitting, by_time, sitting_for
from juries.oral.queries import in_place, supports_of
from juries.rules import seat_of
from label.access import GET_POST, access
from label.documents import render_pdf
from label.droits import ensure_may
from label.fichiers.envoi import serve_joined
from label.recherche import plie
from label.templatetags.label_ui import heure
from projects.dossier.version import apercus, pieces_received


def _with_own_ballot(auditions, user):
    own = Bulletin.objects.filter(jure__user=user).prefetch_related("notes")
    return auditions.prefetch_related(Prefetch("bulletins", own, to_attr="miens"))


@access("juries.list_audition", load=Jury, by="edition__annee")
@require_safe
def audition_list(request, jury):
    heard = Audition.objects.heard_by(request.user).devant_le_jury().dites().filter(seance__jury=jury)
    heard = heard.select_related("seance", "dossier__structure", "dossier__proposition")
    auditions = _with_own_ballot(heard, request.user)
    groupes = by_sitting(auditions, jury.seances.all())
    context = {"jury": jury, "auditions": auditions, "temps": by_time(groupes, timezone.now())}
    if not auditions:
        context["a_declarer"] = bool(undeclared(seat_of(request.user, jury)))
    return render(request, "juries/notation/audition_list.html", context)


@access("juries.view_cahier", load=Seance)
@require_safe
def cahier(request, seance):
    """The booklet of the séance: what this person may hear, in order."""
    auditions = in_booklet(seance, request.user).select_related(
        "seance",
        "dossier__structure__commune",
        "dossier__contrat",
        "dossier__instruction",
        "dossier__proposition",
    )
    lues = apercus([audition.dossier for audition in auditions])
    joined = supports_of(lues)
    for audition in auditions:
        audition.lue, audition.dit = lues[audition.dossier_id], slot_for(audition, request.user)
        audition.supports = joined.get(audition.dossier_id, [])
    context = {
        "seance": seance,
        "jury": seance.jury,
        "auditions": auditions,
        "seat": seat_of(request.user, seance.jury),
    }
    return render(request, "juries/notation/cahier.html", context)


@access("juries.view_cahier", load=Seance)
@require_safe
def cahier_pdf(request, seance):
    """The same booklet to print, each dossier whole."""
    read = read_auditions(in_booklet(seance, request.user).select_related("seance"), request.user)
    name = f"cahier du jury - {timezone.localdate(seance.debut):%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    pdf = render_pdf("juries/cahier.typ", printable_booklet(seance, read))
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@access("juries.view_audition", load=Audition)
@require_safe
def audition_detail(request, audition):
    audition.seance = Seance.objects.select_related("jury__edition").get(pk=audition.seance_id)
    bulletins = (
        Bulletin.objects.visible_to(request.user)
        .filter(audition=audition)
        .select_related("jure")
        .prefetch_related(Prefetch("notes", Note.objects.select_related("critere").order_by("critere__ordre")))
        .order_by(plie("jure__nom"), "pk")
    )
    grille = grid(audition.seance.jury.edition_id)
    for bulletin in bulletins:
        bulletin.note = scoring.note_bulletin({n.critere_id: n.valeur for n in bulletin.notes.all()}, grille)
    seat = seat_of(request.user, audition.seance.jury)
    un = read_audition(audition, request.user)
    audition.dossier = un.lue.dossier
    context = {
        "audition": audition,
        "jury": audition.seance.jury,
        "un": un,
        "supports": in_place(audition.dossier_id),
        "bulletins": bulletins,
        "seat": seat,
        "cahier": sitting_for(audition, request.user),
        "a_rendu": any(bulletin.is_final and bulletin.jure == seat for bulletin in bulletins),
        "a_un_bulletin": any(bulletin.jure == seat for bulletin in bulletins),
        "is_notable": audition.dossier.statut in NOTABLES,
    }
    return render(request, "juries/notation/audition_detail.html", context)


@access("juries.view_audition", load=Audition)
@require_safe
def piece_download(request, audition, piece):
    """A file of the dossier, through the audition: the one door."""
    found = get_object_or_404(pieces_received(audition.dossier), cle=piece)
    return serve_joined(request, found)


@access("juries.score_audition", load=Audition)
@GET_POST
def notation(request, audition):
    """One ballot: every tap by itself (JSON), or all at once by the button."""
    jure = seat_of(request.user, audition.seance.jury)
    criteres = actions.grille(audition)
    bulletin = Bulletin.objects.filter(audition=audition, jure=jure).first()
    initial = BulletinForm.initial_of(bulletin, bulletin.notes.all() if bulletin else [])
    is_closed = (
        audition.seance.is_locked or audition.dossier.statut not in NOTABLES or bool(bulletin and bulletin.is_final)
    )
    form = BulletinForm(request.POST or None, criteres=criteres, initial=initial)
    if request.method == "POST" and (answer := _saved(request, audition, jure, form)):
        return answer
    if is_closed:
        form = BulletinForm(criteres=criteres, initial=initial, disabled=True)
    context = {
        "audition": audition,
        "creneau": slot_for(audition, request.user),
        "form": form,
        "bulletin": bulletin,
        "is_closed": is_closed,
        "suivante": _next(audition, request.user),
        "supports": in_place(audition.dossier_id),
        "trop_tot": "" if is_closed else actions.too_early(audition, timezone.now()),
    }
    return render(request, "juries/notation/notation.html", context, status=422 if form.errors else 200)


def _next(audition, user):
    """The audition this member hears after this one, None after the last."""
    heard = Audition.objects.heard_by(user).devant_le_jury().dites().filter(seance=audition.seance_id)
    rows = iter(heard.select_related("dossier"))
    # Reads on to the one at hand, then one more.
    return next(rows, None) if any(one.pk == audition.pk for one in rows) else None


def _saved(request, audition, jure, form):
    """Save the ballot sent. Returns the answer to it; None when the page is shown again, around what was refused."""
    is_json = request.headers.get("Accept") == "application/json"
    if not form.is_valid():
        return JsonResponse({"erreur": "Cette réponse n’est pas sur l’échelle."}, status=422) if is_json else None
    final = "final" in request.POST
    try:
        bulletin = actions.save_bulletin(
            audition,
            jure,
            notes=form.notes(),
            commentaire=form.cleaned_data["commentaire"] if "commentaire" in request.POST else None,
            final=final,
            by=request.user,
        )
    except ValidationError as error:
        if is_json:
            return JsonResponse({"erreur": " ".join(error.messages)}, status=422)
        form.add_error(None, error.messages)
        return None
    if is_json:
        return JsonResponse({"enregistre": heure(bulletin.updated_at)})
    messages.success(request, "Votre bulletin est définitif. Merci." if final else "Vos notes sont enregistrées.")
    return redirect("juries:audition_detail" if final else "juries:notation", audition.cle)


@access("juries.correct_note")
@GET_POST
def bulletin_correct(request, pk):
    bulletin = get_object_or_404(
        Bulletin.objects.visible_to(request.user).select_related("jure", "audition__dossier", "audition__seance"), pk=pk
    )
    ensure_may(request.user, "juries.correct_note", bulletin)
    criteres = actions.grille(bulletin.audition)
    initial = BulletinForm.initial_of(bulletin, bulletin.notes.all())
    form = CorrectionForm(request.POST or None, criteres=criteres, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_bulletin(bulletin, notes=form.notes(), motif=form.cleaned_data["motif"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La correction est enregistrée et inscrite au registre du jury.")
            return redirect("juries:audition_detail", bulletin.audition.cle)
    return render(request, "juries/notation/bulletin_correct.html", {"form": form, "bulletin": bulletin})
