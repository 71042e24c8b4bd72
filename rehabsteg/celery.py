"""Celery wakes the worker. The truth about a job is its row in the database, never the queue."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabsteg.settings.dev")

app = Celery("rehabsteg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


SWEEPS = (
    "reporting.tasks.sweep_jobs",
    "referrals.tasks.sweep_reminders",
    "accounts.tasks.sweep_emails",
)


@worker_ready.connect
def sweep_at_start(sender: Any, **kwargs: Any) -> None:
    """A worker that starts looks for what a killed one left behind."""
    for task in SWEEPS:
        sender.app.send_task(task, expires=60)
