"""What the clock does: tell who has not deposited, and close the drafts once the deadline has passed."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from label.arrivee import ATTENTE_MAX
from label.balayage import each
from label.minute import minute_of
from label.notifications import notify
from projects.dossier.completude import missing_sentences, prefetch_completude
from projects.echeance import JOURS_DE_RAPPEL, deadline_of, may_close
from projects.enums import AVANT_DEPOT, REDACTION
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier

# Nobody is written to at night: from this hour, in Paris.
PREMIERE_HEURE = 8


def due_step(jours):
    """The step a draft has reached with `jours` whole days left: the nearest one passed, or None.

    With a day of beat missed the nearest step is sent late, once, and those it overtook are not.
    """
    return min((step for step in JOURS_DE_RAPPEL if 0 <= jours <= step), default=None)


def send_deadline_messages(now=None):
    """Owe each draft the message of the step it has reached, once for a deadline. Returns how many were written.

    The deadline is the dossier's own: an extension starts its steps again. A draft opened after the day of a step is
    not told of that step.
    """
    now = now or timezone.now()
    if timezone.localtime(now).hour < PREMIERE_HEURE:
        return 0
    today = timezone.localdate(now)
    drafts = prefetch_completude(
        Dossier.objects.filter(statut__in=REDACTION, edition__ouverture__lte=now)
        .with_echeance()
        .filter(echeance__gte=minute_of(now))
    )
    return each(drafts, partial(_tell, today=today))


def _tell(dossier, *, today):
    """Owe this draft the message of its step, if it has reached one. Returns how many were written."""
    jours = (timezone.localdate(dossier.echeance) - today).days
    step = due_step(jours)
    if step is None or jours + (today - timezone.localdate(dossier.created_at)).days < step:
        return 0
    return len(
        notify(
            "echeance_depot",
            dossier,
            occurrence=f"J-{step}:{timezone.localdate(dossier.echeance):%Y-%m-%d}",
            jours=jours,
            echeance=dossier.echeance,
            manques=missing_sentences(dossier),
        )
    )


def close_drafts(now=None):
    """Record as caduc the drafts five minutes after their deadline. Returns how many; doing it twice changes nothing.

    Until then a deposit clicked in time may still wait for its turn. A dossier somebody is depositing at this instant
    is left alone until the next pass.
    """
    now = now or timezone.now()
    overdue = Dossier.objects.overdue(now - ATTENTE_MAX).values_list("pk", flat=True)
    return each(list(overdue), partial(_close, now=now))


@transaction.atomic
def _close(pk, *, now):
    """Close this draft; returns whether it was."""
    dossier = Dossier.objects.held(skip_locked=True).select_related("edition").filter(pk=pk).first()
    if dossier is None or dossier.statut not in AVANT_DEPOT or not may_close(deadline_of(dossier), now):
        return False
    LIFECYCLE.apply(dossier, "expire", at=now)
    return True
