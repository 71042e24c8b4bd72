"""`manage.py import_registrations`: bring in a list of registrations from a csv or xlsx file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import STAFF, Role
from accounts.models import Membership, User
from core.spreadsheets import MOST_BYTES
from core.states import Refused
from programmes.models import Programme
from reporting.enums import ImportResult
from reporting.services.registrations import RowResult, import_file, try_file


class Command(BaseCommand):
    """The same import as the page's, at once and to its end; with `--dry-run` nothing is written.

    Made in the name of the programme's manager, and listed among the programme's imports. A rejected
    row never stops the good ones. Exits non-zero with one sentence on standard error when the file is
    no table, or the programme doesn't exist.
    """

    help = "Läser in registreringar från en csv- eller xlsx-fil. Se docs/import.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FIL")
        parser.add_argument("--programme", required=True, metavar="KORTNAMN")
        parser.add_argument("--dry-run", action="store_true", help="visa, men skriv ingenting")
        parser.add_argument("--format", default="text", choices=["text", "json"])

    def handle(self, *, file: Path, programme: str, dry_run: bool, **options: Any) -> None:
        found = _programme(programme)
        user, data = _staff_of(found), _content(file)
        try:
            if dry_run:
                results = try_file(programme=found, user=user, data=data)
            else:
                results = import_file(
                    programme=found, user=user, name=file.name, data=data, progress=self._progress
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(results, options["format"])

    def _progress(self, percent: int, step: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(step)

    def _say(self, results: list[RowResult], form: str) -> None:
        if form == "json":
            self.stdout.write(
                json.dumps({"rows": [vars(one) for one in results]}, ensure_ascii=False)
            )
            return
        for one in results:
            words = f"  {' '.join(one.messages)}" if one.messages else ""
            self.stdout.write(f"rad {one.row}: {ImportResult(one.result).label.lower()}{words}")


def _programme(slug: str) -> Programme:
    found = Programme.objects.select_related("data_controller").filter(slug=slug).first()
    if found is None:
        raise CommandError(f"Det finns ingen insats med kortnamnet {slug}.")
    return found


def _staff_of(programme: Programme) -> User:
    """The programme's manager, or a coordinator when it has none: somebody has to have done it."""
    members = (
        Membership.objects.valid_on(timezone.localdate())
        .filter(unit=programme.unit_id, role__in=STAFF)
        .select_related("user")
    )
    ranked = sorted(members, key=lambda one: (one.role != Role.MANAGER, one.starts_on, one.pk))
    if not ranked:
        raise CommandError(f"{programme.name} har ingen personal i dag att läsa in listan för.")
    return ranked[0].user


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte too many is enough to be refused.
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"Filen {path} går inte att läsa: {error.strerror}.") from error
