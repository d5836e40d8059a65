"""Whose account the juries keep open, and what is left of a member who leaves."""

from juries.models import Jure
from label.conservation.registre import au_depart, tient


@tient
def members():
    """Who sits in a jury whose results are still to come."""
    return Jure.objects.active().filter(jury__edition__published_at=None, user__isnull=False).values("user")


@au_depart
def forget_address(user, adresse, at):
    """The name stays in the minutes; the address does not."""
    Jure.objects.filter(user=user).update(email=adresse)
    Jure.pgh_event_model.objects.filter(user=user.pk).update(email=adresse)
