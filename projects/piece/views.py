"""Files of a dossier: joined, replaced, put back, and given to those who may read them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ecriture.declaration import EcritureFermee
from label.access import access
from label.commodite import convenience
from label.fichiers.envoi import serve_joined, serve_thumbnail
from projects.enums import Section
from projects.models import Dossier, Piece
from projects.pages.dossier import fresh
from projects.pages.forms import section_form
from projects.pages.pieces import pieces_shown
from projects.pages.section import section_page, show_section
from projects.piece.actions import join_piece, remove_piece, restore_piece
from projects.piece.forms import PieceForm
from projects.piece.reponse import join_reponse
from projects.question.forms import field_name
from projects.question.queries import question_of


@require_POST
@access(load=Dossier)
def piece_add(request, dossier):
    """Join one file or several. A page that sends them one by one asks for JSON: `etat`, `phrase`, `carte` (HTML).

    `etat`: joint, garde (somebody was quicker: theirs stays, this one is kept aside) or refuse (422).
    """
    form = PieceForm(request.POST, request.FILES, edition=dossier.edition)
    is_json = request.headers.get("Accept") == "application/json"
    demandee, told = None, []
    if form.is_valid():
        demandee = form.cleaned_data["demandee"]
        options = {"demandee": demandee, "envoi": form.cleaned_data["envoi"]}
        options["vu"] = form.cleaned_data["vu"] if "vu" in request.POST else None
        for fichier in form.cleaned_data["fichier"]:
            try:
                told.append(join_piece(dossier, fichier=fichier, by=request.user, **options))
            except PermissionDenied:
                if not is_json:
                    raise
                told.append(("refuse", "Vous pouvez lire ce dossier, pas y joindre de fichier."))
    else:
        told = [("refuse", phrase) for phrase in form.phrases()]
        demandee = form.cleaned_data.get("demandee")
    if is_json:
        return _as_json(request, dossier, demandee, told)
    refused = [phrase for etat, phrase in told if etat == "refuse"]
    for etat, phrase in told:
        if etat != "refuse":
            (messages.success if etat == "joint" else messages.warning)(request, phrase)
    if not refused:
        return redirect("projects:section_edit", dossier.cle, Section.PIECES)
    dossier = fresh(dossier)
    shown = pieces_shown(dossier, request.user, {demandee and demandee.pk: refused})
    return show_section(request, dossier, Section.PIECES, status=422, **shown, refuses=refused)


def _as_json(request, dossier, demandee, told):
    html = ""
    with convenience("the card of a piece"):
        html = _card(request, dossier, demandee)
    refused = [phrase for etat, phrase in told if etat == "refuse"]
    etat = "refuse" if refused else "garde" if any(etat == "garde" for etat, _ in told) else "joint"
    phrases = refused or [phrase for _, phrase in told]
    answer = {"etat": etat, "phrase": " ".join(phrases), "carte": html}
    return JsonResponse(answer, status=422 if refused else 200)


def _card(request, dossier, demandee):
    """The card of the piece asked, None for the free ones, as the dossier is now."""
    dossier = fresh(dossier)
    shown = pieces_shown(dossier, request.user)
    carte = next((carte for carte in shown["cartes"] if carte["demandee"] == demandee), None)
    shown |= {"dossier": dossier, "carte": carte, "ferme": ""}
    return render_to_string("projects/piece/carte.html", shown, request)


@require_POST
@access(load=Dossier)
def piece_remove(request, dossier, piece):
    piece = get_object_or_404(dossier.pieces, cle=piece)
    try:
        remove_piece(piece, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"«\u00a0{piece.nom}\u00a0» est retiré du dossier. Il reste parmi les versions précédentes."
        )
    return redirect("projects:section_edit", dossier.cle, Section.PIECES)


@require_POST
@access(load=Dossier)
def piece_restore(request, dossier, piece):
    piece = get_object_or_404(dossier.pieces, cle=piece)
    try:
        restored = restore_piece(piece, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"«\u00a0{restored.nom}\u00a0» est remis en place.")
    return redirect("projects:section_edit", dossier.cle, Section.PIECES)


@require_safe
@access(load=Piece)
def piece_download(request, piece):
    """A file, to those who see its dossier."""
    return serve_joined(request, piece, inline="voir" in request.GET)


@require_safe
@access(load=Piece)
def piece_thumbnail(request, piece):
    """The thumbnail of an image, through the same door as the image itself."""
    return serve_thumbnail(request, piece)


@require_POST
@access("projects.change_dossier", load=Dossier)
def reponse_join(request, dossier, pk):
    """Answer a question with a file."""
    question = question_of(dossier.edition, pk)
    fichier = request.FILES.get(field_name(question))
    try:
        if fichier is None:
            raise ValidationError("Choisissez d’abord un fichier.")
        piece = join_reponse(dossier, question, fichier=fichier, by=request.user)
    except EcritureFermee as error:
        messages.error(request, f"Le fichier n’a pas été joint. {' '.join(error.messages)}")
    except ValidationError as error:
        return _refuse_reponse(request, dossier, question, error.messages)
    else:
        messages.success(request, f"«\u00a0{piece.nom}\u00a0» est joint au dossier.")
    url = reverse("projects:section_edit", args=[dossier.cle, Section.QUESTIONS.value])
    return redirect(f"{url}#id_{field_name(question)}")


def _refuse_reponse(request, dossier, question, phrases):
    """The questions again, with why beside the one whose file was not joined."""
    dossier = fresh(dossier)
    form = section_form(dossier, Section.QUESTIONS)
    # A question withdrawn meanwhile has no place of its own.
    if field_name(question) not in form.fields:
        messages.error(request, f"Le fichier n’a pas été joint. {' '.join(phrases)}")
    else:
        form.refuse_file(question, phrases)
    return section_page(request, dossier, Section.QUESTIONS, form, status=422)
