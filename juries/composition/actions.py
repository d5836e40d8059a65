"""The jury: who sits, who declares what, who is recused."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from juries.declaration.actions import pin_recusals
from juries.enums import Acte
from juries.models import Jure, Jury, Mention
from label.droits import ensure_may, ensure_signed_in
from label.liens.page import is_for
from label.limites import spend_tiers
from label.notifications import notify


def create_jury(edition, *, by):
    """The jury of an édition, made once with its default quorum; the existing one on a second call."""
    ensure_may(by, "juries.change_jury")
    return Jury.objects.get_or_create(edition=edition)[0]


@transaction.atomic
def invite_jure(jure, *, by):
    """Save a new member and owe the invitation. Raises ValidationError: already a member, presidency taken."""
    ensure_may(by, "juries.change_jury", jure)
    jure.email = jure.email.strip().lower()
    jure.full_clean(exclude=["user", "jeton_sha256", "cle"])
    jure.save()
    spend_tiers(by, jure.email)
    notify("jury_invitation", jure, occurrence=jure.invited_at.isoformat())
    return jure


@transaction.atomic
def resend_invitation(jure, *, by):
    """A new link for a member who has not accepted; the former link stops working."""
    ensure_may(by, "juries.change_jury", jure)
    locked = Jure.objects.select_for_update().get(pk=jure.pk)
    if locked.accepted_at or locked.removed_at:
        raise ValidationError("Cette invitation n’attend plus de réponse.")
    locked.invited_at = timezone.now()
    locked.save(update_fields=[*locked.draw_link(), "invited_at"])
    spend_tiers(by, locked.email)
    notify("jury_invitation", locked, occurrence=locked.invited_at.isoformat())
    return locked


@transaction.atomic
def accept_invitation(jure, *, by):
    """The invited person, and nobody else, takes the seat. A second click changes nothing.

    Raises ValidationError when the person signed in does not hold the invited address, or the member was removed.
    """
    ensure_signed_in(by)
    locked = Jure.objects.select_for_update().get(pk=jure.pk)
    if not is_for(locked, by):
        raise ValidationError("Cette invitation est adressée à une autre personne.")
    if locked.removed_at:
        raise ValidationError("Cette invitation a été retirée.")
    if locked.accepted_at is None:
        locked.user = by
        locked.accepted_at = timezone.now()
        locked.save(update_fields=["user", "accepted_at"])
        forget_seats(by)
        pin_recusals(locked.jury)
    return locked


def forget_seats(user):
    """Seats are read once per request by the rules: read them again after a change."""
    user.__dict__.pop("_seats", None)


def change_jure(jure, *, by):
    """Save what the pilote corrected of a member (name, quality, collège, presidency)."""
    ensure_may(by, "juries.change_jury", jure)
    jure.full_clean(exclude=["user", "jeton_sha256", "cle", "email"])
    jure.save(update_fields=["nom", "qualite", "college", "is_president"])
    return jure


@transaction.atomic
def remove_jure(jure, *, motif, by):
    """Take a member off the jury. Ballots already final stay: they were given by a sitting member."""
    ensure_may(by, "juries.change_jury", jure)
    now = timezone.now()
    if not motif.strip():
        raise ValidationError("Indiquez le motif de ce retrait.")
    if not Jure.objects.filter(pk=jure.pk, removed_at__isnull=True).update(removed_at=now):
        raise ValidationError("Cette personne ne fait déjà plus partie du jury.")
    Mention.objects.create(jury=jure.jury, acte=Acte.RETRAIT, objet=jure.nom, motif=motif.strip(), by=by, at=now)
