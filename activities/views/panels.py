"""Panels of the participant page: attendance, hours, work trial. Whole pages without htmx."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from activities.enums import ATTENDED, AttendanceKind
from activities.models import Attendance, WorkTrial
from activities.rules import can_lead_groups
from activities.services import WeeklyHours, attendance_of, is_open, weekly_hours
from activities.views.trial_words import trial_status
from activities.views.words import MARKS, session_day
from core.charts import Goal, HoursLadder, LadderPhase, LadderWeek
from core.formatting import (
    counted,
    date_iso,
    hours,
    local_date,
    number,
    share,
    week,
    week_span,
)
from participants.models import Enrolment, EnrolmentPhase

WEEKS_DRAWN = 26
BAR, BAR_GAP, WEEK_GAP = 8.5, 2.0, 6.5
HEIGHTS = {"here": (0, 18), "late": (0, 18), "told": (6, 12), "gone": (10, 8)}
COLOURS = {"here": "c1", "late": "c1", "told": "c2", "gone": "c4"}


def _enrolment(request: HttpRequest, pk: int) -> Enrolment:
    found = Enrolment.objects.visible_to(request.user).select_related("participant")
    return open_record(request, found, pk)


def _answer(
    request: HttpRequest, enrolment: Enrolment, name: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    """The panel alone for htmx, else a page around it."""
    panel = f"activities/_{name}_panel.html"
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, panel, context)
    page = {
        **context,
        "panel": panel,
        "title": title,
        "name": enrolment.participant.shown_name,
        "back": reverse("participants:enrolment_detail", args=[enrolment.pk]),
    }
    return render(request, "activities/panel_page.html", page)


@door(can_lead_groups)
def attendance_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Attendance in the group: a bar per session, and how much."""
    enrolment = _enrolment(request, pk)
    found = [one for one in attendance_of(enrolment=enrolment) if is_open(one.session)]
    context = {
        "bars": _bars(found),
        "width": f"{_width(found):.1f}",
        "sentence": _attendance_sentence(found),
        "rows": [_attendance_row(one) for one in reversed(found)],
    }
    return _answer(request, enrolment, "attendance", "Närvaro", context)


def _bars(found: Sequence[Attendance]) -> list[dict[str, str]]:
    bars, x, seen = [], 0.0, None
    for one in found:
        weeknumber = local_date(one.session.starts_at).isocalendar()[:2]
        if seen is not None and weeknumber != seen:
            x += WEEK_GAP - BAR_GAP
        seen = weeknumber
        _, look, words = MARKS[AttendanceKind(one.kind)]
        y, height = HEIGHTS[look]
        bars.append(
            {
                "x": f"{x:.1f}",
                "y": str(y),
                "height": str(height),
                "css": COLOURS[look],
                "words": f"{session_day(one.session)}: {words}",
            }
        )
        x += BAR + BAR_GAP
    return bars


def _width(found: Sequence[Attendance]) -> float:
    bars = _bars(found)
    return max(60.0, float(bars[-1]["x"]) + BAR) if bars else 60.0


def _attendance_sentence(found: Sequence[Attendance]) -> str:
    if not found:
        return ""
    there = sum(one.kind in ATTENDED for one in found)
    total = counted(len(found), "tillfälle", "tillfällen")
    group = str(found[-1].session.group).lower()
    gone = sum(one.kind == AttendanceKind.ABSENT for one in found)
    told = len(found) - there - gone
    parts = [f"{there} av {total} i {group}, {share(there, len(found))}."]
    if told:
        parts.append(f"Anmäld frånvaro {counted(told, 'gång', 'gånger')}.")
    if gone:
        parts.append(f"Oanmäld frånvaro {counted(gone, 'gång', 'gånger')}.")
    return " ".join(parts)


def _attendance_row(one: Attendance) -> dict[str, str]:
    content = one.session.content.name if one.session.content else ""
    return {
        "day": session_day(one.session),
        "content": content,
        "kind": one.get_kind_display(),
        "url": reverse("activities:attendance", args=[one.session_id]),
    }


@door(can_lead_groups)
def hours_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours ladder: hours of activity a week, planned and done, against the goal."""
    enrolment = _enrolment(request, pk)
    found = weekly_hours(enrolment=enrolment)
    phases = list(enrolment.phases.select_related("phase").order_by("started_on", "pk"))
    chart = hours_chart(found, phases)
    context = {"chart": chart, "sentence": hours_sentence(found), "has_hours": bool(found.weeks)}
    return _answer(request, enrolment, "hours", "Timtrappan", context)


def hours_chart(found: WeeklyHours, phases: Sequence[EnrolmentPhase]) -> HoursLadder:
    """The ladder as a chart, the newest half year when there is more."""
    weeks = found.weeks[-WEEKS_DRAWN:]
    goal = float(found.goal)
    starts = []
    for one in phases:
        index = next((i for i, w in enumerate(weeks) if (one.started_on - w.monday).days < 7), None)
        if index is not None:
            starts.append(LadderPhase(one.phase.name, index))
    return HoursLadder(
        key="timtrappan",
        title=f"Timtrappan, timmar i veckan {_span(found)}".rstrip(),
        kinds=("Grupp", "Arbetsprövning"),
        weeks=tuple(
            LadderWeek(
                label=str(one.monday.isocalendar().week),
                done=(float(one.group), float(one.trial)),
                planned=None if one.planned is None else float(one.planned),
                is_current=one.is_current,
            )
            for one in weeks
        ),
        phases=tuple(starts),
        goal=Goal(goal, f"Mål {hours(found.goal)} i veckan"),
    )


def _span(found: WeeklyHours) -> str:
    return week_span(found.weeks[0].monday, found.weeks[-1].monday) if found.weeks else ""


def hours_sentence(found: WeeklyHours) -> str:
    """What the ladder shows, as a finding: the last whole week, and when the goal is reached."""
    parts = []
    last = found.last_whole
    if last is not None:
        parts.append(f"{hours(last.total)} {week(last.monday)}.")
    if found.reached_on:
        parts.append(f"Målet {hours(found.goal)} nåddes {date_iso(found.reached_on)}.")
    elif found.expected:
        parts.append(f"Planen når {hours(found.goal)} i {week(found.expected)}.")
    elif found.weeks:
        parts.append(f"Högst hittills {number(found.highest, 1)} av {hours(found.goal)}.")
    return " ".join(parts)


@door(can_lead_groups)
def trial_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The participation's work trials, newest first."""
    enrolment = _enrolment(request, pk)
    trials = enrolment.work_trials.select_related("workplace").prefetch_related("weeks")
    context = {
        "rows": [_trial_row(trial) for trial in trials.order_by("-starts_on", "-pk")],
        "new_url": _new_url(enrolment),
    }
    return _answer(request, enrolment, "trial", "Arbetsprövning", context)


def _new_url(enrolment: Enrolment) -> str:
    return reverse("activities:trial_new", args=[enrolment.pk]) if enrolment.is_open else ""


def _trial_row(trial: WorkTrial) -> dict[str, Any]:
    today = timezone.localdate()
    begun = [one for one in trial.weeks.all() if one.monday <= today]
    done = sum((one.actual_hours for one in begun if one.actual_hours is not None), start=0)
    planned = sum((one.planned_hours for one in trial.weeks.all()), start=0)
    return {
        "name": trial.workplace.name,
        "url": reverse("activities:trial_detail", args=[trial.pk]),
        "time": f"{date_iso(trial.starts_on)} – {date_iso(trial.ends_on)}",
        "hours": f"{number(done, 1)} av {number(planned, 1)} planerade timmar",
        "status": trial_status(trial),
    }
