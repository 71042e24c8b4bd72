"""What is missing is asked for thing by thing, and answered the same way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.states import Refused, Stale
from referrals.models import CompletionItem, Referral
from referrals.services import (
    Answer,
    Asked,
    answer_completion,
    attach_file,
    request_completion,
)
from referrals.views.facts import assessment_words
from tests.cast import bind
from tests.core.test_uploads import PDF
from tests.referrals.pages import page
from tests.referrals.people import NOT_ON_SICK_LEAVE, income_until

LATER = timezone.localdate() + timedelta(days=10)


def items_of(referral, user) -> list[CompletionItem]:
    with bind(user):
        return list(referral.completion_items.order_by("pk"))


def ask(client, referral, **words: object):
    sent = {"version": referral.version, "by": LATER.isoformat(), **words}
    return client.post(page("request_completion", referral), sent)


def answer(client, referral, **words: object):
    return client.post(page("answer_completion", referral), {"version": referral.version, **words})


# --- asking -----------------------------------------------------------------------------------


def test_what_can_be_missing_is_offered(desk, karin, client_for) -> None:
    client = client_for(karin)
    sick = client.get(page("request_completion", desk.sent())).content.decode()
    well = client.get(page("request_completion", desk.sent(**NOT_ON_SICK_LEAVE))).content.decode()
    assert "Medicinsk bedömning från läkare" in sick
    assert "Syftet med remissen" not in sick
    assert "Medicinsk bedömning från läkare" not in well
    assert "Syftet med remissen" in well


def test_picked_and_own_words_become_one_thing_each(desk, karin, client_for) -> None:
    referral = desk.assessing()
    words = {"asked": ["assessment", "income"], "other": "Vem följer med?\n\n Behövs taxi? "}
    assert ask(client_for(karin), referral, **words).status_code == 302
    assert [(one.kind, one.text) for one in items_of(referral, karin)] == [
        ("assessment", "Medicinsk bedömning från läkare"),
        ("income", "Försörjning, till vilket datum den är säkrad"),
        ("other", "Vem följer med?"),
        ("other", "Behövs taxi?"),
    ]


@pytest.mark.parametrize(
    ("words", "field", "sentence"),
    [
        ({}, "asked", "Välj vad som saknas, eller skriv det under Annat."),
        ({"other": " \n "}, "asked", "Välj vad som saknas, eller skriv det under Annat."),
        ({"other": "x" * 301}, "other", "Skriv högst 300 tecken på varje rad."),
        ({"other": "a\n" * 13}, "other", "Skriv högst 12 rader."),
        ({"asked": ["income"], "by": ""}, "by", "Fyll i svar senast."),
    ],
)
def test_a_request_says_what_is_wrong_with_it(
    words, field, sentence, desk, karin, client_for
) -> None:
    shown = ask(client_for(karin), desk.assessing(), **words)
    assert sentence in " ".join(shown.context["form"].errors[field])
    assert "x" * 301 in shown.content.decode() or "other" not in words or len(words["other"]) < 300


def test_what_was_picked_is_kept_when_somebody_else_was_first(desk, cast, client_for) -> None:
    referral = desk.assessing()
    client = client_for(cast.karin)
    ask(client, referral, asked=["need"])
    shown = ask(client_for(cast.jonas), referral, asked=["income", "need"])
    assert shown.status_code == 409
    assert shown.content.decode().count("checked") == 2


def test_asking_twice_with_the_same_words_asks_once(desk, karin, client_for) -> None:
    referral = desk.assessing()
    for _ in range(3):
        assert ask(client_for(karin), referral, asked=["income"]).status_code == 302
    assert len(items_of(referral, karin)) == 1


def test_a_request_needs_something_to_ask_for(desk, karin) -> None:
    referral = desk.assessing()
    with bind(karin), pytest.raises(Refused, match="vad som saknas"):
        request_completion(referral=referral, asked=[], by=LATER, user=karin)


# --- answering --------------------------------------------------------------------------------


@pytest.fixture
def asked(desk, cast, client_for):
    """Karin has asked Ali for four things."""
    referral = desk.assessing(assessment="promised", assessment_on=LATER)
    ask(
        client_for(cast.karin),
        referral,
        asked=["assessment", "certificate", "income", "phone"],
        other="Vem följer med?",
    )
    with bind(cast.ali):
        referral.refresh_from_db()
    return referral


def test_only_what_is_missing_is_shown(asked, cast, client_for) -> None:
    text = client_for(cast.ali).get(page("answer_completion", asked)).content.decode()
    for one in items_of(asked, cast.ali):
        assert one.text in text
    assert "Syfte" not in text
    assert "Personnummer" not in text
    assert "Koordinatorn vill ha svaret senast" in text


def test_every_answer_lands_where_it_belongs(asked, cast, client_for) -> None:
    medical, paper, income, phone, other = (one.pk for one in items_of(asked, cast.ali))
    until = income_until(50)
    words = {
        f"svar_{medical}": "promised",
        f"svar_{medical}_on": LATER.isoformat(),
        f"svar_{paper}": until.isoformat(),
        f"svar_{income}": until.isoformat(),
        f"svar_{phone}": "070-000 00 00",
        f"svar_{other}": "Jag gör det.",
        "comment": "Ring mig gärna.",
    }
    assert answer(client_for(cast.ali), asked, **words).status_code == 302
    with bind(cast.karin):
        asked.refresh_from_db()
    assert asked.state == "assessing"
    assert (asked.sick_leave_until, asked.support_until, asked.phone) == (
        until, until, "070-000 00 00",
    )  # fmt: skip
    assert (asked.assessment, asked.assessment_on) == ("promised", LATER)
    told = [(one.text, one.answer) for one in items_of(asked, cast.karin)]
    assert told[-2:] == [("Vem följer med?", "Jag gör det."), ("Något mer", "Ring mig gärna.")]
    seen = client_for(cast.karin).get(page("referral_detail", asked)).content.decode()
    assert "Ring mig gärna." in seen


def test_what_is_left_out_is_named_and_the_rest_kept(asked, cast, client_for) -> None:
    *_, phone, other = (one.pk for one in items_of(asked, cast.ali))
    shown = answer(client_for(cast.ali), asked, **{f"svar_{other}": "Jag gör det."})
    assert f"svar_{phone}" in shown.context["form"].errors
    assert f"svar_{other}" not in shown.context["form"].errors
    again = client_for(cast.ali).get(page("answer_completion", asked)).content.decode()
    assert "Jag gör det." in again


def test_words_may_say_why_something_cannot_be_answered(asked, cast, client_for) -> None:
    sent = answer(client_for(cast.ali), asked, comment="Läkaren är på semester till mars.")
    assert sent.status_code == 302
    assert {one.answer for one in items_of(asked, cast.karin)} == {
        "Inte besvarad",
        "Läkaren är på semester till mars.",
    }


def test_half_an_answer_is_saved_and_only_the_sender_sees_it(asked, cast, client_for) -> None:
    *_, other = (one.pk for one in items_of(asked, cast.ali))
    words = {f"svar_{other}": "Jag tror", "save_and_close": "1"}
    assert answer(client_for(cast.ali), asked, **words).status_code == 302
    saved = client_for(cast.ali).post(
        page("answer_autosave", asked), {f"svar_{other}": "Jag tror att"}
    )
    assert saved.json()["saved_at"].count(".") == 1
    mine = client_for(cast.ali).get(page("answer_completion", asked)).content.decode()
    theirs = client_for(cast.karin).get(page("referral_detail", asked)).content.decode()
    assert "Jag tror att" in mine
    assert "Jag tror" not in theirs
    with bind(cast.ali):
        asked.refresh_from_db()
    assert asked.state == "completion"


def test_an_answer_to_what_nobody_asks_any_more_is_told_so(desk, cast, client_for) -> None:
    saved = client_for(cast.ali).post(page("answer_autosave", desk.answered()), {})
    assert saved.status_code == 409
    assert "väntar inte längre på svar" in saved.json()["reasons"][0]


def test_two_colleagues_answer_and_nobodys_words_vanish(asked, cast, client_for) -> None:
    client = client_for(cast.ali)
    answer(client, asked, comment="Vi återkommer.")
    shown = answer(client, asked, comment="Mina egna ord.")
    assert shown.status_code == 409
    assert "Mina egna ord." in shown.content.decode()


def test_what_is_said_to_be_attached_is_attached(asked, cast, client_for) -> None:
    client, medical = client_for(cast.ali), items_of(asked, cast.ali)[0].pk
    words = {f"svar_{medical}": "attached", "comment": "Resten kommer."}
    shown = answer(client, asked, **words)
    assert (
        shown.context["form"].errors[f"svar_{medical}"][0].startswith("Ingen medicinsk bedömning")
    )
    with bind(cast.ali):
        attach_file(referral=asked, kind="assessment", name="intyg", content=PDF, user=cast.ali)
        asked.refresh_from_db()
    assert answer(client, asked, **words).status_code == 302
    with bind(cast.ali):
        asked.refresh_from_db()
    assert (asked.state, asked.assessment) == ("assessing", "attached")


def test_a_paper_that_never_came_is_not_told_as_taken_back(desk, cast) -> None:
    referral = desk.assessing()
    with bind(cast.ali):
        Referral.objects.filter(pk=referral.pk).update(assessment="attached")
        referral.attachments.all().delete()
        referral.refresh_from_db()
        assert assessment_words(referral) == "Bilagan saknas, en behövs"


def test_a_promise_needs_its_day(asked, cast, client_for) -> None:
    medical = items_of(asked, cast.ali)[0].pk
    shown = answer(
        client_for(cast.ali), asked, comment="Se nedan.", **{f"svar_{medical}": "promised"}
    )
    assert "Ange vilken dag" in shown.context["form"].errors[f"svar_{medical}_on"][0]


def test_the_service_refuses_what_the_page_would(asked, cast) -> None:
    first, *_ = items_of(asked, cast.ali)
    answers = [Answer(first.pk, "Den finns", {})]
    with bind(cast.ali), pytest.raises(Refused) as refused:
        answer_completion(referral=asked, answers=answers, user=cast.ali)
    assert len(refused.value.reasons) == 4
    with bind(cast.ali), pytest.raises(Stale):
        answer_completion(
            referral=asked, answers=[], comment="Nej.", user=cast.ali, version=asked.version - 1
        )


def test_what_was_never_answered_does_not_come_back(asked, cast) -> None:
    with bind(cast.karin):
        asked.completion_items.open().update(typed="{}")
    desk_items = [Asked("other", "En ny fråga")]
    with bind(cast.ali):
        answer_completion(referral=asked, answers=[], comment="Nej.", user=cast.ali)
    with bind(cast.karin):
        request_completion(referral=asked, asked=desk_items, by=LATER, user=cast.karin)
        assert [one.text for one in asked.completion_items.open()] == ["En ny fråga"]
