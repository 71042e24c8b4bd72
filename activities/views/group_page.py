"""One group: the sessions around now, everybody's attendance, what needs to be done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from activities.enums import ATTENDED, AttendanceKind
from activities.models import Attendance, Group, GroupMembership, Session
from activities.rules import can_lead_groups
from activities.services import (
    absences_in_row,
    is_open,
)
from activities.views.groups import group_state
from activities.views.words import (
    DAY_LETTERS,
    LEGEND,
    Att,
    group_time,
    mark_of,
    people,
    session_day,
    session_place,
    session_time,
)
from activities.views.work import TOO_MANY_ABSENCES, absence_words
from core.formatting import counted, date_iso, local_date, week, week_span

SESSIONS_IN_WEEK_VIEW = 5


@dataclass(frozen=True)
class GridCell:
    """One mark with its place in the grid."""

    att: Att
    css: str


@dataclass(frozen=True)
class GridRow:
    """One member's attendance."""

    name: str
    url: str
    cells: list[GridCell]
    sum: str


@dataclass(frozen=True)
class GridHead:
    """One session's heading: letter, what is read out, where it leads."""

    letter: str
    words: str
    url: str
    css: str


@door(can_lead_groups)
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A group: the sessions around now, everybody's attendance, and what needs to be done."""
    groups = Group.objects.visible_to(request.user).select_related("leader")
    group = open_record(request, groups, pk)
    today, now = timezone.localdate(), timezone.now()
    sessions = list(group.sessions.select_related("content").order_by("starts_at", "pk"))
    for one in sessions:
        one.group = group
    members = list(
        group.memberships.select_related("enrolment__participant").order_by(
            "enrolment__sort_name", "pk"
        )
    )
    kinds = _kinds_of(group)
    held = [one for one in sessions if one.ends_at <= now or one.attendance_done_at]
    next_open = next(
        (one for one in sessions if _waits(one, now)),
        next((one for one in sessions if one.ends_at > now and not one.cancelled), None),
    )
    context = {
        "group": group,
        "state": group_state(group, today),
        "facts": _group_facts(group, members, sessions, held),
        "attendance_url": _attendance_url(next_open, now),
        "may_place": today <= group.ends_on and _has_room(group, members),
        "is_full": today <= group.ends_on and not _has_room(group, members),
        "warnings": _absence_warnings(members, sessions, kinds),
        "weeks": _week_view(sessions, today, request.GET.get("vecka", "")),
        "grid": _grid(members, sessions, kinds, today),
        "legend": LEGEND,
        "returnable": _returnable(members, today),
        "anonymous": group.anonymous_members,
    }
    return render(request, "activities/group_detail.html", context)


def _waits(session: Session, now: Any) -> bool:
    return not session.cancelled and session.attendance_done_at is None and is_open(session, now)


def _attendance_url(session: Session | None, now: Any) -> str:
    if session is None or not _waits(session, now):
        return ""
    return reverse("activities:attendance", args=[session.pk])


def _kinds_of(group: Group) -> dict[tuple[int, int], str]:
    rows = Attendance.objects.filter(session__group=group)
    return {
        (enrolment, session): kind
        for enrolment, session, kind in rows.values_list("enrolment_id", "session_id", "kind")
    }


def _group_facts(
    group: Group,
    members: Sequence[GroupMembership],
    sessions: Sequence[Session],
    held: Sequence[Session],
) -> list[str]:
    staying = sum(one.left_on is None for one in members) + group.anonymous_members
    facts = [group_time(group), f"{staying} av {group.size} platser"]
    if sessions:
        facts.append(f"{len(held)} av {counted(len(sessions), 'tillfälle', 'tillfällen')}")
    facts.append(group.leader.name if group.leader else "ingen ledare än")
    return facts


def _has_room(group: Group, members: Sequence[GroupMembership]) -> bool:
    return sum(one.left_on is None for one in members) + group.anonymous_members < group.size


def _belongs(member: GroupMembership, session: Session) -> bool:
    day = local_date(session.starts_at)
    return member.joined_on <= day and (member.left_on is None or day <= member.left_on)


def _absence_warnings(
    members: Sequence[GroupMembership],
    sessions: Sequence[Session],
    kinds: dict[tuple[int, int], str],
) -> list[dict[str, str]]:
    """At most two, most absences first: what stands under the page's head."""
    found = []
    for member in members:
        if member.left_on is not None:
            continue
        newest = [
            kinds[key]
            for one in reversed(sessions)
            if not one.cancelled and (key := (member.enrolment_id, one.pk)) in kinds
        ]
        count = absences_in_row(newest)
        if count >= TOO_MANY_ABSENCES:
            gone = sum(kind == AttendanceKind.ABSENT for kind in newest[:count])
            found.append((count, gone, member))
    found.sort(key=lambda one: (-one[0], one[2].enrolment.sort_name))
    return [
        {
            "strong": f"{member.enrolment.participant.shown_name} har {absence_words(count, gone)}.",
            "url": reverse("participants:note_new", args=[member.enrolment_id]),
        }
        for count, gone, member in found[:2]
    ]


def _week_view(sessions: Sequence[Session], today: date, asked: str) -> dict[str, Any]:
    """The five sessions around now (or around the asked one), with links back and forth."""
    if not sessions:
        return {"title": "Inga tillfällen", "days": [], "before": "", "after": ""}
    upcoming = next(
        (i for i, one in enumerate(sessions) if local_date(one.starts_at) >= today),
        len(sessions) - 1,
    )
    last_start = max(0, len(sessions) - SESSIONS_IN_WEEK_VIEW)
    start = int(asked) if asked.isdecimal() else max(0, upcoming - 2)
    start = min(start, last_start)
    shown = sessions[start : start + SESSIONS_IN_WEEK_VIEW]
    span = week_span(local_date(shown[0].starts_at), local_date(shown[-1].starts_at))
    return {
        "title": span.replace("v.", "Vecka", 1),
        "days": [_day(one, today) for one in shown],
        "before": f"?vecka={max(0, start - SESSIONS_IN_WEEK_VIEW)}" if start else "",
        "after": f"?vecka={start + SESSIONS_IN_WEEK_VIEW}" if start < last_start else "",
    }


def _day(session: Session, today: date) -> dict[str, Any]:
    day = local_date(session.starts_at)
    content = session.content.name if session.content else "Gruppträff"
    return {
        "head": f"{session_day(session)}{', i dag' if day == today else ''}",
        "is_today": day == today,
        "time": session_time(session),
        "title": f"{content}, inställt" if session.cancelled else content,
        "place": session_place(session),
        "is_off": session.cancelled,
        "url": reverse("activities:attendance", args=[session.pk]),
        "number": session.number,
    }


def _grid(
    members: Sequence[GroupMembership],
    sessions: Sequence[Session],
    kinds: dict[tuple[int, int], str],
    today: date,
) -> dict[str, Any]:
    """Attendance as a table: weeks, sessions, one row per member."""
    firsts, seen = set(), None
    for one in sessions:
        number = local_date(one.starts_at).isocalendar()[:2]
        if number != seen:
            firsts.add(one.pk)
            seen = number
    css = {one.pk: _column_css(one, firsts, today) for one in sessions}
    return {
        "weeks": _grid_weeks(sessions),
        "heads": [_grid_head(one, css[one.pk]) for one in sessions],
        "rows": [_grid_row(one, sessions, kinds, css, today) for one in members],
        "label": f"Närvaro, {people(len(members))}, "
        f"{counted(len(sessions), 'tillfälle', 'tillfällen')}",
    }


def _column_css(session: Session, firsts: set[int], today: date) -> str:
    is_today = local_date(session.starts_at) == today
    names = ["is-week"] * (session.pk in firsts) + ["is-today"] * is_today
    return " ".join(names)


def _grid_weeks(sessions: Sequence[Session]) -> list[tuple[str, int]]:
    spans: dict[tuple[int, int], list[Session]] = defaultdict(list)
    for one in sessions:
        year, number, _ = local_date(one.starts_at).isocalendar()
        spans[year, number].append(one)
    return [(week(number), len(found)) for (_, number), found in spans.items()]


def _grid_head(session: Session, css: str) -> GridHead:
    day = local_date(session.starts_at)
    return GridHead(
        letter=DAY_LETTERS[day.weekday()],
        words=f"tillfälle {session.number}, {session_day(session)}",
        url=reverse("activities:attendance", args=[session.pk]),
        css=css,
    )


def _grid_row(
    member: GroupMembership,
    sessions: Sequence[Session],
    kinds: dict[tuple[int, int], str],
    css: dict[int, str],
    today: date,
) -> GridRow:
    cells, there, counted_ = [], 0, 0
    for one in sessions:
        kind = kinds.get((member.enrolment_id, one.pk))
        belongs = _belongs(member, one)
        cells.append(GridCell(mark_of(kind, one, today=today, belongs=belongs), css[one.pk]))
        if kind and belongs and not one.cancelled and is_open(one):
            counted_ += 1
            there += kind in ATTENDED
    return GridRow(
        name=member.enrolment.participant.shown_name,
        url=reverse("participants:enrolment_detail", args=[member.enrolment_id]),
        cells=cells,
        sum=f"{there} av {counted_}" if counted_ else "",
    )


def _returnable(members: Sequence[GroupMembership], today: date) -> list[dict[str, str]]:
    """Members who haven't begun: their place can be taken back."""
    return [
        {
            "name": one.enrolment.participant.shown_name,
            "start": date_iso(one.joined_on),
            "url": reverse("activities:place_return", args=[one.group_id, one.pk]),
        }
        for one in members
        if one.joined_on > today and one.left_on is None
    ]
