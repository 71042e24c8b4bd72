"""The hours ladder: the right hours in the right week, over holidays, part weeks and time changes."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from activities.enums import AttendanceKind
from activities.models import GroupMembership
from activities.services import (
    Mark,
    WeekEntry,
    add_workplace,
    cancel_session,
    log_hours,
    monday_of,
    move_trial,
    plan_trial,
    record_approvals,
    record_attendance,
    start_trial,
    weekly_hours,
)
from tests.activities.conftest import MONDAY, fill_group, make_group, sessions_of
from tests.cast import bind

WEEK = timedelta(days=7)


def attend(cast, group, enrolment, kinds):
    """Record the first sessions of the group for one person."""
    for session, kind in zip(sessions_of(cast, group), kinds, strict=False):
        with bind(cast.karin):
            record_attendance(session=session, marks=[Mark(enrolment.pk, kind)], user=cast.karin)


def hours_of(cast, enrolment, **how):
    with bind(cast.karin):
        enrolment.refresh_from_db()
        return weekly_hours(enrolment=enrolment, **how)


def running_trial(cast, enrolment, starts_on, steps, done=()):
    with bind(cast.karin):
        trial, _ = plan_trial(
            enrolment=enrolment,
            workplace=add_workplace(programme=cast.programme, name="Returbutiken"),
            starts_on=starts_on,
            hours=[Decimal(step) for step in steps],
            user=cast.karin,
            once_key=uuid4(),
        )
        trial = move_trial(trial=trial, verb="propose", user=cast.karin).record
        trial = record_approvals(
            trial=trial, user=cast.karin, participant_on=starts_on, workplace_on=starts_on
        )
        trial = start_trial(trial=trial, user=cast.karin).record
        first = monday_of(starts_on)
        entries = [
            WeekEntry(first + WEEK * index, Decimal(str(hours))) for index, hours in enumerate(done)
        ]
        log_hours(trial=trial, entries=entries, user=cast.karin)
        return trial


@time_machine.travel("2026-09-25 12:00 +0000", tick=False)
def test_late_counts_absence_does_not_and_the_week_has_its_plan(cast):
    group = make_group(cast)
    (person,) = fill_group(cast, group, 1)
    attend(cast, group, person, ["present", "late", "sick", "absent", "present", "present"])
    ladder = hours_of(cast, person)
    first, second, third, *_ = ladder.weeks
    assert (first.group, second.group) == (6, 6)
    assert (first.planned, third.planned) == (9, 9)
    assert third.is_current
    assert third.group == 0
    assert ladder.goal == 10
    assert ladder.reached_on is None
    assert len(ladder.weeks) == 8


@time_machine.travel("2026-09-25 12:00 +0000", tick=False)
def test_a_cancelled_session_is_neither_done_nor_planned(cast):
    group = make_group(cast)
    (person,) = fill_group(cast, group, 1)
    attend(cast, group, person, ["present"] * 3)
    second = sessions_of(cast, group)[1]
    with bind(cast.karin):
        cancel_session(session=second, cancelled=True, user=cast.karin)
    first = hours_of(cast, person).weeks[0]
    assert (first.group, first.planned) == (6, 6)


@time_machine.travel("2026-11-02 12:00 +0000", tick=False)
def test_the_week_with_daylight_saving_has_its_nine_hours(cast):
    group = make_group(cast, date(2026, 10, 19))
    (person,) = fill_group(cast, group, 1)
    attend(cast, group, person, ["present"] * 6)
    weeks = hours_of(cast, person).weeks
    assert [week.group for week in weeks[:2]] == [9, 9]
    assert [week.monday for week in weeks[:3]] == [
        date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2),
    ]  # fmt: skip


@time_machine.travel("2027-01-15 12:00 +0000", tick=False)
def test_christmas_leaves_short_weeks_and_no_gap(cast):
    group = make_group(cast, date(2026, 12, 14))
    (person,) = fill_group(cast, group, 1)
    attend(cast, group, person, ["present"] * 8)
    ladder = hours_of(cast, person)
    planned = {week.monday: week.planned for week in ladder.weeks}
    assert planned[date(2026, 12, 21)] == 6
    assert planned[date(2026, 12, 28)] == 6
    assert [week.monday for week in ladder.weeks] == [
        date(2026, 12, 14) + WEEK * index for index in range(len(ladder.weeks))
    ]


@time_machine.travel("2026-09-25 12:00 +0000", tick=False)
def test_who_joins_late_and_leaves_early_has_a_plan_for_that_time_only(cast):
    group = make_group(cast)
    (person,) = fill_group(cast, group, 1)
    with bind(cast.karin):
        GroupMembership.objects.update(joined_on=date(2026, 9, 8), left_on=date(2026, 9, 14))
    ladder = hours_of(cast, person)
    assert [week.planned for week in ladder.weeks] == [6, 3, None]


def test_trial_hours_add_up_and_the_goal_is_reached_when_the_week_ends(cast):
    with time_machine.travel("2026-12-07 12:00 +0000", tick=False):
        group = make_group(cast)
        (person,) = fill_group(cast, group, 1)
        attend(cast, group, person, ["present"] * 24)
        running_trial(
            cast, person, date(2026, 11, 4), [4, 6, 8, 10, 10, 10], done=["4.5", 6, 10, 8]
        )
        ladder = hours_of(cast, person)
    by_monday = {week.monday: week for week in ladder.weeks}
    assert by_monday[date(2026, 11, 2)].trial == Decimal("4.5")
    assert by_monday[date(2026, 11, 2)].planned == 4
    assert by_monday[date(2026, 10, 26)].group == 9
    assert ladder.reached_on == date(2026, 11, 22)
    assert ladder.highest == 10
    assert ladder.expected is None


def test_the_plan_says_when_the_goal_is_expected(cast):
    with time_machine.travel("2026-11-18 12:00 +0000", tick=False):
        (person,) = fill_group(cast, make_group(cast), 1)
        running_trial(cast, person, date(2026, 11, 2), [4, 6, 8, 10], done=[4, 6])
        assert hours_of(cast, person).expected == date(2026, 11, 23)


def test_sessions_and_trial_in_the_same_week_reach_the_goal_together(cast):
    with time_machine.travel("2026-09-16 12:00 +0000", tick=False):
        group = make_group(cast)
        (person,) = fill_group(cast, group, 1)
        attend(cast, group, person, ["present"] * 5)
        running_trial(cast, person, date(2026, 9, 14), [4, 4], done=[4])
        ladder = hours_of(cast, person)
    # 6 hours in the group and 4 logged, in the week that is not over: reached today.
    assert ladder.weeks[1].total == 10
    assert ladder.reached_on == date(2026, 9, 16)


def test_a_goal_that_sessions_alone_reach_is_reached_on_the_session_day(cast):
    cast.programme.weekly_hours_goal = Decimal(6)
    cast.programme.save()
    with time_machine.travel("2026-09-25 12:00 +0000", tick=False):
        group = make_group(cast)
        (person,) = fill_group(cast, group, 1)
        attend(cast, group, person, ["absent", "present", "present"])
        assert hours_of(cast, person).reached_on == date(2026, 9, 10)


@time_machine.travel("2026-09-01 12:00 +0000", tick=False)
def test_before_anything_has_happened_the_plan_stands_alone(cast):
    (person,) = fill_group(cast, make_group(cast), 1)
    ladder = hours_of(cast, person)
    assert ladder.highest == 0
    assert ladder.last_whole is None
    assert [week.planned for week in ladder.weeks if week.planned] == [9] * 8


@pytest.mark.parametrize("kind", AttendanceKind.values)
@time_machine.travel("2026-09-25 12:00 +0000", tick=False)
def test_every_kind_of_attendance_is_hours_or_not(cast, kind):
    group = make_group(cast)
    (person,) = fill_group(cast, group, 1)
    attend(cast, group, person, [kind])
    assert hours_of(cast, person).weeks[0].group == (3 if kind in ("present", "late") else 0)


def test_the_number_of_queries_does_not_grow(cast, django_assert_num_queries):
    with time_machine.travel("2026-12-07 12:00 +0000", tick=False):
        group = make_group(cast)
        (person,) = fill_group(cast, group, 1)
        attend(cast, group, person, ["present"] * 12)
        running_trial(cast, person, date(2026, 11, 2), [4, 6, 8], done=[4, 6, 8])
        with bind(cast.karin), django_assert_num_queries(5):
            weekly_hours(enrolment=person)


def test_monday_is_the_first_day_of_the_iso_week():
    assert monday_of(date(2027, 1, 3)) == date(2026, 12, 28)
    assert monday_of(MONDAY) == MONDAY
