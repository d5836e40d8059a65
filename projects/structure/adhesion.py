"""A structure already here: found again by its numbers or its name, joined at the word of its responsables."""

from datetime import timedelta

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from label.balayage import each
from label.droits import ensure_may
from label.limites import spend_tiers
from label.models import User
from label.notifications import notify
from label.templatetags.label_ui import duree, jour
from projects.models import DemandeAdhesion, Dossier, Membre, Structure
from projects.structure.actions import forget_adhesions
from projects.structure.identifiants import lieu_normalise, noms_proches

# After a refusal, how long before asking the same structure again.
DELAI_APRES_REFUS = timedelta(days=30)
# Requests one person may leave open at a time.
DEMANDES_OUVERTES = 5
PROCHES_MAX = 3


def close_structures(nom, places):
    """Structures whose name is close to `nom` in one of these towns: a list, three at most, best known first.

    `places`: names of towns as typed or as the territory spells them. The towns of a structure are its seat's and
    those its dossiers serve. The register holds some thousands of short rows at most: it is read whole, once.
    """
    wanted = {lieu_normalise(place) for place in places} - {""}
    if not wanted:
        return []
    rows = Structure.objects.values_list("pk", "nom", "sigle", "ville", "commune__nom")
    near = {pk: (ville, commune) for pk, name, sigle, ville, commune in rows if noms_proches(nom, name, sigle)}
    if not near:
        return []
    towns = {pk: {lieu_normalise(place or "") for place in places} for pk, places in near.items()}
    for pk, commune in Dossier.objects.filter(structure__in=near).values_list("structure", "communes__nom"):
        towns[pk].add(lieu_normalise(commune or ""))
    found = [pk for pk, places in towns.items() if places & wanted]
    return list(Structure.objects.filter(pk__in=found).select_related("commune").order_by("created_at")[:PROCHES_MAX])


def open_demande(structure, user):
    """The request of this person that waits for an answer, or None."""
    return structure.demandes_adhesion.filter(user=user, decided_at=None).first()


@transaction.atomic
def ask_to_join(structure, *, by, message="", at=None):
    """Ask the responsables of a structure to be let in. Returns the DemandeAdhesion.

    Raises ValidationError: member already, asked already, refused lately, too many requests open.
    """
    ensure_may(by, "projects.join_structure")
    at = at or timezone.now()
    # One request at a time for one person: a second click finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    if Membre.objects.current().filter(structure=structure, user=by).exists():
        raise ValidationError("Vous êtes déjà membre de cette structure.")
    mine = DemandeAdhesion.objects.filter(user=by)
    if asked := mine.filter(structure=structure, decided_at=None).first():
        raise ValidationError(
            f"Votre demande est déjà envoyée, le {jour(asked.created_at)}\u00a0: la réponse vous parviendra par "
            "courriel."
        )
    refused = mine.filter(structure=structure, accepted=False, decided_at__gt=at - DELAI_APRES_REFUS)
    if refused.exists():
        raise ValidationError(
            f"Votre demande a été déclinée il y a moins de {duree(DELAI_APRES_REFUS)}. Parlez-en à la structure, ou "
            "écrivez à l’EPT."
        )
    if mine.filter(decided_at=None).count() >= DEMANDES_OUVERTES:
        raise ValidationError(
            "Vous avez déjà plusieurs demandes en attente\u00a0: attendez leurs réponses avant d’en envoyer une autre."
        )
    demande = DemandeAdhesion(structure=structure, user=by, message=message, created_at=at)
    demande.full_clean(exclude=["by", "accepted", "decided_at"])
    demande.save()
    # Its responsables do not know the person: the structure counts as the address.
    spend_tiers(by, f"structure {structure.cle}")
    notify("demande_adhesion", demande)
    return demande


@transaction.atomic
def decide_demande(demande, *, accepted, by, mot="", is_responsable=False, at=None):
    """Let the person in, or decline with a word; she is told either way. Returns the DemandeAdhesion.

    Raises PermissionDenied, or ValidationError when somebody answered meanwhile.
    """
    if not by.has_perm("projects.change_structure", demande.structure) or by.pk == demande.user_id:
        raise PermissionDenied
    locked = (
        DemandeAdhesion.objects.select_for_update(of=("self",)).select_related("structure", "user").get(pk=demande.pk)
    )
    if locked.decided_at is not None:
        raise ValidationError("Une autre personne a déjà répondu à cette demande.")
    locked.accepted, locked.mot, locked.by, locked.decided_at = accepted, mot, by, at or timezone.now()
    locked.save(update_fields=["accepted", "mot", "by", "decided_at"])
    if accepted:
        with pghistory.context(user=by.pk):
            Membre.objects.get_or_create(
                structure=locked.structure, user=locked.user, au=None, defaults={"is_responsable": is_responsable}
            )
        forget_adhesions(locked.user)
    notify("demande_adhesion_reponse", locked)
    return locked


def unanswered(now=None):
    """Open requests the EPT may well answer: nobody is responsable there, or nobody answered in a week."""
    responsables = Membre.objects.current().filter(
        structure=OuterRef("structure"), is_responsable=True, user__is_active=True
    )
    late = Q(created_at__lte=(now or timezone.now()) - DemandeAdhesion.DELAI)
    return DemandeAdhesion.objects.filter(late | ~Exists(responsables), decided_at=None)


def remind_demandes(now=None):
    """Tell the pilotes, once, of each request left without an answer. Returns how many messages are owed."""
    late = unanswered(now).select_related("structure", "user")
    return each(late, lambda demande: len(notify("demande_adhesion_attente", demande)))
