"""Background work: a task takes a key and calls an action."""

from celery import shared_task
from django.utils import timezone

from label.conservation.actions import conserve
from label.conservation.registre import registry
from label.courriel import actions
from label.models import Battement, Courriel, Origine


@shared_task
def send_courriel(pk):
    actions.send_courriel(pk)


@shared_task
def send_code(pk):
    """The same for a sign-in code, in the queue of codes."""
    actions.send_courriel(pk)


@shared_task
def sweep_courriels():
    """Send what no task has sent: the broker was away, the worker died, the mail server refused. Codes come first."""
    actions.sweep(Courriel.objects.codes())
    actions.sweep(Courriel.objects.all())


@shared_task
def sweep_codes():
    """The codes alone, in their own queue: they wait for no other message."""
    actions.sweep(Courriel.objects.codes())


@shared_task
def record_heartbeat():
    """Beat and worker both live when this date is recent; `/sante/` shows it."""
    Battement.objects.update_or_create(nom="beat", defaults={"at": timezone.now()})


@shared_task
def forget():
    """Erase what serves for an hour, a day, a week, once that time is over."""
    conserve(origine=Origine.NUIT, only=[regle.cle for regle in registry.values() if regle.en_bloc])


@shared_task
def conserve_all():
    """Each night: tell of what has had its time, and erase what was told of."""
    conserve(origine=Origine.NUIT)
