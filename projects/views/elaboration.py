"""Writing together: the page of a section."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from label.access import access
from label.templatetags.label_ui import heure
from projects import budget
from projects.actions.champ import save_fields
from projects.actions.completude import missing_for, prefetch_completude
from projects.actions.echeance import deadline_of
from projects.actions.elaboration import ensure_writable, open_complement
from projects.actions.histoire import record_visit
from projects.discussions import open_counts
from projects.engagements import engagements_of
from projects.enums import SANS_CHAMPS, Section, Statut
from projects.forms.elaboration import section_form
from projects.models import Dossier
from projects.questionnaire import live_questions, sections_of
from projects.views.champ import divergences_of, etat_of
from projects.views.commentaire import discussion
from projects.views.dossier import parties
from projects.views.piece import pieces_shown

# The sections that have a template of their own.
GABARITS = SANS_CHAMPS | {Section.BUDGET, Section.EVALUATION, Section.QUESTIONS}


def fresh(dossier):
    return prefetch_completude(Dossier.objects.filter(pk=dossier.pk)).prefetch_related("prolongations").get()


def _closed(dossier, section, user):
    """Why this person cannot write the section now, in French, or ''."""
    try:
        ensure_writable(dossier, section, timezone.now())
    except ValidationError as error:
        return " ".join(error.messages)
    if not user.has_perm("projects.change_dossier", dossier):
        gestes = "lire et commenter" if user.has_perm("projects.comment_dossier", dossier) else "lire"
        return f"Vous pouvez {gestes} ce dossier. Sa structure et son chef de projet l’écrivent."
    return ""


@access(load=Dossier)
def section_edit(request, dossier, section):
    """One section: read by all who see the dossier, written by its authors while it is time.

    Where scripts run each field has already saved itself; the button of the section saves what is left.
    """
    if section == Section.QUESTIONS and not live_questions(dossier.edition):
        raise Http404
    if section in SANS_CHAMPS:
        return _show(request, fresh(dossier), section)
    if request.method != "POST":
        dossier = fresh(dossier)
        return _show(request, dossier, section, section_form(dossier, section))
    # The rest of the dossier is read only if the page has to be shown again.
    dossier = Dossier.objects.select_related("edition", "structure", "contrat").get(pk=dossier.pk)
    form = section_form(dossier, section, request.POST)
    if not form.is_valid():
        return _show(request, dossier, section, form, status=422)
    try:
        done = save_fields(dossier, section, form.changes(), by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, dossier, section, form, status=422)
    record_visit(dossier, by=request.user)
    if any(saved.divergence for saved in done.values()):
        messages.warning(
            request,
            "Quelqu’un a écrit les mêmes mots que vous\u00a0: les deux textes sont gardés. Choisissez ci-dessous.",
        )
        return redirect(reverse("projects:section_edit", args=[dossier.cle, section.value]) + "#divergences")
    messages.success(request, f"«\u00a0{section.label}\u00a0» est enregistré à {heure(timezone.now())}.")
    return redirect(_next(request, dossier, section))


def show_section(request, dossier, section, *, status, comment_form=None, **extra):
    """The page of a section again, around a comment or a file refused."""
    dossier = fresh(dossier)
    form = None if section in SANS_CHAMPS else section_form(dossier, section)
    return _show(request, dossier, section, form, status=status, comment_form=comment_form, **extra)


def _next(request, dossier, section):
    """The same section again, or the following one when that button was used."""
    order = sections_of(dossier)
    if "suivante" in request.POST and section != order[-1]:
        section = order[order.index(section) + 1]
    return reverse("projects:section_edit", args=[dossier.cle, section.value])


def _show(request, dossier, section, form=None, *, status=200, comment_form=None, **extra):
    user = request.user
    ferme = _closed(dossier, section, user)
    # A form refused holds what was typed: what the database holds is asked of another.
    held = section_form(dossier, section) if form and form.is_bound else form
    redaction = dossier.redactions.filter(section=section).select_related("by").first()
    missing = missing_for(dossier)
    complement = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    ouvertes = {value for value in Section if complement and complement.rouvre(value)} if complement else set(Section)
    context = {
        "dossier": dossier,
        "section": section,
        "form": form,
        "ferme": ferme,
        "redaction": redaction if redaction and redaction.by_id else None,
        "sections": parties(dossier, missing, ouvertes, section, open_counts(user, dossier)),
        "manques": [manque for manque in missing if manque.section == section],
        "manques_ailleurs": [manque for manque in missing if manque.section != section],
        "echeance": complement.echeance if complement else deadline_of(dossier),
        **discussion(request, dossier, section, comment_form),
        "divergences": divergences_of(dossier, section, form),
        "etat": etat_of(dossier, section, held, user) if form and not ferme else None,
        # Closed while somebody was writing: nothing typed disappears.
        "tenu": held.stored() if form and ferme else {},
        "tapes": form.unsaved() if form and form.is_bound and ferme else [],
        "suivante": section != sections_of(dossier)[-1],
    }
    if section == Section.PIECES:
        context |= pieces_shown(dossier, user)
    if section == Section.BUDGET:
        context |= _budget(dossier)
    if section == Section.ENGAGEMENTS:
        context["engagements"] = engagements_of(dossier.structure)
    return render(request, f"projects/section_{_template(section)}.html", context | extra, status=status)


def _template(section):
    return section.value if section in GABARITS else "form"


def _budget(dossier):
    totaux = budget.totals(list(dossier.budget_lignes.all()))
    return {
        "totaux": totaux,
        "solde": abs(totaux.solde),
        "ecart": abs(totaux.ecart_contributions),
        "financeurs": budget.FINANCEURS[1:],
        "ept": budget.EPT,
    }
