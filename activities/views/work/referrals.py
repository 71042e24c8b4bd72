"""Referrals on their way in."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse

from accounts.enums import Role
from activities.views.words import days_behind
from activities.views.work.item import Day, Item, bucket_of
from core.formatting import date_iso, date_short, days
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.rules import reached
from referrals.rules.waits import assess_by, body_decides_on, complete_by, decide_by, talk_on
from referrals.views.notices import words_of

# Reminders that stand in the work list as they are; the others have words and buttons of their own.
REMINDED = ("review", "queue_wait", "assessment_promised", "income")


def referral_items(day: Day, referrals: Iterable[Referral]) -> Iterator[Item]:
    """Remisser that wait for the programme, by the same days as those who are reminded."""
    for referral in referrals:
        make = _REFERRAL_ITEMS.get(ReferralState(referral.state))
        item = make(day, referral) if make else None
        if item is not None:
            yield item
        yield from _reminded(day, referral)


def _reminded(day: Day, referral: Referral) -> Iterator[Item]:
    for due in reached(referral, day.today):
        if due.reminder.kind in REMINDED and due.step.role == Role.COORDINATOR:
            words = words_of(due.reminder.kind, referral, day.today)
            due_on = due.since + timedelta(days=due.step.day)
            yield _referral_item(
                day, referral, due_on, f"{due.reminder.title}. {words}", "Öppna remissen"
            )


def _waiting(day: Day, referral: Referral) -> Item:
    sent = referral.sent_on or day.today
    goal = referral.programme.assessment_days
    due_on = assess_by(referral) or day.today
    since = days((day.today - sent).days)
    came = referral.completion_answer and referral.state == ReferralState.ASSESSING
    sender = referral.unit.organisation.name
    if came:
        text, action = f"Komplettering kom från {sender}", "Läs underlaget"
    else:
        text = f"Remiss från {sender} har väntat på bedömning i {since}, målet är {goal}"
        action = "Bedöm remissen"
    return _referral_item(day, referral, due_on, text, action)


def _completing(day: Day, referral: Referral) -> Item | None:
    due_on = complete_by(referral)
    if due_on is None or due_on >= day.today:
        return None
    sender = referral.unit.organisation.name
    text = f"Kompletteringen från {sender} skulle ha kommit {date_iso(due_on)}"
    return _referral_item(day, referral, due_on, text, "Öppna remissen")


def _talking(day: Day, referral: Referral) -> Item | None:
    if decided := decide_by(referral):
        text = f"Samtalet hölls {date_iso(referral.talk_held_on)}. Ställ i kö eller avböj"
        return _referral_item(day, referral, decided, text, "Besluta")
    due_on = talk_on(referral)
    if due_on is None or due_on >= day.today:
        return None
    text = f"Inledande samtalet {date_short(due_on)} är inte antecknat"
    return _referral_item(day, referral, due_on, text, "Anteckna samtalet")


def _deciding(day: Day, referral: Referral) -> Item | None:
    due_on = body_decides_on(referral)
    if due_on is None or due_on >= day.today:
        return None
    text = f"Remissgruppens beslut {date_iso(due_on)} är inte antecknat"
    return _referral_item(day, referral, due_on, text, "Anteckna beslutet")


_REFERRAL_ITEMS = {
    ReferralState.SENT: _waiting,
    ReferralState.ASSESSING: _waiting,
    ReferralState.COMPLETION: _completing,
    ReferralState.TALK: _talking,
    ReferralState.DECIDING: _deciding,
}


def _referral_item(day: Day, referral: Referral, due_on: date, text: str, action: str) -> Item:
    url = reverse("referrals:referral_detail", args=[referral.pk])
    return Item(
        kind="remisser",
        bucket=bucket_of(due_on, day),
        due_on=due_on,
        icon="inbox",
        name=referral.shown_name,
        url=url,
        due=days_behind(due_on, day.today),
        text=text,
        action=action,
        action_url=url,
    )
