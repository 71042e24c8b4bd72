"""No remiss waits unseen: who is told what and when, once, and never anything decided by the clock."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Notice
from referrals.enums import WAITING_STATES
from referrals.models import Referral
from referrals.rules import NEWS, REMINDERS, TO_DO, check_reminder_days, reached
from referrals.services import (
    answer_completion,
    assign_referral,
    book_talk,
    miss_talk,
    record_talk,
    remind_about_drafts,
    remind_everybody,
    remind_programme,
    request_completion,
    send_referral,
    take_referral,
    withdraw_referral,
)
from referrals.services.complete import Asked
from referrals.services.introduction import Talk
from tests.cast import Cast, bind
from tests.referrals.people import Desk
from tests.referrals.test_concurrency import at_once
from tests.row_examples import add_referral

MONDAY = "2026-03-02 08:00 +0000"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday morning that stands still until a test moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def sweep(cast: Cast) -> int:
    """What the clock does every minute."""
    return remind_programme(programme=cast.programme, today=timezone.localdate())


def told(cast: Cast, kind: str = "") -> list[tuple[str, str]]:
    """(who, about what) of every notice so far, oldest first."""
    with bind(cast.programme):
        rows = Notice.objects.order_by("pk").select_related("recipient")
        pairs = [(one.recipient.name.split()[0].lower(), one.kind) for one in rows]
    return [pair for pair in pairs if kind in ("", pair[1])]


def still_open(cast: Cast) -> list[tuple[str, str]]:
    """(who, about what) of those that are neither read nor overtaken."""
    with bind(cast.programme):
        rows = Notice.objects.open().order_by("pk").select_related("recipient")
        return [(one.recipient.name.split()[0].lower(), one.kind) for one in rows]


def ladder(cast: Cast, clock: time_machine.Traveller, kind: str, days: int) -> dict[int, set[str]]:
    """Who was told by the rule on which day from now: the sweep of `days` days, one by one."""
    found: dict[int, set[str]] = {}
    for day in range(days + 1):
        before = told(cast, kind)
        sweep(cast)
        new = told(cast, kind)[len(before) :]
        if new:
            found[day] = {who for who, _ in new}
        clock.shift(timedelta(days=1))
    return found


# --- the ladders ------------------------------------------------------------------------------


def test_nobody_takes_it(cast, desk, clock) -> None:
    desk.sent()
    assert ladder(cast, clock, "unassigned", 10) == {
        0: {"karin", "jonas"},
        2: {"karin", "jonas"},
        3: {"vera"},
        7: {"karin", "jonas", "vera"},
    }


def test_assessment_takes_longer_than_the_programmes_days(cast, desk, clock) -> None:
    desk.assessing()
    assert cast.programme.assessment_days == 7
    assert ladder(cast, clock, "assessment", 14) == {6: {"karin"}, 8: {"karin"}, 11: {"vera"}}


def test_another_programmes_days_are_its_own(cast, desk, clock) -> None:
    cast.programme.assessment_days = 3
    cast.programme.save(update_fields=["assessment_days"])
    desk.assessing()
    assert ladder(cast, clock, "assessment", 8) == {2: {"karin"}, 4: {"karin"}, 7: {"vera"}}


def test_a_completion_is_told_at_once_before_and_after_its_day(cast, desk, clock) -> None:
    desk.completion()  # to be answered in six days
    sweep(cast)
    assert told(cast) == [("ali", "completion")]
    assert ladder(cast, clock, "completion_due", 14) == {
        4: {"ali"},
        7: {"ali", "karin"},
        11: {"vera"},
    }


def test_a_talk_is_told_when_booked_the_day_before_and_the_same_day(cast, desk, clock) -> None:
    desk.talk()  # in five days
    sweep(cast)
    assert told(cast) == [("ali", "talk_booked")]  # Karin booked it herself
    assert ladder(cast, clock, "talk", 9) == {4: {"ali", "karin"}, 5: {"ali", "karin"}}


def test_a_talk_nobody_wrote_about_and_then_nobody_decided_after(cast, desk, clock) -> None:
    referral = desk.talk()
    assert ladder(cast, clock, "talk_unrecorded", 9) == {6: {"karin"}, 9: {"vera"}}
    with bind(cast.karin):
        said = Talk(timezone.localdate(), "thinking")
        record_talk(referral=referral, talk=said, user=cast.karin)
    assert ladder(cast, clock, "decision", 15) == {7: {"karin"}, 14: {"vera"}}


def deciding(cast: Cast, desk: Desk, **changed: object) -> Referral:
    """With the deciding body, as a programme that has one leaves it there."""
    referral = desk.talked()
    with bind(cast.karin):
        stored = Referral.objects.filter(pk=referral.pk)
        stored.update(state="deciding", **changed)
        return stored.select_related("programme").get()


def test_the_deciding_body_is_reminded_of(cast, desk, clock) -> None:
    deciding(cast, desk, body_meets_on=timezone.localdate() + timedelta(days=3))
    assert ladder(cast, clock, "body_decision", 12) == {4: {"karin"}, 10: {"vera"}}


def test_a_deciding_body_that_never_said_when_is_reminded_of_too(cast, desk, clock) -> None:
    deciding(cast, desk)
    assert ladder(cast, clock, "body_decision", 25) == {15: {"karin"}, 21: {"vera"}}


def test_somebody_who_is_made_responsible_hears_it(cast, desk) -> None:
    referral = desk.sent()
    with bind(cast.vera):
        given = assign_referral(referral=referral, coordinator=cast.jonas, user=cast.vera).record
    sweep(cast)
    assert told(cast, "given") == [("jonas", "given")]
    with bind(cast.jonas):
        assign_referral(referral=given, coordinator=cast.karin, user=cast.jonas)
    sweep(cast)
    assert told(cast, "given") == [("jonas", "given"), ("karin", "given")]


def test_a_talk_that_did_not_come_about_is_told(cast, desk) -> None:
    referral = desk.talk()
    with bind(cast.karin):
        miss_talk(referral=referral, why="Personen kom inte.", user=cast.karin)
    sweep(cast)
    assert told(cast, "talk_missed") == [("ali", "talk_missed")]


def test_a_resting_remiss_is_looked_at_again(cast, desk, clock) -> None:
    desk.resting()  # for thirty days
    sweep(cast)
    assert told(cast) == [("ali", "resting")]
    clock.shift(timedelta(days=29))
    assert ladder(cast, clock, "review", 10) == {1: {"karin"}, 4: {"karin"}, 8: {"vera"}}


def test_the_queue_waits(cast, desk, clock) -> None:
    desk.queued()
    assert ladder(cast, clock, "queue_wait", 95) == {
        30: {"karin"},
        60: {"karin", "vera"},
        90: {"vera"},
    }


def test_income_that_runs_out_in_the_queue(cast, desk, clock) -> None:
    desk.queued(support_until=timezone.localdate() + timedelta(weeks=20))  # 140 days
    clock.shift(timedelta(days=110))
    assert ladder(cast, clock, "income", 35) == {
        2: {"ali", "karin"},
        23: {"karin"},
        31: {"vera"},
    }


def test_a_promised_assessment_that_never_came(cast, desk, clock) -> None:
    promised = timezone.localdate() + timedelta(days=2)
    desk.assessing(assessment="promised", assessment_on=promised)
    assert ladder(cast, clock, "assessment_promised", 14) == {
        3: {"ali"},
        5: {"karin"},
        12: {"vera"},
    }


@pytest.mark.parametrize(
    ("state", "kind", "who"),
    [
        ("declined", "declined", {"ali"}),
        ("queued", "queued", {"ali"}),
        ("placed", "placed", {"ali", "karin"}),  # Vera gave the place
        ("answered", "answered", {"karin"}),
    ],
)
def test_what_somebody_did_is_told_to_the_others_once(cast, desk, clock, state, kind, who) -> None:
    getattr(desk, state)()
    assert ladder(cast, clock, kind, 20) == {0: who}


def test_a_withdrawal_is_told_to_the_coordinator_or_to_the_referrer(cast, desk) -> None:
    by_ali, by_karin = desk.assessing(), desk.assessing()
    for referral, who in ((by_ali, cast.ali), (by_karin, cast.karin)):
        with bind(who):
            withdraw_referral(referral=referral, why="Arbete.", user=who)
    sweep(cast)
    assert told(cast, "withdrawn") == [("karin", "withdrawn"), ("ali", "withdrawn")]


def test_old_news_is_not_told(cast, desk, clock) -> None:
    desk.declined()
    clock.shift(timedelta(days=15))
    assert sweep(cast) == 0


def test_after_a_long_silence_each_role_is_told_the_last_step_only(cast, desk, clock) -> None:
    desk.sent()
    clock.shift(timedelta(days=5))
    sweep(cast)
    assert told(cast, "unassigned") == [
        ("karin", "unassigned"), ("jonas", "unassigned"), ("vera", "unassigned"),
    ]  # fmt: skip


def test_a_draft_that_is_soon_thrown_away_is_told_to_its_writer_alone(cast, desk, clock) -> None:
    draft = desk.draft()
    clock.shift(timedelta(days=22))
    assert remind_about_drafts() == 0
    clock.shift(timedelta(days=1))
    assert remind_about_drafts() == 1
    assert remind_about_drafts() == 0
    sweep(cast)
    for name, count in (("ali", 1), ("siv", 0), ("karin", 0), ("vera", 0)):
        with bind(cast.people[name]):
            assert Notice.objects.open().count() == count, name
    with bind(cast.ali):
        send_referral(referral=draft, user=cast.ali)
    remind_about_drafts()
    with bind(cast.ali):
        assert not Notice.objects.open().filter(kind="draft").exists()


# --- whom -------------------------------------------------------------------------------------


def test_when_the_responsible_one_has_left_everybody_in_the_role_is_told(cast, desk, clock) -> None:
    desk.assessing()
    leave(cast.karin)
    clock.shift(timedelta(days=6))
    sweep(cast)
    assert told(cast, "assessment") == [("jonas", "assessment")]


def test_when_nobody_coordinates_the_manager_is_told(cast, desk) -> None:
    desk.sent()
    leave(cast.karin)
    leave(cast.jonas)
    sweep(cast)
    assert told(cast, "unassigned") == [("vera", "unassigned")]


def test_when_the_referrer_has_left_the_unit_is_told(cast, desk) -> None:
    desk.completion()
    leave(cast.ali)
    unit = cast.units["fk"]
    Membership.objects.create(
        user=cast.siv, unit=unit, role=Role.REFERRER, starts_on=date(2026, 1, 1)
    )
    sweep(cast)
    assert told(cast) == [("siv", "completion")]


def leave(person) -> None:
    """The person's roles ended yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    person.memberships.update(ends_on=yesterday)


# --- once, and away when done -----------------------------------------------------------------


def test_a_sweep_run_twice_tells_once(cast, desk) -> None:
    desk.sent()
    assert sweep(cast) == 2
    assert sweep(cast) == 0
    assert len(told(cast)) == 2


def test_a_programme_that_has_ended_asks_for_nothing_more(cast, desk) -> None:
    desk.sent()
    remind_everybody()
    assert len(still_open(cast)) == 2
    cast.programme.ends_on = timezone.localdate() - timedelta(days=1)
    cast.programme.save(update_fields=["ends_on"])
    remind_everybody()
    assert still_open(cast) == []


@pytest.mark.django_db(transaction=True)
def test_two_beats_tell_once(transactional_db, cast) -> None:
    for _ in range(4):
        Desk(cast).sent()
    results = at_once(*[remind_everybody] * 4)
    assert all(isinstance(one, int) for one in results), results
    assert sorted(told(cast)) == sorted([("karin", "unassigned"), ("jonas", "unassigned")] * 4)


def test_the_database_refuses_the_same_occasion_twice(cast, desk) -> None:
    from django.db import IntegrityError, transaction

    desk.sent()
    sweep(cast)
    with bind(cast.programme):
        same = Notice.objects.first()
        same.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            same.save(force_insert=True)


def test_what_has_been_done_leaves_the_bell(cast, desk) -> None:
    referral = desk.sent()
    sweep(cast)
    assert len(still_open(cast)) == 2
    with bind(cast.karin):
        take_referral(referral=referral, user=cast.karin)
    sweep(cast)
    assert still_open(cast) == []
    assert len(told(cast)) == 2, "vem som fått veta finns kvar"


def test_a_new_request_for_completion_is_a_new_occasion(cast, desk) -> None:
    answered = desk.answered()
    sweep(cast)
    assert still_open(cast) == [("karin", "answered")]
    for _ in range(2):
        with bind(cast.karin):
            answered = request_completion(
                referral=answered,
                asked=[Asked("other", "Vem följer med?")],
                by=timezone.localdate() + timedelta(days=6),
                user=cast.karin,
            ).record
        sweep(cast)
        with bind(cast.ali):
            answered = answer_completion(
                referral=answered, answers=[], comment="Det vet vi inte.", user=cast.ali
            ).record
    assert told(cast, "completion") == [("ali", "completion")] * 2


def test_a_talk_that_is_moved_is_told_anew(cast, desk) -> None:
    referral = desk.talk()
    sweep(cast)
    with bind(cast.karin):
        at = timezone.now() + timedelta(days=9)
        book_talk(referral=referral, at=at, place="rum 4", user=cast.karin)
    sweep(cast)
    assert told(cast, "talk_booked") == [("ali", "talk_booked")] * 2


def test_a_year_of_sweeps_decides_nothing(cast, desk, clock) -> None:
    made = [desk.sent(), desk.assessing(), desk.completion(), desk.talk(), desk.resting()]
    before = {one.pk: (one.state, one.version) for one in made}
    for _ in range(12):
        clock.shift(timedelta(days=30))
        remind_everybody()
    with bind(cast.karin):
        after = Referral.objects.filter(pk__in=before)
        assert {one.pk: (one.state, one.version) for one in after} == before
    assert told(cast, "unassigned"), "svepet sa ingenting: inget bevisat"


def test_the_neighbours_people_hear_nothing(cast, desk, clock) -> None:
    desk.sent()
    clock.shift(timedelta(days=5))
    remind_everybody()
    assert "bo" not in {who for who, _ in told(cast)}
    with bind(cast.bo):
        assert not Notice.objects.exists()


def test_one_programme_that_fails_stops_no_other(cast, desk, caplog) -> None:
    """A day beyond the calendar, which no form lets through, is enough to break the neighbour's."""
    desk.sent()
    with bind(cast.ali):
        add_referral(cast.neighbour, cast.ali, cast.units["fk"].pk)
        Referral.objects.filter(programme=cast.neighbour).update(
            state="assessing", coordinator=cast.bo, sent_on=date.max
        )
    assert remind_everybody() == 2
    assert f"insats {cast.neighbour.pk}" in caplog.text


def test_income_until_further_notice_stops_nothing(cast, desk) -> None:
    desk.queued(support_until=date.max)
    assert sweep(cast) == 1


def test_the_number_of_queries_does_not_grow(cast, desk, django_assert_max_num_queries) -> None:
    desk.sent()
    sweep(cast)
    with django_assert_max_num_queries(20) as one:
        sweep(cast)
    for _ in range(5):
        desk.sent()
        desk.talk()
    sweep(cast)
    with django_assert_max_num_queries(len(one)):
        sweep(cast)


# --- the rules as data ------------------------------------------------------------------------


def test_every_waiting_state_reaches_the_manager_in_the_end(cast, desk) -> None:
    """No remiss waits unseen, in whatever state."""
    far = timezone.localdate() + timedelta(days=400)
    makers = {
        "sent": desk.sent, "assessing": desk.assessing, "completion": desk.completion,
        "talk": desk.talk, "queued": desk.queued, "resting": desk.resting,
        "deciding": lambda: deciding(cast, desk),
    }  # fmt: skip
    assert set(makers) == set(WAITING_STATES)
    for state, make in makers.items():
        roles = {due.step.role for due in reached(make(), far)}
        assert Role.MANAGER in roles, state


def test_the_rules_are_news_or_something_to_do() -> None:
    assert set(REMINDERS) == NEWS | TO_DO
    assert all(rule.steps and rule.title for rule in REMINDERS.values())
    assert all(step.day == 0 for kind in NEWS for step in REMINDERS[kind].steps)


def test_an_installation_sets_its_own_days(cast, desk, clock, settings) -> None:
    settings.REMINDER_DAYS = {"unassigned": [1, 4, 6, 90, 90]}
    check_reminder_days()
    desk.sent()
    assert ladder(cast, clock, "unassigned", 8) == {
        1: {"karin", "jonas"},
        4: {"karin", "jonas"},
        6: {"vera"},
    }


@pytest.mark.parametrize(
    "days",
    [{"unasigned": [1]}, {"unassigned": [1]}, {"unassigned": "123"}, {"decision": [1, True]}],
)
def test_days_that_fit_no_rule_stop_the_start(settings, days) -> None:
    settings.REMINDER_DAYS = days
    with pytest.raises(ImproperlyConfigured, match="REMINDER_DAYS"):
        check_reminder_days()
