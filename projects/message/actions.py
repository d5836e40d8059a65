"""A chef de projet writes to the porteurs of several of his dossiers: each is addressed alone."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_may
from label.models import User
from label.notifications import notify
from label.recherche import par_nom
from projects.models import Dossier, Membre, Message


@dataclass(frozen=True)
class Envoi:
    """One person who will get the message, and the dossiers it is about for them."""

    personne: User
    dossiers: list


def recipients(dossiers):
    """Who gets a message about these dossiers, as a list of `Envoi` by name: the members of their structures today.

    A person invited who has not accepted is no member: nothing is sent to them.
    """
    dossiers = sorted(dossiers, key=lambda dossier: (str(dossier), dossier.pk))
    adhesions = Membre.objects.current().filter(
        structure__in={dossier.structure_id for dossier in dossiers}, user__is_active=True
    )
    people = {}
    for adhesion in adhesions.select_related("user").order_by(*par_nom("user__"), "user__pk"):
        people.setdefault(adhesion.user, set()).add(adhesion.structure_id)
    return [
        Envoi(person, [dossier for dossier in dossiers if dossier.structure_id in structures])
        for person, structures in people.items()
    ]


def seal(envois):
    """A digest of who gets what: what was previewed is what is sent."""
    lines = (f"{envoi.personne.pk}:{[dossier.pk for dossier in envoi.dossiers]}" for envoi in envois)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@transaction.atomic
def send_message(*, dossiers, sujet, texte, by, envoi, vus=None, at=None):
    """Owe the message to each porteur of these dossiers, once for an `envoi` (UUID made by the preview).

    `vus`: the `seal` of what the preview showed. Returns the Message (the first one, when sent twice).
    Raises PermissionDenied when one of the dossiers is not followed by `by`; ValidationError when nobody would get
    it, or not those who were shown.
    """
    ensure_may(by, "projects.list_portefeuille")
    wanted = {dossier.pk for dossier in dossiers}
    mine = list(Dossier.objects.of_chef(by).filter(pk__in=wanted).select_related("structure", "edition"))
    if not mine or len(mine) != len(wanted):
        raise PermissionDenied
    envois = recipients(mine)
    if not envois:
        raise ValidationError("Personne ne recevrait ce message : aucune personne n’est inscrite pour ces dossiers.")
    message, created = Message.objects.get_or_create(
        envoi=envoi, defaults={"by": by, "at": at or timezone.now(), "sujet": sujet, "texte": texte}
    )
    if not created:
        if message.by_id != by.pk:
            raise PermissionDenied
        return message
    if vus is not None and vus != seal(envois):
        raise ValidationError("Les destinataires ont changé depuis l’aperçu : relisez la liste avant d’envoyer.")
    message.dossiers.set(mine)
    for line in envois:
        notify("message_chef", message, a=line.personne, dossiers=line.dossiers)
    return message
