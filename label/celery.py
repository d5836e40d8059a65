"""The Celery application: the queue costs time when it is away, never data."""

import logging
import os

from celery import Celery
from celery.signals import setup_logging
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "label.settings")


@setup_logging.connect
def keep_our_journals(loglevel: int | None = None, **kwargs: object) -> None:
    """Worker and beat write as the web does (label/journaux.py): Celery lays nothing of its own."""
    logging.getLogger("celery").setLevel(loglevel or logging.WARNING)


app = Celery("label")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def enqueue(name: str, *args: object) -> bool:
    """Hand the task of this name to the queue. Returns False when the broker is away: a sweep takes it later."""
    try:
        app.send_task(name, args)
    except (KombuError, OSError) as error:
        logger.warning("Broker unreachable, %s%s waits for the sweep (%s)", name, args, type(error).__name__)
        return False
    return True
