"""The annual report (verksamhetsberättelse): ordered as a job, figures frozen, PDF made once."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.access import bound_to
from accounts.models import User
from core.once import create_once
from core.pdf import render_pdf
from programmes.models import Programme
from programmes.services import system_scope
from reporting.enums import Audience, JobKind
from reporting.models import AnnualReport, Job
from reporting.services.figures import Period, to_json
from reporting.services.jobs import MadeFile, Progress, order_job
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
    """Order the year's report: (report, created). A new order is a new version; none is lost."""
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        versions = AnnualReport.objects.filter(programme=programme, year=year)
        latest = versions.aggregate(latest=Max("version"))["latest"] or 0
        report, created = create_once(
            AnnualReport,
            once_key,
            year=year,
            version=latest + 1,
            audience=audience,
            summary_text=summary_text,
            changes_text=changes_text,
            **programme.owned(),
        )
        if created:
            report.job, _ = order_job(
                kind=JobKind.ANNUAL_REPORT,
                key=f"annual_report:{programme.pk}:{year}:{report.version}",
                programme=programme,
                requester=requester,
                parameters={"report": report.pk},
            )
            report.save(update_fields=["job"])
    return report, created


def make_annual_report(job: Job, progress: Progress) -> MadeFile:
    """Count, freeze and print an ordered report. Every attempt counts anew; only one is kept."""
    progress(5, "Räknar siffrorna.")
    with bound_to(system_scope(job.programme, user_id=job.requester_id)):
        report = AnnualReport.objects.select_related(
            "programme__association", "programme__data_controller"
        ).get(pk=job.parameters["report"])
        report.frozen_at = timezone.now()
        period = Period(date(report.year, 1, 1), date(report.year, 12, 31))
        figures = programme_figures(
            programme=report.programme,
            start=period.start,
            end=period.end,
            audience=Audience(report.audience),
        )
        report.figures = to_json(figures)
        report.save(update_fields=["figures", "frozen_at"])
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
