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
from juries.notation.lecture import printable_booklet, read_audition, read_auditions
from juries.notation.queries import by_time
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
    auditions = _with_own_ballot(
        Audition.objects.heard_by(request.user)
        .filter(seance__jury=jury)
        .select_related("seance", "dossier__structure", "dossier__proposition"),
        request.user,
    ).order_by("debut", "pk")
    context = {"jury": jury, "auditions": auditions, "temps": by_time(auditions, timezone.now())}
    if not auditions:
        context["a_declarer"] = bool(undeclared(seat_of(request.user, jury)))
    return render(request, "juries/notation/audition_list.html", context)


@access("juries.view_cahier", load=Seance)
@require_safe
def cahier(request, seance):
    """The booklet of the séance: what this person may hear, in order."""
    auditions = (
        Audition.objects.visible_to(request.user)
        .filter(seance=seance)
        .select_related("dossier__structure__commune", "dossier__contrat", "dossier__instruction")
        .select_related("dossier__proposition")
        .order_by("debut", "pk")
    )
    lues = apercus([audition.dossier for audition in auditions])
    joined = supports_of(lues)
    for audition in auditions:
        audition.lue = lues[audition.dossier_id]
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
    auditions = Audition.objects.visible_to(request.user).filter(seance=seance).order_by("debut", "pk")
    read = read_auditions(auditions, request.user)
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
    suivante = (
        Audition.objects.heard_by(request.user)
        .filter(seance=audition.seance, debut__gt=audition.debut)
        .select_related("dossier")
        .order_by("debut")
        .first()
    )
    context = {
        "audition": audition,
        "form": form,
        "bulletin": bulletin,
        "is_closed": is_closed,
        "suivante": suivante,
        "supports": in_place(audition.dossier_id),
        "trop_tot": "" if is_closed else actions.too_early(audition, timezone.now()),
    }
    return render(request, "juries/notation/notation.html", context, status=422 if form.errors else 200)


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
