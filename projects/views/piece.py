"""Files of a dossier: joined, replaced, put back, and given to those who may read them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.commodite import convenience
from label.fichiers.envoi import serve_joined, serve_thumbnail
from label.templatetags.label_ui import heure
from projects.actions.piece import add_piece, remove_piece, restore_piece
from projects.enums import Section
from projects.forms.piece import PieceForm
from projects.models import Dossier, Piece
from projects.pages.pieces import pieces_shown
from projects.pages.section import fresh, show_section


@require_POST
@access(load=Dossier)
def piece_add(request, dossier):
    """Join one file or several. A page that sends them one by one asks for JSON: `etat`, `phrase`, `carte` (HTML).

    `etat`: joint, garde (somebody was quicker: theirs stays, this one is kept aside) or refuse (422).
    """
    form = PieceForm(request.POST, request.FILES, edition=dossier.edition)
    is_json = request.headers.get("Accept") == "application/json"
    demandee, done, refused = None, [], []
    if form.is_valid():
        demandee = form.cleaned_data["demandee"]
        for fichier in form.cleaned_data["fichier"]:
            try:
                piece = add_piece(
                    dossier,
                    fichier=fichier,
                    demandee=demandee,
                    vu=form.cleaned_data["vu"] if "vu" in request.POST else None,
                    envoi=form.cleaned_data["envoi"],
                    by=request.user,
                )
            except PermissionDenied:
                if not is_json:
                    raise
                refused.append("Vous pouvez lire ce dossier, pas y joindre de fichier.")
            except ValidationError as error:
                refused.append(f"«\u00a0{fichier.name}\u00a0»\u00a0: {' '.join(error.messages)}")
            else:
                done.append((piece, *_told(dossier, piece)))
    else:
        refused = form.phrases()
        demandee = form.cleaned_data.get("demandee")
    if is_json:
        return _as_json(request, dossier, demandee, done, refused)
    for _, etat, phrase in done:
        (messages.success if etat == "joint" else messages.warning)(request, phrase)
    if not refused:
        return redirect("projects:section_edit", dossier.cle, Section.PIECES)
    dossier = fresh(dossier)
    shown = pieces_shown(dossier, request.user, {demandee and demandee.pk: refused})
    return show_section(request, dossier, Section.PIECES, status=422, **shown, refuses=refused)


def _told(dossier, piece):
    """What became of a file joined: (etat, sentence)."""
    if piece.remplacee_at is None:
        return "joint", f"«\u00a0{piece.nom}\u00a0» est joint au dossier, à {heure(piece.created_at)}."
    other = dossier.pieces.filter(demandee=piece.demandee, remplacee_at=None).select_related("by").first()
    if other is None:
        return "garde", f"«\u00a0{piece.nom}\u00a0» est gardé parmi les versions précédentes."
    return "garde", (
        f"{other.by.get_full_name()} a joint «\u00a0{other.nom}\u00a0» à {heure(other.created_at)}, avant vous. "
        f"Les deux fichiers sont gardés\u00a0: le sien reste en place, «\u00a0{piece.nom}\u00a0» est dans les versions "
        "précédentes, d’où vous pouvez le remettre."
    )


def _as_json(request, dossier, demandee, done, refused):
    html = ""
    with convenience("the card of a piece"):
        html = _card(request, dossier, demandee)
    etat, phrases = "joint", [phrase for _, _, phrase in done]
    if refused:
        etat, phrases = "refuse", refused
    elif any(state == "garde" for _, state, _ in done):
        etat = "garde"
    answer = {"etat": etat, "phrase": " ".join(phrases), "carte": html}
    return JsonResponse(answer, status=422 if refused else 200)


def _card(request, dossier, demandee):
    """The card of the piece asked, None for the free ones, as the dossier is now."""
    dossier = fresh(dossier)
    shown = pieces_shown(dossier, request.user)
    carte = next((carte for carte in shown["cartes"] if carte["demandee"] == demandee), None)
    shown |= {"dossier": dossier, "carte": carte, "ferme": ""}
    return render_to_string("projects/section_piece_carte.html", shown, request)


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
