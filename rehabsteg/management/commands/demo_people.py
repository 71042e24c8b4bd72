"""Print who one can sign in as in the demo."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rehabsteg.demo.people import demo_people

COLUMNS = ("role", "organisation", "name", "email", "password", "totp_secret")
BETWEEN = "  "


class Command(BaseCommand):
    """One line a person: role, organisation, name, e-mail, password, TOTP secret where there is one."""

    help = "Visar vilka man kan logga in som i demon."

    def add_arguments(self, parser: CommandParser) -> None:
        """A table for people or JSON for programs."""
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 with the people on standard output; nothing where there is no demo."""
        if not settings.DEMO:
            raise CommandError("Det finns inga demopersoner här: demon är avstängd.")
        people = demo_people()
        if options["format"] == "json":
            self.stdout.write(json.dumps({"people": people}, ensure_ascii=False))
            return
        widths = {name: max(len(person[name]) for person in people) for name in COLUMNS}
        for person in people:
            cells = [person[name].ljust(widths[name]) for name in COLUMNS]
            self.stdout.write(BETWEEN.join(cells).rstrip())
