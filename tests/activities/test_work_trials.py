"""Work trials: planned in weekly steps, approved by both, logged by week, evaluated."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from activities.enums import TrialResult, WorkTrialState
from activities.models import Workplace, WorkTrial
from activities.services import (
    WeekEntry,
    add_workplace,
    evaluate_trial,
    log_hours,
    move_trial,
    plan_trial,
    record_approvals,
    standard_steps,
    standard_weeks,
    start_trial,
)
from core.states import Refused, Stale
from tests.activities.conftest import fill_group, make_group
from tests.cast import bind

START = date(2026, 11, 2)
TODAY = "2026-11-11 12:00 +0000"
STEPS = [Decimal(step) for step in (4, 4, 6, 6, 8, 8, 10, 10)]


@pytest.fixture
def person(cast):
    """Somebody whose group is over; today is Wednesday in the trial's second week."""
    with time_machine.travel(TODAY, tick=False):
        (enrolment,) = fill_group(cast, make_group(cast), 1)
        yield enrolment


def plan(cast, person, *, key=None, starts_on=START, hours=STEPS, name="Returbutiken"):
    with bind(cast.karin):
        workplace = add_workplace(programme=cast.programme, name=name, contact="Per Widell")
        return plan_trial(
            enrolment=person,
            workplace=workplace,
            starts_on=starts_on,
            hours=hours,
            user=cast.karin,
            once_key=key or uuid4(),
            tasks="Sortera",
            supervisor="Per Widell",
        )


def ongoing(cast, person) -> WorkTrial:
    trial, _ = plan(cast, person)
    with bind(cast.karin):
        move_trial(trial=trial, verb="propose", user=cast.karin)
        trial = record_approvals(
            trial=trial, user=cast.karin, participant_on=START, workplace_on=START
        )
        return start_trial(trial=trial, user=cast.karin).record


def test_a_plan_is_a_draft_with_a_step_for_each_iso_week(cast, person):
    trial, created = plan(cast, person, starts_on=date(2026, 11, 4))
    assert created
    with bind(cast.karin):
        weeks = list(trial.weeks.order_by("monday").values_list("monday", "planned_hours"))
    assert weeks == [(START + timedelta(weeks=index), step) for index, step in enumerate(STEPS)]
    assert trial.ends_on == date(2026, 12, 27)
    assert trial.state == WorkTrialState.DRAFT


def test_planning_twice_with_the_same_form_makes_one_trial(cast, person):
    key = uuid4()
    first, _ = plan(cast, person, key=key)
    second, created = plan(cast, person, key=key)
    assert (second.pk, created) == (first.pk, False)
    with bind(cast.karin):
        assert WorkTrial.objects.count() == Workplace.objects.count() == 1


def test_every_reason_against_a_plan_is_listed(cast, person):
    plan(cast, person)
    with pytest.raises(Refused) as refused:
        plan(cast, person, starts_on=date(2026, 9, 1), hours=[Decimal(90)] * 12)
    text = " ".join(refused.value.reasons)
    assert "Deltagandet börjar 2026-09-07" in text
    assert "mellan 0 och 80" in text
    assert "redan en arbetsprövning på Returbutiken 2026-11-02 – 2026-12-27" in text


def test_the_standard_plan_rises_to_the_goal(cast, person):
    assert standard_weeks(programme=cast.programme) == 8
    assert standard_steps(weeks=8, goal=Decimal(10)) == STEPS
    assert standard_steps(weeks=1, goal=Decimal(10)) == [10]
    assert standard_steps(weeks=4, goal=Decimal(3)) == [3, 3, 3, 3]


def test_one_approval_waits_for_the_other(cast, person):
    trial, _ = plan(cast, person)
    with bind(cast.karin):
        move_trial(trial=trial, verb="propose", user=cast.karin)
        half = record_approvals(
            trial=trial, user=cast.karin, participant_on=START, workplace_on=None
        )
        assert half.state == WorkTrialState.PROPOSED
        with pytest.raises(Refused, match="från läget föreslagen"):
            start_trial(trial=half, user=cast.karin)
        whole = record_approvals(
            trial=half, user=cast.karin, participant_on=START, workplace_on=START
        )
        assert whole.state == WorkTrialState.APPROVED
        assert [event.verb for event in whole.events.order_by("pk")] == [
            "plan", "propose", "approval", "approve",
        ]  # fmt: skip


def test_an_approval_tomorrow_and_an_old_page_are_refused(cast, person):
    trial, _ = plan(cast, person)
    with bind(cast.karin):
        move_trial(trial=trial, verb="propose", user=cast.karin)
        tomorrow = date(2026, 11, 12)
        with pytest.raises(Refused, match="inte har varit än"):
            record_approvals(
                trial=trial, user=cast.karin, participant_on=tomorrow, workplace_on=None
            )
        with pytest.raises(Stale):
            record_approvals(
                trial=trial, user=cast.karin, participant_on=START, workplace_on=None, version=1
            )


def test_starting_moves_the_participant_into_the_phase_and_tells_the_timeline(cast, person):
    ongoing(cast, person)
    with bind(cast.karin):
        person.refresh_from_db()
        assert person.phase.code == "provning"
        assert person.phases.get(ended_on=None).started_on == START
        verbs = set(person.events.values_list("verb", flat=True))
    assert {"trial_propose", "trial_approve", "trial_start"} <= verbs


def test_a_trial_is_not_started_ahead_of_its_day(cast, person):
    trial, _ = plan(cast, person, starts_on=date(2026, 11, 16))
    with bind(cast.karin):
        move_trial(trial=trial, verb="propose", user=cast.karin)
        trial = record_approvals(
            trial=trial, user=cast.karin, participant_on=START, workplace_on=START
        )
        with pytest.raises(Refused, match="börjar 2026-11-16"):
            start_trial(trial=trial, user=cast.karin)


def test_hours_are_logged_by_week_and_stand_on_the_timeline(cast, person):
    trial = ongoing(cast, person)
    entries = [WeekEntry(START, Decimal("4.5"), comment="Gick hem tidigare på torsdagen")]
    with bind(cast.karin):
        assert log_hours(trial=trial, entries=entries, user=cast.karin) == 1
        assert log_hours(trial=trial, entries=entries, user=cast.karin) == 0
        week = trial.weeks.get(monday=START)
        assert (week.actual_hours, week.comment) == (
            Decimal("4.5"),
            "Gick hem tidigare på torsdagen",
        )
        line = person.events.filter(verb="trial_hours").get()
    assert line.label.replace("\u00a0", " ") == "Timmar v. 45: 4,5 av 4 planerade"
    assert line.text == "Returbutiken. Gick hem tidigare på torsdagen"


def test_two_who_log_different_weeks_merge_and_the_same_week_is_stale(cast, person):
    trial = ongoing(cast, person)
    second = START + timedelta(weeks=1)
    with bind(cast.karin):
        log_hours(trial=trial, entries=[WeekEntry(START, Decimal(4))], user=cast.karin)
        old_page = [WeekEntry(START, None, None), WeekEntry(second, Decimal(3), None)]
        assert log_hours(trial=trial, entries=old_page, user=cast.karin) == 1
        with pytest.raises(Stale, match="redan ändrats av någon annan till 4 timmar"):
            log_hours(trial=trial, entries=[WeekEntry(START, Decimal(2))], user=cast.karin)
        assert trial.weeks.get(monday=START).actual_hours == 4
        correction = [WeekEntry(START, Decimal(2), Decimal(4))]
        assert log_hours(trial=trial, entries=correction, user=cast.karin) == 1


@pytest.mark.parametrize(
    ("monday", "hours", "sentence"),
    [
        (date(2026, 11, 16), "4", "har inte börjat än"),
        (date(2026, 11, 9), "81", "mellan 0 och 80"),
        (date(2026, 11, 9), "-1", "mellan 0 och 80"),
        (date(2026, 11, 9), "4.55", "högst en decimal"),
        (date(2027, 3, 1), "4", "hör inte till"),
    ],
)
def test_hours_that_cannot_be_are_refused(cast, person, monday, hours, sentence):
    trial = ongoing(cast, person)
    with bind(cast.karin), pytest.raises(Refused, match=sentence):
        log_hours(trial=trial, entries=[WeekEntry(monday, Decimal(hours))], user=cast.karin)


def test_hours_before_the_start_of_the_trial_are_refused(cast, person):
    trial, _ = plan(cast, person)
    with bind(cast.karin), pytest.raises(Refused, match="när arbetsprövningen har startat"):
        log_hours(trial=trial, entries=[WeekEntry(START, Decimal(4))], user=cast.karin)


def test_an_evaluation_needs_result_words_and_hours(cast, person):
    trial = ongoing(cast, person)
    with bind(cast.karin):
        with pytest.raises(Refused) as refused:
            evaluate_trial(trial=trial, result="", evaluation=" ", user=cast.karin)
        assert refused.value.reasons == [
            "Välj hur arbetsprövningen gick.", "Skriv utvärderingen.",
        ]  # fmt: skip
        with pytest.raises(Refused, match="Inga timmar är inlagda"):
            evaluate_trial(
                trial=trial, result=TrialResult.COMPLETED, evaluation="Bra", user=cast.karin
            )
        log_hours(trial=trial, entries=[WeekEntry(START, Decimal(4))], user=cast.karin)
        done = evaluate_trial(
            trial=trial, result=TrialResult.COMPLETED, evaluation="Bra", user=cast.karin
        )
        assert done.record.state == WorkTrialState.EVALUATED
        again = evaluate_trial(
            trial=trial, result=TrialResult.COMPLETED, evaluation="Bra", user=cast.karin
        )
        assert not again.changed


def test_a_no_show_needs_neither_words_nor_hours(cast, person):
    trial = ongoing(cast, person)
    with bind(cast.karin):
        done = evaluate_trial(
            trial=trial, result=TrialResult.NO_SHOW, evaluation="", user=cast.karin
        )
        assert done.record.result == TrialResult.NO_SHOW


def test_a_cancelled_trial_makes_room_for_another(cast, person):
    trial, _ = plan(cast, person)
    with bind(cast.karin):
        move_trial(trial=trial, verb="cancel", user=cast.karin, text="Butiken stängde")
    _, created = plan(cast, person, name="Biblioteket")
    assert created
    with bind(cast.karin):
        assert set(WorkTrial.objects.values_list("state", flat=True)) == {"cancelled", "draft"}


def test_a_person_from_another_programme_reaches_no_trial(cast, person):
    trial, _ = plan(cast, person)
    with bind(cast.bo), pytest.raises(WorkTrial.DoesNotExist):
        move_trial(trial=trial, verb="propose", user=cast.bo)
