"""How a participation is said on screens: its phase, with the week. Formatted once."""

from dataclasses import dataclass
from datetime import date

from core.formatting import NBSP, date_iso
from participants.enums import EnrolmentState
from programmes.enums import PhaseKind

STEPS = {PhaseKind.GROUP: 1, PhaseKind.TRIAL: 2, PhaseKind.SUPPORT: 3}
LAST_STEP = 4
DAYS_A_WEEK = 7
# A telling of the state replaces the phase when the person isn't in it right now.
QUIET_STATES = {EnrolmentState.PAUSED: "Paus", EnrolmentState.MISREGISTERED: "Felregistrerad"}


@dataclass(frozen=True)
class PhaseNow:
    """What is needed to say where a participation is. Dates may be None."""

    state: str
    starts_on: date
    ends_on: date | None
    name: str | None
    kind: str | None
    weeks: int | None
    began_on: date | None


def week_text(began_on: date, weeks: int | None, today: date) -> str:
    """ "v. 5 av 8", "v. 12" where the length varies, or when the phase begins."""
    if began_on > today:
        return f"börjar {date_iso(began_on)}"
    week = (today - began_on).days // DAYS_A_WEEK + 1
    if weeks is None:
        return f"v.{NBSP}{week}"
    if week > weeks:
        return f"v.{NBSP}{week}, {weeks} planerade"
    return f"v.{NBSP}{week} av {weeks}"


def phase_step(now: PhaseNow) -> int:
    """How many bars the small phase mark has filled, 1–4."""
    if now.state == EnrolmentState.CLOSED:
        return LAST_STEP
    return STEPS.get(PhaseKind(now.kind), 1) if now.kind else 1


def phase_text(now: PhaseNow, today: date) -> str:
    """ "Gruppfas, v. 5 av 8", "Avslutad 2026-10-01", "Planerad, start 2026-12-01"."""
    if now.state == EnrolmentState.CLOSED:
        return f"Avslutad {date_iso(now.ends_on)}"
    if now.state in QUIET_STATES:
        return QUIET_STATES[EnrolmentState(now.state)]
    if now.state == EnrolmentState.PLANNED:
        return f"Planerad, start {date_iso(now.starts_on)}"
    if now.name is None or now.began_on is None:
        return "Ingen fas än"
    return f"{now.name}, {week_text(now.began_on, now.weeks, today)}"
