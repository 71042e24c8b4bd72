"""Personnummer and samordningsnummer: any way of writing in, twelve digits out.

Source: folkbokföringslagen (1991:481) 18 §, lag (2022:1697) om samordningsnummer. The check itself
is the library `personnummer`'s; this module says in words what is wrong, and scrubs.
"""

import re
import unicodedata
from datetime import date

from django.utils import timezone
from personnummer import personnummer

DIGITS = 12
SHORT_DIGITS = 10
MONTHS = 12
COORDINATION_OFFSET = 60
CENTURIES = ("18", "19", "20")

# A hyphen can be any of the dashes people's keyboards and documents make; spaces too.
SEPARATORS = re.compile(r"[\s\u00a0\u2009\u202f\u2010-\u2015\u2212-]")

MASK = "[personnummer]"
# Eight or six digits of a date, then four: with or without hyphen, plus or space between. The date
# must be possible (day 1–31, or 61–91 for a samordningsnummer), so that other long numbers survive.
LOOKS_LIKE_ONE = re.compile(
    r"(?<!\d)(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+\s\u2010-\u2015]?\d{4}(?!\d)"
)


class InvalidPersonalNumber(ValueError):
    """Not a personal number; the message says what is wrong and how to write it."""


def normalise(text: str, today: date | None = None) -> str:
    """Twelve digits from any way of writing a personnummer or samordningsnummer; blank from blank.

    Ten digits get their century from today's date (and `+` for a hundred years or more).
    Raises `InvalidPersonalNumber` with a sentence for the person who wrote it.
    """
    bare = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    over_hundred, digits = "+" in bare, bare.replace("+", "", 1)
    if not digits:
        return ""
    _check_length(digits)
    today = today or timezone.localdate()
    whole = digits if len(digits) == DIGITS else _with_century(digits, over_hundred, today)
    _check_date(whole, today)
    if not personnummer.valid(whole):
        raise InvalidPersonalNumber(
            "Kontrollsiffran i personnumret stämmer inte. Kontrollera siffrorna och skriv igen."
        )
    return whole


def is_coordination_number(normalised: str) -> bool:
    """True for a samordningsnummer: the day is written plus sixty."""
    return len(normalised) == DIGITS and int(normalised[6:8]) > COORDINATION_OFFSET


def birth_date(normalised: str) -> date | None:
    """The date in a normalised number; None for blank."""
    if len(normalised) != DIGITS:
        return None
    day = int(normalised[6:8])
    day -= COORDINATION_OFFSET if day > COORDINATION_OFFSET else 0
    return date(int(normalised[:4]), int(normalised[4:6]), day)


def is_woman(normalised: str) -> bool:
    """True when the sex digit, the third of the last four, is even."""
    return int(normalised[10]) % 2 == 0


def masked(text: str) -> str:
    """`text` with everything that looks like a personal number replaced."""
    return LOOKS_LIKE_ONE.sub(MASK, text)


def _check_length(digits: str) -> None:
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidPersonalNumber(
            "Personnumret får bara ha siffror. Skriv ÅÅÅÅMMDD-XXXX, till exempel 19850412-…."
        )
    if len(digits) in (SHORT_DIGITS, DIGITS):
        return
    too_few, too_many = _off_by_one(digits)
    if too_few:
        raise InvalidPersonalNumber(
            "Personnumret har en siffra för lite. Kontrollera och skriv igen."
        )
    if too_many:
        raise InvalidPersonalNumber(
            "Personnumret har en siffra för mycket. Kontrollera och skriv igen."
        )
    raise InvalidPersonalNumber(
        f"Personnumret ska ha 12 siffror, ÅÅÅÅMMDD-XXXX. Du skrev {len(digits)}."
    )


def _off_by_one(digits: str) -> tuple[bool, bool]:
    starts_with_century = digits[:2] in CENTURIES
    if len(digits) == DIGITS - 1:
        return starts_with_century, not starts_with_century
    return len(digits) == SHORT_DIGITS - 1, len(digits) == DIGITS + 1


def _with_century(digits: str, over_hundred: bool, today: date) -> str:
    century, year = divmod(today.year, 100)
    if int(digits[:2]) > year:
        century -= 1
    if over_hundred:
        century -= 1
    return f"{century}{digits}"


def _check_date(digits: str, today: date) -> None:
    if not 1 <= int(digits[4:6]) <= MONTHS:
        raise InvalidPersonalNumber(
            f"Personnumret har månad {digits[4:6]}, och den finns inte. Kontrollera och skriv igen."
        )
    try:
        born = birth_date(digits)
    except ValueError as error:
        raise InvalidPersonalNumber(
            f"Datumet i personnumret finns inte: {digits[:4]}-{digits[4:6]}-{digits[6:8]}. "
            "Kontrollera och skriv igen."
        ) from error
    if born and born > today:
        raise InvalidPersonalNumber(
            "Datumet i personnumret ligger i framtiden. Kontrollera och skriv igen."
        )
