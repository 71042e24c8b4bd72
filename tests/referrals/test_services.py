"""What the verbs do with a remiss, and with what hangs on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.lookup import lookup_hash
from core.states import Refused, Stale
from participants.enums import EnrolmentState
from participants.models import AnonymousStart, Participant
from referrals.enums import Priority, ReferralState
from referrals.models import Referral
from referrals.services import (
    Answer,
    Asked,
    Identity,
    answer_completion,
    decline_referral,
    place_referral,
    reopen_referral,
    request_completion,
    unplace_referral,
)
from tests.cast import bind
from tests.referrals.people import MAN, NOT_ON_SICK_LEAVE


def in_two_weeks():
    return timezone.localdate() + timedelta(days=14)


def test_place_opens_a_participation_with_what_the_referrer_said(desk, cast) -> None:
    referral = desk.queued()
    with bind(cast.vera):
        outcome = place_referral(referral=referral, starts_on=in_two_weeks(), user=cast.vera)
        enrolment = outcome.record.enrolment
        assert outcome.changed
        assert outcome.record.state == ReferralState.PLACED
        assert enrolment.participant.personnummer == MAN
        assert enrolment.coordinator == cast.karin
        assert enrolment.starts_on == in_two_weeks()
        assert enrolment.state == EnrolmentState.PLANNED
        assert [one.purpose for one in enrolment.consents.all()] == ["participation"]


def test_place_twice_opens_one_participation(desk, cast) -> None:
    referral = desk.queued()
    with bind(cast.vera):
        first = place_referral(referral=referral, starts_on=in_two_weeks(), user=cast.vera)
        second = place_referral(referral=referral, starts_on=in_two_weeks(), user=cast.vera)
        assert (first.changed, second.changed) == (True, False)
        assert second.record.enrolment == first.record.enrolment


def test_place_refuses_a_second_open_participation(desk, cast) -> None:
    desk.placed()
    again = desk.queued()
    with bind(cast.vera):
        with pytest.raises(Refused, match="Personen deltar redan"):
            place_referral(referral=again, starts_on=in_two_weeks(), user=cast.vera)
        again.refresh_from_db()
        assert again.state == ReferralState.QUEUED
        assert again.enrolment is None


def test_an_anonymous_start_is_counted_and_every_word_about_the_person_erased(desk, cast) -> None:
    who = Identity.anonymous("K")
    referral = desk.placed(who, consent="anonymous", consent_on=None, **NOT_ON_SICK_LEAVE)
    with bind(cast.vera):
        assert AnonymousStart.objects.filter(gender="K").count() == 1
        assert not Participant.objects.exists()
        stored = Referral.objects.get(pk=referral.pk)
        kept = [stored.purpose, stored.goal, stored.possibility, stored.need, stored.talk_summary]
        assert kept == [""] * 5
        assert stored.enrolment is None


def test_unplace_gives_the_place_back_and_keeps_the_time_in_the_queue(desk, cast) -> None:
    referral = desk.placed()
    enrolment = referral.enrolment
    with bind(cast.karin):
        outcome = unplace_referral(referral=referral, user=cast.karin, why="Fick förhinder.")
        again = unplace_referral(referral=referral, user=cast.karin, why="Fick förhinder.")
        enrolment.refresh_from_db()
        assert (outcome.changed, again.changed) == (True, False)
        assert outcome.record.state == ReferralState.QUEUED
        assert outcome.record.queued_on == referral.queued_on
        assert enrolment.state == EnrolmentState.MISREGISTERED


def test_unplace_after_the_start_is_refused(desk, cast) -> None:
    referral = desk.placed(in_days=0)
    with bind(cast.karin), pytest.raises(Refused, match="redan börjat"):
        unplace_referral(referral=referral, user=cast.karin)


def test_identity_follows_from_the_number(desk, cast) -> None:
    referral = desk.sent()
    assert referral.gender == "M"
    assert referral.birth_date.isoformat() == "2017-01-01"
    assert referral.personnummer_lookup == lookup_hash(MAN)
    assert referral.number == f"RE-{timezone.localdate().year}-{referral.pk:04d}"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("A\u030asa", "\u00c5sa"),
        ("  Anna   Lisa ", "Anna Lisa"),
        ("ليلى", "ليلى"),
        ("X" * 80, "X" * 80),
    ],
)
def test_names_are_stored_one_way(typed: str, stored: str) -> None:
    assert Identity(given_name=typed, family_name="Ek").columns()["given_name"] == stored


def decline(referral: Referral, user, text: str):
    return decline_referral(
        referral=referral,
        reason="MAL",
        text=text,
        alternative="Vård.",
        user=user,
        version=referral.version,
    )


def test_the_same_press_again_changes_nothing(desk, karin) -> None:
    referral = desk.assessing()
    with bind(karin):
        assert decline(referral, karin, "Nej.").changed
        assert not decline(referral, karin, "Nej.").changed
        assert referral.events.filter(verb="decline").count() == 1


def test_other_words_from_an_older_page_are_no_repeat(desk, karin) -> None:
    referral = desk.assessing()
    with bind(karin):
        decline(referral, karin, "Nej.")
        with pytest.raises(Stale, match="Karin Lindqvist hann före"):
            decline(referral, karin, "Nej, och så här kan ni göra.")


def test_a_remiss_may_not_be_declined_without_words(desk, karin) -> None:
    referral = desk.assessing()
    with bind(karin), pytest.raises(Refused) as refused:
        decline_referral(referral=referral, reason="?", text=" ", alternative="", user=karin)
    assert len(refused.value.reasons) == 3


def test_a_request_for_completion_gives_time_to_answer(desk, karin) -> None:
    referral = desk.sent()
    with bind(karin), pytest.raises(Refused, match="en dag som kommer"):
        request_completion(
            referral=referral, asked=[Asked("assessment")], by=timezone.localdate(), user=karin
        )


def test_asking_makes_the_coordinator_responsible(desk, karin) -> None:
    referral = desk.sent()
    with bind(karin):
        asked = request_completion(
            referral=referral, asked=[Asked("assessment")], by=in_two_weeks(), user=karin
        )
        assert asked.record.coordinator == karin


def test_only_a_coordinator_of_the_programme_can_be_made_responsible(desk, cast) -> None:
    referral = desk.declined()
    with bind(cast.vera), pytest.raises(Refused, match="Bo Granat är inte rehabkoordinator"):
        reopen_referral(referral=referral, coordinator=cast.bo, why="Fel.", user=cast.vera)


def test_a_reopened_remiss_begins_without_what_was_decided(desk, cast) -> None:
    referral = desk.declined()
    today = timezone.localdate()
    with bind(cast.vera):
        Referral.objects.filter(pk=referral.pk).update(
            body_decided_on=today, body_members="Alla", priority=1, priority_reason="Brådskar."
        )
        found = reopen_referral(
            referral=referral, coordinator=cast.karin, why="Fel.", user=cast.vera
        ).record
        found.refresh_from_db()
    assert (found.body_decided_on, found.body_members) == (None, "")
    assert (found.priority, found.priority_reason) == (Priority.NORMAL, "")


def test_the_answer_changes_facts_that_run_out_and_nothing_else(desk, ali) -> None:
    referral = desk.completion()
    facts = {"support_until": in_two_weeks(), "family_name": "Någon annan"}
    with bind(ali):
        first, second = referral.completion_items.all()
        answers = [Answer(first.pk, "Se ny dag.", facts), Answer(second.pk, "Jag.", {})]
        answered = answer_completion(referral=referral, answers=answers, user=ali)
        assert answered.record.support_until == in_two_weeks()
        assert answered.record.family_name == "Nowicki"
