"""Calendar files (iCalendar, RFC 5545): what a person's own calendar can read.

Times are written in UTC, so that no time zone has to be described. Holds nothing but what it is
given: keep personal data out of titles and places.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

LONGEST_LINE = 75
PRODUCT = "-//Rehabsteget//SV"
ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\r\n": "\\n", "\n": "\\n", "\r": "\\n"}


@dataclass(frozen=True)
class CalendarEvent:
    """One time in a calendar. The same `uid` with a higher `sequence` replaces the earlier one."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    sequence: int = 0


def calendar_file(events: Iterable[CalendarEvent], *, now: datetime | None = None) -> bytes:
    """The events as one file, lines folded and ended as the standard says."""
    stamp = _moment(now or timezone.now())
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(folded + b"\r\n" for line in lines for folded in _fold(line))


def _event(event: CalendarEvent, stamp: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escape(event.uid)}",
        f"DTSTAMP:{stamp}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SUMMARY:{_escape(event.title)}",
    ]
    if event.place:
        lines.append(f"LOCATION:{_escape(event.place)}")
    return [*lines, "END:VEVENT"]


def _moment(moment: datetime) -> str:
    """An aware moment as UTC, 20261124T120000Z."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    for plain, escaped in ESCAPED.items():
        text = text.replace(plain, escaped)
    return "".join(letter for letter in text if letter >= " ")


def _fold(line: str) -> Iterator[bytes]:
    """Pieces of at most 75 octets, the later ones begun with a space; no letter is cut in two."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece
