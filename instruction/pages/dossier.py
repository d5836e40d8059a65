"""What the instruction adds to the page of a dossier: its own link, and the request that waits for an answer."""

from django.urls import reverse

from instruction.complement.queries import open_complement
from projects.enums import Statut
from projects.relais import Ajout
from projects.rules import is_membre


def ajout(dossier, user):
    """The `Ajout` to the page of this dossier, for this person."""
    liens, gestes, card = [], [], {}
    if dossier.numero and user.has_perm("instruction.instruct_dossier", dossier):
        liens.append((reverse("instruction:instruction_detail", args=[dossier.cle]), "Ouvrir l’instruction"))
    demande = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    if demande:
        card = {"template": "instruction/complement/demande.html", "contexte": {"demande": demande}}
        if is_membre.test(user, dossier):
            gestes.append((reverse("instruction:complement_answer", args=[dossier.cle]), "Répondre à la demande"))
    return Ajout(gestes=gestes, liens=liens, **card)
