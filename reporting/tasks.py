"""Tasks: three lines, ids in, one service call, may run twice."""

from celery import shared_task


@shared_task(name="reporting.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Run every job that waits, also those whose wake-up call was lost."""
    from reporting.services.jobs import run_waiting_jobs

    run_waiting_jobs()
