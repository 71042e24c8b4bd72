"""How a remiss is told: the state's mark, the sender's line of stops, one sentence on where it is."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from core.formatting import (
    clock_at,
    date_iso,
    date_short,
    days,
    days_left,
    local_date,
)
from referrals.enums import ReferralState
from referrals.models import Referral, ReferralEvent
from referrals.services import Crowding, forecast_words

S = ReferralState

# state: (icon, kind)
LOOKS: dict[str, tuple[str, str]] = {
    S.DRAFT: ("dash", ""),
    S.SENT: ("ring", ""),
    S.ASSESSING: ("q1", "go"),
    S.COMPLETION: ("warn", "soon"),
    S.TALK: ("q2", "go"),
    S.DECIDING: ("meet", "go"),
    S.QUEUED: ("q3", "go"),
    S.RESTING: ("pause", ""),
    S.PLACED: ("ok", "ok"),
    S.DECLINED: ("no", ""),
    S.WITHDRAWN: ("undo", ""),
    S.TRANSFERRED: ("right", ""),
}
# Beside a remiss in which the other side has said something that isn't read.
NEWS = "nytt meddelande"
STOPS = ("Inskickad", "Bedömning", "Inledande samtal", "I kö", "Gruppstart")
# Where on the line each state stands.
AT_STOP: dict[str, int] = {
    S.SENT: 1,
    S.ASSESSING: 1,
    S.COMPLETION: 1,
    S.RESTING: 1,
    S.TALK: 2,
    S.DECIDING: 2,
    S.QUEUED: 3,
    S.PLACED: 4,
}


@dataclass(frozen=True)
class Status:
    """A word with its shape, as `components/status.html` draws it."""

    label: str
    shape: str
    kind: str = ""


@dataclass(frozen=True)
class Stop:
    """One stop on the sender's line."""

    text: str
    note: str
    state: str


def status_of(referral: Referral) -> Status:
    """The state as a word with a shape."""
    shape, kind = LOOKS[referral.state]
    return Status(referral.get_state_display(), shape, kind)


def assessment_day(referral: Referral, today: date) -> tuple[str, bool]:
    """("dag 9 av 7", too late): how far into the programme's time for assessing."""
    goal = referral.programme.assessment_days
    passed = (today - referral.sent_on).days if referral.sent_on else 0
    return f"dag {passed} av {goal}", passed > goal


def talk_time(referral: Referral) -> str:
    """tis 24 nov kl. 13.00: when the introductory talk is booked."""
    if referral.talk_at is None:
        return ""
    return f"{date_short(referral.talk_at)} {clock_at(referral.talk_at)}"


def track(referral: Referral, events: list[ReferralEvent]) -> list[Stop]:
    """The five stops with what is done, what goes on and what remains. Blank for ended ones."""
    if referral.state not in AT_STOP:
        return []
    here = AT_STOP[referral.state]
    notes = _done_notes(referral, events)
    now = "wait" if referral.state == S.COMPLETION else "now"
    return [
        Stop(text, notes[at], "done")
        if at < here
        else Stop(text, _now_note(referral, notes) if at == here else "", now if at == here else "")
        for at, text in enumerate(STOPS)
    ]


def _done_notes(referral: Referral, events: list[ReferralEvent]) -> list[str]:
    first = {event.to_state: event for event in sorted(events, key=lambda one: -one.pk)}
    talked, placed = first.get(S.TALK), first.get(S.PLACED)
    return [
        date_iso(referral.sent_on),
        date_iso(local_date(talked.at)) if talked else "",
        date_iso(referral.talk_held_on),
        date_iso(local_date(placed.at)) if placed else "",
        placed.text.lower() if placed else "",
    ]


def _now_note(referral: Referral, notes: list[str]) -> str:
    today = timezone.localdate()
    day, _ = assessment_day(referral, today)
    held = f"hölls {date_iso(referral.talk_held_on)}" if referral.talk_held_on else ""
    return {
        S.SENT: day,
        S.ASSESSING: day,
        S.COMPLETION: "komplettering begärd",
        S.RESTING: f"vilar till {date_iso(referral.review_on)}",
        S.TALK: held or talk_time(referral),
        S.DECIDING: "remissgruppen beslutar",
        S.QUEUED: days(waited(referral, today)),
        S.PLACED: notes[AT_STOP[S.PLACED]],
    }[ReferralState(referral.state)]


def waited(referral: Referral, today: date) -> int:
    """Whole days: in the queue for one who stands there, else in the state."""
    since = referral.queued_on if referral.state == S.QUEUED else referral.state_since
    return (today - since).days if since else 0


def sentence(referral: Referral) -> str:
    """Where the remiss stands, for the one who sent it."""
    today = timezone.localdate()
    who = referral.coordinator.name if referral.coordinator else ""
    told = {
        S.DRAFT: f"Sparat {date_iso(referral.saved_at or referral.created_at)}. Syns bara för din enhet.",
        S.SENT: "Väntar på en koordinator.",
        S.ASSESSING: f"{who} bedömer.",
        S.COMPLETION: f"Svara senast {date_iso(referral.completion_by)}, "
        f"{days_left(referral.completion_by, today)}.",
        S.TALK: _talk_words(referral, today),
        S.DECIDING: _deciding_words(referral),
        S.QUEUED: _queue_words(referral, today),
        S.RESTING: f"Vilar. {who} ser på den igen {date_iso(referral.review_on)}.",
        S.PLACED: "Har fått plats.",
        S.DECLINED: f"Avböjd {date_iso(referral.state_since)}.",
        S.WITHDRAWN: f"Återtagen {date_iso(referral.state_since)}.",
        S.TRANSFERRED: f"Överförd till en annan insats {date_iso(referral.state_since)}.",
    }
    return told[ReferralState(referral.state)]


def _queue_words(referral: Referral, today: date) -> str:
    """I kö sedan 12 dagar, troligen gruppstart v. 7–12."""
    if referral.state != S.QUEUED:
        return ""
    since = days(waited(referral, today)) if waited(referral, today) else "i dag"
    start = forecast_words(getattr(referral, "forecast", None), today=today)
    return f"I kö sedan {since}, {start}." if start else f"I kö sedan {since}."


def _deciding_words(referral: Referral) -> str:
    meets_on = referral.body_meets_on
    when = f", som träffas {date_iso(meets_on)}" if meets_on else ""
    return f"Ligger hos remissgruppen{when}."


def crowding_warning(crowding: Crowding) -> str:
    """What to know before one more is accepted; blank while there is room for everybody."""
    if not crowding.is_full:
        return ""
    return f"{crowding.words} Den som ställs i kö nu får vänta tills någon lämnar sin plats."


def _talk_words(referral: Referral, today: date) -> str:
    if referral.talk_held_on:
        return f"Samtalet hölls {date_iso(referral.talk_held_on)}. Beslut väntar."
    if referral.talk_at is None:
        return ""
    place = f", {referral.talk_place}" if referral.talk_place else ""
    verb = "var bokat till" if local_date(referral.talk_at) < today else "är"
    return f"Samtalet {verb} {talk_time(referral)}{place}."
