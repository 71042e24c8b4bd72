"""Attendance: one page for the whole group, two leaders at once, corrections that say why."""

import threading
from datetime import date

import pytest
import time_machine
from django.db import connection

from activities.enums import AttendanceKind
from activities.models import Attendance, AttendanceChange, GroupMembership, Session
from activities.services import (
    Mark,
    absences_in_row,
    attendance_of,
    cancel_session,
    record_attendance,
)
from core.states import Refused
from participants.models import Enrolment
from tests.activities.conftest import MONDAY, fill_group, make_group, sessions_of
from tests.cast import bind, build_cast

KIND = AttendanceKind


def record(cast, session, marks, *, who="karin", **how):
    user = cast.people[who]
    with bind(user):
        return record_attendance(session=session, marks=marks, user=user, **how)


def everyone(enrolments, kind=KIND.PRESENT, shown=""):
    return [Mark(one.pk, kind, shown) for one in enrolments]


def kinds_of(cast, session):
    with bind(cast.karin):
        rows = Attendance.objects.filter(session=session)
        return list(rows.order_by("enrolment_id").values_list("kind", flat=True))


def test_one_submit_records_the_whole_group_and_starts_the_group_phase(cast, running):
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    done = record(cast, session, everyone(enrolments))
    assert (done.written, done.merged, done.conflicts) == (3, 0, ())
    assert kinds_of(cast, session) == ["present"] * 3
    with bind(cast.karin):
        session.refresh_from_db()
        assert session.attendance_done_at is not None
        people = Enrolment.objects.filter(pk__in=[one.pk for one in enrolments])
        assert {(one.state, one.phase.code) for one in people} == {("active", "grupp")}
        phase = people[0].phases.get()
        assert phase.started_on == MONDAY
        assert AttendanceChange.objects.count() == 3


def test_sending_the_same_again_changes_nothing(cast, running):
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    marks = [Mark(enrolments[0].pk, KIND.LATE), *everyone(enrolments[1:])]
    record(cast, session, marks)
    again = record(cast, session, marks)
    assert (again.written, again.conflicts) == (0, ())
    with bind(cast.karin):
        assert AttendanceChange.objects.count() == 3


def test_two_leaders_who_marked_different_people_merge(cast, running):
    group, (one, two, three) = running
    session = sessions_of(cast, group)[0]
    record(cast, session, [Mark(one.pk, KIND.SICK), *everyone([two, three])])
    done = record(
        cast,
        session,
        [Mark(one.pk, KIND.PRESENT), Mark(two.pk, KIND.LATE), Mark(three.pk, KIND.PRESENT)],
        who="jonas",
    )
    assert (done.written, done.merged, done.conflicts) == (1, 1, ())
    assert kinds_of(cast, session) == ["sick", "late", "present"]


def test_two_leaders_who_marked_the_same_person_both_see_it_and_the_first_stands(cast, running):
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    one, *others = enrolments
    record(cast, session, [Mark(one.pk, KIND.SICK), *everyone(others)])
    done = record(cast, session, [Mark(one.pk, KIND.LATE), *everyone(others)], who="jonas")
    (conflict,) = done.conflicts
    assert (conflict.theirs, conflict.by, conflict.mine) == ("Sjuk", "Karin Lindqvist", "Sen")
    assert kinds_of(cast, session) == ["sick", "present", "present"]


def test_a_session_to_come_takes_announced_absence_only(cast, running):
    group, (one, two, _) = running
    coming = sessions_of(cast, group)[5]
    with pytest.raises(Refused, match="inte varit än"):
        record(cast, coming, [Mark(one.pk, KIND.PRESENT)])
    with pytest.raises(Refused, match="inte varit än"):
        record(cast, coming, [Mark(one.pk, KIND.ABSENT)])
    done = record(cast, coming, [Mark(one.pk, KIND.CARE), Mark(two.pk, "")])
    assert done.written == 1
    assert kinds_of(cast, coming) == ["care"]
    with bind(cast.karin):
        coming.refresh_from_db()
        assert coming.attendance_done_at is None
    with pytest.raises(Refused, match="tas bort i förväg"):
        record(cast, coming, [Mark(one.pk, "", KIND.CARE)])


def test_who_announced_absence_and_came_anyway_needs_no_reason(cast, running):
    group, enrolments = running
    coming = sessions_of(cast, group)[5]
    one, *others = enrolments
    record(cast, coming, [Mark(one.pk, KIND.CARE)])
    with time_machine.travel("2026-09-17 07:00 +0000", tick=False):
        record(cast, coming, [Mark(one.pk, KIND.PRESENT, KIND.CARE), *everyone(others)])
    assert kinds_of(cast, coming) == ["present"] * 3


@pytest.mark.parametrize(
    ("moment", "is_refused"),
    [("2026-09-17 06:29 +0000", True), ("2026-09-17 06:30 +0000", False)],
)
def test_attendance_opens_half_an_hour_before(cast, running, moment, is_refused):
    group, enrolments = running
    session = sessions_of(cast, group)[5]
    with time_machine.travel(moment, tick=False):
        if is_refused:
            with pytest.raises(Refused):
                record(cast, session, everyone(enrolments))
        else:
            assert record(cast, session, everyone(enrolments)).written == 3


def test_a_correction_needs_a_reason_and_leaves_the_first_answer_in_the_history(cast, running):
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    one = enrolments[0]
    record(cast, session, everyone(enrolments))
    change = [Mark(one.pk, KIND.SICK, KIND.PRESENT)]
    with pytest.raises(Refused, match="Skriv varför du ändrar"):
        record(cast, session, change)
    record(cast, session, change, reason="Ringde i efterhand", who="vera")
    with bind(cast.karin):
        attendance = Attendance.objects.get(session=session, enrolment=one)
        history = list(attendance.changes.order_by("pk").values_list("kind", "reason", "by__name"))
    assert history == [
        ("present", "", "Karin Lindqvist"),
        ("sick", "Ringde i efterhand", "Vera Sandell"),
    ]


def test_a_cancelled_session_takes_no_attendance_and_counts_for_nobody(cast, running):
    group, enrolments = running
    first, second, *_ = sessions_of(cast, group)
    record(cast, first, everyone(enrolments))
    record(cast, second, everyone(enrolments, KIND.ABSENT))
    with bind(cast.karin):
        cancel_session(session=second, cancelled=True, user=cast.karin)
        assert [one.session_id for one in attendance_of(enrolment=enrolments[0])] == [first.pk]
    with pytest.raises(Refused, match="inställt"):
        record(cast, second, [Mark(enrolments[0].pk, KIND.PRESENT, KIND.ABSENT)], reason="Rättelse")
    with bind(cast.karin):
        cancel_session(session=second, cancelled=False, user=cast.karin)
        assert len(attendance_of(enrolment=enrolments[0])) == 2


def test_somebody_from_another_group_is_refused_and_nothing_is_written(cast, running):
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    (stranger,) = fill_group(cast, make_group(cast, date(2026, 10, 5)), 1, first=30)
    with pytest.raises(Refused, match="inte med i gruppen den dagen"):
        record(cast, session, [*everyone(enrolments), Mark(stranger.pk, KIND.PRESENT)])
    assert kinds_of(cast, session) == []


def test_who_has_left_is_not_expected(cast, running):
    group, enrolments = running
    with bind(cast.karin):
        GroupMembership.objects.filter(enrolment=enrolments[0]).update(left_on=date(2026, 9, 9))
    later = sessions_of(cast, group)[3]
    with pytest.raises(Refused, match="inte med i gruppen"):
        record(cast, later, everyone(enrolments))
    assert record(cast, later, everyone(enrolments[1:])).written == 2


def test_an_unknown_answer_is_refused(cast, running):
    group, enrolments = running
    with pytest.raises(Refused, match="Välj ett av svaren"):
        record(cast, sessions_of(cast, group)[0], everyone(enrolments, "kanske"))


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], 0),
        (["present", "sick", "sick"], 0),
        (["absent", "sick", "care", "present"], 3),
        (["late", "absent"], 0),
    ],
)
def test_absences_in_a_row_are_counted_from_the_newest(kinds, expected):
    assert absences_in_row(kinds) == expected


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_the_same_moment_lose_nothing():
    cast = build_cast()
    with time_machine.travel("2026-09-15 12:00 +0000"):
        group = make_group(cast)
        enrolments = fill_group(cast, group, 6)
        session = sessions_of(cast, group)[0]
        ready = threading.Barrier(2)
        problems = []

        def take(who, own):
            marks = [Mark(one.pk, KIND.LATE if one in own else KIND.PRESENT) for one in enrolments]
            try:
                ready.wait(20)
                record(cast, session, marks, who=who)
            except Exception as error:
                problems.append(error)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=take, args=("karin", enrolments[:2])),
            threading.Thread(target=take, args=("jonas", enrolments[2:3])),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert problems == []
        with bind(cast.karin):
            kinds = Attendance.objects.filter(session=session).values_list("kind", flat=True)
            assert sorted(kinds) == ["late"] * 3 + ["present"] * 3
            assert Session.objects.get(pk=session.pk).attendance_done_at is not None
