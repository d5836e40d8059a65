"""The Celery application: the queue costs time when it is away, never data."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "label.settings")

app = Celery("label")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
