"""Any way of writing in, twelve digits out, and words for what is wrong. Numbers: the test series."""

from datetime import date

import pytest

from core import personal_numbers as p

WOMAN, MAN = "201701012385", "201701012393"
COORDINATION = "201701632391"
TODAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    "text",
    [
        "201701012393",
        "20170101-2393",
        "20170101 2393",
        " 20170101–2393 ",
        "20170101\u00a02393",
        "170101-2393",
        "1701012393",
        "２０１７０１０１-２３９３",
    ],
)
def test_every_way_of_writing_is_the_same_number(text: str) -> None:
    assert p.normalise(text, TODAY) == MAN


def test_ten_digits_get_the_century_that_has_been() -> None:
    assert p.normalise("891224-2396", TODAY) == "198912242396"


@pytest.mark.parametrize("text", ["", "  ", "-", "\u00a0"])
def test_blank_is_blank(text: str) -> None:
    assert p.normalise(text) == ""


def test_samordningsnummer_is_a_personal_number() -> None:
    number = next(
        f"20170163239{digit}" for digit in range(10) if p.personnummer.valid(f"20170163239{digit}")
    )
    assert p.normalise(number, TODAY) == number
    assert p.is_coordination_number(number)
    assert p.birth_date(number) == date(2017, 1, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2017010-2393", "en siffra för lite"),
        ("17010-2393", "en siffra för lite"),
        ("20170101-23933", "en siffra för mycket"),
        ("1701012-2393", "en siffra för mycket"),
        ("2017", "Du skrev 4"),
        ("20171301-2393", "månad 13"),
        ("20170230-2393", "2017-02-30"),
        ("20170199-2393", "finns inte"),
        ("20170101-2394", "Kontrollsiffran"),
        ("2017O101-2393", "bara ha siffror"),
        ("20270101-2391", "framtiden"),
    ],
)
def test_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(p.InvalidPersonalNumber, match=says):
        p.normalise(text, TODAY)


def test_never_repeats_the_number_in_the_error() -> None:
    with pytest.raises(p.InvalidPersonalNumber) as caught:
        p.normalise("20170101-2394", TODAY)
    assert "2394" not in str(caught.value)


def test_the_sex_digit() -> None:
    assert p.is_woman(p.normalise(WOMAN, TODAY))
    assert not p.is_woman(MAN)


@pytest.mark.parametrize(
    "text",
    ["201701012393", "20170101-2393", "170101-2393", "1701012393", "170101+2393", "20170163-2391"],
)
def test_masked_wherever_it_stands(text: str) -> None:
    assert p.masked(f"Anna {text}, söktes") == f"Anna {p.MASK}, söktes"


@pytest.mark.parametrize("text", ["2026-11-19", "RS-2026-0183", "kl. 13.00", "999999-9999", "4711"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert p.masked(text) == text
