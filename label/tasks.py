"""Background work: a task takes a key and calls an action."""

from celery import shared_task
from django.utils import timezone

from label.actions import courriel as actions
from label.actions.porte import forget_codes
from label.limites import forget_counts
from label.models import Battement, Courriel


@shared_task
def send_courriel(pk):
    actions.send_courriel(pk)


@shared_task
def sweep_courriels():
    """Send what no task has sent: the broker was away, the worker died, the mail server refused."""
    for pk in Courriel.objects.due().order_by("prochain_essai").values_list("pk", flat=True)[:500]:
        actions.send_courriel(pk)


@shared_task
def record_heartbeat():
    """Beat and worker both live when this date is recent; `/sante/` shows it."""
    Battement.objects.update_or_create(nom="beat", defaults={"at": timezone.now()})


@shared_task
def forget():
    """Erase what is kept for a time only, once that time is over."""
    forget_counts()
    forget_codes()
