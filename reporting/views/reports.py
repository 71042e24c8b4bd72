"""Reports to order, follow and download; the SUS document; the styrgrupp's page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, log_reading, open_record
from accounts.enums import Reading, Role
from accounts.models import User
from accounts.rules import (
    can_bring_in_registrations,
    can_order_reports,
    can_read_participants,
    can_read_reports,
    is_signed_in,
    sees_aggregates,
)
from core.formatting import date_iso, days_left, file_size, moment_iso
from participants.models import Enrolment
from programmes.models import Programme
from reporting.enums import Audience, JobKind, JobState
from reporting.forms import AnnualReportForm, OnceForm
from reporting.models import AnnualReport, Job, RegistrationImport
from reporting.services.annual_report import audience_of, order_annual_report
from reporting.services.dashboard import programme_dashboard, published_years
from reporting.services.jobs import FileGone, read_file, retry_job
from reporting.services.registrations import retry_import_job
from reporting.services.sus import order_sus_document
from reporting.services.sus import sus_document as build_sus_document

ROWS_PER_PAGE = 25
FILE_TYPES = {"application/pdf": "PDF", "text/csv; charset=utf-8": "CSV"}
STATES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.PARKED: "failed",
}
RETRIED = {
    JobKind.REGISTRATION_IMPORT: "Inläsningen fortsätter där den stannade.",
    JobKind.REGISTRATION_UNDO: "Ångrandet fortsätter där det stannade.",
}
IMPORT_KINDS = tuple(RETRIED)
# Shape and kind of components/status.html.
SIGNS = {
    JobState.QUEUED: ("ring", "info"),
    JobState.RUNNING: ("q2", "info"),
    JobState.DONE: ("dash", ""),
    JobState.PARKED: ("stop", "late"),
}


@dataclass(frozen=True)
class ReportRow:
    """One report as a list shows it. `missing` says why there is no file to download."""

    title: str
    programme: str
    made: str
    state: str
    shape: str
    kind: str
    url: str
    download_url: str
    size: str
    missing: str


def job_piece(job: Job, *, title: str, download_url: str, may_retry: bool) -> dict[str, object]:
    """What components/job.html shows."""
    state, error = STATES[JobState(job.state)], job.error
    if job.state == JobState.PARKED:
        error = f"{job.error} Försök igen, eller be er systemadministratör titta i loggen."
    if job.is_done and not job.has_file:
        state, error = "failed", f"Filen togs bort {date_iso(job.expires_at)}. Beställ den på nytt."
    return {
        "state": state,
        "title": title,
        "percent": job.progress,
        "step": job.step,
        "facts": f"{_size(job)}. Klar {moment_iso(job.finished_at)}.",
        "checksum": job.checksum,
        "error": error,
        "url": reverse("reporting:job_detail", args=[job.pk]),
        "download_url": download_url,
        "retry_url": reverse("reporting:job_retry", args=[job.pk])
        if may_retry and job.state == JobState.PARKED
        else "",
    }


def _size(job: Job) -> str:
    return f"{FILE_TYPES.get(job.file_type, 'Fil')}, {file_size(job.file_size)}"


def may_retry(user: User, job: Job) -> bool:
    """Whoever ordered it, and the manager of its programme."""
    return job.requester_id == user.pk or user.scope.has(Role.MANAGER, job.programme_id)


def file_response(request: HttpRequest, job: Job) -> HttpResponse:
    """The finished file, whole, as a download; a page that says why when there is none."""
    try:
        data = read_file(job)
    except FileGone as gone:
        reason = str(gone) if job.is_done else "Filen är inte klar än."
        return render(request, "reporting/file_gone.html", {"reason": reason}, status=404)
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
    may_order = can_order_reports(request.user)
    if not may_order:
        reports = reports.finished()
    page = Paginator(reports, ROWS_PER_PAGE).get_page(request.GET.get("sida"))
    deadline = next_deadline(timezone.localdate())
    return render(
        request,
        "reporting/report_list.html",
        {
            "page": page,
            "rows": [report_row(one) for one in page],
            "may_order": may_order,
            "due_year": deadline.year - 1,
            "deadline": date_iso(deadline),
            "left": days_left(deadline),
            "from_outside": sees_aggregates(request.user),
        },
    )


def next_deadline(today: date) -> date:
    """The report of a year is with the association on 31 January of the next."""
    this_year = date(today.year, 1, 31)
    return this_year if today <= this_year else date(today.year + 1, 1, 31)


def report_row(report: AnnualReport) -> ReportRow:
    """One line of the list."""
    job = report.job
    state = JobState(job.state)
    shape, kind = SIGNS[state]
    words = report.get_state_display() if job.is_done else state.label
    internal = " (internt)" if job.is_done and report.audience == Audience.PROGRAMME else ""
    missing = "Stoppad, se varför" if state == JobState.PARKED else "Görs just nu"
    return ReportRow(
        title=str(report),
        programme=report.programme.name,
        made=date_iso(job.finished_at) if job.is_done else "Inte än",
        state=f"{words}{internal}",
        shape=shape,
        kind=kind,
        url=reverse("reporting:report_detail", args=[report.pk]),
        download_url=reverse("reporting:report_download", args=[report.pk]) if job.has_file else "",
        size=_size(job) if job.has_file else "",
        missing="" if job.has_file else missing,
    )


@door(can_order_reports, methods=("GET", "POST"))
def report_new(request: HttpRequest) -> HttpResponse:
    """Order the year's report. `?fran=` begins with the words of an earlier version."""
    today = timezone.localdate()
    managed = [
        one
        for one in Programme.objects.visible_to(request.user)
        if request.user.scope.has(Role.MANAGER, one.pk)
    ]
    if not managed:
        raise PermissionDenied("Ditt uppdrag hör inte till någon insats.")
    form = AnnualReportForm(
        request.POST or None, programmes=managed, today=today, initial=_earlier_words(request)
    )
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        report, created = order_annual_report(
            requester=request.user, audience=audience_of(chosen["year"], today=today), **chosen
        )
        if created:
            messages.success(request, f"Verksamhetsberättelse {report.year} är beställd.")
        return redirect("reporting:report_detail", report.pk)
    return render(
        request,
        "reporting/report_new.html",
        {"form": form, "programme_name": ", ".join(one.name for one in managed)},
    )


def _earlier_words(request: HttpRequest) -> dict[str, Any]:
    wanted = request.GET.get("fran", "")
    if not wanted.isdecimal():
        return {}
    earlier = open_record(request, AnnualReport.objects.visible_to(request.user), int(wanted))
    return {
        "programme": earlier.programme_id,
        "year": earlier.year,
        "summary_text": earlier.summary_text,
        "changes_text": earlier.changes_text,
    }


@door(can_read_reports)
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: how far its file is, and the file."""
    reports = AnnualReport.objects.visible_to(request.user).select_related(
        "programme", "job__requester"
    )
    report = open_record(request, reports, pk)
    may_order = request.user.scope.has(Role.MANAGER, report.programme_id)
    facts = [
        ("Insats", report.programme.name),
        ("År", report.year),
        ("Version", report.version),
        ("Läge", report.get_state_display()),
        ("För", report.get_audience_display()),
        ("Beställd", f"{moment_iso(report.created_at)} av {report.job.requester.name}"),
        ("Siffror hämtade", moment_iso(report.frozen_at) or "Inte än"),
    ]
    return render(
        request,
        "reporting/report_detail.html",
        {
            "report": report,
            "job": _report_piece(request.user, report),
            "facts": facts,
            "may_order": may_order,
        },
    )


def _report_piece(user: User, report: AnnualReport) -> dict[str, object]:
    return job_piece(
        report.job,
        title=f"Verksamhetsberättelse {report.year}",
        download_url=reverse("reporting:report_download", args=[report.pk]),
        may_retry=may_retry(user, report.job),
    )


@door(can_read_reports)
def report_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's PDF."""
    reports = AnnualReport.objects.visible_to(request.user).select_related("job")
    report = open_record(request, reports, pk, Reading.EXPORT)
    return file_response(request, report.job)


@door(is_signed_in)
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is. A script asks for the piece alone while it runs."""
    job = open_record(request, Job.objects.visible_to(request.user), pk)
    report = AnnualReport.objects.visible_to(request.user).filter(job=job).first()
    piece = (
        _report_piece(request.user, report)
        if report
        else job_piece(
            job,
            title=JobKind(job.kind).label,
            download_url=reverse("reporting:job_download", args=[job.pk]),
            may_retry=may_retry(request.user, job),
        )
    )
    is_part = request.htmx  # type: ignore[attr-defined]
    template = "components/job.html" if is_part else "reporting/job_detail.html"
    return render(request, template, {"job": piece})


@door(is_signed_in)
def job_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A job's file, to those who may read what is in it.

    A file about a person goes through the door to that person, and is logged there; a report
    through the door to the report. The rest is for the programme's own team.
    """
    job = open_record(request, Job.objects.visible_to(request.user), pk, Reading.EXPORT)
    if job.kind == JobKind.SUS_DOCUMENT:
        enrolments = Enrolment.objects.visible_to(request.user)
        open_record(request, enrolments, job.parameters["enrolment"], Reading.EXPORT)
    elif report := AnnualReport.objects.filter(job=job).first():
        reports = AnnualReport.objects.visible_to(request.user)
        open_record(request, reports, report.pk, Reading.EXPORT)
    elif job.kind in IMPORT_KINDS:
        imports = RegistrationImport.objects.visible_to(request.user)
        open_record(request, imports, job.parameters["import"], Reading.EXPORT)
    else:
        open_record(request, Job.objects.of_team(request.user), pk, Reading.EXPORT)
    return file_response(request, job)


@door(is_signed_in, methods=("POST",))
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a stopped job again."""
    jobs = Job.objects.of_team(request.user)
    if not can_order_reports(request.user):
        # A list is the whole team's, also when the one who brought it in has left.
        kinds = IMPORT_KINDS if can_bring_in_registrations(request.user) else ()
        jobs = jobs.filter(Q(requester=request.user) | Q(kind__in=kinds))
    job = open_record(request, jobs, pk, Reading.WRITE)
    if job.kind in IMPORT_KINDS:
        if retry_import_job(job=job, user=request.user):
            messages.success(request, RETRIED[JobKind(job.kind)])
    elif retry_job(job=job):
        messages.success(request, "Filen görs på nytt.")
    report = AnnualReport.objects.visible_to(request.user).filter(job=job).first()
    if report:
        return redirect("reporting:report_detail", report.pk)
    if job.kind in IMPORT_KINDS:
        return redirect("reporting:import_detail", job.parameters["import"])
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
    programmes = list(Programme.objects.visible_to(request.user).select_related("data_controller"))
    if not programmes:
        raise PermissionDenied("Ditt uppdrag hör inte till någon insats.")
    chosen = next(
        (one for one in programmes if one.slug == request.GET.get("insats")), programmes[0]
    )
    years = published_years(programme=chosen, today=timezone.localdate())
    asked = request.GET.get("ar", "")
    year = next((one for one in years if str(one) == asked), years[0])
    return render(
        request,
        "reporting/dashboard.html",
        {
            "board": programme_dashboard(programme=chosen, year=year),
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
