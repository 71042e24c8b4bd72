"""What a spreadsheet does to a personal number is undone, or refused: never another person's number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.personal_number_repair import CENTURY_ADDED, POWER_WRITTEN, ZERO_LOST, Repaired, repair
from core.personal_numbers import InvalidPersonalNumber, is_coordination_number, normalise

TODAY = date(2026, 11, 19)
MAN = "201701012393"
DASHES = ["", "-", "–", "—", "\u2212", " ", "\u00a0"]


def check_digit(ten: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(ten)]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


@st.composite
def numbers(draw, first=date(1927, 1, 1), last=date(2026, 11, 1)) -> str:
    """A number of the test series, sometimes a samordningsnummer."""
    born = draw(st.dates(first, last))
    day = born.day + draw(st.sampled_from([0, 0, 0, 60]))
    stem = f"{born:%Y%m}{day:02d}{draw(st.sampled_from(['238', '239']))}"
    return stem + check_digit(stem[2:])


def as_excel_writes_it(amount: int) -> str:
    """2,01701012393E+11, with every digit but the zeros at the end."""
    digits = str(amount)
    rest = digits[1:].rstrip("0")
    return f"{digits[0]}{',' if rest else ''}{rest}E+{len(digits) - 1:02d}"


@given(numbers(), st.sampled_from(DASHES), st.sampled_from(["", " ", "'", "\u00a0"]))
def test_twelve_digits_are_the_number_however_written(number, dash, around) -> None:
    written = f"{around}{number[:8]}{dash}{number[8:]}{around}"
    assert repair(written, today=TODAY).number == number
    assert repair(written, today=TODAY).notes == ()


@given(numbers())
def test_an_amount_is_the_number(number) -> None:
    assert repair(f"{float(number)}", today=TODAY).number == number
    assert repair(f"{number}.0", today=TODAY).number == number
    assert repair(f"{number},00", today=TODAY).number == number


@given(numbers())
def test_written_with_a_power_it_is_the_number_or_refused(number) -> None:
    written = as_excel_writes_it(int(number))
    if number.endswith("00"):
        with pytest.raises(InvalidPersonalNumber, match="kortat av"):
            repair(written, today=TODAY)
    else:
        assert repair(written, today=TODAY) == Repaired(number, (POWER_WRITTEN,))


@given(numbers())
def test_ten_digits_with_their_zeros_lost_are_the_number(number) -> None:
    for written in (number[2:], f"{number[2:8]}-{number[8:]}", number[2:].lstrip("0")):
        found = repair(written, today=TODAY)
        assert found.number == number
        lost = (ZERO_LOST,) if written == number[2:].lstrip("0") != number[2:] else ()
        assert found.notes == (*lost, CENTURY_ADDED.format(year=number[:4]))


@given(numbers(first=date(2006, 1, 1)), st.dates(date(2005, 1, 1), date(2026, 11, 19)))
def test_two_possible_persons_are_never_chosen_between(number, start) -> None:
    """Ten digits that the century's rule makes unborn at the start may be a hundred years older."""
    born_after = (
        normalise(number)
        and date(int(number[:4]), int(number[4:6]), int(number[6:8]) % 60 or 60) > start
    )
    if born_after:
        with pytest.raises(InvalidPersonalNumber, match="kan vara född"):
            repair(number[2:], today=TODAY, alive_on=start)
    else:
        assert repair(number[2:], today=TODAY, alive_on=start).number == number


def test_a_plus_is_somebody_over_a_hundred() -> None:
    assert repair("170101+2393", today=TODAY).number == "191701012393"


def test_a_samordningsnummer_keeps_its_day() -> None:
    stem = "20170163239"
    number = stem + check_digit(stem[2:])
    assert is_coordination_number(repair(f"{float(number)}", today=TODAY).number)


@pytest.mark.parametrize(
    "text",
    ["2,01701E+11", "2.01701012E+11", "1,7E+09", "1E+11", "2.5E+400", "1,5E+00", "1E+0"],
)
def test_cut_off_digits_are_not_made_up(text) -> None:
    with pytest.raises(InvalidPersonalNumber):
        repair(text, today=TODAY)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "-", "'"])
def test_blank_is_nobody(text) -> None:
    assert repair(text).number == ""


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\A[0-9eE+.,\- ']{1,20}\Z")))
def test_any_text_is_a_whole_valid_number_or_refused_in_words(text) -> None:
    found = number_or_refusal(text)
    if isinstance(found, InvalidPersonalNumber):
        assert str(found).endswith((".", "…."))
    else:
        assert found == "" or normalise(found, TODAY) == found


def number_or_refusal(text: str) -> str | InvalidPersonalNumber:
    try:
        return repair(text, today=TODAY).number
    except InvalidPersonalNumber as refusal:
        return refusal


@given(numbers(), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_never_repaired_to_another(number, place, more) -> None:
    """The century isn't in the check digit; every other digit is."""
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    found = number_or_refusal(wrong)
    assert isinstance(found, InvalidPersonalNumber) or (place < 2 and found == wrong)
