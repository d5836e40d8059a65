"""The story of a dossier as this floor tells it: its moves, and the messages to its porteurs; then told day by day."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from projects.dossier.connu import auteur_of, moves_known_to, phrase_of
from projects.fil.registre import Ligne, Sorte, histoire
from projects.rules import is_chef, is_membre

# Moves that belong to the hearing, then to the label.
_SORTES = {"hear": Sorte.ORAL, "record_absence": Sorte.ORAL, "award": Sorte.SUITES}
# How many lines the page of a dossier shows; the rest has a page of its own.
DERNIERES = 20


def lignes_des_passages(dossier, user):
    """The moves this person may know."""
    inside = user.has_perm("projects.read_motif_interne", dossier)
    return [
        Ligne(
            at=move.at,
            sorte=_SORTES.get(move.transition, Sorte.ETAPE),
            texte=phrase_of(move, dossier, user),
            qui=auteur_of(move, dossier, user) or "Automatique",
            corps=move.motif,
            interne=move.motif_interne if inside else "",
            arrivee=move.arrivee,
        )
        for move in moves_known_to(dossier, user)
    ]


def lignes_des_messages(dossier, user):
    """What the chef de projet wrote to the porteurs of several dossiers."""
    if not (is_membre.test(user, dossier) or is_chef.test(user, dossier) or user.is_agent):
        return []
    return [
        Ligne(
            at=message.at,
            sorte=Sorte.MESSAGE,
            texte=f"Message aux porteurs\u00a0: {message.sujet}",
            qui=message.by.get_full_name(),
            corps=message.texte,
        )
        for message in dossier.messages.select_related("by")
    ]


@dataclass(frozen=True)
class Journee:
    """The lines of one day in Paris, the latest first."""

    jour: date
    lignes: list[Ligne]


def journees(lignes):
    """The same lines, the latest first, by day, as a list of `Journee`."""
    days = groupby(lignes, key=lambda ligne: timezone.localdate(ligne.at))
    return [Journee(jour, list(told)) for jour, told in days]


def debut_du_fil(dossier, user):
    """The last days of the story, for a page: `journees`, and how many lines are `plus_ancien`."""
    told = histoire(dossier, user)
    return {"journees": journees(told[:DERNIERES]), "plus_ancien": max(len(told) - DERNIERES, 0)}
