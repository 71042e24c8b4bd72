"""The same form sent twice, as a double click or a reloaded page does: done once, said the same."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from referrals.models import Referral, ReferralEvent
from tests.cast import bind
from tests.referrals.pages import page
from tests.referrals.people import WOMAN

TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=9), TODAY + timedelta(days=10)
MEETING = {"on": SOON.isoformat(), "clock": "10.00", "place": "rum 4"}
TALK = {"held_on": TODAY.isoformat(), "summary": "Vill börja."}
BODY = {"decided_on": TODAY.isoformat(), "members": "FK, kommunen", "why": "Passar."}
NO = {"reason": "MAL", "alternative": "Vårdcentralen."}
# verb: (the state it starts in, who, what the page posts).
PRESSES = {
    "take": ("sent", "karin", {}),
    "queue": ("talked", "karin", {}),
    "resume": ("resting", "karin", {}),
    "request_completion": (
        "assessing", "karin", {"asked": ["income"], "other": "Vem följer med?", "by": LATER},
    ),
    "book_talk": ("assessing", "karin", MEETING),
    "record_talk": ("talk", "karin", {**TALK, "offer": "accepted"}),
    "decline_offer": ("talk", "karin", {**TALK, "offer": "declined"}),
    "miss_talk": ("talk", "karin", {"why": "Sjuk.", "next": "ingen"}),
    "rebook_talk": ("talk", "karin", {"why": "Sjuk.", "next": "ny", **MEETING}),
    "rest": ("assessing", "karin", {"why": "Väntar.", "review_on": LATER}),
    "assign": ("sent", "vera", {"coordinator": "jonas"}),
    "reassign": ("assessing", "vera", {"coordinator": "jonas"}),
    "set_target_group": ("assessing", "karin", {"target_group": "UNG", "why": "Är 22 år."}),
    "change_support": (
        "queued", "karin",
        {"support_code": "REH", "support_percent": "50", "support_until": LATER, "why": "Beslut."},
    ),
    "correct_number": ("assessing", "karin", {"personnummer": WOMAN, "why": "Fel siffra."}),
    "present": ("talked", "karin", {"meets_on": LATER}),
    "body_accepts": ("deciding", "vera", BODY),
    "body_declines": ("deciding", "vera", BODY | NO),
    "prioritise": ("queued", "vera", {"priority": 1, "why": "Försörjningen tar slut."}),
    "transfer": (
        "assessing", "vera",
        {"given_on": TODAY, "consent_form": "signed", "why": "Flyttat.", "once_key": uuid4()},
    ),
    "decline": ("assessing", "karin", {**NO, "text": "Vård först."}),
    "withdraw": ("sent", "ali", {"why": "Har fått arbete."}),
    "reopen": ("declined", "vera", {"why": "Nya uppgifter.", "coordinator": "karin"}),
}  # fmt: skip
# Chosen on another verb's page.
PAGES = {"decline_offer": "record_talk", "rebook_talk": "miss_talk"}


def send(client, referral: Referral, verb: str, words: dict) -> tuple[int, str, list[str]]:
    """(status, where to, what is said) of one press without JavaScript."""
    answer = client.post(
        page(PAGES.get(verb, verb), referral), {"version": referral.version, **words}
    )
    said = (
        [str(one) for one in get_messages(answer.wsgi_request)] if answer.status_code == 302 else []
    )
    return answer.status_code, answer.headers.get("Location", ""), said


def press_twice(client, referral: Referral, verb: str, words: dict, user) -> None:
    first, second = (send(client, referral, verb, words) for _ in range(2))
    assert first[0] == 302
    assert first[2][-1:] != []
    assert second[:2] == first[:2]
    assert second[2][-1] == first[2][-1]
    with bind(user):
        assert Referral.objects.get(pk=referral.pk).version == referral.version + 1
        newest = ReferralEvent.objects.filter(referral=referral).order_by("-pk").first()
        assert newest.verb == verb


@pytest.mark.parametrize("verb", PRESSES)
def test_the_second_press_is_answered_as_the_first(verb, desk, cast, client_for) -> None:
    state, who, words = PRESSES[verb]
    referral = getattr(desk, state)()
    if verb == "present":
        cast.programme.deciding_body = "Remissgruppen"
        cast.programme.save()
    words = {
        name: cast.people[value].pk if name == "coordinator" else value
        for name, value in words.items()
    }
    if verb == "transfer":
        words["programme"] = cast.neighbour.pk
    user = cast.people[who]
    press_twice(client_for(user), referral, verb, words, user)


@pytest.mark.parametrize("comment", ["", "Ring mig gärna."])
def test_an_answer_sent_twice_is_sent(comment, desk, cast, client_for) -> None:
    referral = desk.completion()
    with bind(cast.ali):
        medical, other = (one.pk for one in referral.completion_items.order_by("pk"))
    words = {f"svar_{medical}": "available", f"svar_{other}": "Jag gör det.", "comment": comment}
    press_twice(client_for(cast.ali), referral, "answer_completion", words, cast.ali)
    with bind(cast.ali):
        assert referral.completion_items.count() == (3 if comment else 2)


def test_other_words_in_the_second_press_are_no_repeat_and_are_kept(desk, cast, client_for) -> None:
    referral = desk.completion()
    with bind(cast.ali):
        medical, other = (one.pk for one in referral.completion_items.order_by("pk"))
    client = client_for(cast.ali)
    words = {f"svar_{medical}": "available", f"svar_{other}": "Jag gör det."}
    assert send(client, referral, "answer_completion", words)[0] == 302
    changed = {"version": referral.version, **words, f"svar_{other}": "Min kollega gör det."}
    shown = client.post(page("answer_completion", referral), changed)
    assert shown.status_code == 409
    assert "Min kollega gör det." in shown.content.decode()


def test_a_later_round_is_answered_by_itself(desk, cast, client_for) -> None:
    referral = desk.answered()
    asked = {"version": referral.version, "other": "Behövs taxi?", "by": LATER}
    client_for(cast.karin).post(page("request_completion", referral), asked)
    with bind(cast.ali):
        referral.refresh_from_db()
        (taxi,) = referral.completion_items.open()
    words = {f"svar_{taxi.pk}": "Nej."}
    press_twice(client_for(cast.ali), referral, "answer_completion", words, cast.ali)


def test_the_same_number_again_from_a_fresh_page_is_still_told(desk, cast, client_for) -> None:
    referral = desk.assessing()
    client, words = client_for(cast.karin), {"personnummer": WOMAN, "why": "Fel siffra."}
    assert send(client, referral, "correct_number", words)[0] == 302
    again = {"version": referral.version + 1, **words}
    shown = client.post(page("correct_number", referral), again)
    assert shown.status_code == 409
    assert "Det är samma nummer" in shown.content.decode()


def test_another_choice_in_the_second_press_is_no_repeat(desk, cast, client_for) -> None:
    referral, client = desk.sent(), client_for(cast.vera)
    assert send(client, referral, "assign", {"coordinator": cast.jonas.pk})[0] == 302
    assert send(client, referral, "assign", {"coordinator": cast.karin.pk})[0] == 409
