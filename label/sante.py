"""The health page, for whoever watches over the place: database, queue, background work, mails."""

from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from label.access import access
from label.celery import app
from label.models import Battement, Courriel

# Beat leaves a sign every 30 seconds, through the queue and a worker.
RETARD_MAXIMAL = timedelta(minutes=3)


@access(public=True)
@never_cache
@require_safe
def sante(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the state of each part, or 503 when the database is away.

    Without queue, background work or mail server pages still answer and no message is lost: `statut` is then
    «degrade», with 200, so that a load balancer keeps sending visitors. A mail given up is for the pilote to see to:
    it is told, and degrades nothing.
    """
    try:
        battement = Battement.objects.filter(nom="beat").values_list("at", flat=True).first()
        courriels = Courriel.objects.situation()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"statut": "panne", "base": "absente"}, status=503)
    file = "ok" if _broker_answers() else "absente"
    is_late = battement is None or timezone.now() - battement > RETARD_MAXIMAL
    are_kept = bool(courriels["retenus"] or courriels["en_retard"])
    return JsonResponse(
        {
            "statut": "degrade" if is_late or file != "ok" or are_kept else "ok",
            "base": "ok",
            "file": file,
            "dernier_battement": battement.isoformat() if battement else None,
            "taches_de_fond": "en retard" if is_late else "ok",
            "courriels": "retenus" if are_kept else "ok",
            "courriels_en_echec": courriels["echecs"],
        }
    )


def _broker_answers() -> bool:
    try:
        with app.connection_for_write() as connection:
            connection.default_channel.client.ping()
    except OperationalError:
        return False
    return True
