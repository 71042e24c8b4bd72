"""Income that isn't enough any more: put right where the remiss stands, with its history."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from core.states import Refused
from referrals.models import Referral
from referrals.services import (
    BodyDecision,
    Support,
    accept_by_body,
    change_support,
    remind_programme,
)
from tests.cast import bind
from tests.referrals.pages import page
from tests.referrals.people import income_until

TODAY = timezone.localdate()


def run_out(referral: Referral, user, days: int = 20) -> Referral:
    """The remiss some months later: the income lasts so many days more."""
    with bind(user):
        until = TODAY + timedelta(days=days)
        Referral.objects.filter(pk=referral.pk).update(support_until=until)
        return Referral.objects.get(pk=referral.pk)


def words(referral: Referral, **changed: object) -> dict:
    known = {
        "version": referral.version,
        "support_code": "REH",
        "support_percent": "50",
        "support_until": income_until(30).isoformat(),
        "why": "Nytt beslut från Försäkringskassan.",
    }
    return {**known, **changed}


def test_what_stopped_the_deciding_body_is_put_right_where_the_remiss_stands(
    desk, cast, client_for
) -> None:
    referral = run_out(desk.deciding(), cast.karin)
    decision = BodyDecision(TODAY, "FK, kommunen", "Passar.")
    with bind(cast.vera), pytest.raises(Refused, match="det behövs till"):
        accept_by_body(referral=referral, decision=decision, user=cast.vera)
    client = client_for(cast.karin)
    assert (
        page("change_support", referral)
        in client.get(page("referral_detail", referral)).content.decode()
    )
    shown = client.get(page("change_support", referral)).content.decode()
    assert "Försörjningen behöver vara säkrad till" in shown
    answer = client.post(page("change_support", referral), words(referral))
    assert (answer.status_code, answer["Location"]) == (302, page("referral_detail", referral))
    with bind(cast.vera):
        changed = Referral.objects.get(pk=referral.pk)
        assert (changed.state, changed.state_since) == ("deciding", referral.state_since)
        assert (changed.support_code, changed.support_percent) == ("REH", 50)
        line = changed.events.first()
        assert (line.verb, line.actor) == ("change_support", cast.karin)
        assert line.text == (
            f"Försörjning REH, 50\u00a0%, säkrad till {income_until(30)}. "
            "Nytt beslut från Försäkringskassan."
        )
        accepted = accept_by_body(referral=changed, decision=decision, user=cast.vera)
        assert accepted.record.state == "queued"
    assert line.text in client_for(cast.ali).get(page("referral_detail", referral)).content.decode()


def test_the_reminder_about_income_goes_when_income_is_put_right(desk, cast) -> None:
    referral = run_out(desk.queued(), cast.karin)

    def reminded() -> set[str]:
        remind_programme(programme=cast.programme, today=TODAY)
        with bind(cast.programme):
            open_ones = Notice.objects.open().filter(kind="income").select_related("recipient")
            return {one.recipient.name for one in open_ones}

    assert reminded() == {"Ali Rezaei", "Karin Lindqvist"}
    support = Support("SJP", 75, income_until(30))
    with bind(cast.karin):
        outcome = change_support(
            referral=referral, support=support, why="Förlängd.", user=cast.karin
        )
    assert (outcome.record.state, outcome.record.queued_on) == ("queued", referral.queued_on)
    assert reminded() == set()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"support_until": ""}, "Fyll i säkrad till och med."),
        ({"support_until": (TODAY - timedelta(days=1)).isoformat()}, "datumet har passerat"),
        ({"support_until": "2027-02-30"}, "Februari 2027 har 28 dagar"),
        ({"support_percent": ""}, "Ange hur stor del personen får"),
        ({"support_percent": "120"}, "högst 100"),
        ({"support_code": "GULD"}, "giltigt"),
        ({"why": " "}, "Svara på frågan"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changed(
    changed, sentence, desk, cast, client_for
) -> None:
    referral = desk.queued()
    shown = client_for(cast.karin).post(
        page("change_support", referral), words(referral, **changed)
    )
    assert shown.status_code in (200, 409)
    assert sentence in shown.content.decode()
    with bind(cast.karin):
        kept = Referral.objects.get(pk=referral.pk)
    assert (kept.version, kept.support_until) == (referral.version, referral.support_until)


def test_the_service_asks_for_a_known_code_and_for_what_says_so(desk, cast) -> None:
    referral = desk.queued()
    for code, why, sentence in (("GULD", "Beslut.", "i listan"), ("SJP", " ", "bygger på")):
        support = Support(code, 75, income_until())
        with bind(cast.karin), pytest.raises(Refused, match=sentence):
            change_support(referral=referral, support=support, why=why, user=cast.karin)
