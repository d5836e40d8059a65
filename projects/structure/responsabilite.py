"""The responsibility of a structure changes hands: by who leaves it, or by the pilote when nobody else can."""

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_signed_in
from label.limites import spend_tiers
from label.notifications import notify
from projects.models import Membre, Structure
from projects.structure.actions import end_membership, forget_adhesions


def may_hand_over(structure, sortant, by):
    """True when `by` may take the responsibility from `sortant` (a Membre, or None when nobody holds it)."""
    if sortant is not None and sortant.user_id == by.pk:
        return sortant.is_responsable
    return by.is_pilote


@transaction.atomic
def hand_over(structure, *, sortant, entrant, by, motif="", depart=False, at=None):
    """`entrant` becomes responsable in place of `sortant`, who leaves the structure too when `depart`.

    `sortant`, `entrant`: current Membres of the structure; `sortant` may be None when it has no responsable any more.
    `motif`: asked of the pilote, who acts for others; kept in the history and told to both.
    Raises PermissionDenied, ValidationError. Returns the Membre who is responsable now.
    """
    ensure_signed_in(by)
    Structure.objects.select_for_update().get(pk=structure.pk)
    current = {membre.pk: membre for membre in Membre.objects.current().filter(structure=structure)}
    if sortant is not None:
        sortant = current.get(sortant.pk)
        if sortant is None or not sortant.is_responsable:
            raise ValidationError("Entre-temps, cette personne n’est plus responsable de la structure.")
    elif any(membre.is_responsable for membre in current.values()):
        raise ValidationError("La structure a une personne responsable : dites laquelle passe la main.")
    if not may_hand_over(structure, sortant, by):
        raise PermissionDenied
    entrant = current.get(entrant.pk)
    if entrant is None or entrant == sortant:
        raise ValidationError("Choisissez une autre personne, membre de la structure aujourd’hui.")
    is_repair = sortant is None or sortant.user_id != by.pk
    motif = motif.strip()
    if is_repair and not motif:
        raise ValidationError({"motif": "Dites pourquoi vous changez la personne responsable de cette structure."})
    with pghistory.context(user=by.pk, acte="transmission", motif=motif):
        entrant.is_responsable = True
        entrant.save(update_fields=["is_responsable"])
        if sortant is not None:
            if depart:
                end_membership(sortant, by=by)
            else:
                sortant.is_responsable = False
                sortant.save(update_fields=["is_responsable"])
    for membre in filter(None, (sortant, entrant)):
        forget_adhesions(membre.user)
    forget_adhesions(by)
    spend_tiers(by, entrant.user.email)
    notify(
        "responsabilite_transmise",
        structure,
        occurrence=f"{entrant.pk}:{(at or timezone.now()).isoformat()}",
        par=by,
        entrant=entrant.user,
        sortant=sortant.user if sortant else None,
        motif=motif,
        depart=depart,
    )
    return entrant
