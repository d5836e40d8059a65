"""Writing together: the page of a section, its files."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.templatetags.label_ui import heure
from projects import budget
from projects.actions.completude import missing_for, pieces_jointes, prefetch_completude
from projects.actions.dossier import PlusieursContrats
from projects.actions.echeance import deadline_of
from projects.actions.elaboration import (
    SectionPerimee,
    add_piece,
    ensure_writable,
    open_complement,
    remove_piece,
    save_section,
)
from projects.discussions import open_counts
from projects.enums import Section, Statut
from projects.fichiers import ACCEPTES, AFFICHABLES
from projects.forms.elaboration import PieceForm, section_form
from projects.models import Dossier, Piece
from projects.views.commentaire import discussion
from projects.views.dossier import parties


def _fresh(dossier):
    return prefetch_completude(Dossier.objects.filter(pk=dossier.pk)).prefetch_related("prolongations").get()


def _closed(dossier, section, user):
    """Why this person cannot write the section now, in French, or ''."""
    try:
        ensure_writable(dossier, section, timezone.now())
    except ValidationError as error:
        return " ".join(error.messages)
    if not user.has_perm("projects.change_dossier", dossier):
        return "Vous pouvez lire et commenter ce dossier. Sa structure et son chef de projet l’écrivent."
    return ""


@access(load=Dossier)
def section_edit(request, dossier, section):
    """One section: read by all who see the dossier, written by its authors while it is time."""
    if section == Section.PIECES:
        return _show(request, _fresh(dossier), section)
    if request.method != "POST":
        dossier = _fresh(dossier)
        redaction = dossier.redactions.filter(section=section).first()
        return _show(request, dossier, section, section_form(dossier, section, redaction.version if redaction else 0))
    # The rest of the dossier is read only if the page has to be shown again.
    dossier = Dossier.objects.select_related("edition", "structure", "contrat").get(pk=dossier.pk)
    form = section_form(dossier, section, 0, request.POST)
    if not form.is_valid():
        return _show(request, dossier, section, form, status=422)
    try:
        redaction = save_section(
            dossier,
            section,
            values=form.values(),
            version=form.cleaned_data["version"],
            by=request.user,
            **form.extra(),
        )
    except SectionPerimee as error:
        dossier = _fresh(dossier)
        form, conflits = form.reconcile(lambda data: section_form(dossier, section, 0, data), error.redaction)
        context = {"perime": error.messages[0], "conflits": conflits, "autre": error.redaction.by}
        return _show(request, dossier, section, form, status=409, **context)
    except PlusieursContrats as error:
        form.add_error("contrat", error)
    except ValidationError as error:
        form.add_error(None, error.messages)
    else:
        messages.success(request, f"« {section.label} » est enregistré à {heure(redaction.at)}.")
        return redirect(_next(request, dossier, section))
    return _show(request, dossier, section, form, status=422)


def show_section(request, dossier, section, *, status, comment_form):
    """The page of a section again, around a comment refused."""
    dossier = _fresh(dossier)
    redaction = dossier.redactions.filter(section=section).first()
    form = None if section == Section.PIECES else section_form(dossier, section, redaction.version if redaction else 0)
    return _show(request, dossier, section, form, status=status, comment_form=comment_form)


def _next(request, dossier, section):
    """The same section again, or the following one when that button was used."""
    order = list(Section)
    if "suivante" in request.POST and section != order[-1]:
        section = order[order.index(section) + 1]
    return reverse("projects:section_edit", args=[dossier.cle, section.value])


def _show(request, dossier, section, form=None, *, status=200, piece_form=None, comment_form=None, **extra):
    user = request.user
    redaction = dossier.redactions.filter(section=section).select_related("by").first()
    missing = missing_for(dossier)
    complement = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    ouvertes = {value for value in Section if complement and complement.rouvre(value)} if complement else set(Section)
    context = {
        "dossier": dossier,
        "section": section,
        "form": form,
        "ferme": _closed(dossier, section, user),
        "redaction": redaction if redaction and redaction.by_id else None,
        "sections": parties(dossier, missing, ouvertes, section, open_counts(user, dossier)),
        "manques": [manque for manque in missing if manque.section == section],
        "manques_ailleurs": [manque for manque in missing if manque.section != section],
        "echeance": complement.echeance if complement else deadline_of(dossier),
        **discussion(request, dossier, section, comment_form),
        "perime": "",
        "conflits": [],
        "autre": None,
        "piece_form": piece_form,
        "suivante": section != list(Section)[-1],
    }
    if section == Section.PIECES:
        context |= _pieces(dossier)
    if section == Section.BUDGET:
        context |= _budget(dossier)
    return render(request, f"projects/section_{_template(section)}.html", context | extra, status=status)


def _template(section):
    return section.value if section in {Section.BUDGET, Section.EVALUATION, Section.PIECES} else "form"


def _budget(dossier):
    totaux = budget.totals(list(dossier.budget_lignes.all()))
    return {"totaux": totaux, "solde": abs(totaux.solde), "financeurs": budget.FINANCEURS[1:], "ept": budget.EPT}


def _pieces(dossier):
    """The pieces asked of this kind of structure with the file given, then the free ones."""
    given = {piece.demandee_id: piece for piece in pieces_jointes(dossier) if piece.demandee_id}
    asked = [
        {"demandee": demandee, "piece": given.get(demandee.pk)}
        for demandee in dossier.edition.pieces_demandees.all()
        if demandee.concerne(dossier.structure.type)
    ]
    free = [piece for piece in pieces_jointes(dossier) if not piece.demandee_id]
    return {"demandees": asked, "libres": free, "formats": ACCEPTES}


@require_POST
@access(load=Dossier)
def piece_add(request, dossier):
    form = PieceForm(request.POST, request.FILES, edition=dossier.edition)
    if form.is_valid():
        try:
            piece = add_piece(
                dossier, fichier=form.cleaned_data["fichier"], demandee=form.cleaned_data["demandee"], by=request.user
            )
        except ValidationError as error:
            form.add_error("fichier", error.messages)
        else:
            messages.success(request, f"« {piece.nom} » est joint au dossier, à {heure(piece.created_at)}.")
            return redirect("projects:section_edit", dossier.cle, Section.PIECES)
    return _show(request, _fresh(dossier), Section.PIECES, status=422, piece_form=form)


@require_POST
@access(load=Dossier)
def piece_remove(request, dossier, piece):
    piece = get_object_or_404(dossier.pieces, cle=piece)
    try:
        remove_piece(piece, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"« {piece.nom} » est retiré du dossier.")
    return redirect("projects:section_edit", dossier.cle, Section.PIECES)


@require_safe
@access(load=Piece)
def piece_download(request, piece):
    """A file, to those who see its dossier. Nothing in it may act: its type is ours, and it runs in a sandbox."""
    inline = "voir" in request.GET and piece.type_mime in AFFICHABLES
    policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    # The PDF viewer of a browser does not open in a sandbox; a PDF has no access to the page's origin anyway.
    if not (inline and piece.type_mime == "application/pdf"):
        policy += "; sandbox"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(
        piece.fichier.open("rb"),
        as_attachment=not inline,
        filename=piece.nom,
        content_type=piece.type_mime,
        headers=headers,
    )
