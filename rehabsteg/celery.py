"""Celery wakes the worker. The truth about a job is its row in the database, never the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabsteg.settings.dev")

app = Celery("rehabsteg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
