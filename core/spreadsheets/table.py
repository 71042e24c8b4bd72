"""What a table in a file is made of, and when its rows are too many or too wide."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.states import Refused

MOST_ROWS = 20_000
MOST_BLANK_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000

# Excel takes a plus or minus before a name or a bracket for a formula; before a digit it is a sign.
# An apostrophe in front is how we ourselves keep Excel from it.
FORMULA = re.compile(r"^'?(?:[=@]|[+-](?![\d\s.,+-]|$))")
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
UNREAD_BYTE = "\ufffd"

HOLDS_FORMULA = "har en formel. Klistra in värdet i stället för formeln."
HOLDS_CONTROLS = "har tecken som inte går att läsa. Skriv om cellen."
TOO_LONG = f"har fler än {LONGEST_CELL} tecken."
UNREADABLE_HEADER = (
    "Rubrikraden har tecken som inte går att läsa. Spara filen som .xlsx eller csv i UTF-8."
)
TOO_WIDE = "Raden har fler celler än rubrikraden. Kontrollera skiljetecken och decimalkomma."


class NoTable(Refused):
    """The file is no table that can be read. `reasons` are for whoever chose the file."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, the day when the file says it is a date, and what is wrong with it."""

    text: str = ""
    day: date | None = None
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        """Nothing is written here."""
        return not self.text and not self.fault


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty. `number` counts as the spreadsheet does: the header is row 1.

    It has a cell for each heading, and more only when the row has a fault.
    """

    number: int
    cells: tuple[Cell, ...]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """The header's words, the rows under it, and what in the file was not read."""

    header: tuple[str, ...]
    rows: list[SheetRow]
    notes: list[str] = field(default_factory=list)


Known = Callable[[str], bool]
Fits = Callable[[Sequence[str]], bool]
Record = tuple[int, Sequence[Cell], str]


def clean(text: str) -> str:
    """Text as it is kept: composed letters, and no blanks or invisible signs around it."""
    return unicodedata.normalize("NFC", text).strip().strip(INVISIBLE).strip()


def text_cell(raw: str) -> Cell:
    """A cell with what somebody wrote, and what is wrong with it."""
    text = clean(raw)
    if FORMULA.match(text):
        return Cell(text[:LONGEST_CELL], fault=HOLDS_FORMULA)
    if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@"):
        # Our own apostrophe, before something that is no formula after all.
        text = text[1:]
    if len(text) > LONGEST_CELL:
        return Cell(text[:LONGEST_CELL], fault=TOO_LONG)
    return Cell(text, fault="" if is_readable(text) else HOLDS_CONTROLS)


def is_readable(text: str) -> bool:
    """No control signs, and none that stand for bytes that are no letters."""
    return UNREAD_BYTE not in text and not any(
        unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\r\n" for char in text
    )


def table(records: Iterable[Record], notes: Iterable[str]) -> Table:
    """Header and rows; blank rows fall away, cells outside the header are a fault."""
    rows = iter(records)
    header = _header(next(rows, None))
    found: list[SheetRow] = []
    blank = 0
    for number, cells, fault in rows:
        if fault or not all(cell.is_blank for cell in cells):
            found.append(_row(number, cells, fault, len(header)))
        else:
            blank += 1
        if blank > MOST_BLANK_ROWS:
            raise too_many_blank()
        if len(found) > MOST_ROWS:
            raise NoTable([f"Filen har fler än {_spaced(MOST_ROWS)} rader. Dela upp den."])
    return Table(header, found, list(notes))


def _header(first: Record | None) -> tuple[str, ...]:
    """The headings, without blank ones at the end."""
    words = [cell.text for cell in first[1]] if first and first[0] == 1 else []
    while words and not words[-1]:
        words.pop()
    if not words:
        raise NoTable(["Filen har ingen rubrikrad. Rubrikerna ska stå på rad 1."])
    if not all(is_readable(word) for word in words):
        raise NoTable([UNREADABLE_HEADER])
    return tuple(words)


def _row(number: int, cells: Sequence[Cell], fault: str, width: int) -> SheetRow:
    inside, outside = tuple(cells[:width]), tuple(cells[width:])
    if not fault and not all(cell.is_blank for cell in outside):
        fault = TOO_WIDE
    # Which cell is the one too many nobody knows, so a row to be corrected keeps them all.
    more = outside if fault else ()
    return SheetRow(number, inside + (Cell(),) * (width - len(inside)) + more, fault)


def _spaced(number: int) -> str:
    return f"{number:_}".replace("_", " ")


def too_many_blank() -> NoTable:
    """The refusal of a file that goes on and on without rows."""
    return NoTable([f"Filen har fler än {_spaced(MOST_BLANK_ROWS)} tomma rader. Ta bort dem."])


def too_many_columns() -> NoTable:
    """The refusal of a file that is too wide."""
    return NoTable([f"Filen har fler än {MOST_COLUMNS} kolumner."])
