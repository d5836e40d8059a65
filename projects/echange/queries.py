"""The messages of a dossier as one person reads them, and what the page of messages shows."""

from dataclasses import dataclass
from datetime import datetime

from label.models import User
from projects.enums import Cercle
from projects.models import Echange

DE = {Cercle.STRUCTURE: "de la structure", Cercle.CHEFS: "du chef de projet", Cercle.SERVICE: "du service de l’EPT"}
VERS = {Cercle.STRUCTURE: "à la structure", Cercle.CHEFS: "au chef de projet", Cercle.SERVICE: "au service de l’EPT"}


@dataclass(frozen=True)
class Mot:
    """One message as read: `sens`, from whom to whom, in French words."""

    pk: int
    by: User
    at: datetime
    sens: str
    texte: str


def echanges_of(dossier, user):
    """The messages of this dossier that this person reads, as a queryset, the last first."""
    return Echange.objects.filter(dossier=dossier).visible_to(user).select_related("by").order_by("-at", "-pk")


def mot_of(echange):
    return Mot(echange.pk, echange.by, echange.at, direction(echange), echange.texte)


def direction(echange):
    """«de la structure au chef de projet et au service de l’EPT»."""
    return f"{DE[echange.de]} {' et '.join(VERS[cercle] for cercle in echange.vers)}"


def signature(echange):
    """Who wrote it and for whom, as its mail says it: «Awa Diarra, pour « Les Ateliers »,»."""
    qui = {
        Cercle.STRUCTURE: f"pour « {echange.dossier.structure} »",
        Cercle.CHEFS: "chef de projet du contrat de ville",
        Cercle.SERVICE: "du service de l’EPT",
    }
    return f"{echange.by.get_full_name()}, {qui[echange.de]},"


def last_envoi(dossier, user):
    """The `envoi` of the last message this person sent here, '' when there is none: what a page may forget."""
    mine = Echange.objects.filter(dossier=dossier, by=user).order_by("-at", "-pk")
    return str(mine.values_list("envoi", flat=True).first() or "")
