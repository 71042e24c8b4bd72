"""The order of the queue, the deciding body, the talk that did not come about, the same person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.states import Refused
from referrals.models import Referral
from referrals.services import (
    BodyDecision,
    Talk,
    accept_by_body,
    assign_referral,
    book_talk,
    confirm_same_person,
    correct_number,
    crowding_of,
    decline_by_body,
    miss_talk,
    prioritise_referral,
    queue_referral,
    record_talk,
    set_target_group,
)
from tests.cast import bind
from tests.referrals.people import MAN, WOMAN, person

SAME_DAY_LATER = "201701612390"  # samordningsnummer: day + 60


def prioritise(cast, referral, priority, why="Försörjningen tar slut."):
    with bind(cast.vera):
        return prioritise_referral(
            referral=referral, priority=priority, why=why, user=cast.vera
        ).record


# --- order ------------------------------------------------------------------------------------


def test_priority_goes_before_days_waited(desk, cast) -> None:
    first = desk.queued()
    second = desk.queued(person(personnummer=WOMAN, family_name="Ek"))
    prioritise(cast, second, 1)
    prioritise(cast, first, 3, "Vill vänta till våren.")
    with bind(cast.karin):
        assert list(Referral.objects.queued()) == [second, first]
        assert second.events.first().text == "Förtur. Försörjningen tar slut."
        assert Referral.objects.get(pk=first.pk).priority_reason == "Vill vänta till våren."


def test_a_turn_needs_a_reason_a_level_and_a_place_in_the_queue(desk, cast) -> None:
    queued, assessing = desk.queued(), desk.assessing(person(personnummer=WOMAN))
    for referral, priority, why in (
        (queued, 1, " "),
        (queued, 9, "Skäl."),
        (assessing, 1, "Skäl."),
    ):
        with pytest.raises(Refused):
            prioritise(cast, referral, priority, why)


def test_an_assigned_remiss_has_one_responsible_and_its_history(desk, cast) -> None:
    referral = desk.sent()
    with bind(cast.vera):
        for coordinator in (cast.jonas, cast.karin):
            referral = assign_referral(
                referral=referral, coordinator=coordinator, user=cast.vera
            ).record
        assert (referral.state, referral.coordinator) == ("assessing", cast.karin)
        lines = [(one.verb, one.text) for one in referral.events.order_by("pk")][1:]
        assert lines == [
            ("assign", "Jonas Ek"),
            ("reassign", "Från Jonas Ek till Karin Lindqvist."),
        ]
        with pytest.raises(Refused, match="inte rehabkoordinator"):
            assign_referral(referral=referral, coordinator=cast.bo, user=cast.vera)


def test_the_target_group_is_said_with_a_reason(desk, cast) -> None:
    referral = desk.assessing()
    with bind(cast.karin):
        with pytest.raises(Refused, match="bygger på"):
            set_target_group(referral=referral, target_group="UNG", why="", user=cast.karin)
        with pytest.raises(Refused, match="listan"):
            set_target_group(referral=referral, target_group="XX", why="Så.", user=cast.karin)
        said = set_target_group(
            referral=referral, target_group="UNG", why="Är 22 år.", user=cast.karin
        ).record
        assert said.target_group == "UNG"
        assert said.events.first().text == "Målgrupp UNG. Är 22 år."


def test_crowding_is_told_before_anybody_is_accepted(desk, cast, client_for) -> None:
    cast.programme.capacity = 2
    cast.programme.save()
    desk.placed()
    desk.queued(person(personnummer=WOMAN))
    with bind(cast.karin):
        crowding = crowding_of(programme=cast.programme)
    assert crowding.is_full
    assert crowding.words == "1 deltagare är inskrivna på 2 platser. 1\u00a0person står i kö."
    referral = desk.assessing(person(personnummer="", birth_date=timezone.localdate(), gender="K"))
    page = reverse("referrals:referral_detail", args=[referral.pk])
    assert "Insatsen är full." in client_for(cast.karin).get(page).content.decode()
    assert "Insatsen är full." not in client_for(cast.ali).get(page).content.decode()


# --- the deciding body ------------------------------------------------------------------------


def decided(**changed: object) -> BodyDecision:
    fields = {"decided_on": timezone.localdate(), "members": "FK, kommunen", "why": "Passar."}
    return BodyDecision(**{**fields, **changed})


def test_the_deciding_body_says_yes(desk, cast) -> None:
    referral = desk.deciding()
    with bind(cast.vera):
        accepted = accept_by_body(referral=referral, decision=decided(), user=cast.vera).record
        assert (accepted.state, accepted.queued_on) == ("queued", timezone.localdate())
        assert accepted.body_members == "FK, kommunen"


def test_the_deciding_body_says_no(desk, cast) -> None:
    referral = desk.deciding()
    with bind(cast.vera):
        with pytest.raises(Refused) as refused:
            decline_by_body(
                referral=referral, decision=decided(), reason="", alternative="", user=cast.vera
            )
        assert len(refused.value.reasons) == 2
        ended = decline_by_body(
            referral=referral,
            decision=decided(),
            reason="MAL",
            alternative="Vårdcentralen.",
            user=cast.vera,
        ).record
        assert (ended.state, ended.decline_reason) == ("declined", "MAL")


def test_a_decision_needs_who_why_and_a_day_that_has_been(desk, cast) -> None:
    referral = desk.deciding()
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong in ({"members": ""}, {"why": " "}, {"decided_on": tomorrow}):
        with bind(cast.vera), pytest.raises(Refused):
            accept_by_body(referral=referral, decision=decided(**wrong), user=cast.vera)


# --- the talk ---------------------------------------------------------------------------------


def test_a_talk_that_did_not_come_about_gets_a_new_time_or_none(desk, cast) -> None:
    referral = desk.talk()
    later = timezone.now() + timedelta(days=9)
    with bind(cast.karin):
        moved = miss_talk(referral=referral, why="Sjuk.", new_at=later, user=cast.karin).record
        assert (moved.state, moved.talk_at, moved.talk_place) == ("talk", later, "rum 3")
        gone = miss_talk(referral=moved, why="Kom inte.", user=cast.karin).record
        assert (gone.state, gone.talk_at) == ("assessing", None)
        assert [one.verb for one in gone.events.order_by("pk")][-2:] == ["rebook_talk", "miss_talk"]


def test_what_was_held_cannot_have_failed(desk, cast) -> None:
    referral = desk.talked()
    with bind(cast.karin), pytest.raises(Refused, match="Samtalet hölls"):
        miss_talk(referral=referral, why="Kom inte.", user=cast.karin)


def test_a_held_talk_is_never_wiped_by_a_new_booking(desk, cast, client_for) -> None:
    referral = desk.talked()
    later = timezone.now() + timedelta(days=9)
    for version in (None, referral.version):
        with bind(cast.karin), pytest.raises(Refused, match="Samtalet hölls"):
            book_talk(referral=referral, at=later, place="rum 4", user=cast.karin, version=version)
    words = {
        "version": referral.version,
        "on": later.date().isoformat(),
        "clock": "10.00",
        "place": "rum 4",
    }
    address = reverse("referrals:book_talk", args=[referral.pk])
    assert client_for(cast.karin).post(address, words).status_code == 409
    with bind(cast.karin):
        kept = Referral.objects.get(pk=referral.pk)
    assert (kept.talk_held_on, kept.offer) == (timezone.localdate(), "accepted")
    assert (kept.talk_place, kept.version) == ("rum 3", referral.version)


def test_somebody_who_declines_the_offer_leaves(desk, cast) -> None:
    referral = desk.talk()
    said = Talk(timezone.localdate(), "declined", "Vill inte.")
    with bind(cast.karin):
        ended = record_talk(referral=referral, talk=said, user=cast.karin).record
        assert (ended.state, ended.events.first().verb) == ("withdrawn", "decline_offer")


def test_the_calendar_file_names_nobody(desk, cast, client_for) -> None:
    referral = desk.talk()
    address = reverse("referrals:talk_calendar", args=[referral.pk])
    for user in (cast.karin, cast.ali):
        answer = client_for(user).get(address)
        text = answer.content.decode()
        assert answer["Content-Type"].startswith("text/calendar")
        assert f"SUMMARY:Inledande samtal\\, {referral.number}" in text
        assert "LOCATION:rum 3" in text
        for secret in ("Nowicki", "Marek", "Ali", "Karin", MAN):
            assert secret not in text
        assert "Nowicki" not in answer["Content-Disposition"]
    assert client_for(cast.siv).get(address).status_code == 404
    assert client_for(cast.bo).get(address).status_code == 404


# --- the same person --------------------------------------------------------------------------


def test_an_earlier_number_asks_and_a_person_answers(desk, cast) -> None:
    earlier = desk.declined()
    referral = desk.talked()
    with bind(cast.karin):
        with pytest.raises(Refused, match="finns sedan tidigare"):
            queue_referral(referral=referral, user=cast.karin)
        confirmed = confirm_same_person(referral=referral, user=cast.karin).record
        assert queue_referral(referral=confirmed, user=cast.karin).record.state == "queued"
        assert earlier.events.first().verb == "decline"


def test_blank_name_and_phone_are_never_identity(desk, cast) -> None:
    born = timezone.localdate().replace(year=1990)
    alike = {"personnummer": "", "birth_date": born, "gender": "K", "phone": "070-1"}
    desk.talked(person(**alike))
    referral = desk.talked(person(**alike))
    with bind(cast.karin):
        assert queue_referral(referral=referral, user=cast.karin).record.state == "queued"


def test_the_page_shows_what_to_compare_and_is_logged(desk, cast, client_for) -> None:
    desk.declined()
    referral = desk.talked()
    address = reverse("referrals:confirm_person", args=[referral.pk])
    text = client_for(cast.karin).get(address).content.decode()
    assert "Tidigare remiss" in text
    assert client_for(cast.ali).get(address).status_code == 403
    answer = client_for(cast.karin).post(address, {"version": referral.version})
    assert answer.status_code == 302


def test_a_coordination_number_becomes_a_personnummer_by_hand(desk, cast) -> None:
    referral = desk.assessing(person(personnummer=SAME_DAY_LATER))
    desk.declined()
    with bind(cast.karin):
        for number, words in (("123", "siffr"), (SAME_DAY_LATER, "samma nummer"), ("", "Skriv")):
            with pytest.raises(Refused, match=words):
                correct_number(referral=referral, personnummer=number, why="Nytt.", user=cast.karin)
        fixed = correct_number(
            referral=referral, personnummer="170101-2393", why=f"Har fått {MAN}.", user=cast.karin
        ).record
        assert fixed.personnummer == MAN
        assert MAN not in fixed.events.first().text
        assert fixed.same_person_on is None
