"""Payments move one step at a time; each step is in the payment's journal."""

from django.db import transaction
from django.utils import timezone

from label.lifecycle import TransitionRefused
from label.templatetags.label_ui import jour
from laureats.enums import EtatVersement
from laureats.lifecycle import LIFECYCLE
from laureats.models import Laureat


@transaction.atomic
def move_versement(versement, transition, *, by, motif="", paid_on=None, at=None, expected=None):
    """Make the move `transition` (a name of `laureats.lifecycle`) on a payment. Returns its `PassageVersement`.

    `paid_on`: day of the payment, for `pay` (the day of `at` when empty). `expected`: the state the page showed.
    Raises PermissionDenied, TransitionRefused with French messages.
    """
    at = at or timezone.now()
    # What stands in the way is read on the whole grant: its payments move one at a time.
    Laureat.objects.select_for_update(of=("self",)).get(pk=versement.laureat_id)
    changes = {}
    move = LIFECYCLE[transition]
    if move.target == EtatVersement.PAYE:
        paid_on = paid_on or timezone.localdate(at)
        if paid_on > timezone.localdate(at):
            raise TransitionRefused("La date du paiement est à venir.")
        ordered = versement.passages.filter(vers=EtatVersement.ORDONNE).last()
        if ordered is not None and paid_on < timezone.localdate(ordered.at):
            raise TransitionRefused(f"Le paiement ne peut pas précéder l’ordonnancement, noté le {jour(ordered.at)}.")
        changes = {"paid_on": paid_on}
    elif EtatVersement.PAYE in move.sources:
        later = versement.laureat.versements.filter(rang__gt=versement.rang).exclude(etat=EtatVersement.PREVU)
        if later.exists():
            raise TransitionRefused("Le versement suivant est déjà demandé\u00a0: reprenez-le d’abord.")
        changes = {"paid_on": None}
    return LIFECYCLE.apply(versement, transition, by=by, motif=motif, at=at, expected=expected, changes=changes)
