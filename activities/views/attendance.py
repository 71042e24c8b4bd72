"""Attendance for a whole group on one page, phone first."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from activities.enums import ANNOUNCED, AttendanceKind
from activities.forms import AttendanceForm
from activities.models import Attendance, GroupMembership, Session
from activities.rules import can_lead_groups
from activities.services import (
    Conflict,
    absences_in_row,
    cancel_session,
    is_open,
    members_on,
    record_attendance,
)
from activities.views.words import session_day, session_place, session_time
from activities.views.work import TOO_MANY_ABSENCES, absence_words
from core.formatting import clock, clock_at, date_iso, local_date
from core.states import Refused


@door(can_lead_groups, methods=("GET", "POST"))
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody starts as present; one tap changes; one press saves. Two leaders merge."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    sessions = Session.objects.visible_to(request.user).select_related("group", "content")
    session = open_record(request, sessions, pk, reading)
    members = members_on(group=session.group, day=local_date(session.starts_at))
    recorded = list(session.attendances.select_related("recorded_by").order_by("recorded_at"))
    form = AttendanceForm(
        request.POST if request.method == "POST" else None,
        people=[(one.enrolment_id, one.enrolment.participant.shown_name) for one in members],
        recorded={one.enrolment_id: one.kind for one in recorded},
        is_open=is_open(session),
    )
    reasons: list[str] = []
    conflicts: tuple[Conflict, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            done = record_attendance(
                session=session,
                marks=form.marks(),
                user=request.user,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            conflicts = done.conflicts
            if not conflicts:
                _say(request, session, done.merged)
                return redirect("activities:group_detail", session.group_id)
    context = _context(session, members, recorded, form, conflicts)
    context["problems"] = reasons or _problems(form)
    return render(request, "activities/attendance.html", context)


def _say(request: HttpRequest, session: Session, merged: int) -> None:
    told = "Närvaron är sparad." if is_open(session) else "Anmälan är sparad."
    if merged:
        told += " Det en kollega hann fylla i står kvar."
    messages.success(request, told)


def _problems(form: AttendanceForm) -> list[str]:
    if not form.is_bound:
        return []
    return [str(error) for errors in form.errors.values() for error in errors]


def _context(
    session: Session,
    members: Sequence[GroupMembership],
    recorded: Sequence[Attendance],
    form: AttendanceForm,
    conflicts: Sequence[Conflict],
) -> dict[str, Any]:
    open_now = is_open(session)
    notes = _notes(session, members, recorded) | _conflict_notes(conflicts)
    now = {one.enrolment_id: one.kind for one in recorded}
    shown = {one.enrolment_id: _kind_now(session, one) for one in conflicts}
    rows = list(form.rows(notes, shown))
    return {
        "session": session,
        "title": f"Närvaro, {str(session.group).lower()}",
        "facts": _facts(session),
        "group_url": reverse("activities:group_detail", args=[session.group_id]),
        "rows": rows,
        "count": _count(rows, open_now),
        "is_open": open_now,
        "is_done": session.attendance_done_at is not None,
        "asks_why": session.attendance_done_at is not None and bool(now),
        "reason": form["reason"],
        "saved": _saved(recorded),
        "conflicts": bool(conflicts),
        "submit": "Klart för i dag" if open_now else "Spara anmälan",
        "may_cancel": not session.attendance_done_at,
        "anonymous": session.group.anonymous_members,
    }


def _kind_now(session: Session, conflict: Conflict) -> str:
    found = session.attendances.filter(enrolment_id=conflict.enrolment_id)
    return found.values_list("kind", flat=True).first() or ""


def _facts(session: Session) -> list[str]:
    parts = [
        session_day(session),
        session_time(session),
        f"tillfälle {session.number}",
        session.content.name if session.content else "",
        session_place(session),
    ]
    return [part for part in parts if part]


def _saved(recorded: Sequence[Attendance]) -> str:
    if not recorded:
        return ""
    last = recorded[-1]
    when = clock(last.recorded_at)
    if timezone.localdate(last.recorded_at) != timezone.localdate():
        when = f"{date_iso(last.recorded_at)} {when}"
    return f"Sparat {when} av {last.recorded_by.name}."


def _notes(
    session: Session, members: Sequence[GroupMembership], recorded: Sequence[Attendance]
) -> dict[int, str]:
    """What the leader should know about each: absences in a row before this session, what was told."""
    before = Attendance.objects.filter(
        enrolment__in=[one.enrolment_id for one in members],
        session__group=session.group,
        session__cancelled=False,
        session__starts_at__lt=session.starts_at,
    ).order_by("-session__starts_at", "-pk")
    kinds: dict[int, list[str]] = {}
    for enrolment_id, kind in before.values_list("enrolment_id", "kind"):
        kinds.setdefault(enrolment_id, []).append(kind)
    notes = {}
    for pk, newest in kinds.items():
        count = absences_in_row(newest)
        if count >= TOO_MANY_ABSENCES:
            gone = sum(kind == AttendanceKind.ABSENT for kind in newest[:count])
            words = absence_words(count, gone)
            notes[pk] = f"{words[:1].upper()}{words[1:]}"
    for one in recorded:
        if one.kind in ANNOUNCED and one.recorded_at < session.starts_at:
            told = one.get_kind_display().lower()
            notes[one.enrolment_id] = f"Anmälde {told} {_when(one)}"
    return notes


def _when(one: Attendance) -> str:
    day = timezone.localdate(one.recorded_at)
    same = day == timezone.localdate()
    return clock_at(one.recorded_at) if same else date_iso(day)


def _conflict_notes(conflicts: Sequence[Conflict]) -> dict[int, str]:
    return {
        one.enrolment_id: f"{one.by} satte {one.theirs} {clock_at(one.at)}. "
        f"Du valde {one.mine}. Spara igen om ditt svar ska gälla."
        for one in conflicts
    }


def _count(rows: Sequence[Any], open_now: bool) -> dict[str, int]:
    chosen = [next((a.value for a in row.answers if a.chosen), "") for row in rows]
    here = "present" if open_now else "expected"
    return {
        "here": chosen.count(here),
        "late": chosen.count("late"),
        "away": chosen.count("away"),
    }


@door(can_lead_groups, methods=("POST",))
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session, or take the cancellation back (`aterta`). Counts against nobody."""
    session = open_record(request, Session.objects.visible_to(request.user), pk, Reading.WRITE)
    wanted = "aterta" not in request.POST
    session = cancel_session(session=session, cancelled=wanted, user=request.user)
    told = "Tillfället är inställt. Det räknas inte för någon." if wanted else "Tillfället blir av."
    messages.success(request, told)
    return redirect("activities:attendance", session.pk)
