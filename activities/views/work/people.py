"""Participations: registration, consents, income."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.urls import reverse

from activities.views.words import days_behind
from activities.views.work.item import (
    INCOME_DAYS,
    REGISTER_WITHIN,
    TODAY,
    WEEK,
    WEEK_DAYS,
    Day,
    Item,
    about,
    bucket_of,
)
from core.formatting import date_iso, days
from participants.models import Enrolment, StatisticsFact
from participants.rules import can_register


def enrolment_items(day: Day, enrolments: Iterable[Enrolment]) -> Iterator[Item]:
    """What is missing or runs out about a participation."""
    for one in enrolments:
        makers = (_after_item,) if not one.is_open else (_before_item, _consent_item, _income_item)
        for maker in makers:
            item = maker(day, one)
            if item is not None:
                yield item


def _is_registered(fact: StatisticsFact) -> bool:
    """Everything the in-registration asks about the person, as far as the fact holds it."""
    known = fact.education != "" and fact.months_in_support is not None
    return fact.before_complete and known


def _before_item(day: Day, one: Enrolment) -> Item | None:
    fact = getattr(one, "fact", None)
    if one.starts_on > day.today or (fact is not None and _is_registered(fact)):
        return None
    due_on = one.starts_on + timedelta(days=REGISTER_WITHIN)
    fills_in = can_register(day.user)
    page = "registration_before" if fills_in else "registration_detail"
    return about(
        one,
        kind="registrering",
        bucket=bucket_of(due_on, day),
        due_on=due_on,
        icon="doc",
        due=days_behind(due_on, day.today),
        text="Inregistreringen är inte fullständig",
        action="Fyll i uppgifter" if fills_in else "Se vad som saknas",
        action_url=reverse(f"participants:{page}", args=[one.pk]),
    )


def _after_item(day: Day, one: Enrolment) -> Item | None:
    ended = one.ends_on or day.today
    return about(
        one,
        kind="registrering",
        bucket=bucket_of(ended, day),
        due_on=ended,
        icon="doc",
        due=days_behind(ended, day.today),
        text="Slutuppgifter saknas efter avslutet",
        action="Se vad som saknas",
        action_url=reverse("participants:registration_detail", args=[one.pk]),
    )


def _consent_item(day: Day, one: Enrolment) -> Item | None:
    until = one.consent_to  # type: ignore[attr-defined]
    if until is None:
        return None
    left = (until - day.today).days
    when = f"om {days(left)}" if left else "i dag"
    return about(
        one,
        kind="samtycken",
        bucket=TODAY if left <= WEEK_DAYS else WEEK,
        due_on=until,
        icon="clock",
        due=date_iso(until),
        text=f"Ett samtycke löper ut {when}",
        action="Be om nytt",
        action_url=reverse("participants:consent_list", args=[one.pk]),
    )


def _income_item(day: Day, one: Enrolment) -> Item | None:
    referral = getattr(one, "referral", None)
    soon = day.today + timedelta(days=INCOME_DAYS)
    ends = [
        (until, words)
        for until, words in (
            (referral and referral.support_until, "Försörjningen är säkrad till {}"),
            (referral and referral.sick_leave_until, "Sjukskrivningen gäller till {}"),
        )
        if until and day.today <= until <= soon
    ]
    if not ends:
        return None
    until, words = min(ends)
    return about(
        one,
        kind="samtycken",
        bucket=TODAY,
        due_on=until,
        icon="doc",
        due=f"{days((until - day.today).days)} kvar",
        text=words.format(date_iso(until)),
        action="Öppna deltagaren",
        action_url=reverse("participants:enrolment_detail", args=[one.pk]),
    )
