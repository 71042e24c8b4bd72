"""Made-up persons. Personal numbers come only from Skatteverket's open test series.

The series has birth number 238 for a woman and 239 for a man on any date, so there is one of each
a date; a samordningsnummer is the same with the day plus sixty.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from participants.enums import Gender, Protection
from rehabsteg.demo.names import ALIASES, FAMILY_NAMES, GIVEN_NAMES, LANGUAGES, Origin

WOMAN, MAN = "238", "239"
COORDINATION = 60
YOUNGEST, OLDEST, TYPICAL_AGE, SPREAD = 19, 63, 41, 11
SHARE_WOMEN = 0.57
SHARE_COORDINATION, SHARE_WITHOUT_NUMBER, SHARE_PROTECTED = 0.03, 0.02, 0.012
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Person:
    """A made-up person. `number` is twelve digits or blank; `birth_date` may be unknown."""

    given_name: str
    family_name: str
    gender: str
    birth_date: date | None
    number: str
    phone: str
    language: str
    protection: str = Protection.NONE
    alias: str = ""


class Identities:
    """Hands out persons, never the same personal number twice."""

    def __init__(self, rng: Random, today: date):
        self.rng, self.today = rng, today
        self._taken: set[tuple[date, str]] = set()
        self._aliases = list(ALIASES)

    def new(self) -> Person:
        """Somebody nobody has met before."""
        rng = self.rng
        gender = Gender.WOMAN if rng.random() < SHARE_WOMEN else Gender.MAN
        born = self._birth_date(gender.value)
        origin = rng.choices(list(Origin), weights=[one.share for one in Origin])[0]
        given = rng.choice(GIVEN_NAMES[origin][gender.value])
        family = rng.choice(FAMILY_NAMES[origin])
        without = rng.random() < SHARE_WITHOUT_NUMBER
        number = "" if without else series_number(born, gender.value, self._is_coordination(origin))
        person = Person(
            given_name=given,
            family_name=family,
            gender=gender.value,
            birth_date=born,
            number=number,
            phone=f"070-174 06 {rng.randint(5, 99):02d}",
            language=self._language(origin),
        )
        return self._protected(person) if self._is_protected() else person

    def _birth_date(self, gender: str) -> date:
        while True:
            age = min(max(self.rng.gauss(TYPICAL_AGE, SPREAD), YOUNGEST + 1), OLDEST - 1)
            born = self.today - timedelta(days=round(age * DAYS_A_YEAR))
            if (born, gender) not in self._taken:
                self._taken.add((born, gender))
                return born

    def _is_coordination(self, origin: Origin) -> bool:
        return origin is not Origin.SWEDISH and self.rng.random() < SHARE_COORDINATION * 2

    def _language(self, origin: Origin) -> str:
        needs_interpreter = self.rng.random() < origin.interpreter
        return self.rng.choice(LANGUAGES[origin]) if needs_interpreter else ""

    def _is_protected(self) -> bool:
        return bool(self._aliases) and self.rng.random() < SHARE_PROTECTED

    def _protected(self, person: Person) -> Person:
        protection = self.rng.choice([Protection.MARKING, Protection.PROTECTED])
        return Person(
            **{
                **vars(person),
                "phone": "",
                "protection": protection.value,
                "alias": self._aliases.pop(0),
            }
        )


def series_number(born: date, gender: str, is_coordination: bool = False) -> str:
    """The test series' number of that date, twelve digits.

    >>> series_number(date(2017, 1, 1), "M")
    '201701012393'
    """
    day = born.day + (COORDINATION if is_coordination else 0)
    digits = f"{born:%Y%m}{day:02d}{WOMAN if gender == Gender.WOMAN else MAN}"
    return digits + str(_check_digit(digits[2:]))


def _check_digit(digits: str) -> int:
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return -sum(sum(divmod(product, 10)) for product in products) % 10
