"""Absences in a row, and attendance nobody has taken."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from activities.enums import AttendanceKind
from activities.models import (
    Attendance,
    Session,
)
from activities.services import absences_in_row
from activities.views.words import days_behind
from activities.views.work.item import (
    LATE,
    LOOK_BACK,
    NUMBERS,
    TOO_MANY_ABSENCES,
    Day,
    Item,
    about,
    bucket_of,
)
from core.formatting import date_short, local_date
from participants.models import Enrolment


def absence_items(day: Day, enrolments: Sequence[Enrolment]) -> Iterator[Item]:
    """Three absences in a row, until somebody has written a note after the last one."""
    rows = (
        Attendance.objects.filter(
            enrolment__in=[one.pk for one in enrolments],
            session__cancelled=False,
            session__starts_at__gte=day.now - timedelta(days=LOOK_BACK),
        )
        .order_by("-session__starts_at", "-pk")
        .values_list("enrolment_id", "kind", "session__starts_at", "session__group__number")
    )
    newest: dict[int, list[tuple[str, datetime, int]]] = defaultdict(list)
    for enrolment_id, kind, at, number in rows if enrolments else ():
        newest[enrolment_id].append((kind, at, number))
    for one in enrolments:
        item = _absence_item(day, one, newest.get(one.pk, []))
        if item is not None:
            yield item


def _absence_item(day: Day, one: Enrolment, seen: list[tuple[str, datetime, int]]) -> Item | None:
    count = absences_in_row([kind for kind, _, _ in seen])
    if count < TOO_MANY_ABSENCES:
        return None
    last, first = seen[0][1], seen[count - 1][1]
    noted = one.noted_at  # type: ignore[attr-defined]
    if noted is not None and noted > last:
        return None
    gone = sum(kind == AttendanceKind.ABSENT for kind, _, _ in seen[:count])
    told = absence_words(count, gone)
    return about(
        one,
        kind="narvaro",
        bucket=LATE,
        due_on=local_date(first),
        icon="group",
        due=f"sedan {local_date(first):%m-%d}",
        text=f"{told[:1].upper()}{told[1:]} i grupp {seen[0][2]}",
        action="Ring och anteckna",
        action_url=reverse("participants:note_new", args=[one.pk]),
    )


def absence_words(count: int, gone: int) -> str:
    """tre frånvaro i rad, två av dem utan anmälan."""
    number = NUMBERS[count].lower() if count < len(NUMBERS) else str(count)
    words = f"{number} frånvaro i rad"
    if gone:
        without = NUMBERS[gone].lower() if gone < len(NUMBERS) else str(gone)
        words += f", {without} av dem utan anmälan" if gone < count else ", utan anmälan"
    return words


def session_items(day: Day, sessions: Iterable[Session]) -> Iterator[Item]:
    """Sessions that are over and have no attendance."""
    for one in sessions:
        held_on = local_date(one.starts_at)
        mine = day.sees_all or one.group.leader_id in (None, day.user.pk)
        if one.attendance_done_at or one.cancelled or not mine or one.ends_at > day.now:
            continue
        yield Item(
            kind="narvaro",
            bucket=bucket_of(held_on, day),
            due_on=held_on,
            icon="group",
            name=str(one.group),
            url=reverse("activities:group_detail", args=[one.group_id]),
            due=days_behind(held_on, day.today),
            text=f"Närvaron för tillfälle {one.number}, {date_short(held_on)}, är inte tagen",
            action="Ta närvaro",
            action_url=reverse("activities:attendance", args=[one.pk]),
        )
