"""What one row of a list of registrations says, or every reason why it can't be taken in.

Codes as in the code lists of SUS; lists as CODE:extent separated by |, percent for support and hours
a week for occupation. Source: docs/import.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import personal_numbers
from core.lookup import lookup_hash
from core.personal_number_repair import repair
from core.spreadsheets import Cell, SheetRow
from participants.enums import Gender
from participants.services.imports.columns import Columns
from participants.services.imports.values import (
    EARLIEST,
    MANY_HOURS,
    Fault,
    read_code,
    read_day,
    read_gender,
    read_group,
    read_hours,
    read_marks,
    read_months,
    read_name,
    read_year,
)
from participants.services.missing import HOURS_A_WEEK
from participants.services.register import AfterData, BeforeData
from programmes.enums import CodeList
from programmes.models import Code

WITHOUT_NUMBER = "saknas"
MISREGISTERED = "FEL"
MOST_LETTERS = {"fornamn": 120, "efternamn": 120, "kommun": 80}
AFTER = ("avslut", "timmar_i_veckan", "forsorjning_efter", "sysselsattning_efter")
IDENTITY = ("personnummer", "kon", "startar")

Codes = Mapping[str, frozenset[str]]


def known_codes() -> Codes:
    """Every code of the lists a row uses, retired ones too: history is history. One query."""
    found: dict[str, set[str]] = {one.value: set() for one in CodeList}
    for code_list, code in Code.objects.values_list("code_list", "code"):
        found[code_list].add(code)
    return {code_list: frozenset(codes) for code_list, codes in found.items()}


@dataclass(frozen=True)
class Anonymous:
    """A row about somebody of whom only gender and year of start may be kept."""

    row: int
    gender: str
    year: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A row about a person's participation. `number` is twelve digits, or "" for a person without.

    `fingerprint` is a keyed hash of all it says: the same row in another file has the same.
    """

    row: int
    number: str
    given_name: str
    family_name: str
    gender: str
    starts_on: date
    ends_on: date | None
    referrer: str
    before: BeforeData
    after: AfterData
    group: int | None
    notes: tuple[str, ...] = ()

    @property
    def is_misregistered(self) -> bool:
        """The row says that the registration was wrong: it counts nowhere and blocks nothing."""
        return self.after.reason == MISREGISTERED

    @property
    def fingerprint(self) -> str:
        """The same for two rows that say the same."""
        before, after = self.before, self.after
        marks = (before.supports, before.occupations, after.supports, after.occupations)
        said = (
            self.number, self.given_name, self.family_name, self.gender, self.starts_on,
            self.ends_on, self.referrer, self.group, before.municipality, before.education,
            before.months_in_support, after.reason, after.weekly_hours,
            *(sorted(one.items()) for one in marks),
        )  # fmt: skip
        return lookup_hash(repr(said)) or ""


def read_row(
    row: SheetRow, columns: Columns, codes: Codes, today: date
) -> Entry | Anonymous | list[str]:
    """What the row says; a list of every reason when it can't be taken in."""
    cells = columns.cells_of(row)
    faults = [row.fault] if row.fault else _faults(cells)
    if faults:
        return faults
    reader = _Reader(cells, codes, today)
    found = reader.anonymous(row.number) if reader.is_anonymous else reader.entry(row.number)
    return reader.reasons or found


def _faults(cells: Mapping[str, Cell]) -> list[str]:
    return [f"Kolumnen {name} {cell.fault}" for name, cell in cells.items() if cell.fault]


class _Reader:
    """Reads one row's cells, and notes what is wrong on the way."""

    def __init__(self, cells: Mapping[str, Cell], codes: Codes, today: date) -> None:
        self.cells, self.codes, self.today = cells, codes, today
        self.reasons: list[str] = []
        self.notes: list[str] = []

    def text(self, name: str) -> str:
        """The cell's text; a cell with only dashes is blank."""
        text = self.cells.get(name, Cell()).text
        return "" if not text.strip("-–—") else text

    def value(self, read: Callable[..., Any], name: str, *more: Any) -> Any:
        """What `read` makes of the column, or None and a reason."""
        try:
            return read(self.text(name), *more)
        except Fault as fault:
            self.reasons.append(f"{name}: {fault}")
            return None

    @property
    def is_anonymous(self) -> bool:
        """No number but a year: only to be counted. With name and start the number has been lost."""
        named = (self.text("fornamn") or self.text("efternamn")) and self.text("start")
        return not self.text("personnummer") and bool(self.text("startar")) and not named

    def anonymous(self, row: int) -> Anonymous:
        """Gender and year; whatever else the row says isn't kept."""
        year = self.value(read_year, "startar", self.today)
        gender = self.value(read_gender, "kon")
        if not self.text("kon"):
            self.reasons.append("kon: Skriv K eller M.")
        if self.text("avslut").upper() == MISREGISTERED:
            self.reasons.append("avslut: En felregistrerad anonym deltagare räknas inte in.")
        dropped = [name for name in self.cells if name not in IDENTITY and self.text(name)]
        if dropped:
            self.notes.append(
                f"Raden är anonym: bara kön och år sparas, inte {', '.join(dropped)}."
            )
        return Anonymous(row, gender or "", year or 0, tuple(self.notes))

    def entry(self, row: int) -> Entry:
        """A participation, with what is odd about it in the notes."""
        starts_on = self.value(read_day, "start")
        number = self._number(starts_on)
        ends_on = self._end(starts_on)
        before, after = self._before(), self._after(ends_on)
        self._check_start(starts_on, number)
        if future := ends_on is not None and ends_on > self.today:
            self.notes.append(
                f"Slutdatumet {ends_on} har inte varit än. Deltagandet läggs in som pågående, utan "
                "slut och utan uppgifter efter."
            )
        is_wrong = after.reason == MISREGISTERED
        return Entry(
            row=row,
            number=number or "",
            given_name=self.value(read_name, "fornamn", MOST_LETTERS["fornamn"]) or "",
            family_name=self.value(read_name, "efternamn", MOST_LETTERS["efternamn"]) or "",
            gender=self._gender(number),
            starts_on=starts_on or EARLIEST,
            ends_on=None if future else ends_on,
            referrer=self._code("remittent", CodeList.REFERRER),
            before=before,
            after=AfterData(MISREGISTERED if is_wrong else "") if future else after,
            group=self.value(read_group, "grupp"),
            notes=tuple(self.notes),
        )

    def _number(self, starts_on: date | None) -> str | None:
        """Twelve digits; "" for somebody who has none, and says so; None when it is wrong."""
        text = self.text("personnummer")
        if text.casefold() == WITHOUT_NUMBER:
            if not (self.text("fornamn") or self.text("efternamn")):
                self.reasons.append("Utan personnummer behövs personens namn.")
            return ""
        if not text:
            self.reasons.append(
                "Personnummer saknas. För en anonym deltagare: fyll i kon och startar."
            )
            return None
        if self.cells["personnummer"].day:
            self.reasons.append("personnummer: Excel har gjort om numret till ett datum.")
            return None
        try:
            found = repair(text, today=self.today, alive_on=starts_on)
        except personal_numbers.InvalidPersonalNumber as error:
            self.reasons.append(str(error))
            return None
        self.notes += found.notes
        return found.number

    def _gender(self, number: str | None) -> str:
        said = self.value(read_gender, "kon") or ""
        if not number:
            if number == "" and not said:
                self.reasons.append("Utan personnummer behövs kön: skriv K eller M i kon.")
            return said
        gender = Gender.WOMAN if personal_numbers.is_woman(number) else Gender.MAN
        if said and said != gender:
            self.notes.append("Kön enligt personnumret används. Kolumnen kon säger något annat.")
        return gender.value

    def _check_start(self, starts_on: date | None, number: str | None) -> None:
        if not self.text("start"):
            self.reasons.append("start: Startdatum saknas.")
        if starts_on is None:
            return
        if starts_on < EARLIEST:
            self.reasons.append(f"start: Insatser finns från {EARLIEST.year}. Kontrollera året.")
        if (starts_on - self.today).days > 366:
            self.reasons.append("start: Datumet ligger mer än ett år framåt. Kontrollera året.")
        born = personal_numbers.birth_date(number or "")
        if born and born > starts_on:
            self.reasons.append(
                "start: Personen var inte född. Kontrollera personnummer och start."
            )
        year = self.value(read_year, "startar", self.today) if self.text("startar") else None
        if year and year != starts_on.year:
            self.reasons.append(f"startar: Året är {year}, men start är {starts_on}.")

    def _end(self, starts_on: date | None) -> date | None:
        if not self.text("slut"):
            said = [name for name in AFTER if self.text(name)]
            if said and self.text("avslut").upper() != MISREGISTERED:
                self.reasons.append(
                    f"slut: Raden har {', '.join(said)} men inget slutdatum. Fyll i slut, eller "
                    "töm de andra."
                )
            return None
        ends_on = self.value(read_day, "slut")
        if ends_on and starts_on and ends_on < starts_on:
            self.reasons.append(f"slut: {ends_on} ligger före starten {starts_on}.")
        return ends_on

    def _code(self, name: str, code_list: CodeList) -> str:
        return self.value(read_code, name, self.codes[code_list]) or ""

    def _marks(self, name: str, code_list: CodeList) -> dict[str, Decimal | None]:
        found = self.value(read_marks, name, self.codes[code_list], code_list)
        if found is None:
            return {}
        self.notes += found.notes
        return found.extents

    def _before(self) -> BeforeData:
        return BeforeData(
            municipality=self.value(read_name, "kommun", MOST_LETTERS["kommun"]) or "",
            education=self._code("utbildning", CodeList.EDUCATION),
            months_in_support=self.value(read_months, "manader_forsorjning"),
            supports=self._marks("forsorjning_fore", CodeList.SUPPORT),
            occupations=self._marks("sysselsattning_fore", CodeList.OCCUPATION),
        )

    def _after(self, ends_on: date | None) -> AfterData:
        weekly_hours = self.value(read_hours, "timmar_i_veckan")
        if weekly_hours is not None and weekly_hours > HOURS_A_WEEK:
            self.notes.append(MANY_HOURS)
        return AfterData(
            reason=self._code("avslut", CodeList.END_REASON),
            weekly_hours=weekly_hours,
            supports=self._marks("forsorjning_efter", CodeList.SUPPORT),
            occupations=self._marks("sysselsattning_efter", CodeList.OCCUPATION),
        )
