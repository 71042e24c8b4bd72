"""Load the demo municipality."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.states import Refused
from rehabsteg.demo.empty import empty_demo, has_programmes
from rehabsteg.demo.load import SEED, YEARS, load_demo

MOST_YEARS = 10


class Command(BaseCommand):
    """Makes the demo when the database holds no programme, else leaves everything as it is.

    The same seed on the same day makes the same demo. `--replace` takes the demo away first.
    """

    help = "Laddar demokommunen Kvarnby."

    def add_arguments(self, parser: CommandParser) -> None:
        """Seed, how many whole years, and whether an existing demo is replaced."""
        parser.add_argument(
            "--seed", type=int, default=SEED, help="ett annat tal ger andra personer"
        )
        parser.add_argument("--years", type=int, default=YEARS, help="hela kalenderår före i år")
        parser.add_argument("--replace", action="store_true", help="ersätt demon som finns")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 when the demo is there."""
        if not settings.DEMO:
            raise CommandError("Här finns ingen demo: den är avstängd i inställningarna.")
        if not 1 <= options["years"] <= MOST_YEARS:
            raise CommandError(f"--years ska vara 1–{MOST_YEARS}.")
        if has_programmes():
            if not options["replace"]:
                self.stdout.write("Databasen har redan innehåll. Ingenting är ändrat.")
                return
            self._empty()
        today = timezone.localdate()
        counts = load_demo(today=today, seed=options["seed"], years=options["years"])
        for slug, count in counts.items():
            self.stdout.write(f"{slug}: {count} deltaganden")

    def _empty(self) -> None:
        try:
            empty_demo()
        except Refused as refused:
            raise CommandError(" ".join(refused.reasons)) from None
