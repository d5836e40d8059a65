"""What dossiers ask of those who write and follow them, before and after the deposit."""

from django.db.models import Q
from django.urls import reverse

from projects.dossier.visa import DEMANDE_LUE
from projects.enums import Statut
from projects.fil.registre import AFaire
from projects.models import DemandeAdhesion, Dossier, IdeeEnAttente, Structure
from projects.rules import contrats_of, is_a_chef, is_a_membre, structures_led_by
from projects.structure.adhesion import unanswered

# Statuts in which something is asked of the structure; until when is the dossier's own deadline, or the answer's.
_AU_PORTEUR = (Statut.CO_ELABORATION, Statut.PRET, Statut.A_COMPLETER)


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
    rows = rows.exclude(DEMANDE_LUE)
    return [
        AFaire(
            texte=_au_porteur(user, dossier),
            objet=str(dossier),
            adresse=_page(dossier),
            depuis=dossier.bouge_at,
            avant=dossier.rouvert_jusqu_au if dossier.statut_lu == Statut.A_COMPLETER else dossier.echeance,
        )
        for dossier in rows.select_related("edition")
    ]


def _au_porteur(user, dossier):
    """What is asked, one wording for each situation."""
    if dossier.statut_lu == Statut.A_COMPLETER:
        return "Répondre au complément"
    if dossier.statut_lu == Statut.PRET:
        may_deposit = user.has_perm("projects.submit_dossier", dossier)
        return "Déposer le dossier" if may_deposit else "Faire déposer le dossier par une personne responsable"
    if dossier.bouge_par == "return_visa":
        return "Reprendre le dossier, revenu avec un mot du chef de projet"
    return "Continuer le dossier"


def _du_chef(user, now):
    mine = Dossier.objects.visible_to(user).of_chef(user).read_by(user, now)
    return [
        AFaire(
            texte="Répondre à l’idée" if dossier.statut_lu == Statut.IDEE else "Relire et donner votre visa",
            objet=f"{dossier} ({dossier.structure})",
            adresse=_page(dossier),
            depuis=dossier.bouge_at or dossier.created_at,
            # The deadline is that of a deposit: an idea has none.
            avant=None if dossier.statut_lu == Statut.IDEE else dossier.echeance,
        )
        for dossier in mine.filter(DEMANDE_LUE | Q(statut_lu=Statut.IDEE)).select_related("structure", "edition")
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
