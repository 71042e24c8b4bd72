"""Tasks: no arguments, one service call, may run twice."""

from celery import shared_task

from activities.services.forecast import refresh_forecasts


@shared_task(name="activities.tasks.sweep_forecasts")
def sweep_forecasts() -> None:
    """Tell those who wait what the forecast says now."""
    refresh_forecasts()
