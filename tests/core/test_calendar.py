"""Calendar files as RFC 5545 says: folding by octets, escaping, UTC."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.calendar import CalendarEvent, calendar_file

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
END = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def written(**changed: object) -> bytes:
    fields = {"uid": "a@b", "title": "Samtal", "starts_at": START, "ends_at": END, **changed}
    return calendar_file([CalendarEvent(**fields)], now=START)


def unfolded(content: bytes) -> str:
    return content.replace(b"\r\n ", b"").decode()


def test_one_event_as_the_standard_writes_it() -> None:
    lines = unfolded(written(place="rum 3; hus B, plan 2\nporten", sequence=4)).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "DTSTART:20261124T120000Z",
        "DTEND:20261124T130000Z",
        "SEQUENCE:4",
        "LOCATION:rum 3\\; hus B\\, plan 2\\nporten",
    ):
        assert line in lines


@given(st.text(max_size=200))
def test_any_title_is_folded_whole_and_breaks_no_line(title: str) -> None:
    content = written(title=title)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()
    assert unfolded(content).count("BEGIN:VEVENT") >= 1
    assert len([line for line in lines if line.startswith(b"SUMMARY:")]) == 1
