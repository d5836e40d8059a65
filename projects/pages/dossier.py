"""The home of a dossier, and what its pages share: the dossier read afresh, its sections and how far each is."""

from django.urls import reverse

from ecriture.discussion.queries import open_counts
from label.templatetags.label_ui import pluriel
from projects.dossier.actions import MOUVEMENTS
from projects.dossier.completude import is_written, missing_for, prefetch_completude
from projects.dossier.connu import moves_known_to, statut_for
from projects.dossier.lecture import awaits_visa, frise, journal, summary
from projects.echeance import deadline_of, is_caduc
from projects.enums import AVANT_DEPOT, REDACTION, Section, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier, Structure
from projects.question.questionnaire import sections_of
from projects.redaction import writable_sections
from projects.relais import ajouts
from projects.reprise.actions import edition_for_copy
from projects.rules import is_membre


def fresh(dossier):
    """The dossier as it is now, with all that says what it lacks."""
    return prefetch_completude(Dossier.objects.filter(pk=dossier.pk)).prefetch_related("prolongations").get()


def home(dossier, user, now):
    """What the home of a dossier (`fresh`) shows this person at `now`: whose turn it is, what is missing, what may be
    done, what happened.
    """
    echeance, visa_asked = deadline_of(dossier), awaits_visa(dossier)
    is_draft = dossier.statut in AVANT_DEPOT and not is_caduc(dossier, now)
    ouvertes = writable_sections(dossier, now) if user.has_perm("projects.change_dossier", dossier) else set()
    lacking = missing_for(dossier)
    missing = lacking if dossier.statut in REDACTION or ouvertes else []
    statut = statut_for(dossier, user, now)
    resume = summary(
        dossier, user, statut, missing, now=now, echeance=echeance if is_draft else None, visa_asked=visa_asked
    )
    moves = LIFECYCLE.available(dossier, user) if is_draft or dossier.statut not in AVANT_DEPOT else []
    membre = is_membre.test(user, dossier)
    passages = moves_known_to(dossier, user)
    discussions = open_counts(user, dossier)
    return {
        "dossier": dossier,
        "resume": resume,
        "frise": frise(dossier, statut, user, echeance, passages, visa_asked=visa_asked),
        "journal": journal(dossier, user, passages),
        "manques": missing,
        "sections": parties(dossier, lacking, ouvertes, discussions=discussions),
        "ouvertes": ouvertes,
        "mouvements": [move for move in moves if move.name in MOUVEMENTS],
        "autres_mouvements": [move for move in moves if move.name in MOUVEMENTS and move.tone != "primary"],
        "peut_deposer": any(move.name.startswith("deposit") for move in moves),
        "peut_demander_visa": is_draft
        and dossier.statut == Statut.CO_ELABORATION
        and dossier.edition.visa_requis
        and not visa_asked
        and user.has_perm("projects.ask_visa", dossier),
        "ajouts": ajouts(dossier, user),
        "voit_structure": membre or Structure.objects.visible_to(user).filter(pk=dossier.structure_id).exists(),
        "commentaires": sum(discussions.values()),
        "chefs": dossier.contrat.chefs() if dossier.contrat else [],
        "edition_copie": edition_for_copy(dossier, now) if membre else None,
        **_around_deposit(dossier, user),
    }


def _around_deposit(dossier, user):
    """The pages of the deposit this person may open from here."""
    return {
        "depose": dossier.numero != "" and Depot.objects.filter(dossier=dossier).exists(),
        "peut_prolonger": dossier.statut in {*AVANT_DEPOT, Statut.CADUC}
        and user.has_perm("projects.extend_dossier", dossier),
    }


def parties(dossier, missing, ouvertes, courant=None, discussions=None):
    """The sections for `components/sections.html`. `discussions`: how many stay open in each (`open_counts`).

    One is ticked when nothing is missing in it; once the dossier has ended without a deposit nothing is asked any more,
    and it takes something written too. What was deposited was whole.
    """
    shown = sections_of(dossier)
    is_over = not dossier.is_redaction and not dossier.numero
    if dossier.numero and not ouvertes and not dossier.is_rouvert:
        missing = []
    # What is confirmed at the deposit is not done before.
    attendues = {Section.ENGAGEMENTS} if dossier.is_redaction else set()
    lacking = {section: sum(manque.section == section for manque in missing) for section in shown}
    return [
        {
            "label": section.label,
            "url": reverse("projects:section_edit", args=[dossier.cle, section.value]),
            "complete": not lacking[section]
            and section not in attendues
            and (not is_over or is_written(section, dossier)),
            "courant": section == courant,
            "ferme": is_over,
            "note": "au dépôt"
            if section in attendues
            else ""
            if is_over
            else _note(lacking[section], is_closed=bool(ouvertes) and section not in ouvertes),
            "discussions": (discussions or {}).get(section, 0),
        }
        for section in shown
    ]


def _note(lacking, *, is_closed):
    if is_closed:
        return "fermée"
    return pluriel(lacking, "point manque,points manquent") if lacking else ""
