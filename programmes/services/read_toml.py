"""Reading a file of reference data: TOML in, and every fault said with its place in the file."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Choices

from core.states import Refused

MOST_BYTES = 500_000
CODE = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
PLACE_IN_ERROR = re.compile(r"at line (\d+), column (\d+)")


class InvalidBlueprint(Refused):
    """The file can't be used. `reasons` holds every fault, each with its place in the file."""


def read_toml(content: bytes) -> dict[str, Any]:
    """The file's data. Raises `InvalidBlueprint` when it is no TOML, and says on which line."""
    if len(content) > MOST_BYTES:
        raise InvalidBlueprint([f"Filen är större än {MOST_BYTES // 1000} kB."])
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidBlueprint(["Filen är inte sparad som UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidBlueprint([_where_it_broke(str(error))]) from None


def _where_it_broke(message: str) -> str:
    found = PLACE_IN_ERROR.search(message)
    if not found:
        return "Filen går inte att läsa: den slutar mitt i en uppgift."
    return f"Rad {found[1]}, tecken {found[2]}: filen går inte att läsa härifrån. Kontrollera TOML."


class Section:
    """One table of the file. Reading a value notes what is wrong with it and goes on.

    `place` is how the table is named to people ("[[phases]] nr 2"). After `close`, every name that
    nobody asked for is noted too: a misspelt name must not be silently left out.
    """

    def __init__(self, place: str, data: Any, problems: list[str]):
        self.place, self.problems = place, problems
        self.asked: set[str] = set()
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            problems.append(f"{place}: ska vara en tabell.")

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with the value called `name`."""
        self.problems.append(f"{self.place}, {name}: {sentence}")

    def text(self, name: str, *, most: int, required: bool = True) -> str:
        """Text of at most `most` characters, without space around it."""
        value = self._typed(name, str, "ska vara text inom citattecken.", required, "")
        value = value.strip()
        if required and not value and name in self.data and isinstance(self.data[name], str):
            self.fault(name, "får inte vara tom.")
        if len(value) > most:
            self.fault(name, f"får ha högst {most} tecken och har {len(value)}.")
        return value

    def code(self, name: str, *, required: bool = True) -> str:
        """A stable name: small letters a–z, digits and hyphens."""
        value = self.text(name, most=50, required=required)
        if value and not CODE.match(value):
            self.fault(name, "får bara ha små bokstäver a–z, siffror och bindestreck.")
        return value

    def whole(
        self, name: str, *, least: int = 0, most: int = 32_000, required: bool = True
    ) -> int | None:
        """A whole number from `least` to `most`."""
        sentence = f"ska vara ett helt tal från {least} till {most}."
        value = self._typed(name, int, sentence, required, None)
        if value is not None and not least <= value <= most:
            self.fault(name, sentence)
        return value

    def decimal(self, name: str, *, most: int, required: bool = True) -> Decimal | None:
        """A number from 0 to `most` with at most one decimal."""
        sentence = f"ska vara ett tal från 0 till {most} med högst en decimal."
        value = self._typed(name, (int, float), sentence, required, None)
        if value is None:
            return None
        number = Decimal(str(value))
        if not number.is_finite() or not 0 <= number <= most or number != round(number, 1):
            self.fault(name, sentence)
            return None
        return number

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date without time: 2012-01-01 without quotes."""
        value = self._typed(name, date, "ska vara ett datum, 2012-01-01.", required, None)
        if isinstance(value, datetime):
            self.fault(name, "ska vara ett datum utan klockslag.")
            return None
        return value

    def clock(self, name: str) -> time | None:
        """A time of day: 09:00:00 without quotes."""
        return self._typed(name, time, "ska vara ett klockslag, 09:00:00.", True, None)

    def yes(self, name: str) -> bool:
        """true or false; false when left out."""
        return self._typed(name, bool, "ska vara true eller false.", False, False)

    def choice(self, name: str, choices: type[Choices], *, by_label: bool = False) -> Any:
        """One of the choices, by its value (or by its label)."""
        words = choices.labels if by_label else [str(value) for value in choices.values]
        value = self._typed(name, str, f"ska vara {_either(words)}.", True, "")
        if value and value not in words:
            self.fault(name, f"ska vara {_either(words)}, inte ”{value}”.")
            return ""
        return choices.values[words.index(value)] if value else ""

    def tables(self, name: str, *, place: str = "") -> Iterator["Section"]:
        """Every table of the list `name`, in order."""
        found = self._typed(name, list, f"skrivs som [[{name}]].", False, [])
        for number, one in enumerate(found, start=1):
            yield Section(f"{place}[[{name}]] nr {number}", one, self.problems)

    def close(self) -> None:
        """Note the names that aren't part of the format."""
        for name in self.data.keys() - self.asked:
            self.fault(name, "finns inte i formatet. Kontrollera stavningen.")

    def _typed(self, name: str, wanted: Any, sentence: str, required: bool, missing: Any) -> Any:
        self.asked.add(name)
        if name not in self.data:
            if required:
                self.fault(name, "saknas.")
            return missing
        value = self.data[name]
        # In Python a bool is an int; in the file true is not a number.
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            self.fault(name, sentence)
            return missing
        return value


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} eller {words[-1]}"


def no_doubles(
    place: str, keys: list[Any], problems: list[str], shown: Callable[[Any], str]
) -> None:
    """Note every key that stands more than once in a list."""
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        problems.append(f"{place}: {shown(key)} finns {keys.count(key)} gånger.")
