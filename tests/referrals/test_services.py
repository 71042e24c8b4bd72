"""What the verbs do with a remiss, and with what hangs on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.lookup import lookup_hash
from core.states import Refused
from participants.enums import EnrolmentState
from participants.models import AnonymousStart, Participant
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.services import Identity, place_referral, unplace_referral
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
    [("Åsa", "Åsa"), ("  Anna   Lisa ", "Anna Lisa"), ("ليلى", "ليلى"), ("X" * 80, "X" * 80)],
)
def test_names_are_stored_one_way(typed: str, stored: str) -> None:
    assert Identity(given_name=typed, family_name="Ek").columns()["given_name"] == stored
