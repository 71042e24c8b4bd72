"""Laying out sessions: the right number, on open days, at the right time on the clock."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.services import generate_sessions, holiday_name, session_times, skipped_days
from core.states import Refused
from programmes.models import ClosingDay
from tests.activities.conftest import make_group, sessions_of
from tests.cast import bind


@dataclass(frozen=True)
class Slot:
    weekday: int
    starts_at: time
    hours: Decimal


REHABSTEGET = (
    Slot(1, time(9), Decimal(3)),
    Slot(2, time(9), Decimal(3)),
    Slot(4, time(9), Decimal(3)),
)


def is_holiday(day: date) -> bool:
    return bool(holiday_name(day))


def lay_out(starts_on: date) -> list:
    return session_times(starts_on=starts_on, slots=REHABSTEGET, weeks=8, is_closed=is_holiday)


def test_eight_weeks_three_days_three_hours():
    times = lay_out(date(2026, 9, 7))
    assert len(times) == 24
    assert {start.isoweekday() for start, _ in times} == {1, 2, 4}
    assert sum((end - start for start, end in times), timedelta()) == timedelta(hours=72)
    assert times[-1][0].date() == date(2026, 10, 29)


@pytest.mark.parametrize(
    ("starts_on", "skipped", "last"),
    [
        (date(2026, 3, 2), ["2026-04-06"], date(2026, 4, 27)),
        (date(2026, 4, 27), ["2026-05-14"], date(2026, 6, 22)),
        (date(2026, 11, 30), ["2026-12-24", "2026-12-31"], date(2027, 1, 26)),
        (date(2025, 5, 12), ["2025-05-29"], date(2025, 7, 7)),
    ],
    ids=["annandag påsk", "kristi himmelsfärd", "jul", "kristi himmelsfärd 2025"],
)
def test_a_holiday_moves_the_end_and_keeps_the_hours(starts_on, skipped, last):
    times = lay_out(starts_on)
    days = [start.date().isoformat() for start, _ in times]
    assert len(times) == 24
    assert not set(days) & set(skipped)
    assert times[-1][0].date() == last
    assert [words[:10] for words in skipped_days(times=times)] == skipped


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 4, 3), "Långfredagen"),
        (date(2026, 5, 1), "Första maj"),
        (date(2026, 6, 6), "Nationaldagen"),
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 26), "Annandag jul"),
        (date(2027, 1, 6), "Trettondedag jul"),
    ],
)
def test_the_days_sweden_is_closed(day, name):
    assert holiday_name(day) == name
    assert all(start.date() != day for start, _ in lay_out(day - timedelta(days=14)))


def test_ordinary_sundays_and_weekdays_are_not_holidays():
    assert holiday_name(date(2026, 9, 6)) == ""
    assert holiday_name(date(2026, 9, 7)) == ""


def test_the_clock_says_nine_before_and_after_daylight_saving():
    times = lay_out(date(2026, 9, 28))
    offsets = {start.utcoffset() for start, _ in times}
    assert offsets == {timedelta(hours=2), timedelta(hours=1)}
    assert {start.time() for start, _ in times} == {time(9)}
    assert {(end - start) for start, end in times} == {timedelta(hours=3)}


slots = st.lists(
    st.builds(
        Slot,
        st.integers(1, 7),
        st.times(time(6), time(19)).map(lambda at: at.replace(second=0, microsecond=0)),
        st.sampled_from([Decimal("0.5"), Decimal(2), Decimal(3), Decimal("4.5")]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda slot: (slot.weekday, slot.starts_at),
)


@settings(max_examples=60, deadline=None)
@given(
    starts_on=st.dates(date(2012, 1, 1), date(2040, 12, 31)),
    slots=slots,
    weeks=st.integers(1, 12),
    closed=st.sets(st.integers(0, 60), max_size=20),
)
def test_whatever_the_blueprint_all_sessions_are_held(starts_on, slots, weeks, closed):
    shut = {starts_on + timedelta(days=offset) for offset in closed}
    times = session_times(
        starts_on=starts_on,
        slots=slots,
        weeks=weeks,
        is_closed=lambda day: day in shut or is_holiday(day),
    )
    days = [start.date() for start, _ in times]
    assert len(times) == weeks * len(slots)
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert days[0] >= starts_on
    assert not set(days) & shut
    assert not any(is_holiday(day) for day in days)
    on_the_clock = {(slot.weekday, slot.starts_at): slot.hours for slot in slots}
    for start, end in times:
        hours = on_the_clock[start.isoweekday(), start.time()]
        assert (end - start).total_seconds() == float(hours) * 3600
    # Nothing open is left out: every open slot between the first and the last session is used.
    span = [starts_on + timedelta(days=offset) for offset in range((days[-1] - starts_on).days)]
    open_slots = sum(
        slot.weekday == day.isoweekday()
        for day in span
        for slot in slots
        if day not in shut and not is_holiday(day)
    )
    assert open_slots == sum(day < days[-1] for day in days)


def test_no_slots_or_no_open_days_is_said_in_words():
    with pytest.raises(Refused, match="vilka dagar gruppen träffas"):
        session_times(starts_on=date(2026, 9, 7), slots=[], weeks=8, is_closed=is_holiday)
    with pytest.raises(Refused, match="tillräckligt många öppna dagar"):
        session_times(
            starts_on=date(2026, 9, 7), slots=REHABSTEGET, weeks=8, is_closed=lambda day: True
        )


def test_sessions_take_the_contents_in_turn_and_leave_out_those_on_need(cast):
    cast.programme.session_contents.filter(order=1).update(on_need=True)
    sessions = sessions_of(cast, make_group(cast))
    assert [session.content.name for session in sessions[:4]] == [
        "Mental träning", "Friskvård", "Mental träning", "Friskvård",
    ]  # fmt: skip
    assert {session.room for session in sessions} == {"sal Eken"}
    assert [session.number for session in sessions] == list(range(1, 25))


def test_a_closed_day_of_the_programme_moves_the_end(cast):
    ClosingDay.objects.create(
        programme=cast.programme, day=date(2026, 9, 8), reason="Planeringsdag"
    )
    group = make_group(cast)
    assert len(sessions_of(cast, group)) == 24
    assert group.ends_on == date(2026, 11, 2)


def test_generating_twice_changes_nothing(cast):
    group = make_group(cast)
    before = sessions_of(cast, group)
    with bind(cast.karin):
        again = generate_sessions(group=group)
    assert [one.pk for one in again] == [one.pk for one in before]
