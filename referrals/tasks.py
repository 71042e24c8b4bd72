"""Tasks: one service call, may run twice."""

from celery import shared_task

from referrals.services import remind_everybody, remove_expired_drafts
from referrals.services import sweep_attachments as sweep


@shared_task(name="referrals.tasks.remove_expired_drafts")
def sweep_drafts() -> None:
    """Remove drafts that nobody has touched for a month."""
    remove_expired_drafts()


@shared_task(name="referrals.tasks.sweep_reminders")
def sweep_reminders() -> None:
    """Tell everybody who is to be told about a remiss, and take away what has been done."""
    remind_everybody()


@shared_task(name="referrals.tasks.sweep_attachments")
def sweep_attachments() -> None:
    """Remove files that no attachment points at; tell the log of attachments without a file."""
    sweep()
