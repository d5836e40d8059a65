"""Giving a role at the EPT."""

from django.db import transaction
from django.utils import timezone

from label.enums import Role
from label.models import Habilitation, User
from label.notifications import notify
from label.porte.actions import find_person
from label.verrous import hold_name


class DejaPilote(Exception):
    """Somebody is pilote already. `personnes`: their addresses, in order."""

    def __init__(self, personnes: list[str]) -> None:
        super().__init__(personnes)
        self.personnes = personnes


class CompteFerme(Exception):
    """The account of this address was closed: it enters no more."""


@transaction.atomic
def name_pilote(email: str, *, prenom: str = "", nom: str = "", encore: bool = False) -> Habilitation:
    """Make the person of this address pilote from today, with an account if there was none, and owe them the message
    that says how to come in: by the door of everybody, with a code and a second factor. Returns what they hold.

    For the machine's own command: nobody acts. `encore`: even though somebody is pilote; the person named again is
    only told again. Raises DejaPilote, CompteFerme.
    """
    # Two commands at once: the second reads what the first has done.
    hold_name("premier_pilote")
    standing = Habilitation.objects.holding(Role.PILOTE).filter(user__is_active=True).order_by("user__email")
    if not encore and (held := list(standing.values_list("user__email", flat=True))):
        raise DejaPilote(held)
    user = find_person(email) or User.objects.create_user(email, prenom=prenom, nom=nom)
    if not user.is_active:
        raise CompteFerme
    habilitation = standing.filter(user=user).first() or Habilitation.objects.create(user=user, role=Role.PILOTE)
    notify("pilote_nomme", habilitation, occurrence=timezone.now().isoformat())
    return habilitation
