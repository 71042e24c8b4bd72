"""The values in one cell: a day, a year, a code, a list of codes with extents. Blank is None."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from participants.enums import Gender
from participants.services.missing import HOURS_A_WEEK
from participants.services.register import MOST_MONTHS, MOST_PERCENT
from programmes.enums import CodeList

EARLIEST = date(2005, 1, 1)
HOURS_IN_A_WEEK = 168
LAST_GROUP = 9_999
NO_SUPPORT = "ING"
DAY = re.compile(
    # Without signs between them eight digits, or the day could be another one.
    r"^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d\d)(\d\d))(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
# A day that lost its format is the number of days since the end of 1899.
SERIAL = re.compile(r"^(\d{5})(?:[.,]0+)?$")
SERIAL_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 38_353, 73_050  # 2005-01-01 to 2099-12-31
GROUP = re.compile(r"^(?:grupp\s*)?(?:nr\.?\s*)?(\d{1,6})(?:[.,]0+)?$", re.IGNORECASE)
WHOLE = re.compile(r"^(\d{1,6})(?:[.,]0+)?$")
GENDERS = {"k": Gender.WOMAN, "kvinna": Gender.WOMAN, "m": Gender.MAN, "man": Gender.MAN}
BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]")
MANY_HOURS = f"Mer än {HOURS_A_WEEK} timmar i veckan. Kontrollera omfattningen."
TENTH = Decimal("0.1")


class Fault(ValueError):
    """What is wrong with a cell, as a sentence that repeats no more of it than a code."""


@dataclass
class Marks:
    """Codes with their extents, and what was odd about them."""

    extents: dict[str, Decimal | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_day(text: str) -> date | None:
    """A day, the year first. Two digits of a year, or the month first, could be two days."""
    if not text:
        return None
    if serial := SERIAL.match(text):
        days = int(serial[1])
        if FIRST_SERIAL <= days <= LAST_SERIAL:
            return SERIAL_ZERO + timedelta(days=days)
    parts = DAY.match(text)
    if not parts:
        raise Fault("Datumet går inte att läsa. Skriv ÅÅÅÅ-MM-DD.")
    try:
        return date(int(parts[1]), int(parts[3] or parts[5]), int(parts[4] or parts[6]))
    except ValueError:
        raise Fault("Datumet finns inte. Skriv ÅÅÅÅ-MM-DD.") from None


def read_year(text: str, today: date) -> int | None:
    """A year of start, from 2005 until now."""
    if not text:
        return None
    whole = WHOLE.match(text)
    if not whole or not EARLIEST.year <= int(whole[1]) <= today.year:
        raise Fault(f"Skriv ett år från {EARLIEST.year} till {today.year}.")
    return int(whole[1])


def read_gender(text: str) -> str | None:
    """K or M, also as a word."""
    if not text:
        return None
    try:
        return GENDERS[text.casefold()].value
    except KeyError:
        raise Fault("Skriv K eller M.") from None


def read_name(text: str, most: int) -> str:
    """A name of at most `most` letters, with single blanks."""
    text = " ".join(text.split())
    if len(text) > most:
        raise Fault(f"Skriv högst {most} tecken.")
    return text


def read_code(text: str, known: frozenset[str]) -> str | None:
    """A code of the list."""
    if not text:
        return None
    code = text.upper()
    if code not in known:
        raise Fault(_unknown(text, known))
    return code


def _unknown(text: str, known: frozenset[str]) -> str:
    # What isn't a code may be anything, a name too, and messages are kept.
    shown = f" {text}" if re.fullmatch(r"[A-ZÅÄÖ]{1,4}|\d{1,2}", text) else ""
    return f"Koden{shown} finns inte. Koderna är {', '.join(sorted(known))}."


def read_months(text: str) -> int | None:
    """Whole months in public support."""
    if not text:
        return None
    whole = WHOLE.match(text)
    if not whole or int(whole[1]) > MOST_MONTHS:
        raise Fault(f"Skriv hela månader, 0–{MOST_MONTHS}.")
    return int(whole[1])


def read_hours(text: str) -> Decimal | None:
    """Hours a week, at most all of them: what was reached at the end."""
    if not text:
        return None
    hours = _amount(text, "h")
    if hours > HOURS_IN_A_WEEK:
        raise Fault(f"Veckan har {HOURS_IN_A_WEEK} timmar.")
    return hours.quantize(TENTH, ROUND_HALF_UP)


def read_group(text: str) -> int | None:
    """The number of a group: 12, or Grupp 12."""
    if not text:
        return None
    found = GROUP.match(text)
    if not found or not 1 <= int(found[1]) <= LAST_GROUP:
        raise Fault(f"Skriv gruppens nummer, 1–{LAST_GROUP}.")
    return int(found[1])


def read_marks(text: str, known: frozenset[str], code_list: CodeList) -> Marks:
    """CODE:extent|CODE:extent. Support in percent, occupation in hours a week; ING stands alone."""
    marks = Marks()
    for part in text.split("|"):
        if not part.strip():
            continue
        code, _, extent = part.partition(":")
        known_code = read_code(code.strip(), known)
        if known_code is None:
            raise Fault("En omfattning saknar kod. Skriv till exempel SJP:50.")
        if known_code in marks.extents:
            raise Fault(f"Koden {known_code} står två gånger.")
        marks.extents[known_code] = _extent(extent.strip(), code_list, marks)
    if code_list == CodeList.SUPPORT and NO_SUPPORT in marks.extents and len(marks.extents) > 1:
        raise Fault(f"{NO_SUPPORT} kan inte stå tillsammans med någon annan försörjning.")
    return marks


def _extent(text: str, code_list: CodeList, marks: Marks) -> Decimal | None:
    if not text:
        return None
    is_support = code_list == CodeList.SUPPORT
    amount = _amount(text, "%" if is_support else "h")
    if is_support and amount > MOST_PERCENT:
        raise Fault(f"Omfattningen är högst {MOST_PERCENT} procent.")
    if not is_support and amount > HOURS_IN_A_WEEK:
        raise Fault(f"Veckan har {HOURS_IN_A_WEEK} timmar.")
    if not is_support and amount > HOURS_A_WEEK:
        marks.notes.append(MANY_HOURS)
    rounded = amount.quantize(TENTH, ROUND_HALF_UP)
    if rounded != amount:
        marks.notes.append("Omfattningen är avrundad till en decimal.")
    return rounded


def _amount(text: str, unit: str) -> Decimal:
    bare = BLANKS.sub("", text).casefold().removesuffix(unit).replace(",", ".").replace("−", "-")
    try:
        amount = Decimal(bare)
    except InvalidOperation:
        raise Fault("Omfattningen är inget tal. Skriv till exempel SJP:50 eller ARB:20.") from None
    if not amount.is_finite():
        raise Fault("Omfattningen är inget tal. Skriv till exempel SJP:50 eller ARB:20.")
    if amount < 0:
        raise Fault("Omfattningen är mindre än noll.")
    return amount
