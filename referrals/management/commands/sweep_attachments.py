"""`manage.py sweep_attachments`: files without a row are removed, rows without a file are told."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.formatting import counted
from referrals.services import sweep_attachments


class Command(BaseCommand):
    """Look for papers and files that have lost each other; exits non-zero when a file is missing.

    A file is removed when no paper points at it and it is older than an hour. With `--dry-run`
    nothing is removed. Run it after a backup has been restored.
    """

    help = "Tar bort filer som ingen bilaga pekar på och säger vilka bilagor som saknar sin fil."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Se efter, ta inte bort något.")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        found = sweep_attachments(removing=not dry_run)
        done = "skulle tas bort" if dry_run else "togs bort"
        self.stdout.write(f"{counted(len(found.removed), 'fil', 'filer')} utan bilaga {done}.")
        if found.missing:
            numbers = ", ".join(str(number) for number in found.missing)
            some = counted(len(found.missing), "bilaga", "bilagor")
            raise CommandError(
                f"{some} saknar sin fil: {numbers}. Återställ dem ur säkerhetskopian."
            )
