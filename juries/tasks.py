"""Background work of the jury: a task takes a key and calls an action."""

from celery import shared_task

from juries.oral.actions import QUARANTAINE


@shared_task
def scan_support(pk):
    QUARANTAINE.ask(pk)


@shared_task
def scan_supports():
    """Ask the antivirus about the files for the jury that still wait for its answer."""
    QUARANTAINE.sweep()
