"""Personal numbers as spreadsheets leave them: what can be restored is, and it is said how.

A spreadsheet takes a number for an amount: it drops the zero in front, writes 2,01701E+11, adds
.0 and keeps whatever dash was typed. Only what has one possible reading is restored; the check
digit must agree. Where digits are gone, or the century leaves two persons, it is refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from core.personal_numbers import (
    DIGITS,
    SEPARATORS,
    SHORT_DIGITS,
    InvalidPersonalNumber,
    birth_date,
    normalise,
)

FEWEST_DIGITS = 7  # 000101-2393 as an amount: the year 2000's two zeros and the month's are gone
POWER = re.compile(r"^(\d(?:[.,]\d+)?)[eE]\+?(\d{1,2})$")
WHOLE_AMOUNT = re.compile(r"^(\d+)[.,]0+$")
MARKS_AROUND = "'\"´`’‘"

ZERO_LOST = "Personnumret hade tappat nollan i början. Den är tillbaka."
POWER_WRITTEN = "Personnumret stod som ett tal med E. Det är skrivet med alla siffror."
CENTURY_ADDED = "Personnumret saknade sekel. Det är läst som född {year}."


@dataclass(frozen=True)
class Repaired:
    """Twelve digits ("" for blank), and what was done to get them, in sentences."""

    number: str
    notes: tuple[str, ...] = ()


def repair(text: str, *, today: date | None = None, alive_on: date | None = None) -> Repaired:
    """The personal number that a cell of a spreadsheet held; blank from blank.

    Ten digits are somebody under a hundred years (with `+`: a hundred or more), and somebody who
    was born on `alive_on` (the start) at the latest. Raises `InvalidPersonalNumber`, with a sentence
    that repeats no digits, when the number is wrong or two readings remain.
    """
    today = today or timezone.localdate()
    bare = unicodedata.normalize("NFKC", text).strip().strip(MARKS_AROUND).strip()
    digits, notes = _written_out(bare)
    digits, notes = _with_lost_zero(digits, notes)
    number = normalise(digits, today)
    if not number:
        return Repaired("")
    if len(SEPARATORS.sub("", digits).replace("+", "")) == SHORT_DIGITS:
        notes = (*notes, CENTURY_ADDED.format(year=number[:4]))
        _check_century(number, alive_on)
    return Repaired(number, notes)


def _written_out(text: str) -> tuple[str, tuple[str, ...]]:
    """An amount as its digits: 201701012393.0 and 2,01701012393E+11."""
    if whole := WHOLE_AMOUNT.match(text):
        return whole[1], ()
    power = POWER.match(text)
    if not power:
        return text, ()
    try:
        value = Decimal(power[1].replace(",", ".")).scaleb(int(power[2]))
    except InvalidOperation:
        value = Decimal(0)
    written = len(power[1].replace(",", "").replace(".", ""))
    # A zero at the end is never written out. Two are: the digits were cut off.
    if value != value.to_integral_value() or int(power[2]) + 1 - written > 1:
        raise InvalidPersonalNumber(
            "Excel har kortat av personnumret, och sista siffrorna är borta. Gör kolumnen till text "
            "och skriv numret igen."
        )
    return str(int(value)), (POWER_WRITTEN,)


def _with_lost_zero(text: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    bare = SEPARATORS.sub("", text)
    if bare.isascii() and bare.isdigit() and FEWEST_DIGITS <= len(bare) < SHORT_DIGITS:
        return bare.zfill(SHORT_DIGITS), (*notes, ZERO_LOST)
    return text, notes


def _check_century(number: str, alive_on: date | None) -> None:
    born = birth_date(number)
    if alive_on and born and born > alive_on:
        raise InvalidPersonalNumber(
            f"Personnumret har tio siffror och kan vara född {number[:4]} eller "
            f"{int(number[:4]) - 100}. Skriv det med {DIGITS} siffror."
        )
