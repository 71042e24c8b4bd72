"""How dates, numbers and names are written: the product's one way."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from core import formatting as f

NBSP = "\u00a0"
DAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f.date_iso(DAY), "2026-11-19"),
        (f.date_short(DAY), "tor 19 nov"),
        (f.date_short(date(2026, 6, 6)), "lör 6 juni"),
        (f.date_long(DAY), "torsdag 19 november 2026"),
        (f.date_month(DAY), "November 2026"),
        (f.clock(time(13, 0)), "13.00"),
        (f.clock_at(time(9, 30)), "kl. 09.30"),
        (f.week(DAY), "v. 47"),
        (f.week(7), "v. 7"),
        (f.week_span(35, 42), "v. 35–42"),
        (f.week_span(35, 35), "v. 35"),
        (f.week_of(5, 8), "v. 5 av 8"),
        (f.number(1300), "1 300"),
        (f.number(-1234567), "−1 234 567"),
        (f.number(Decimal("6.50"), 2), "6,5"),
        (f.number(0.5), "1"),
        (f.number(0), "0"),
        (f.kr(1300), "1 300 kr"),
        (f.percent(61), "61 %"),
        (f.percent(61.25, 1), "61,3 %"),
        (f.share(22, 93), "24 %"),
        (f.share(0, 93), "0 %"),
        (f.hours(6.5), "6,5 h"),
        (f.hours(Decimal("10")), "10 h"),
        (f.hours_minutes(270), "4 h 30 min"),
        (f.hours_minutes(60), "1 h"),
        (f.hours_minutes(0), "0 min"),
        (f.days(1), "1 dag"),
        (f.days(12), "12 dagar"),
        (f.file_size(214_000), "214 kB"),
        (f.file_size(12), "1 kB"),
        (f.file_size(1_800_000), "1,8 MB"),
        (f.initials("Karin Lindqvist"), "KL"),
        (f.initials("Cher"), "C"),
        (f.initials(""), ""),
        (f.person_number("201701012393"), "20170101-2393"),
        (f.person_number(""), ""),
    ],
)
def test_written_as_in_the_guide(written: str, expected: str) -> None:
    assert written.replace(NBSP, " ") == expected


@pytest.mark.parametrize("text", [f.kr(1300), f.percent(61), f.hours(6.5), f.week(47)])
def test_a_number_never_parts_from_its_unit(text: str) -> None:
    assert " " not in text


@pytest.mark.parametrize(
    "function",
    [
        *(f.date_iso, f.date_short, f.date_long, f.date_month, f.moment_iso, f.moment_short),
        *(f.clock, f.clock_at, f.week, f.number, f.kr, f.percent, f.hours, f.hours_minutes),
        *(f.days_ago, f.days_left, f.file_size),
    ],
)
def test_nothing_is_written_as_nothing(function) -> None:
    assert function(None) == ""


@pytest.mark.parametrize(
    ("day", "expected"),
    [(19, "i dag"), (18, "i går"), (20, "i morgon"), (5, "14 dagar sedan"), (24, "om 5 dagar")],
)
def test_days_ago(day: int, expected: str) -> None:
    assert f.days_ago(date(2026, 11, day), today=DAY).replace(NBSP, " ") == expected


@pytest.mark.parametrize(
    ("day", "expected"), [(30, "11 dagar kvar"), (19, "i dag"), (17, "2 dagar sen")]
)
def test_days_left(day: int, expected: str) -> None:
    assert f.days_left(date(2026, 11, day), today=DAY).replace(NBSP, " ") == expected


def test_a_moment_is_written_in_swedish_time() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert f.moment_iso(new_year) == "2027-01-01 00.30"
    assert f.date_iso(new_year) == "2027-01-01"


def test_a_share_of_nothing_is_blank() -> None:
    assert f.share(0, 0) == ""
    assert f.share(None, 10) == ""


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Månaden finns inte. Skriv till exempel 2026-12-01.", "Månaden finns inte"),
        ("Skriv tiden som TT.MM, till exempel 13.00.", "Skriv tiden som TT.MM, till exempel 13.00"),
        ("Fyll i namn.", "Fyll i namn"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, first: str) -> None:
    assert f.first_sentence(text) == first
