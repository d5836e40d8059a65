"""Background work of the instruction: a task takes a key and calls an action."""

from celery import shared_task

from instruction.avis import actions


@shared_task
def remind_avis():
    """Three days before the date, remind the partners who have not answered."""
    actions.remind_due_avis()
