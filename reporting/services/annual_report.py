"""The annual report (verksamhetsberättelse): ordered as a job, figures frozen, PDF made once."""

from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.access import bound_to
from accounts.models import User
from core.once import create_once
from core.pdf import render_pdf
from programmes.models import Programme
from programmes.services import system_scope
from reporting.enums import Audience, JobKind, JobState
from reporting.models import AnnualReport, Job
from reporting.services.figures import Figure, Period, to_json
from reporting.services.jobs import ClaimLost, MadeFile, Progress, order_job
from reporting.services.report_content import build_report_context
from reporting.services.statistics import programme_figures


def order_annual_report(
    *,
    programme: Programme,
    year: int,
    summary_text: str,
    changes_text: str,
    requester: User,
    once_key: UUID,
    audience: Audience = Audience.STEERING,
) -> tuple[AnnualReport, bool]:
    """Order the year's report: (report, created). A new order is a new version; none is lost.

    The same press again is the same order; an old page with another year or other words is not.
    """
    once_key = uuid5(once_key, f"{year}|{audience}|{summary_text}|{changes_text}")
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        job, _ = order_job(
            kind=JobKind.ANNUAL_REPORT,
            key=f"annual_report:{once_key}",
            programme=programme,
            requester=requester,
            parameters={"year": year},
        )
        versions = AnnualReport.objects.filter(programme=programme, year=year)
        latest = versions.aggregate(latest=Max("version"))["latest"] or 0
        return create_once(
            AnnualReport,
            once_key,
            job=job,
            year=year,
            version=latest + 1,
            audience=audience,
            summary_text=summary_text,
            changes_text=changes_text,
            **programme.owned(),
        )


def audience_of(year: int, *, today: date) -> Audience:
    """Who a report ordered today is for: readers outside the programme get years that are over.

    Figures of the same year taken twice could be subtracted from each other.
    """
    return Audience.STEERING if year < today.year else Audience.PROGRAMME


def make_annual_report(job: Job, progress: Progress) -> MadeFile:
    """Count, freeze and print an ordered report. Every attempt counts anew; only one is kept."""
    progress(5, "Räknar siffrorna.")
    with bound_to(system_scope(job.programme, user_id=job.requester_id)):
        report = AnnualReport.objects.select_related(
            "programme__association", "programme__data_controller"
        ).get(job=job)
        report.frozen_at = timezone.now()
        period = Period(date(report.year, 1, 1), date(report.year, 12, 31))
        figures = programme_figures(
            programme=report.programme,
            start=period.start,
            end=period.end,
            audience=Audience(report.audience),
        )
        _freeze(job, report, figures)
        context = build_report_context(report=report, figures=figures)
    progress(40, "Sätter sidorna och ritar diagrammen.")
    data = render_pdf(
        template="pdf/annual_report.html",
        context={"report": context},
        title=f"{context.title}, {context.programme}",
        created_at=report.frozen_at,
        identifier=f"annual-report-{report.pk}",
        attachments=context.attachments,
    )
    progress(90, "Sparar filen.")
    name = f"verksamhetsberattelse-{report.programme.slug}-{report.year}-v{report.version}.pdf"
    return MadeFile(name, "application/pdf", data)


def _freeze(job: Job, report: AnnualReport, figures: list[Figure]) -> None:
    """Keep the figures that the file is made from; only the worker that still holds the job may."""
    held = AnnualReport.objects.filter(
        pk=report.pk, job__worker=job.worker, job__state=JobState.RUNNING
    )
    if not held.update(figures=to_json(figures), frozen_at=report.frozen_at):
        raise ClaimLost
