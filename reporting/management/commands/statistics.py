"""`manage.py statistics`: every figure of a programme and period as JSON, for other programs."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import Scope, Standing, bound_to
from accounts.enums import Role
from core.states import Refused
from programmes.models import Programme
from programmes.services import system_scope
from reporting.enums import Audience
from reporting.services.figures import to_json
from reporting.services.statistics import programme_figures


class Command(BaseCommand):
    """Print the figures. Dates are inclusive; `steering` gets suppressed figures of whole years.

    Exits non-zero with one sentence on standard error when the programme does not exist, a date is
    no date, or the period may not be published.
    """

    help = "Skriver insatsens siffror för en period som JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", required=True, metavar="KORTNAMN")
        parser.add_argument("--from", required=True, dest="start", type=_day, metavar="DATUM")
        parser.add_argument("--to", required=True, dest="end", type=_day, metavar="DATUM")
        parser.add_argument("--audience", required=True, choices=Audience.values)
        parser.add_argument("--format", default="json", choices=["json"])

    def handle(self, *, programme: str, start: date, end: date, audience: str, **_: Any) -> None:
        found = Programme.objects.select_related("data_controller").filter(slug=programme).first()
        if found is None:
            raise CommandError(f"Det finns ingen insats med kortnamnet {programme}.")
        try:
            with bound_to(_scope(found, audience)):
                figures = programme_figures(
                    programme=found, start=start, end=end, audience=audience
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(to_json(figures), ensure_ascii=False))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} är inget datum. Skriv det som 2025-12-31.") from error


def _scope(programme: Programme, audience: str) -> Scope:
    """Only facts for those outside the programme; the database refuses them everything else."""
    if audience == Audience.PROGRAMME:
        return system_scope(programme)
    reader = Standing(
        Role.STEERING, programme.unit_id, programme.data_controller_id, "", programme.pk
    )
    return Scope(standings=(reader,))
