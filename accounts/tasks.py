"""Tasks: ids in, one service call, may run twice."""

from celery import shared_task

from accounts.services import send_emails, write_emails


@shared_task(name="accounts.tasks.sweep_emails")
def sweep_emails() -> None:
    """Write the e-mails that are due and send every one that waits."""
    write_emails()
    send_emails()
