"""Bringing in a list of registrations: choose, look through, confirm, see what became of each row."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door, log_list, open_record, refuse
from accounts.enums import Reading, Refusal
from accounts.rules import can_bring_in_registrations
from core.formatting import counted, moment_iso
from core.scan import Infected
from core.states import Refused
from participants.services.imports import COLUMNS
from programmes.models import Programme
from reporting.enums import ImportResult, JobState
from reporting.forms import ImportForm
from reporting.models import ImportRow, Job, RegistrationImport
from reporting.services.jobs import FileGone
from reporting.services.registrations import (
    check_file,
    discard_import,
    order_import,
    read_rejects,
    rejects_before,
    undo_import,
)
from reporting.views.import_words import COLUMN_WORDS, RESULT_SIGNS, is_under_way, state_of
from reporting.views.reports import STATES

ROWS_PER_PAGE = 50
IMPORTS_PER_PAGE = 25
REJECTS_NAME = "rader-att-ratta.csv"
TEMPLATE_NAME = "mall-registreringar.csv"
FILTERS = {
    "nya": ImportResult.CREATED,
    "fanns": ImportResult.UNCHANGED,
    "inte": ImportResult.REJECTED,
}


@door(can_bring_in_registrations)
def import_list(request: HttpRequest) -> HttpResponse:
    """Every list that has been brought in or looked through, newest first."""
    imports = (
        RegistrationImport.objects.visible_to(request.user)
        .select_related("requester", "programme", "job", "undo_job")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(imports, IMPORTS_PER_PAGE).get_page(request.GET.get("sida"))
    counts = _counts([one.pk for one in page])
    rows = [_import_row(one, counts) for one in page]
    return render(request, "reporting/import_list.html", {"page": page, "rows": rows})


def _counts(batches: list[int]) -> dict[tuple[int, str], int]:
    """How many rows of each result each import has."""
    rows = ImportRow.objects.filter(batch__in=batches).order_by()
    counted_rows = rows.values_list("batch_id", "result").annotate(Count("pk"))
    return {(batch, result): count for batch, result, count in counted_rows}


def _import_row(batch: RegistrationImport, counts: dict[tuple[int, str], int]) -> dict[str, Any]:
    return {
        "url": reverse("reporting:import_detail", args=[batch.pk]),
        "title": batch.file_name,
        "programme": batch.programme.name,
        "when": moment_iso(batch.created_at),
        "who": batch.requester.name,
        "state": state_of(batch),
        "created": counts.get((batch.pk, ImportResult.CREATED), 0),
        "unchanged": counts.get((batch.pk, ImportResult.UNCHANGED), 0),
        "rejected": counts.get((batch.pk, ImportResult.REJECTED), 0),
    }


@door(can_bring_in_registrations, methods=("GET", "POST"))
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose a file and have it looked through."""
    own = sorted(request.user.scope.programmes)
    programmes = list(Programme.objects.filter(pk__in=own).order_by("name"))
    if not programmes:
        raise PermissionDenied("Ditt uppdrag hör inte till någon insats.")
    form = ImportForm(request.POST or None, request.FILES or None, programmes=programmes)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = check_file(
                programme=form.cleaned_data["programme"],
                user=request.user,
                name=upload.name,
                data=upload.read(),
                once_key=form.cleaned_data["once_key"],
            )
            return redirect("reporting:import_detail", batch.pk)
        except Refused as refusal:
            if isinstance(refusal, Infected):
                refuse(request, Refusal.INFECTED)
            for reason in refusal.reasons:
                form.add_error("file", reason)
    context = {"form": form, "columns": COLUMN_WORDS}
    return render(request, "reporting/import_new.html", context)


@door(can_bring_in_registrations)
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty list with our headings."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(COLUMNS)
    return _csv_response(written.getvalue().encode("utf-8-sig"), TEMPLATE_NAME)


def _csv_response(data: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def _imports(request: HttpRequest) -> Any:
    rows = RegistrationImport.objects.visible_to(request.user)
    return rows.select_related("requester", "programme", "job", "undo_job", "undone_by")


@door(can_bring_in_registrations)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row, how far the import is, or what became of each row."""
    batch = open_record(request, _imports(request), pk)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "reporting/_import_job.html", {"job": _job_piece(batch)})
    return _page_of(request, batch)


def _page_of(
    request: HttpRequest, batch: RegistrationImport, refused: Refused | None = None
) -> HttpResponse:
    """The import's page; with every reason, when something it offered was refused."""
    counts = _result_counts(batch)
    chosen = request.GET.get("visa", "")
    rows = batch.rows.select_related("enrolment").order_by("number")
    if chosen in FILTERS:
        rows = rows.filter(result=FILTERS[chosen])
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("sida"))
    log_list(request.user, "inläsningens rader", batch.owned(), [one.pk for one in page])
    context = {
        "batch": batch,
        "facts": _facts(batch),
        "state": state_of(batch),
        "page": page,
        "query": f"&visa={chosen}" if chosen in FILTERS else "",
        "rows": [_row(one) for one in page],
        "chips": _chips(counts, chosen),
        "new": counts[ImportResult.CREATED],
        "new_words": counted(counts[ImportResult.CREATED], "ny rad", "nya rader"),
        "rejected": counts[ImportResult.REJECTED],
        "has_rejects": bool(
            counts[ImportResult.REJECTED] and (batch.rejects_path or batch.source_path)
        ),
        "is_preview": batch.confirmed_at is None and bool(batch.source_path),
        "is_over": batch.confirmed_at is None and not batch.source_path,
        "job": _job_piece(batch) if is_under_way(batch) else None,
        "may_undo": batch.may_be_undone
        and not (batch.undo_job and is_under_way(batch))
        and batch.rows.undoable().exists(),
        "refused": refused.reasons if refused else [],
    }
    status = 409 if refused else 200
    return render(request, "reporting/import_detail.html", context, status=status)


def _result_counts(batch: RegistrationImport) -> dict[str, int]:
    counted_rows = batch.rows.order_by().values_list("result").annotate(Count("pk"))
    return dict.fromkeys(ImportResult.values, 0) | dict(counted_rows)


def _chips(counts: dict[str, int], chosen: str) -> list[tuple[str, int, str, bool]]:
    kinds = [
        (result.label, counts[result], f"?visa={name}", chosen == name)
        for name, result in FILTERS.items()
    ]
    return [("Alla rader", sum(counts.values()), "?", chosen not in FILTERS), *kinds]


def _facts(batch: RegistrationImport) -> list[str]:
    found = [batch.programme.name, f"granskad {moment_iso(batch.created_at)}"]
    if batch.finished_at:
        found.append(f"inläst {moment_iso(batch.finished_at)} av {batch.requester.name}")
    if batch.undone_at and batch.undone_by:
        found.append(f"ångrad {moment_iso(batch.undone_at)} av {batch.undone_by.name}")
    return found


def _row(row: ImportRow) -> dict[str, Any]:
    label, shape, kind = RESULT_SIGNS[ImportResult(row.result)]
    said = list(row.messages)
    if row.undone:
        label, shape, kind = "Ångrad", "undo", ""
    elif row.kept_because:
        said.append(f"Inte ångrad: {row.kept_because}")
    elif not row.written and row.result == ImportResult.CREATED:
        label = "Blir ny"
    enrolment = row.enrolment
    return {
        "number": row.number,
        "label": label,
        "shape": shape,
        "kind": kind,
        "messages": said,
        "about": "Anonym" if row.gender else "",
        "url": reverse("participants:enrolment_detail", args=[enrolment.pk]) if enrolment else "",
        "case_number": enrolment.case_number if enrolment else "",
    }


def _job_piece(batch: RegistrationImport) -> dict[str, Any]:
    """What reporting/_import_job.html shows."""
    job = batch.undo_job or batch.job
    state = STATES[JobState(job.state)] if job else "waiting"
    return {
        "state": state if is_under_way(batch) else "done",
        "title": "Raderna tas bort" if batch.undo_job else "Raderna läses in",
        "percent": job.progress if job else 0,
        "step": job.step if job else "",
        "error": job.error if job else "",
        "url": reverse("reporting:import_detail", args=[batch.pk]),
        "retry_url": reverse("reporting:job_retry", args=[job.pk]) if job else "",
    }


@door(can_bring_in_registrations, methods=("POST",))
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in the file that was looked through."""
    batch = open_record(request, _imports(request), pk, Reading.WRITE)
    try:
        batch = order_import(batch=batch, user=request.user)
        if batch.finished_at:
            new = counted(_result_counts(batch)[ImportResult.CREATED], "ny rad", "nya rader")
            messages.success(request, f"Filen är inläst: {new}.")
    except FileGone as gone:
        return _page_of(request, batch, Refused([str(gone)]))
    except Refused as refusal:
        return _page_of(request, batch, refusal)
    return redirect("reporting:import_detail", batch.pk)


@door(can_bring_in_registrations, methods=("POST",))
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a file that was looked through, and erase it."""
    batch = open_record(request, _imports(request), pk, Reading.WRITE)
    discard_import(batch=batch)
    messages.success(request, "Filen är borttagen. Ingenting är inläst.")
    return redirect("reporting:import_new")


@door(can_bring_in_registrations)
def import_rejects(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that do not go in, as they stand in the file, each with why."""
    batch = open_record(request, _imports(request), pk, Reading.EXPORT)
    try:
        data = read_rejects(batch) if batch.finished_at else rejects_before(batch=batch)
    except FileGone as gone:
        return render(request, "reporting/file_gone.html", {"reason": str(gone)}, status=404)
    return _csv_response(data, REJECTS_NAME)


@door(can_bring_in_registrations, methods=("GET", "POST"))
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and then undo what nobody has worked on since."""
    batch = open_record(request, _imports(request), pk, Reading.WRITE)
    back = reverse("reporting:import_detail", args=[batch.pk])
    if request.method != "POST":
        made = batch.rows.undoable().count()
        consequences = _consequences(made, batch)
        context = {"batch": batch, "back": back, "consequences": consequences}
        return render(request, "reporting/import_undo.html", context)
    try:
        undone = undo_import(batch=batch, user=request.user)
        if isinstance(undone, Job):
            return redirect(back)
        kept = f" {counted(undone.kept, 'rad', 'rader')} är kvar, se varför." if undone.kept else ""
        messages.success(request, f"{counted(undone.rows, 'rad', 'rader')} är borta.{kept}")
    except Refused as refusal:
        return _page_of(request, batch, refusal)
    return redirect(back)


def _consequences(made: int, batch: RegistrationImport) -> list[str]:
    return [
        f"{counted(made, 'rad', 'rader')} som inläsningen lade till tas bort, med registreringar och "
        "platser i grupper.",
        "En deltagare som någon har arbetat med sedan dess blir kvar. Du får se vilka och varför.",
        f"Det går att ångra till {moment_iso(batch.undo_until)}.",
    ]
