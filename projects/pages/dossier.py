"""The home of a dossier, and what its pages share: the dossier read afresh, its sections and how far each is."""

from dataclasses import replace

from django.urls import reverse

from ecriture.discussion.queries import open_counts
from label.templatetags.label_ui import pluriel
from projects.dossier.actions import MOUVEMENTS
from projects.dossier.completude import complete_sections, missing_for, prefetch_completude, required_sections
from projects.dossier.connu import libelle_for, moves_known_to, statut_for
from projects.dossier.lecture import frise
from projects.echeance import deadline_of, is_caduc
from projects.enums import AVANT_DEPOT, REDACTION, TONS, Section, Statut
from projects.fil.gestes import relecture, reprise
from projects.fil.recit import debut_du_fil
from projects.fil.registre import Geste, cartes_du_moment
from projects.fil.situation import VISA_DEMANDE
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier, Membre, Structure
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
    is_draft = dossier.statut in AVANT_DEPOT and not is_caduc(dossier, now)
    ouvertes = writable_sections(dossier, now) if user.has_perm("projects.change_dossier", dossier) else set()
    lacking = missing_for(dossier)
    missing = lacking if dossier.statut in REDACTION or ouvertes else []
    statut = statut_for(dossier, user, now)
    carte, *autres = cartes_du_moment([dossier], user, now)[dossier.pk]
    added = ajouts(dossier, user)
    carte = replace(
        carte, gestes=(*(Geste(mots, adresse) for one in added for adresse, mots in one.gestes), *carte.gestes)
    )
    moves = LIFECYCLE.available(dossier, user) if is_draft or dossier.statut not in AVANT_DEPOT else []
    suivante = edition_for_copy(dossier, now) if user.has_perm("projects.copy_dossier", dossier) else None
    membre, writes = is_membre.test(user, dossier), user.has_perm("projects.write_echange", dossier)
    passages = moves_known_to(dossier, user)
    discussions = open_counts(user, dossier)
    return {
        "dossier": dossier,
        "carte": carte,
        "autres": autres,
        "libelle": carte.libelle or libelle_for(statut, dossier, user),
        "ton": TONS[statut],
        "frise": frise(
            dossier, statut, user, deadline_of(dossier), passages, carte.tour, visa_asked=carte.moment == VISA_DEMANDE
        ),
        **debut_du_fil(dossier, user),
        "manques": missing,
        "sections": (sections := parties(dossier, lacking, ouvertes, discussions=discussions)),
        "completes": sum(section["complete"] for section in sections if section["exigee"]),
        "exigees": sum(section["exigee"] for section in sections),
        # Declined, it stays to be read; nothing was written beside it.
        "est_une_idee": statut == Statut.SANS_SUITE or dossier.statut == Statut.IDEE,
        "ouvertes": ouvertes,
        "autres_gestes": _autres_gestes(dossier, user, carte, autres, moves, suivante),
        "ajouts": added,
        "peut_ecrire": writes,
        "voit_structure": membre or Structure.objects.visible_to(user).filter(pk=dossier.structure_id).exists(),
        # Whoever writes to the structure knows to whom; the structure knows itself.
        "membres": [] if membre or not writes else _members(dossier),
        "commentaires": sum(discussions.values()),
        "chefs": dossier.contrat.chefs() if dossier.contrat else [],
        **_around_deposit(dossier, user),
    }


def _autres_gestes(dossier, user, carte, autres, moves, suivante):
    """The acts that stay possible and that no card offers. `suivante`: the édition it may be taken up again for."""
    offered = {geste.adresse for one in (carte, *autres) for geste in one.gestes}
    found = [reprise(dossier, suivante)] if suivante else []
    found += relecture(dossier, user, carte.moment)
    for move in moves:
        # Going on is asked by the card when it is time; so is returning the dossier, when its visa is asked.
        if move.name in MOUVEMENTS - {"return_visa"} and move.tone != "primary":
            found.append(Geste(move.label, reverse("projects:dossier_transition", args=[dossier.cle, move.name])))
    return [geste for geste in found if geste.adresse not in offered]


def _members(dossier):
    """The people of the structure today, those who commit it first; one query."""
    rows = Membre.objects.current().filter(structure=dossier.structure_id, user__is_active=True).select_related("user")
    return list(rows.order_by("-is_responsable", "user__nom", "user__prenom", "pk"))


def _around_deposit(dossier, user):
    """The pages of the deposit this person may open from here."""
    return {
        "depose": dossier.numero != "" and Depot.objects.filter(dossier=dossier).exists(),
        "peut_prolonger": dossier.statut in {*AVANT_DEPOT, Statut.CADUC}
        and user.has_perm("projects.extend_dossier", dossier),
    }


def parties(dossier, missing, ouvertes, courant=None, discussions=None):
    """The sections for `components/sections.html`. `discussions`: how many stay open in each (`open_counts`).

    One is ticked when something is written in it and nothing is missing. What was deposited was whole.
    """
    shown = sections_of(dossier)
    is_over = not dossier.is_redaction and not dossier.numero
    if dossier.numero and not ouvertes and not dossier.is_rouvert:
        missing = []
    complete = complete_sections(dossier, shown, missing)
    required = required_sections(dossier, shown, missing)
    reopened = {section for section in shown if dossier.rouvre(section)}
    lacking = {section: sum(manque.section == section for manque in missing) for section in shown}
    return [
        {
            "label": section.label,
            "url": reverse("projects:section_edit", args=[dossier.cle, section.value]),
            "complete": section in complete and section not in reopened,
            "exigee": section in required,
            "courant": section == courant,
            "ferme": is_over,
            "note": ""
            if is_over or (section in complete and section not in reopened)
            else _note(section, lacking[section], ouvertes, is_reopened=section in reopened),
            "discussions": (discussions or {}).get(section, 0),
        }
        for section in shown
    ]


def _note(section, lacking, ouvertes, *, is_reopened):
    if ouvertes and section not in ouvertes:
        return "fermée"
    reste = f"reste {pluriel(lacking, 'réponse,réponses')}" if lacking else ""
    if is_reopened:
        return f"rouverte, {reste}" if reste else "rouverte"
    return reste or ("au dépôt" if section == Section.ENGAGEMENTS else "facultative")
