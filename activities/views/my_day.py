"""Min dag: what to do now, what happens today, and how full the programme is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, log_list
from accounts.models import User
from accounts.rules import is_manager, is_staff
from activities.models import Group, Session
from activities.services import is_open
from activities.views import work
from activities.views.words import people, session_place, session_time
from core.formatting import clock, counted, date_long, local_date, week
from participants.enums import OPEN_STATES
from participants.models import Enrolment
from programmes.models import Programme
from referrals.models import Referral
from referrals.rules.waits import talk_on

BAR_WIDTH, BAR_GAP = 278, 2
SHAPES = ("c1", "c2", "c3", "c4")


@dataclass(frozen=True)
class AgendaItem:
    """One time today. `now` is true while it goes on or is about to."""

    time: str
    title: str
    text: str
    is_past: bool
    is_now: bool
    url: str
    button: str


@dataclass(frozen=True)
class Segment:
    """One part of the caseload's bar, in units of the drawing, with decimal points."""

    label: str
    css: str
    x: str
    width: str


@door(is_staff)
def my_day(request: HttpRequest) -> HttpResponse:
    """The work list, overdue first; today's times; one's own participants; the places."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    places = _places(user, today)
    if places is None:
        return render(request, "activities/my_day_empty.html")
    day = work.Day(user=user, today=today, now=now, programme=places.programme)
    caseload = work.caseload_of(day)
    sessions = work.sessions_of(day)
    referrals = work.referrals_of(day)
    items = work.work_list(day, caseload=caseload, sessions=sessions, referrals=referrals)
    log_list(user, "min dag", places.programme_ids, [one.pk for one in caseload])
    shown = request.GET.get("visa", "")
    chosen = [item for item in items if not shown or item.kind == shown]
    agenda = _agenda(day, sessions, referrals)
    context = {
        "facts": _facts(today, items),
        "chips": _chips(items, shown),
        "groups": _groups(chosen),
        "is_filtered": bool(shown),
        "agenda": agenda,
        "now": next((item for item in agenda if item.is_now and item.url), None),
        "mine": _mine(caseload, is_manager(user)),
        "sentence": _sentence(places),
    }
    return render(request, "activities/my_day.html", context)


@dataclass(frozen=True)
class Places:
    """The programme's places now, and the next group with how many have a place in it."""

    programme: Programme
    next_group: Group | None

    @property
    def programme_ids(self) -> dict[str, int]:
        """Whose list it was, for the read log."""
        return {
            "programme_id": self.programme.pk,
            "controller_id": self.programme.data_controller_id,
        }


def _places(user: User, today: date) -> Places | None:
    """Two queries: the programme with its taken places, and the next group."""
    named = (
        Enrolment.objects.filter(programme=OuterRef("pk"), state__in=OPEN_STATES)
        .order_by()
        .values("programme")
        .annotate(number=Count("pk"))
        .values("number")
    )
    anonymous = (
        Group.objects.filter(programme=OuterRef("pk"), ends_on__gte=today)
        .order_by()
        .values("programme")
        .annotate(number=Sum("anonymous_members"))
        .values("number")
    )
    none = Value(0, output_field=IntegerField())
    programme = (
        Programme.objects.filter(pk__in=sorted(user.scope.programmes))
        .annotate(taken=Coalesce(Subquery(named), none) + Coalesce(Subquery(anonymous), none))
        .order_by("pk")
        .first()
    )
    if programme is None:
        return None
    coming = (
        Group.objects.filter(programme=programme, starts_on__gt=today)
        .annotate(placed=Count("memberships", filter=Q(memberships__left_on=None)))
        .order_by("starts_on", "pk")
        .first()
    )
    return Places(programme, coming)


def _facts(today: date, items: Sequence[work.Item]) -> list[str]:
    late = sum(item.bucket == work.LATE for item in items)
    words = counted(late, "sak är försenad", "saker är försenade") if late else "inget är försenat"
    return [date_long(today), week(today), words]


def _chips(items: Sequence[work.Item], shown: str) -> list[tuple[str, int, str, bool]]:
    chips = [("Alla", len(items), "?", not shown)]
    for kind, label in work.KINDS.items():
        number = sum(item.kind == kind for item in items)
        if number or kind == shown:
            chips.append((label, number, f"?visa={kind}", kind == shown))
    return chips


def _groups(items: Sequence[work.Item]) -> list[dict[str, Any]]:
    found = []
    for bucket, heading in work.BUCKETS.items():
        rows = sorted(
            (item for item in items if item.bucket == bucket),
            key=lambda item: (list(work.KINDS).index(item.kind), item.due_on, item.name),
        )
        if rows:
            found.append({"heading": heading, "late": bucket == work.LATE, "rows": rows})
    return found


def _agenda(
    day: work.Day, sessions: Sequence[Session], referrals: Sequence[Referral]
) -> list[AgendaItem]:
    timed = [
        (one.starts_at, _session_item(day, one))
        for one in sessions
        if local_date(one.starts_at) == day.today
    ]
    timed += [
        (one.talk_at, _talk_item(day, one))
        for one in referrals
        if one.talk_at and talk_on(one) == day.today
    ]
    return [item for _, item in sorted(timed, key=lambda pair: pair[0])]


def _session_item(day: work.Day, session: Session) -> AgendaItem:
    where = session_place(session)
    content = session.content.name if session.content else ""
    told = people(session.expected)  # type: ignore[attr-defined]
    parts = ", ".join(part for part in (content, where) if part)
    text = "Inställt." if session.cancelled else ". ".join(p for p in (parts, told) if p) + "."
    takes = not session.cancelled and session.attendance_done_at is None
    open_now = takes and is_open(session, day.now)
    return AgendaItem(
        time=clock(session.starts_at),
        title=f"{session.group}, tillfälle {session.number}",
        text=text if not open_now else f"{session_time(session)}. {text}",
        is_past=session.ends_at < day.now and not open_now,
        is_now=open_now,
        url=reverse("activities:attendance", args=[session.pk]) if open_now else "",
        button="Ta närvaro" if open_now else "",
    )


def _talk_item(day: work.Day, referral: Referral) -> AgendaItem:
    parts = [referral.shown_name, referral.talk_place, referral.talk_with]
    return AgendaItem(
        time=clock(referral.talk_at),
        title="Inledande samtal",
        text=", ".join(part for part in parts if part),
        is_past=referral.talk_at is not None and referral.talk_at < day.now,
        is_now=False,
        url=reverse("referrals:referral_detail", args=[referral.pk]),
        button="",
    )


def _mine(caseload: Sequence[Enrolment], whole: bool) -> dict[str, Any]:
    """The caseload by phase, as a bar with a legend."""
    open_ones = [one for one in caseload if one.is_open]
    counts: dict[tuple[int, str], int] = {}
    for one in open_ones:
        key = (one.phase.order, one.phase.name) if one.phase else (-1, "Inte börjat")
        counts[key] = counts.get(key, 0) + 1
    parts = sorted(counts.items())
    room = BAR_WIDTH - BAR_GAP * max(0, len(parts) - 1)
    segments, x = [], 0.0
    for ((_, name), number), css in zip(parts, SHAPES, strict=False):
        width = room * number / len(open_ones)
        segments.append(Segment(f"{name} {number}", css, f"{x:.1f}", f"{width:.1f}"))
        x += width + BAR_GAP
    said = ", ".join(segment.label for segment in segments)
    return {
        "title": "Insatsens deltagare" if whole else "Mina deltagare",
        "count": counted(len(open_ones), "person", "personer"),
        "segments": segments,
        "said": f"{counted(len(open_ones), 'deltagare', 'deltagare')}: {said}",
    }


def _sentence(places: Places) -> str:
    programme, group = places.programme, places.next_group
    number = programme.taken  # type: ignore[attr-defined]
    taken = f"{programme.name} har {number} av {programme.capacity} platser fyllda."
    if group is None:
        return f"{taken} Ingen ny grupp är planerad."
    given = group.placed + group.anonymous_members  # type: ignore[attr-defined]
    return (
        f"{taken} Nästa gruppstart är {week(group.starts_on)}, "
        f"{given} av {group.size} platser är tilldelade."
    )
