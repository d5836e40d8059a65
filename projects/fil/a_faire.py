"""What dossiers ask of those who write and follow them, before and after the deposit."""

from django.db.models import Q
from django.urls import reverse

from projects.enums import Statut
from projects.fil.registre import AFaire
from projects.models import DemandeAdhesion, Dossier, IdeeEnAttente, Structure
from projects.rules import contrats_of, is_a_chef, is_a_membre, structures_led_by
from projects.structure.adhesion import unanswered

# What is asked of the structure, by statut; until when is the dossier's own deadline, or that of the answer.
_AU_PORTEUR = {
    Statut.CO_ELABORATION: "Continuer le dossier",
    Statut.PRET: "Déposer le dossier",
    Statut.A_COMPLETER: "Répondre au complément",
}


def a_faire_des_dossiers(user, now):
    """All that waits for this person in dossiers, structures and ideas, as a list of `AFaire`."""
    if not user.is_authenticated:
        return []
    found = []
    if is_a_membre.test(user):
        found += _du_porteur(user, now)
    if is_a_chef.test(user):
        found += _du_chef(user, now)
    return found + _demandes(user) + _idees(user)


def _page(dossier):
    return reverse("projects:dossier_detail", args=[dossier.cle])


def _du_porteur(user, now):
    rows = Dossier.objects.of_member(user).read_by(user, now).filter(statut_lu__in=_AU_PORTEUR)
    # Whoever asked for the visa waits.
    rows = rows.exclude(Q(statut_lu=Statut.CO_ELABORATION) & Q(bouge_par="ask_visa"))
    return [
        AFaire(
            texte=_AU_PORTEUR[dossier.statut_lu],
            objet=str(dossier),
            adresse=_page(dossier),
            depuis=dossier.bouge_at,
            avant=dossier.rouvert_jusqu_au if dossier.statut_lu == Statut.A_COMPLETER else dossier.echeance,
        )
        for dossier in rows.select_related("edition")
    ]


def _du_chef(user, now):
    mine = Dossier.objects.of_chef(user).read_by(user, now)
    asked = Q(statut_lu=Statut.CO_ELABORATION, bouge_par="ask_visa")
    return [
        AFaire(
            texte="Répondre à l’idée" if dossier.statut_lu == Statut.IDEE else "Relire et donner votre visa",
            objet=f"{dossier} ({dossier.structure})",
            adresse=_page(dossier),
            depuis=dossier.bouge_at or dossier.created_at,
            avant=dossier.echeance,
        )
        for dossier in mine.filter(asked | Q(statut_lu=Statut.IDEE)).select_related("structure", "edition")
    ]


def _demandes(user):
    """Somebody asks to join a structure: those this person leads; for the EPT, those nobody answered."""
    if user.is_agent:
        asked = unanswered().exclude(user=user).filter(structure__in=Structure.objects.visible_to(user))
    elif led := structures_led_by(user):
        asked = DemandeAdhesion.objects.filter(decided_at=None, structure__in=led)
    else:
        return []
    return [
        AFaire(
            texte=f"Répondre à {demande.user.get_full_name()}, qui souhaite rejoindre la structure",
            objet=str(demande.structure),
            adresse=reverse("projects:demande_decide", args=[demande.structure.cle, demande.pk]),
            depuis=demande.created_at,
        )
        for demande in asked.select_related("user", "structure")
    ]


def _idees(user):
    """Ideas kept while no édition was announced."""
    if contrats := contrats_of(user):
        kept = IdeeEnAttente.objects.waiting().filter(contrat__in=contrats)
    elif user.is_pilote:
        kept = IdeeEnAttente.objects.waiting().filter(contrat=None)
    else:
        return []
    return [
        AFaire(
            texte="Lire l’idée reçue hors édition",
            objet=f"{idee} ({idee.structure})",
            adresse=reverse("projects:idee_detail", args=[idee.cle]),
            depuis=idee.created_at,
        )
        for idee in kept.select_related("structure")
    ]
