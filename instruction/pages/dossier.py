"""What the instruction adds to the page of a dossier: its own link, and the answer to a request."""

from django.urls import reverse

from instruction.complement.queries import open_complement
from projects.enums import Statut
from projects.models import Depot
from projects.relais import Ajout
from projects.rules import is_membre


def ajout(dossier, user):
    """The `Ajout` to the page of this dossier, for this person."""
    gestes = []
    may = dossier.numero and user.has_perm("instruction.instruct_dossier", dossier)
    if may and Depot.objects.filter(dossier=dossier).exists():
        gestes.append((reverse("instruction:instruction_detail", args=[dossier.cle]), "Ouvrir l’instruction"))
    if dossier.statut == Statut.A_COMPLETER and is_membre.test(user, dossier) and open_complement(dossier):
        gestes.append((reverse("instruction:complement_answer", args=[dossier.cle]), "Répondre au complément"))
    return Ajout(gestes=gestes)
