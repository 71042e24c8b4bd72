"""Somebody with roles in two places: what one role reaches, the other's verbs don't open."""

import pytest

from accounts.enums import Role
from accounts.models import Membership, SecurityEvent, User
from referrals.models import CompletionItem, Referral, ReferralEvent
from referrals.rules import TABLE
from referrals.urls import urlpatterns
from referrals.views.actions import PRESSED
from tests.cast import SINCE, bind
from tests.referrals.pages import page

ADDRESSES = [verb for verb in TABLE if verb in {one.name for one in urlpatterns}]
SENDERS = ("answer_completion", "withdraw")
SUMMARY = "Vill börja."
HALF = "Halvfärdigt svar om personen."


def give(user: User, role: Role, unit) -> User:
    Membership.objects.create(user=user, unit=unit, role=role, starts_on=SINCE)
    return user


def stored(cast) -> list:
    with bind(cast.programme):
        return [
            list(model.objects.order_by("pk").values())
            for model in (Referral, ReferralEvent, CompletionItem)
        ]


@pytest.fixture
def both(cast) -> User:
    """Coordinates and manages at the neighbour's, and refers from the unit that sent the remiss."""
    give(cast.bo, Role.MANAGER, cast.units["other_team"])
    return give(cast.bo, Role.REFERRER, cast.units["fk"])


@pytest.mark.parametrize("verb", [one for one in ADDRESSES if one not in SENDERS])
def test_a_role_in_another_programme_opens_no_verb_here(verb, desk, cast, both, client_for) -> None:
    referral, client = desk.talked(), client_for(both)
    before, events = stored(cast), SecurityEvent.objects.filter(refusal="role").count()
    answers = [client.post(page(verb, referral), {"version": referral.version})]
    if verb not in PRESSED:
        answers.append(client.get(page(verb, referral)))
    for answer in answers:
        assert answer.status_code == 403
        assert TABLE[verb].ask in answer.content.decode()
        assert SUMMARY not in answer.content.decode()
    assert stored(cast) == before
    assert SecurityEvent.objects.filter(refusal="role").count() == events + len(answers)


def test_what_the_own_unit_sent_stays_the_units(desk, cast, both, client_for) -> None:
    client = client_for(both)
    assert client.get(page("answer_completion", desk.completion())).status_code == 200
    assert client.get(page("withdraw", desk.sent())).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_half_an_answer_is_closed_to_a_coordinator_who_refers_from_elsewhere(
    method, desk, cast, client_for
) -> None:
    referral = desk.completion()
    with bind(cast.ali):
        other = referral.completion_items.last().pk
    client_for(cast.ali).post(page("answer_autosave", referral), {f"svar_{other}": HALF})
    before = stored(cast)
    client = client_for(give(cast.karin, Role.REFERRER, cast.units["social"]))
    words = {"version": referral.version, f"svar_{other}": "", "comment": "Nej."}
    for sent in (words, words | {"save_and_close": "1"}):
        answer = getattr(client, method)(page("answer_completion", referral), sent)
        assert answer.status_code == 403
        assert HALF not in answer.content.decode()
    assert client.post(page("answer_autosave", referral), words).status_code == 404
    assert stored(cast) == before
