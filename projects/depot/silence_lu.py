"""The silence of the EPT on one dossier, read: when it means rejection, as its requests for complements make it."""

from datetime import datetime

from django.utils import timezone

from projects.models import Depot
from projects.silence import Suspension, silence


def silence_read(recu, suspensions):
    """The `Silence` on what was received at `recu`; `suspensions`: what `models.suspensions_of` returned."""
    return silence(recu, [Suspension(*map(_instant, (row["du"], row["jusqu_au"], row["fin"]))) for row in suspensions])


def _instant(value):
    return datetime.fromisoformat(value) if value else None


def silence_of(dossier):
    """The `Silence` on a deposited dossier, as of now; one query. Raises Depot.DoesNotExist for a draft."""
    first = Depot.objects.with_suspensions().filter(dossier=dossier, rang=1)
    return silence_read(*first.values_list("at", "suspensions").get())


def silence_context(first):
    """What a page says of it now: `silence`, the `suspension` in course or None, whether the date `is_venu`.

    `first`: the deposit of the dossier, read `with_suspensions`.
    """
    silence = silence_read(first.at, first.suspensions)
    return {
        "silence": silence,
        "suspension": silence.suspension_at(timezone.now()),
        "is_venu": silence.est_venu(timezone.localdate()),
    }
