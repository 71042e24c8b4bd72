"""`manage.py retry_emails`: parked e-mails are tried again, when the mail server is mended."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import retry_parked_emails
from core.formatting import counted


class Command(BaseCommand):
    """Puts every parked e-mail in the queue again; the next sweep sends them."""

    help = "Lägger parkerade mejl i kön igen."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many."""
        number = retry_parked_emails()
        self.stdout.write(f"{counted(number, 'mejl', 'mejl')} försöks igen.")
