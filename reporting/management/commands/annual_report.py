"""`manage.py annual_report`: a verksamhetsberättelse as a PDF, made by the same job as the page's."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import Role
from accounts.models import Membership, User
from core.files import write_atomically
from programmes.models import Programme
from programmes.services import system_scope
from reporting.enums import Audience, JobState
from reporting.models import AnnualReport, Job
from reporting.services.annual_report import order_annual_report
from reporting.services.jobs import FileGone, read_file
from reporting.services.worker import run_waiting_jobs

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """Order the report, wait for it, write the file.

    It is ordered in the name of the programme's manager, with the words of the year's newest
    version, and becomes a version like any other. A worker that runs may make it; otherwise it is
    made here. Exits non-zero with one sentence on standard error when it cannot be made.
    """

    help = "Gör insatsens verksamhetsberättelse för ett år och skriver PDF-filen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", required=True, metavar="KORTNAMN")
        parser.add_argument("--year", required=True, type=int, metavar="ÅR")
        parser.add_argument("--audience", required=True, choices=Audience.values)
        parser.add_argument("--output", required=True, type=Path, metavar="FIL")

    def handle(self, *, programme: str, year: int, audience: str, output: Path, **_: Any) -> None:
        chosen = _programme(programme)
        if not chosen.starts_on.year <= year <= timezone.localdate().year:
            raise CommandError(
                f"Välj ett år från {chosen.starts_on.year} till {timezone.localdate().year}."
            )
        if not output.absolute().parent.is_dir():
            raise CommandError(f"Mappen {output.absolute().parent} finns inte.")
        job = _wait_for(_order(chosen, year, Audience(audience)))
        try:
            write_atomically(output, read_file(job))
        except (FileGone, OSError) as error:
            raise CommandError(f"Filen kunde inte skrivas till {output}: {error}") from error
        self.stdout.write(f"Verksamhetsberättelsen för {year} ligger i {output}.")


def _programme(slug: str) -> Programme:
    found = Programme.objects.select_related("data_controller").filter(slug=slug).first()
    if found is None:
        raise CommandError(f"Det finns ingen insats med kortnamnet {slug}.")
    return found


def _manager(programme: Programme) -> User:
    managers = Membership.objects.valid_on(timezone.localdate()).filter(
        unit=programme.unit_id, role=Role.MANAGER
    )
    first = managers.select_related("user").order_by("starts_on", "pk").first()
    if first is None:
        raise CommandError(
            f"{programme.name} har ingen verksamhetsledare i dag att beställa rapporten för."
        )
    return first.user


def _order(programme: Programme, year: int, audience: Audience) -> Job:
    manager = _manager(programme)
    with bound_to(system_scope(programme, user_id=manager.pk)):
        earlier = AnnualReport.objects.filter(programme=programme, year=year)
        newest = earlier.order_by("-version").first()
        report, _ = order_annual_report(
            programme=programme,
            year=year,
            summary_text=newest.summary_text if newest else "",
            changes_text=newest.changes_text if newest else "",
            requester=manager,
            once_key=uuid4(),
            audience=audience,
        )
        return report.job


def _wait_for(job: Job) -> Job:
    """The job when its file is made, by a worker that runs or by this process."""
    while True:
        run_waiting_jobs()
        with bound_to(Scope(worker=True)):
            job = Job.objects.get(pk=job.pk)
        if job.is_done:
            return job
        if job.state == JobState.PARKED:
            raise CommandError(job.error)
        time.sleep(PAUSE_SECONDS)
