"""The page of a section: its form, its discussion, its divergences, what it lacks."""

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone

from ecriture.discussion.page import discussion
from ecriture.discussion.queries import open_counts
from ecriture.enregistrement.queries import divergences_of, etat_of
from ecriture.models import Redaction
from projects.budget.plan import EPT, FINANCEURS, totals
from projects.dossier.completude import missing_for
from projects.dossier.engagements import engagements_of
from projects.echeance import deadline_of
from projects.enums import SANS_CHAMPS, Section
from projects.pages.dossier import fresh, parties
from projects.pages.forms import section_form
from projects.pages.pieces import pieces_shown
from projects.question.questionnaire import sections_of
from projects.redaction import ensure_writable

# The sections that have a template of their own.
GABARITS = SANS_CHAMPS | {Section.BUDGET, Section.EVALUATION, Section.QUESTIONS}


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


def suite(dossier, section, user):
    """What the page of a section says of all that is written, as this person reads it: it follows each write."""
    redaction = Redaction.objects.filter(ecrit=dossier.ecrit_id, section=section).select_related("by").first()
    missing = missing_for(dossier)
    ouvertes = {value for value in Section if dossier.rouvre(value)} if dossier.is_rouvert else set(Section)
    return {
        "dossier": dossier,
        "section": section,
        "redaction": redaction if redaction and redaction.by_id else None,
        "sections": parties(dossier, missing, ouvertes, section, open_counts(user, dossier)),
        "manques": [manque for manque in missing if manque.section == section],
        "manques_ailleurs": [manque for manque in missing if manque.section != section],
    }


def section_page(request, dossier, section, form=None, *, status=200, comment_form=None, **extra):
    """The page of a section, around a form already read. `extra`: more of the context of its template."""
    user = request.user
    ferme = _closed(dossier, section, user)
    # A form refused holds what was typed: what the database holds is asked of another.
    held = section_form(dossier, section) if form and form.is_bound else form
    context = {
        **suite(dossier, section, user),
        "form": None if ferme else form,
        "ferme": ferme,
        "echeance": dossier.rouvert_jusqu_au if dossier.is_rouvert else deadline_of(dossier),
        **discussion(request, dossier, section, comment_form),
        "divergences": divergences_of(dossier, section),
        "etat": None if ferme else etat_of(dossier, section, held),
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
    return render(request, f"projects/pages/section_{_template(section)}.html", context | extra, status=status)


def show_section(request, dossier, section, *, status, comment_form=None, **extra):
    """The page of a section again, around a comment or a file refused."""
    dossier = fresh(dossier)
    form = None if section in SANS_CHAMPS else section_form(dossier, section)
    return section_page(request, dossier, section, form, status=status, comment_form=comment_form, **extra)


def _template(section):
    return section.value if section in GABARITS else "form"


def _budget(dossier):
    totaux = totals(list(dossier.budget_lignes.all()))
    return {
        "totaux": totaux,
        "solde": abs(totaux.solde),
        "ecart": abs(totaux.ecart_contributions),
        "financeurs": FINANCEURS[1:],
        "ept": EPT,
    }
