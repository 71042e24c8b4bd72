"""One remiss as the programme's list shows it: who, from whom, what now, how long it has waited."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from core.formatting import (
    date_iso,
    days,
    days_ago,
    days_left,
    local_date,
    percent,
)
from referrals.enums import Priority, ReferralState
from referrals.models import Referral
from referrals.views.shown import (
    NEWS,
    Status,
    assessment_day,
    status_of,
    talk_time,
    waited,
)

S = ReferralState


@dataclass(frozen=True)
class Ticket:
    """One remiss on the board, or a row in the table."""

    name: str
    url: str
    sender: str
    words: str
    status: Status
    state: Status
    coordinator: str
    news: str
    # Anything but the ordinary turn in the queue, in words.
    priority: str
    # Days in each step so far: only in the table.
    waits: str
    assign_url: str


def ticket(referral: Referral, today: date, unread: Container[int] = (), waits: str = "") -> Ticket:
    """One row. `waits` is what `waits_of` tells of it."""
    words, status = TOLD.get(referral.state, _tell_ended)(referral, today)
    return Ticket(
        name=referral.shown_name,
        url=reverse("referrals:referral_detail", args=[referral.pk]),
        sender=referral.unit.organisation.name,
        words=words,
        status=status,
        state=status_of(referral),
        coordinator=referral.coordinator.name if referral.coordinator else "Ingen än",
        news=NEWS if referral.pk in unread else "",
        priority=_priority(referral),
        waits=waits,
        assign_url=_assign_url(referral),
    )


def _priority(referral: Referral) -> str:
    is_told = referral.state == S.QUEUED and referral.priority != Priority.NORMAL
    return Priority(referral.priority).label if is_told else ""


def _assign_url(referral: Referral) -> str:
    if referral.state != S.SENT or referral.coordinator_id:
        return ""
    return reverse("referrals:assign", args=[referral.pk])


def _is_before(day: date | None, other: date) -> bool:
    return day is not None and day < other


def _first_name(referral: Referral) -> str:
    return referral.coordinator.name.split()[0] if referral.coordinator else "Ingen"


def _days_of_assessing(referral: Referral, today: date) -> Status:
    told, is_late = assessment_day(referral, today)
    return Status(told, "warn", "late") if is_late else Status(told, "clock")


def _tell_sent(referral: Referral, today: date) -> tuple[str, Status]:
    extent = f" {percent(referral.sick_leave_percent)}" if referral.sick_leave_percent else ""
    words = f"Sjukskriven{extent}" if referral.on_sick_leave else "Inte sjukskriven"
    return words, _days_of_assessing(referral, today)


def _tell_assessing(referral: Referral, today: date) -> tuple[str, Status]:
    if referral.completion_answer:
        return "Svaret på kompletteringen kom", Status("svar att läsa", "inbox", "soon")
    return f"{_first_name(referral)} bedömer", _days_of_assessing(referral, today)


def _tell_completion(referral: Referral, today: date) -> tuple[str, Status]:
    is_late = _is_before(referral.completion_by, today)
    left = days_left(referral.completion_by, today)
    status = Status(left, "warn", "late") if is_late else Status(left, "clock")
    return f"Svar begärt till {date_iso(referral.completion_by)}", status


def _tell_talk(referral: Referral, today: date) -> tuple[str, Status]:
    if referral.talk_held_on:
        words = f"Samtalet hölls {date_iso(referral.talk_held_on)}"
        return words, Status("beslut väntar", "check", "soon")
    if referral.talk_at and local_date(referral.talk_at) < today:
        return talk_time(referral), Status("anteckna samtalet", "warn", "late")
    return talk_time(referral), Status(days_ago(referral.talk_at, today), "cal")


def _tell_queued(referral: Referral, today: date) -> tuple[str, Status]:
    until = referral.support_until
    words = f"Försörjning till {date_iso(until)}"
    return words, Status(days(waited(referral, today)), "clock")


def _tell_deciding(referral: Referral, today: date) -> tuple[str, Status]:
    meets_on = referral.body_meets_on
    if meets_on is None:
        return "Väntar på beslut", Status(days(waited(referral, today)), "clock")
    if _is_before(meets_on, today):
        return f"Träffades {date_iso(meets_on)}", Status("anteckna beslutet", "warn", "late")
    return f"Träffas {date_iso(meets_on)}", Status(days_left(meets_on, today), "meet")


def _tell_resting(referral: Referral, today: date) -> tuple[str, Status]:
    is_due = _is_before(referral.review_on, today + timedelta(days=1))
    words = f"{_first_name(referral)} ser på den {date_iso(referral.review_on)}"
    if is_due:
        return words, Status("dags nu", "warn", "late")
    return words, Status(days_left(referral.review_on, today), "pause")


def _tell_ended(referral: Referral, today: date) -> tuple[str, Status]:
    return f"Sedan {date_iso(referral.state_since)}", status_of(referral)


TOLD: dict[str, Callable[[Referral, date], tuple[str, Status]]] = {
    S.SENT: _tell_sent,
    S.ASSESSING: _tell_assessing,
    S.COMPLETION: _tell_completion,
    S.TALK: _tell_talk,
    S.DECIDING: _tell_deciding,
    S.QUEUED: _tell_queued,
    S.RESTING: _tell_resting,
}
