"""Referrals on their way in."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse

from activities.views.words import days_behind
from activities.views.work.item import WEEK_DAYS, Day, Item, bucket_of
from core.formatting import date_iso, date_short, days, local_date
from referrals.enums import ReferralState
from referrals.models import Referral


def referral_items(day: Day, referrals: Iterable[Referral]) -> Iterator[Item]:
    """Referrals that wait for assessment, completion, or a note about the talk."""
    for referral in referrals:
        item = _REFERRAL_ITEMS[ReferralState(referral.state)](day, referral)
        if item is not None:
            yield item


def _waiting(day: Day, referral: Referral) -> Item:
    sent = referral.sent_on or day.today
    goal = day.programme.assessment_days
    due_on = sent + timedelta(days=goal)
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
    due_on = referral.completion_by
    if due_on is None or due_on >= day.today:
        return None
    sender = referral.unit.organisation.name
    text = f"Kompletteringen från {sender} skulle ha kommit {date_iso(due_on)}"
    return _referral_item(day, referral, due_on, text, "Öppna remissen")


def _talking(day: Day, referral: Referral) -> Item | None:
    if referral.talk_held_on:
        text = f"Samtalet hölls {date_iso(referral.talk_held_on)}. Ställ i kö eller avböj"
        decide_by = referral.talk_held_on + timedelta(days=WEEK_DAYS)
        return _referral_item(day, referral, decide_by, text, "Besluta")
    due_on = local_date(referral.talk_at) if referral.talk_at else None
    if due_on is None or due_on >= day.today:
        return None
    text = f"Inledande samtalet {date_short(due_on)} är inte antecknat"
    return _referral_item(day, referral, due_on, text, "Anteckna samtalet")


def _deciding(day: Day, referral: Referral) -> Item | None:
    due_on = referral.body_meets_on
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
