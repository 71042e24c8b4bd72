"""Tables that people keep in files: xlsx and csv in, rows of cells out, whatever the bytes are.

Nothing is guessed and nothing is left out: every row that is not empty comes out, with what was
wrong with it. A file that is no table at all raises `NoTable`. Limits keep a hostile file from
filling the memory.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.states import Refused

MOST_BYTES = 10_000_000
MOST_UNPACKED = 60_000_000
MOST_PARTS = 2_000
MOST_ROWS = 20_000
LAST_ROW = 1_048_576
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
DELIMITERS = (";", "\t", ",")

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNICODE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SAYS_DELIMITER = re.compile(r"^sep=(.)$", re.IGNORECASE)
# Excel takes a plus or minus before a name or a bracket for a formula; before a digit it is a sign.
# An apostrophe in front is how we ourselves keep Excel from it.
FORMULA = re.compile(r"^'?(?:[=@]|[+-](?![\d\s.,+-]|$))")
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
LINE_BREAKS = re.compile(r"\r\n|\r|\n")

HOLDS_FORMULA = "har en formel. Klistra in värdet i stället för formeln."
HOLDS_ERROR = "har ett fel från Excel, till exempel #REF!. Rätta cellen."
HOLDS_CONTROLS = "har tecken som inte går att läsa. Skriv om cellen."
TOO_LONG = f"har fler än {LONGEST_CELL} tecken."
BROKEN_LINE = "Raden går inte att dela i celler: ett citattecken saknas, eller en cell är för lång."
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
    """One row that is not empty. `number` counts as the spreadsheet does: the header is row 1."""

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


def read_table(data: bytes, is_known: Known) -> Table:
    """The table in a csv or xlsx file. `is_known` says of a heading whether it is one of ours.

    Csv: semicolon, tab or comma, with or without BOM, UTF-8, UTF-16 or cp1252. Raises `NoTable`.
    """
    if len(data) > MOST_BYTES:
        raise NoTable([f"Filen är större än {MOST_BYTES // 1_000_000} MB. Dela upp den."])
    if data.startswith(OLD_EXCEL):
        raise NoTable(["Filen är sparad i äldre Excel eller har lösenord. Spara den som .xlsx."])
    if data.startswith(ZIP):
        return _read_xlsx(data, is_known)
    return _read_csv(data, is_known)


def clean(text: str) -> str:
    """Text as it is kept: composed letters, and no blanks or invisible signs around it."""
    return unicodedata.normalize("NFC", text).strip().strip(INVISIBLE).strip()


def _text_cell(raw: str) -> Cell:
    text = clean(raw)
    if FORMULA.match(text):
        return Cell(text[:LONGEST_CELL], fault=HOLDS_FORMULA)
    if len(text) > LONGEST_CELL:
        return Cell(text[:LONGEST_CELL], fault=TOO_LONG)
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\r\n" for char in text):
        return Cell(text, fault=HOLDS_CONTROLS)
    return Cell(text)


def _table(records: Iterable[tuple[int, Sequence[Cell], str]], notes: Iterable[str]) -> Table:
    """Header and rows; blank rows fall away, cells outside the header are a fault."""
    rows = iter(records)
    first = next(rows, None)
    header = tuple(cell.text for cell in first[1]) if first else ()
    if not any(header):
        raise NoTable(["Filen har ingen rubrikrad. Rubrikerna ska stå på rad 1."])
    if len(header) > MOST_COLUMNS:
        raise NoTable([f"Filen har fler än {MOST_COLUMNS} kolumner."])
    found: list[SheetRow] = []
    for number, cells, fault in rows:
        if fault or not all(cell.is_blank for cell in cells):
            found.append(_row(number, cells, fault, len(header)))
        if len(found) > MOST_ROWS:
            raise NoTable(
                [f"Filen har fler än {MOST_ROWS:_} rader. Dela upp den.".replace("_", " ")]
            )
    return Table(header, found, list(notes))


def _row(number: int, cells: Sequence[Cell], fault: str, width: int) -> SheetRow:
    inside, outside = tuple(cells[:width]), cells[width:]
    if not fault and not all(cell.is_blank for cell in outside):
        fault = TOO_WIDE
    return SheetRow(number, inside + (Cell(),) * (width - len(inside)), fault)


# --- csv ------------------------------------------------------------------------------------------


def _read_csv(data: bytes, is_known: Known) -> Table:
    text = _decode(data)
    if not text.strip().strip("\x00"):
        raise NoTable(["Filen är tom."])
    first, _, rest = text.partition("\n")
    if said := SAYS_DELIMITER.match(first.strip()):
        # Excel's own first line; the header is the first row of the table.
        return _table(_records(rest, said[1]), [])
    return _table(_records(text, _delimiter_of(first, is_known)), [])


def _decode(data: bytes) -> str:
    encoding = UNICODE_MARKS.get(data[:2], "utf-8-sig")
    for name in (encoding, "cp1252"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _delimiter_of(header: str, is_known: Known) -> str:
    def recognised(delimiter: str) -> int:
        return sum(is_known(clean(word).strip('"')) for word in header.split(delimiter))

    return max(DELIMITERS, key=recognised)


Record = tuple[int, Sequence[Cell], str]


def _records(text: str, delimiter: str) -> Iterator[Record]:
    whole = _quoted_records(text, delimiter)
    if whole is None:
        return _line_records(text, delimiter)
    return (
        (number, [_text_cell(one) for one in fields], "")
        for number, fields in enumerate(whole, start=1)
    )


def _quoted_records(text: str, delimiter: str) -> list[list[str]] | None:
    """The records by csv's own rules; None when a stray quotation mark has swallowed rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 0
    try:
        for fields in reader:
            spans, line = reader.line_num - line, reader.line_num
            if spans > 1 and any(LINE_BREAKS.search(one) and delimiter in one for one in fields):
                return None
            found.append(fields)
    except csv.Error:
        return None
    return found


def _line_records(text: str, delimiter: str) -> Iterator[Record]:
    """One row a line, each read by itself, so that a broken one takes no other with it."""
    for number, line in enumerate(LINE_BREAKS.split(text), start=1):
        try:
            fields = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield number, [_text_cell(one) for one in line.split(delimiter)], BROKEN_LINE
            continue
        yield number, [_text_cell(one) for one in fields], ""


# --- xlsx -----------------------------------------------------------------------------------------


def _read_xlsx(data: bytes, is_known: Known) -> Table:
    _check_archive(data)
    # Half a second to import, and seldom needed.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheet, notes = _chosen_sheet(book, is_known)
            return _table(_sheet_records(sheet), notes)
    except NoTable:
        raise
    except Exception as error:  # whatever a damaged file makes the library say
        raise NoTable(
            ["Filen går inte att läsa som Excel. Spara den på nytt som .xlsx."]
        ) from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NoTable(["Filen är skadad. Spara den på nytt som .xlsx."]) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise NoTable(["Filen är för stor när den packas upp. Dela upp den."])


def _chosen_sheet(book: Any, is_known: Known) -> tuple[Any, list[str]]:
    """The first sheet whose first row has headings we know, else the first."""
    sheets = list(book.worksheets)
    if not sheets:
        raise NoTable(["Filen har inget blad med rader."])
    for sheet in sheets:
        # What the file claims of its own size may be wrong, and rows would be left out.
        sheet.reset_dimensions()
    with_header = (sheet for sheet in sheets if _has_header(sheet, is_known))
    chosen = next(with_header, sheets[0])
    notes = [f"Filen har {len(sheets)} blad. Bara ett är läst."] if len(sheets) > 1 else []
    return chosen, notes


def _has_header(sheet: Any, is_known: Known) -> bool:
    _, cells, _ = next(_sheet_records(sheet), (1, [], ""))
    return any(is_known(cell.text) for cell in cells)


def _sheet_records(sheet: Any) -> Iterator[Record]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise NoTable([f"Bladet har fler än {LAST_ROW} rader."])
        yield number, [_sheet_cell(cell) for cell in cells], ""


def _sheet_cell(cell: Any) -> Cell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return Cell()
    if kind == "f" or not isinstance(value, str | int | float | date):
        return Cell(str(value)[:LONGEST_CELL], fault=HOLDS_FORMULA if kind == "f" else HOLDS_ERROR)
    if kind == "e":
        return Cell(str(value), fault=HOLDS_ERROR)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(f"{day:%Y-%m-%d}", day=day)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return _text_cell(str(value)) if isinstance(value, str) else Cell(str(value))
