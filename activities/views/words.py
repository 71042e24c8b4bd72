"""How groups, sessions and attendance are said and marked on screens. Formatted once."""

from dataclasses import dataclass
from datetime import date

from activities.enums import AttendanceKind
from activities.models import Group, Session
from core.formatting import (
    MONTHS,
    clock,
    counted,
    date_short,
    local_date,
    week_span,
)

K = AttendanceKind
# letter, modifier, words
MARKS = {
    K.PRESENT: ("●", "here", "närvarande"),
    K.LATE: ("◐", "late", "sen"),
    K.SICK: ("S", "told", "anmäld frånvaro: sjuk"),
    K.CHILD: ("B", "told", "anmäld frånvaro: vård av barn"),
    K.CARE: ("V", "told", "anmäld frånvaro: vårdbesök"),
    K.AUTHORITY: ("M", "told", "anmäld frånvaro: myndighetsbesök"),
    K.OTHER: ("A", "told", "anmäld frånvaro: annat giltigt"),
    K.ABSENT: ("×", "gone", "oanmäld frånvaro"),
}
OFF = ("–", "off", "inställt av verksamheten")
COMING = ("", "next", "kommande")
MISSING = ("?", "next", "närvaro saknas")
OUTSIDE = ("", "outside", "inte med i gruppen")
LEGEND = (
    ("●", "here", "Närvarande"),
    ("◐", "late", "Sen"),
    ("S", "told", "Sjuk"),
    ("B", "told", "Vård av barn"),
    ("V", "told", "Vårdbesök"),
    ("M", "told", "Myndighetsbesök"),
    ("A", "told", "Annat giltigt"),
    ("×", "gone", "Oanmäld frånvaro"),
    ("–", "off", "Inställt av oss, räknas inte"),
    ("", "next", "Kommande"),
)
DAY_LETTERS = ("m", "ti", "o", "to", "f", "l", "s")


@dataclass(frozen=True)
class Att:
    """One mark in an attendance grid: what is drawn, which look, what is read out."""

    letter: str
    look: str
    words: str


def mark_of(kind: str | None, session: Session, *, today: date, belongs: bool = True) -> Att:
    """The mark of one person at one session."""
    if not belongs:
        return Att(*OUTSIDE)
    if session.cancelled:
        return Att(*OFF)
    if kind:
        return Att(*MARKS[AttendanceKind(kind)])
    return Att(*(MISSING if local_date(session.starts_at) < today else COMING))


def day_month(day: date) -> str:
    """12 okt."""
    name = MONTHS[day.month - 1]
    return f"{day.day} {name if len(name) <= 4 else name[:3]}"


def group_time(group: Group) -> str:
    """v. 42–49, 12 okt – 3 dec 2026."""
    first, last = group.starts_on, group.ends_on
    year = f" {first.year}" if first.year != last.year else ""
    weeks = week_span(first, last)
    return f"{weeks}, {day_month(first)}{year} – {day_month(last)} {last.year}"


def session_time(session: Session) -> str:
    """09.00–12.00."""
    return f"{clock(session.starts_at)}–{clock(session.ends_at)}"


def session_day(session: Session) -> str:
    """tor 19 nov."""
    return date_short(session.starts_at)


def session_place(session: Session) -> str:
    """The session's room, or the group's; blank when neither is known."""
    return session.room or session.group.room


def people(count: int) -> str:
    """15 deltagare."""
    return counted(count, "deltagare", "deltagare")


def days_behind(day: date, today: date) -> str:
    """2 dagar sen, i dag, or the weekday when it is to come."""
    late = (today - day).days
    if late > 0:
        return f"{counted(late, 'dag', 'dagar')} sen"
    return "i dag" if late == 0 else date_short(day)
