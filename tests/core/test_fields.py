"""Fields written as text: what they take, and what they say when it doesn't work."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.forms import (
    DateField,
    HoursField,
    MoneyField,
    PercentField,
    PersonalNumberField,
    TimeField,
    WeekField,
)
from core.lookup import lookup_hash


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (DateField(), "2026-11-19", date(2026, 11, 19)),
        (DateField(), "20261119", date(2026, 11, 19)),
        (DateField(), "2026/11/9", date(2026, 11, 9)),
        (DateField(), " 2026.11.19 ", date(2026, 11, 19)),
        (DateField(), date(2026, 11, 19), date(2026, 11, 19)),
        (TimeField(), "13.00", time(13, 0)),
        (TimeField(), "13:00", time(13, 0)),
        (TimeField(), "1300", time(13, 0)),
        (TimeField(), "9", time(9, 0)),
        (TimeField(), "kl. 9.30", time(9, 30)),
        (WeekField(), "47", 47),
        (WeekField(), "v. 47", 47),
        (WeekField(), "V47", 47),
        (WeekField(year=2026), "53", 53),
        (HoursField(), "6,5", Decimal("6.5")),
        (HoursField(), "6.5", Decimal("6.5")),
        (HoursField(), "6,25 h", Decimal("6.25")),
        (HoursField(), "0", Decimal(0)),
        (PercentField(), "50 %", 50),
        (PercentField(), "0", 0),
        (MoneyField(), "1 300 kr", 1300),
        (MoneyField(), "1\u00a0300", 1300),
        (PersonalNumberField(), "170101-2393", "201701012393"),
    ],
)
def test_takes_what_people_write(field, text, value) -> None:
    assert field.clean(text) == value


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        (DateField(), "2026-13-01", "Månaden finns inte. Skriv till exempel 2026-12-01."),
        (DateField(), "2026-11-31", "Dagen finns inte. November 2026 har 30 dagar."),
        (DateField(), "2027-02-29", "Dagen finns inte. Februari 2027 har 28 dagar."),
        (DateField(), "0000-01-01", "Dagen finns inte. Januari 0 har 31 dagar."),
        (DateField(), "19 november", "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-12-01."),
        (DateField(latest=date(2026, 1, 1)), "2026-01-02", "får inte vara efter 2026-01-01."),
        (DateField(earliest=date(2026, 1, 1)), "2025-12-31", "får inte vara före 2026-01-01."),
        (TimeField(), "25.00", "Tiden finns inte"),
        (TimeField(), "12.60", "Tiden finns inte"),
        (TimeField(), "efter lunch", "Skriv tiden som TT.MM"),
        (WeekField(), "54", "Veckorna är 1–53"),
        (WeekField(), "0", "Veckan finns inte"),
        (WeekField(year=2027), "53", "Veckorna 2027 är 1–52"),
        (WeekField(), "snart", "Skriv veckan som ett tal"),
        (HoursField(), "sex", "Skriv ett tal, till exempel 6,5."),
        (HoursField(), "-1", "mindre än 0"),
        (HoursField(), "169", "högst 168"),
        (HoursField(most=40), "41", "högst 40"),
        (HoursField(), "1,234", "högst 2 decimaler"),
        (HoursField(), "NaN", "Skriv ett tal"),
        (HoursField(), "Infinity", "Skriv ett tal"),
        (PercentField(), "101", "högst 100"),
        (PercentField(), "12,5", "inga decimaler"),
        (MoneyField(), "gratis", "Skriv ett helt tal"),
        (PersonalNumberField(), "2017010-2393", "en siffra för lite"),
    ],
)
def test_says_what_is_wrong(field, text: str, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        field.clean(text)
    assert says in caught.value.messages[0]


@pytest.mark.parametrize(
    "cls", [DateField, TimeField, WeekField, HoursField, MoneyField, PercentField]
)
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_blank_is_none(cls, blank) -> None:
    assert cls(required=False).clean(blank) is None


@pytest.mark.parametrize("blank", ["", "  ", "-", None])
def test_a_blank_personal_number_is_blank_and_never_matches(blank) -> None:
    value = PersonalNumberField(required=False).clean(blank)
    assert value == ""
    assert lookup_hash(value) is None


def test_required_is_required_also_for_nothing_but_separators() -> None:
    with pytest.raises(ValidationError):
        PersonalNumberField().clean(" - ")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (DateField(), date(2026, 11, 19), "2026-11-19"),
        (DateField(), "2026-13-01", "2026-13-01"),
        (TimeField(), time(9, 30), "09.30"),
        (HoursField(), Decimal("6.50"), "6,5"),
        (MoneyField(), 1300, "1 300"),
        (PersonalNumberField(), "201701012393", "20170101-2393"),
        (PersonalNumberField(), "2017010-2393", "2017010-2393"),
    ],
)
def test_shows_values_as_they_are_written_and_typed_text_as_it_was(field, value, shown) -> None:
    assert field.prepare_value(value) == shown


def test_the_same_day_in_other_words_is_no_change() -> None:
    assert not DateField().has_changed(date(2026, 11, 19), "20261119")
    assert DateField().has_changed(date(2026, 11, 19), "20261120")
    assert DateField().has_changed(date(2026, 11, 19), "i morgon")
