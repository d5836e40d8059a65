"""Recusing somebody from a dossier, and taking that back. Whoever has it declared, it is written here alone."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_signed_in
from projects.models import Deport
from projects.relais import retraits


def forget_deports(user):
    """Rights are read once per request: what has just changed is read again."""
    user.__dict__.pop("_recuses", None)


@transaction.atomic
def declare_deport(user, dossier, *, motif, is_pinned=False, at=None):
    """Recuse `user` from `dossier`: at once, and until a pilote lifts it. A second call changes nothing.

    `is_pinned`: relevé by the application, not declared by the person. What they held of
    the dossier is taken back: who instructed it does so no more.
    Returns (the `Deport` in force, True when it is new). Raises ValidationError without a reason.
    """
    if not motif.strip():
        raise ValidationError("Dites en quelques mots la nature du lien.")
    deport, created = Deport.objects.get_or_create(
        user=user,
        dossier=dossier,
        ended_at=None,
        defaults={"motif": motif.strip(), "is_pinned": is_pinned, "at": at or timezone.now()},
    )
    if created:
        retraits(user, dossier)
    forget_deports(user)
    return deport, created


@transaction.atomic
def lift_deport(deport, *, motif, by, at=None):
    """A pilote gives the dossier back to the person, with a reason kept beside the déport. Returns the `Deport`.

    Raises PermissionDenied when `by` is no pilote, is the person, or is recused from the dossier too;
    ValidationError without a reason, or when it was lifted meanwhile.
    """
    ensure_signed_in(by)
    if (
        not by.is_pilote
        or by.pk == deport.user_id
        or Deport.objects.current().filter(user=by, dossier=deport.dossier_id)
    ):
        raise PermissionDenied
    if not motif.strip():
        raise ValidationError("Indiquez le motif de la levée du déport.")
    locked = Deport.objects.select_for_update(of=("self",)).select_related("user", "dossier").get(pk=deport.pk)
    if locked.ended_at is not None:
        raise ValidationError("Ce déport a déjà été levé.")
    locked.ended_at, locked.ended_by, locked.motif_levee = at or timezone.now(), by, motif.strip()
    locked.save(update_fields=["ended_at", "ended_by", "motif_levee"])
    forget_deports(locked.user)
    return locked
