"""Background work of the dossiers: a task takes a key and calls an action."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from ecriture.discussion.actions import send_digests as send_comments
from label.documents import DocumentError
from projects.depot import rappels, recepisse
from projects.idee import actions as idee
from projects.models import Depot
from projects.partage import actions as partage
from projects.piece import actions as piece
from projects.structure import adhesion

logger = logging.getLogger(__name__)

# The drafts are closed this much later than they may be: a deposit believed in the last instant of its five minutes
# has reached its dossier by then, and holds it.
MARGE = timedelta(seconds=30)


@shared_task
def make_recepisse(pk):
    recepisse.produce_recepisse(pk)


@shared_task
def sweep_recepisses():
    """Make the receipts that could not be made at the click."""
    for pk in Depot.objects.filter(recepisse="").order_by("at").values_list("pk", flat=True)[:50]:
        try:
            recepisse.produce_recepisse(pk)
        except (DocumentError, OSError):
            # One that cannot be made does not keep the others waiting.
            logger.exception("Receipt of depot %s not made", pk)


@shared_task
def remind_partages():
    """A week after it was sent, remind once who has not answered an invitation to a dossier."""
    partage.remind_partages()


@shared_task
def send_deadline_messages():
    """Tell who has not deposited what is missing, on the days of `JOURS_DE_RAPPEL`."""
    rappels.send_deadline_messages()


@shared_task
def close_drafts():
    """Record as caduc the drafts whose deadline has passed."""
    rappels.close_drafts(timezone.now() - MARGE)


@shared_task
def send_digests():
    """Tell of the comments that wait, grouped by person and dossier."""
    send_comments()


@shared_task
def remind_demandes():
    """Tell the pilotes of the requests to join that nobody answered."""
    adhesion.remind_demandes()


@shared_task
def place_idees():
    """Hand the ideas that wait to the édition now announced."""
    idee.place_idees()


@shared_task
def scan_piece(pk):
    piece.QUARANTAINE.ask(pk)


@shared_task
def scan_pieces():
    """Ask the antivirus about the files that still wait for its answer."""
    piece.QUARANTAINE.sweep()
