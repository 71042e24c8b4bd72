"""Closing a participation: nothing missing, or a gap a manager answers for; and what follows."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from activities.enums import AttendanceKind, FollowUpState, WorkTrialState
from activities.models import Attendance, FollowUp, GroupMembership, WorkTrial
from activities.services import (
    Mark,
    close_participation,
    closure_gaps,
    misregister_participation,
    record_attendance,
    record_follow_up,
)
from core.states import Refused, Stale
from participants.models import Enrolment
from participants.services import AfterData, reopen_enrolment
from tests.activities.conftest import sessions_of
from tests.activities.test_work_trials import ongoing, plan
from tests.cast import bind

WHOLE = AfterData(
    reason="FRE",
    weekly_hours=Decimal("10.5"),
    supports={"SJP": 50},
    occupations={"PRA": Decimal(10)},
)
ENDS_ON = date(2026, 9, 15)


def close(cast, enrolment, *, after=WHOLE, ends_on=ENDS_ON, who="karin", **how):
    user = cast.people[who]
    with bind(user):
        return close_participation(
            enrolment=enrolment, ends_on=ends_on, after=after, user=user, **how
        )


@pytest.fixture
def person(cast, running):
    """One of the running group, with attendance at its first session."""
    group, enrolments = running
    session = sessions_of(cast, group)[0]
    with bind(cast.karin):
        marks = [Mark(one.pk, AttendanceKind.PRESENT) for one in enrolments]
        record_attendance(session=session, marks=marks, user=cast.karin)
        enrolments[0].refresh_from_db()
    return enrolments[0]


def test_closing_ends_the_group_keeps_attendance_and_plans_follow_ups(cast, person):
    assert close(cast, person).changed
    with bind(cast.karin):
        closed = Enrolment.objects.get(pk=person.pk)
        assert (closed.state, closed.ends_on) == ("closed", ENDS_ON)
        assert GroupMembership.objects.get(enrolment=person).left_on == ENDS_ON
        assert Attendance.objects.filter(enrolment=person).count() == 1
        follow_ups = list(FollowUp.objects.order_by("due_on").values_list("due_on", "state"))
        assert closed.fact.weekly_hours == Decimal("10.5")
    assert follow_ups == [(date(2027, 3, 15), "planned"), (date(2027, 9, 15), "planned")]


def test_closing_twice_changes_nothing(cast, person):
    close(cast, person)
    assert not close(cast, person).changed
    with bind(cast.karin):
        assert FollowUp.objects.count() == 2


def test_what_is_missing_is_listed_and_nothing_is_done(cast, person):
    with pytest.raises(Refused) as refused:
        close(cast, person, after=AfterData(reason="FRE"))
    (sentence,) = refused.value.reasons
    assert "timmar i veckan, försörjning efter, sysselsättning efter" in sentence
    assert "Verksamhetsledaren kan avsluta ändå" in sentence
    with bind(cast.karin):
        assert Enrolment.objects.get(pk=person.pk).state == "active"
        assert FollowUp.objects.count() == 0


def test_only_the_manager_closes_with_a_gap_and_the_words_stay(cast, person):
    half = AfterData(reason="UTE")
    with pytest.raises(Refused):
        close(cast, person, after=half, gap="Går inte att nå")
    with pytest.raises(Refused, match="Skriv varför i rutan"):
        close(cast, person, after=half, who="vera")
    assert close(cast, person, after=half, gap="Går inte att nå", who="vera").changed
    with bind(cast.karin):
        line = person.events.filter(verb="close").get()
    assert (line.text, line.actor_name) == ("Går inte att nå", "Vera Sandell")


@pytest.mark.parametrize(
    ("ends_on", "sentence"),
    [
        (date(2026, 9, 6), "ligger före startdatumet 2026-09-07"),
        (date(2026, 9, 16), "har inte varit än"),
    ],
)
def test_an_impossible_end_is_refused(cast, person, ends_on, sentence):
    with pytest.raises(Refused, match=sentence):
        close(cast, person, ends_on=ends_on)


def test_no_reason_is_asked_for_together_with_everything_else(cast, person):
    with pytest.raises(Refused) as refused:
        close(cast, person, after=AfterData(reason=""), ends_on=date(2026, 9, 6))
    assert len(refused.value.reasons) == 3


def test_an_old_page_is_stale_and_changes_nothing(cast, person):
    with pytest.raises(Stale):
        close(cast, person, version=person.version - 1)
    with bind(cast.karin):
        assert GroupMembership.objects.get(enrolment=person).left_on is None


@pytest.mark.parametrize("reason", ["AVL", "SAM"])
def test_nobody_follows_up_the_dead_or_who_withdrew(cast, person, reason):
    after = (
        AfterData(reason="AVL")
        if reason == "AVL"
        else AfterData(
            reason="SAM", weekly_hours=Decimal(0), supports={"ING": None}, occupations={"SJK": None}
        )
    )
    assert close(cast, person, after=after).changed
    with bind(cast.karin):
        assert FollowUp.objects.count() == 0


def test_a_wrong_registration_leaves_the_group_and_every_figure(cast, person):
    close(cast, person, after=AfterData(reason="FEL"))
    with bind(cast.karin):
        assert Enrolment.objects.get(pk=person.pk).state == "misregistered"
        assert GroupMembership.objects.get(enrolment=person).left_on == ENDS_ON
        assert FollowUp.objects.count() == 0


def test_an_ongoing_trial_must_be_evaluated_or_the_manager_says_why_not(cast, running):
    _, enrolments = running
    with time_machine.travel("2026-11-11 12:00 +0000", tick=False):
        person = enrolments[0]
        trial = ongoing(cast, person)
        with bind(cast.karin):
            person.refresh_from_db()
            assert closure_gaps(enrolment=person, after=WHOLE) == [
                "utvärdering av arbetsprövningen på Returbutiken"
            ]
        with pytest.raises(Refused, match="utvärdering av arbetsprövningen"):
            close(cast, person, ends_on=date(2026, 11, 11))
        close(cast, person, ends_on=date(2026, 11, 11), gap="Slutade komma", who="vera")
        with bind(cast.karin):
            assert WorkTrial.objects.get(pk=trial.pk).state == WorkTrialState.INTERRUPTED


def test_a_trial_that_never_began_is_cancelled(cast, person):
    trial, _ = plan(cast, person)
    close(cast, person)
    with bind(cast.karin):
        assert WorkTrial.objects.get(pk=trial.pk).state == WorkTrialState.CANCELLED


def test_a_closure_that_was_undone_counts_the_months_from_the_next(cast, person):
    close(cast, person)
    with bind(cast.karin):
        reopen_enrolment(enrolment=person, user=cast.karin)
    with time_machine.travel("2026-09-30 12:00 +0000", tick=False):
        close(cast, person, ends_on=date(2026, 9, 30))
    with bind(cast.karin):
        due = list(FollowUp.objects.order_by("due_on").values_list("due_on", flat=True))
    assert due == [date(2027, 3, 30), date(2027, 9, 30)]


def test_a_death_after_an_undone_closure_takes_back_the_follow_ups(cast, person):
    close(cast, person)
    with bind(cast.karin):
        reopen_enrolment(enrolment=person, user=cast.karin)
    close(cast, person, after=AfterData(reason="AVL"))
    with bind(cast.karin):
        assert not FollowUp.objects.filter(enrolment=person).exists()


def test_a_follow_up_is_noted_once(cast, person):
    close(cast, person)
    with time_machine.travel("2027-03-16 12:00 +0000", tick=False), bind(cast.karin):
        first = FollowUp.objects.order_by("due_on").first()
        how = {
            "follow_up": first,
            "state": FollowUpState.DONE,
            "on": date(2027, 3, 16),
            "user": cast.karin,
            "occupation": "ARB",
            "weekly_hours": Decimal(20),
        }
        assert record_follow_up(**how).done_on == date(2027, 3, 16)
        record_follow_up(**how)
        assert person.events.filter(verb="follow_up").count() == 1
        with pytest.raises(Stale, match="redan antecknad: Gjord"):
            record_follow_up(**{**how, "state": FollowUpState.NOT_REACHED})


@pytest.mark.parametrize("on", [date(2027, 3, 17), date(2026, 9, 1)])
def test_a_follow_up_on_an_impossible_day_is_refused(cast, person, on):
    close(cast, person)
    with (
        time_machine.travel("2027-03-16 12:00 +0000", tick=False),
        bind(cast.karin),
        pytest.raises(Refused),
    ):
        record_follow_up(
            follow_up=FollowUp.objects.order_by("due_on").first(),
            state=FollowUpState.DECLINED,
            on=on,
            user=cast.karin,
        )


def test_a_wrong_registration_frees_the_place_and_ends_what_hung_on_it(cast, person, client_for):
    trial, _ = plan(cast, person)
    page = f"/deltagare/{person.pk}/felregistrera/"
    with bind(cast.karin):
        version = Enrolment.objects.get(pk=person.pk).version
    blank = client_for(cast.vera).post(page, {"version": version, "text": ""})
    assert "Svara på frågan: Vad blev fel?" in blank.content.decode()
    answer = client_for(cast.vera).post(page, {"version": version, "text": "Fel person"})
    assert answer.status_code == 302
    with bind(cast.karin):
        assert Enrolment.objects.get(pk=person.pk).state == "misregistered"
        assert not GroupMembership.objects.filter(enrolment=person, left_on=None).exists()
        assert WorkTrial.objects.get(pk=trial.pk).state == WorkTrialState.CANCELLED
        assert not FollowUp.objects.filter(enrolment=person).exists()
        again = misregister_participation(enrolment=person, user=cast.vera, text="Fel person")
        assert not again.changed
