"""Tables of figures whose small counts may be hidden: what is printed, drawn and attached as data.

A chart is always drawn from one of these, so figure, table and data file cannot disagree.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.formatting import NBSP, number

Value = int | float | Decimal | str | None
# False: shown. "primary": the count is below the threshold. "complementary": hidden so that
# a primary cell cannot be worked out from the others.
Suppressed = Literal[False, "primary", "complementary"]
RowKind = Literal["row", "heading", "subtotal"]

MISSING = f"uppgift{NBSP}saknas"
HIDDEN = "dolt"
TIGHT, LONG = 7, 20  # rows; more are set tighter, and may run over a page
SERIES = range(7, 17)  # rows that a series may have to be printed as one line
SERIES_WORD = 6  # letters of its longest label or figure
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """One figure, or the fact that it is hidden.

    `unit` follows the number ("%", "kr", "h", "mån"); `threshold` is the lowest count that is
    shown. A hidden cell carries no number at all: giving one raises ValueError.
    """

    value: Value = None
    suppressed: Suppressed = False
    unit: str = ""
    decimals: int = 0
    threshold: int = 5

    def __post_init__(self) -> None:
        if self.suppressed and self.value is not None:
            raise ValueError("A suppressed cell may not carry its value.")

    @property
    def text(self) -> str:
        """What people read. Hidden is said in words, never as 0, a dash or nothing."""
        if self.suppressed == "primary":
            return f"färre än{NBSP}{self.threshold}"
        if self.suppressed:
            return HIDDEN
        if self.value is None or self.value == "":
            return MISSING
        if isinstance(self.value, str):
            return self.value
        digits = number(self.value, self.decimals)
        return f"{digits}{NBSP}{self.unit}" if self.unit else digits

    @property
    def is_plain(self) -> bool:
        """Whether the cell shows a figure and not a word that stands in for one."""
        return not self.suppressed and self.value is not None and self.value != ""

    @property
    def amount(self) -> float | None:
        """The figure to draw, or None when there is none to draw."""
        if not self.is_plain or isinstance(self.value, str):
            return None
        return float(self.value) if self.value is not None else None

    @property
    def data(self) -> str:
        """The cell in a data file: a bare number with decimal comma, else its words."""
        if isinstance(self.value, str):
            return harmless(self.text)
        if not self.is_plain:
            return self.text.replace(NBSP, " ")
        return f"{self.value}".replace(".", ",")


@dataclass(frozen=True)
class Column:
    """A column's heading; `is_text` sets it flush left, as words are."""

    label: str
    is_text: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its heading and one cell per column after the first.

    A "heading" row names a group and has no cells; a "subtotal" closes one.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    kind: RowKind = "row"


@dataclass(frozen=True)
class Table:
    """A table with a caption, ready to print, draw from and attach as a file.

    `key` is its name in addresses and files (a–z, 0–9, hyphen), the same every year. `columns[0]`
    heads the row labels. `source` says what is covered and by which definition. Raises ValueError
    when a row has another number of cells than there are columns.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    source: str = ""
    empty: str = "Det finns inget att visa."

    def __post_init__(self) -> None:
        for row in self.all_rows():
            if row.kind != "heading" and len(row.cells) != len(self.columns) - 1:
                raise ValueError(
                    f"Row {row.label!r} of table {self.key!r} does not fit its columns."
                )

    @property
    def first_column(self) -> Column:
        return self.columns[0]

    @property
    def value_columns(self) -> tuple[Column, ...]:
        return self.columns[1:]

    @property
    def data_rows(self) -> tuple[Row, ...]:
        """The rows that hold figures of their own, without headings and subtotals."""
        return tuple(row for row in self.rows if row.kind == "row")

    @property
    def lines(self) -> tuple["Line", ...]:
        """The body, each cell with its column, as the template prints it."""
        return tuple(self._line(row) for row in self.rows)

    @property
    def total_line(self) -> "Line | None":
        return self._line(self.total) if self.total else None

    @property
    def is_tight(self) -> bool:
        return len(self.rows) > TIGHT

    @property
    def is_long(self) -> bool:
        return len(self.rows) > LONG

    @property
    def is_series(self) -> bool:
        """One short figure per week or month: printed across the page instead of down it."""
        if len(self.columns) != 2 or len(self.rows) not in SERIES or self.total:
            return False
        words = [word for row in self.rows for word in (row.label, *(c.text for c in row.cells))]
        return all(len(word) <= SERIES_WORD for word in words)

    @property
    def has_hidden(self) -> bool:
        return any(cell.suppressed for row in self.all_rows() for cell in row.cells)

    @property
    def filename(self) -> str:
        return f"{self.key}.csv"

    def all_rows(self) -> Iterator[Row]:
        yield from self.rows
        if self.total:
            yield self.total

    def csv(self) -> bytes:
        """The table as a file that opens right in a Swedish spreadsheet.

        UTF-8 with byte order mark, semicolons, decimal comma. Hidden cells keep their words.
        """
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(harmless(column.label) for column in self.columns)
        for row in self.all_rows():
            writer.writerow([harmless(row.label), *(cell.data for cell in row.cells)])
        return text.getvalue().encode("utf-8-sig")

    def _line(self, row: Row) -> "Line":
        slots = tuple(
            Slot(cell, column.is_text)
            for cell, column in zip(row.cells, self.value_columns, strict=row.kind != "heading")
        )
        return Line(row.label, slots, row.kind, len(self.columns))


@dataclass(frozen=True)
class Slot:
    """A cell and how its column is set."""

    cell: Cell
    is_text: bool


@dataclass(frozen=True)
class Line:
    """A row as printed; `span` is the width of the whole table, for a heading row."""

    label: str
    slots: tuple[Slot, ...]
    kind: RowKind
    span: int


def harmless(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
