"""Reports to order, follow and download; the SUS document; the styrgrupp's page."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, log_reading, open_record
from accounts.enums import Reading
from accounts.rules import (
    can_order_reports,
    can_read_participants,
    can_read_reports,
    is_signed_in,
    sees_aggregates,
)
from core.formatting import date_iso, file_size, moment_iso
from participants.models import Enrolment
from programmes.models import Programme
from reporting.enums import JobKind, JobState
from reporting.forms import AnnualReportForm, OnceForm
from reporting.models import AnnualReport, Job
from reporting.services.annual_report import order_annual_report
from reporting.services.dashboard import programme_dashboard
from reporting.services.jobs import read_file, retry_job
from reporting.services.sus import order_sus_document
from reporting.services.sus import sus_document as build_sus_document

STATES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.PARKED: "failed",
}


@dataclass(frozen=True)
class ReportRow:
    """One report as a list shows it."""

    title: str
    programme: str
    made: str
    state: str
    url: str
    download_url: str
    size: str


def job_piece(job: Job, *, title: str, download_url: str, may_retry: bool) -> dict[str, object]:
    """What components/job.html shows."""
    stopped = f"{job.error} Försök igen, eller be din systemadministratör titta i loggen."
    return {
        "state": STATES[JobState(job.state)],
        "title": title,
        "percent": job.progress,
        "step": job.step,
        "facts": f"PDF, {file_size(job.file_size)}. Klar {moment_iso(job.finished_at)}.",
        "checksum": job.checksum,
        "error": stopped,
        "url": reverse("reporting:job_detail", args=[job.pk]),
        "download_url": download_url,
        "retry_url": reverse("reporting:job_retry", args=[job.pk]) if may_retry else "",
    }


def file_response(job: Job) -> HttpResponse:
    """The finished file, whole, as a download."""
    if not job.is_done:
        raise Http404("Filen är inte klar.")
    try:
        data = read_file(job)
    except FileNotFoundError:
        raise Http404("Filen har tagits bort. Beställ den på nytt.") from None
    headers = {
        "Content-Disposition": f'attachment; filename="{job.file_name}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=job.file_type, headers=headers)


@door(can_read_reports)
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports the user may read: newest year first, the newest version of each."""
    reports = (
        AnnualReport.objects.visible_to(request.user)
        .select_related("programme", "job")
        .order_by("-year", "programme__name", "-version")
    )
    if not can_order_reports(request.user):
        reports = reports.finished()
    may_order = can_order_reports(request.user)
    deadline = date(timezone.localdate().year + 1, 1, 31)
    return render(
        request,
        "reporting/report_list.html",
        {
            "rows": [report_row(one) for one in reports[:100]],
            "may_order": may_order,
            "deadline": date_iso(deadline),
            "from_outside": sees_aggregates(request.user),
        },
    )


def report_row(report: AnnualReport) -> ReportRow:
    """One line of the list."""
    job = report.job
    done = job is not None and job.is_done
    return ReportRow(
        title=f"Verksamhetsberättelse {report.year}, version {report.version}",
        programme=report.programme.name,
        made=date_iso(job.finished_at) if done else "",
        state=report.get_state_display() if done else job.get_state_display() if job else "",
        url=reverse("reporting:report_detail", args=[report.pk]),
        download_url=reverse("reporting:report_download", args=[report.pk]) if done else "",
        size=f"PDF, {file_size(job.file_size)}" if done else "",
    )


@door(can_order_reports, methods=("GET", "POST"))
def report_new(request: HttpRequest) -> HttpResponse:
    """Order the year's report."""
    programme = Programme.objects.filter(pk__in=request.user.scope.programmes).first()
    years = list(range(timezone.localdate().year, programme.starts_on.year - 1, -1))[:6]
    form = AnnualReportForm(request.POST or None, years=years, initial={"year": years[0]})
    if request.method == "POST" and form.is_valid():
        report, created = order_annual_report(
            programme=programme, requester=request.user, **form.cleaned_data
        )
        if created:
            messages.success(request, "Verksamhetsberättelsen är beställd.")
        return redirect("reporting:report_detail", report.pk)
    return render(
        request, "reporting/report_new.html", {"form": form, "programme_name": programme.name}
    )


@door(can_read_reports)
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: how far its file is, and the file."""
    reports = AnnualReport.objects.visible_to(request.user).select_related(
        "programme", "job__requester"
    )
    report = open_record(request, reports, pk)
    download_url = reverse("reporting:report_download", args=[report.pk])
    piece = job_piece(
        report.job,
        title=f"Verksamhetsberättelse {report.year}",
        download_url=download_url,
        may_retry=can_order_reports(request.user),
    )
    facts = [
        ("Insats", report.programme.name),
        ("År", report.year),
        ("Version", report.version),
        ("Läge", report.get_state_display()),
        ("Beställd", f"{moment_iso(report.created_at)} av {report.job.requester.name}"),
        ("Siffror hämtade", moment_iso(report.frozen_at) if report.frozen_at else "Inte än"),
    ]
    return render(
        request, "reporting/report_detail.html", {"report": report, "job": piece, "facts": facts}
    )


@door(can_read_reports)
def report_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's PDF."""
    reports = AnnualReport.objects.visible_to(request.user).select_related("job")
    report = open_record(request, reports, pk, Reading.EXPORT)
    return file_response(report.job)


@door(is_signed_in)
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is. A script asks for the piece alone while it runs."""
    job = open_record(request, Job.objects.visible_to(request.user), pk)
    title = f"{job.get_kind_display()}"
    report = AnnualReport.objects.filter(job=job).first()
    download_url = (
        reverse("reporting:report_download", args=[report.pk])
        if report
        else reverse("reporting:job_download", args=[job.pk])
    )
    may_retry = job.requester_id == request.user.pk
    piece = job_piece(job, title=title, download_url=download_url, may_retry=may_retry)
    template = "components/job.html" if request.htmx else "reporting/job_detail.html"
    return render(request, template, {"job": piece})


@door(is_signed_in)
def job_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A job's file. A file about a person goes through the door to that person, and is logged there."""
    job = open_record(request, Job.objects.visible_to(request.user), pk, Reading.EXPORT)
    if job.kind == JobKind.SUS_DOCUMENT:
        enrolments = Enrolment.objects.visible_to(request.user)
        open_record(request, enrolments, job.parameters["enrolment"], Reading.EXPORT)
    return file_response(job)


@door(is_signed_in, methods=("POST",))
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a stopped job again."""
    jobs = Job.objects.visible_to(request.user).filter(requester=request.user)
    job = open_record(request, jobs, pk, Reading.WRITE)
    if retry_job(job=job):
        messages.success(request, "Jobbet försöker igen.")
    return redirect("reporting:job_detail", job.pk)


@door(can_read_participants, methods=("GET", "POST"))
def sus_document(request: HttpRequest, pk: int) -> HttpResponse:
    """What to key into SUS for one participation, in the form's order; POST orders the PDF."""
    enrolments = Enrolment.objects.visible_to(request.user).select_related(
        "participant", "programme__data_controller"
    )
    enrolment = open_record(request, enrolments, pk)
    form = OnceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        job, _ = order_sus_document(
            enrolment=enrolment, requester=request.user, once_key=form.cleaned_data["once_key"]
        )
        log_reading(request.user, enrolment, Reading.EXPORT)
        return redirect("reporting:job_detail", job.pk)
    document = build_sus_document(enrolment=enrolment, printed_by=request.user.name)
    return render(
        request,
        "reporting/sus_document.html",
        {"document": document, "enrolment": enrolment, "form": form},
    )


@door(can_read_reports)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The year in suppressed figures, for the styrgrupp, the förbundschef and the programme."""
    programmes = list(Programme.objects.visible_to(request.user).select_related("association"))
    chosen = next(
        (one for one in programmes if one.slug == request.GET.get("insats")), programmes[0]
    )
    today = timezone.localdate()
    years = list(range(today.year - 1, max(chosen.starts_on.year, today.year - 5) - 1, -1))
    asked = request.GET.get("ar", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else years[0]
    board = programme_dashboard(programme=chosen, year=year)
    return render(
        request,
        "reporting/dashboard.html",
        {
            "board": board,
            "programme": chosen,
            "programme_chips": [
                (one.name, None, f"?insats={one.slug}&ar={year}", one == chosen)
                for one in programmes
            ],
            "year": year,
            "year_chips": [
                (str(one), None, f"?insats={chosen.slug}&ar={one}", one == year) for one in years
            ],
        },
    )
