"""Tasks: ids in, one service call, may run twice."""

from celery import shared_task

from reporting.services.worker import run_waiting_jobs


@shared_task(name="reporting.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Run every job that waits, also those whose wake-up call was lost."""
    run_waiting_jobs()
