"""When a group meets: the blueprint's weekly slots laid out over real days."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import cycle
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import holidays

from activities.models import Group, Session
from core.formatting import date_iso
from core.states import Refused
from programmes.enums import PhaseKind
from programmes.models import Programme

SWEDEN = ZoneInfo("Europe/Stockholm")
SEARCH_DAYS = 3 * 366


class Slot(Protocol):
    """A weekly slot of the blueprint: ISO weekday, local time, length in hours."""

    weekday: int
    starts_at: Any
    hours: Any


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> dict[date, str]:
    found = holidays.country_holidays(
        "SE",
        years=year,
        language="sv",
        include_sundays=False,
        categories=("public", "de_facto"),
    )
    return dict(found)


def holiday_name(day: date) -> str:
    """The name of a Swedish public holiday, or of midsummer, Christmas or New Year's eve; else "".

    Source: lag (1989:253) om allmänna helgdagar; the three eves are free by custom and agreement.
    """
    return _holidays_of(day.year).get(day, "")


def session_times(
    *, starts_on: date, slots: Sequence[Slot], weeks: int, is_closed: Callable[[date], bool]
) -> list[tuple[datetime, datetime]]:
    """(start, end) of `weeks` × `len(slots)` sessions from `starts_on`, both in Swedish time.

    A closed day isn't filled with another that week: everything after it moves on, so that the
    group still meets the number of times the programme promises (Rehabsteget: 8 weeks × 3 days ×
    3 hours = 72 hours), and the end comes later. A session begins at the slot's time on the clock
    also across daylight saving, and lasts exactly `hours`.
    Raises `Refused` when there are no slots, or no open days to put the sessions on.
    """
    wanted = weeks * len(slots)
    if not wanted:
        raise Refused(["Insatsens upplägg säger inte vilka dagar gruppen träffas."])
    ordered = sorted(slots, key=lambda slot: (slot.weekday, slot.starts_at))
    found: list[tuple[datetime, datetime]] = []
    for offset in range(SEARCH_DAYS + 7 * weeks):
        day = starts_on + timedelta(days=offset)
        todays = [slot for slot in ordered if slot.weekday == day.isoweekday()]
        if todays and not is_closed(day):
            found += [_on(day, slot) for slot in todays]
        if len(found) >= wanted:
            return found[:wanted]
    raise Refused(["Det finns inte tillräckligt många öppna dagar för gruppens tillfällen."])


def _on(day: date, slot: Slot) -> tuple[datetime, datetime]:
    start = datetime.combine(day, slot.starts_at, tzinfo=SWEDEN)
    end = start.astimezone(UTC) + timedelta(hours=float(slot.hours))
    return start, end.astimezone(SWEDEN)


def planned_times(*, programme: Programme, starts_on: date) -> list[tuple[datetime, datetime]]:
    """The times a group of `programme` would meet if it started on `starts_on`. Three queries.

    Raises `Refused` when the blueprint has no group phase of known length or no weekly slots.
    """
    phase = programme.phases.filter(kind=PhaseKind.GROUP).order_by("order").first()
    if phase is None or not phase.weeks:
        raise Refused(["Insatsens upplägg har ingen gruppfas med bestämd längd."])
    slots = list(programme.weekly_slots.order_by("weekday", "starts_at"))
    closed = set(programme.closing_days.values_list("day", flat=True))
    return session_times(
        starts_on=starts_on,
        slots=slots,
        weeks=phase.weeks,
        is_closed=lambda day: day in closed or bool(holiday_name(day)),
    )


def generate_sessions(
    *, group: Group, times: Sequence[tuple[datetime, datetime]] | None = None
) -> list[Session]:
    """Create the group's sessions, contents in turn from those not only given on need.

    `times` spares a second calculation. Doing it again changes nothing. Raises `Refused` as
    `session_times` does.
    """
    existing = list(group.sessions.order_by("number"))
    if existing:
        return existing
    times = times or planned_times(programme=group.programme, starts_on=group.starts_on)
    contents = list(group.programme.session_contents.filter(on_need=False).order_by("order"))
    sessions = [
        Session(
            group=group,
            number=number,
            starts_at=start,
            ends_at=end,
            content=content,
            room=group.room,
            **group.owned(),
        )
        for number, ((start, end), content) in enumerate(
            zip(times, cycle(contents or [None]), strict=False), start=1
        )
    ]
    return Session.objects.bulk_create(sessions)


def skipped_days(*, times: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """The holidays between the first and the last session that fall on the group's weekdays.

    Each as a sentence's part: "2026-05-01 Första maj".
    """
    days = [start.date() for start, _ in times]
    weekdays = {day.isoweekday() for day in days}
    span = (days[-1] - days[0]).days + 1
    between = (days[0] + timedelta(days=offset) for offset in range(span))
    return [
        f"{date_iso(day)} {holiday_name(day)}"
        for day in between
        if day.isoweekday() in weekdays and holiday_name(day)
    ]
