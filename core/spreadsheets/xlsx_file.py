"""Xlsx in: what it would cost to read is known before it is read."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from xml.parsers import expat

from core.spreadsheets.table import (
    HOLDS_FORMULA,
    LONGEST_CELL,
    MOST_COLUMNS,
    Cell,
    Fits,
    Known,
    NoTable,
    Record,
    Table,
    table,
    text_cell,
    too_many_columns,
)

MOST_UNPACKED = 60_000_000
MOST_PARTS = 2_000
# Of one part of an xlsx: what reading it costs is told by its elements, not by its bytes.
MOST_ELEMENTS = 1_500_000
MOST_IN_ROW = 100_000
LAST_ROW = 1_048_576
HOLDS_ERROR = "har ett fel från Excel, till exempel #REF!. Rätta cellen."
ROWS_IN_DISORDER = (
    "Bladets rader eller celler står i fel ordning, eller två gånger. Öppna filen i Excel och "
    "spara den på nytt."
)


def read_xlsx(data: bytes, is_known: Known, fits: Fits | None) -> Table:
    """The table in one sheet of an Excel file. Raises `NoTable`."""
    _check_archive(data)
    # Half a second to import, and seldom needed.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheet, notes = _chosen_sheet(book, is_known, fits)
            return table(_sheet_records(sheet), notes)
    except NoTable:
        raise
    except Exception as error:  # whatever a damaged file makes the library say
        raise NoTable(
            ["Filen går inte att läsa som Excel. Spara den på nytt som .xlsx."]
        ) from error


def _check_archive(data: bytes) -> None:
    too_large = NoTable(["Filen är för stor när den packas upp. Dela upp den."])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise too_large
            if any(_has_too_many_elements(archive, part) for part in parts):
                raise too_large
    except NoTable:
        raise
    except Exception as error:  # whatever a damaged archive makes the library say
        raise NoTable(["Filen är skadad. Spara den på nytt som .xlsx."]) from error


def _has_too_many_elements(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Counts them without building any. What is no XML has as many as come before that shows."""
    counted = in_row = 0

    def count(name: str, _: Any) -> None:
        # A row is built whole before it is ours to look at.
        nonlocal counted, in_row
        counted += 1
        in_row = 1 if name.endswith("row") else in_row and in_row + 1
        if counted > MOST_ELEMENTS or in_row > MOST_IN_ROW:
            raise OverflowError

    parser = expat.ParserCreate()
    parser.StartElementHandler = count
    with archive.open(part) as source:
        try:
            parser.ParseFile(source)
        except expat.ExpatError:
            return False
        except OverflowError:
            return True
    return False


def _chosen_sheet(book: Any, is_known: Known, fits: Fits | None) -> tuple[Any, list[str]]:
    """The first sheet with all the headings needed, else one that has any we know, else the first."""
    sheets = list(book.worksheets)
    if not sheets:
        raise NoTable(["Filen har inget blad med rader."])
    chosen = sheets[0]
    if len(sheets) > 1:
        headings = [_headings(sheet) for sheet in sheets]
        whole = (one for one, has in zip(sheets, headings, strict=True) if fits and fits(has))
        some = (one for one, has in zip(sheets, headings, strict=True) if any(map(is_known, has)))
        chosen = next(whole, None) or next(some, sheets[0])
        title = "".join(char for char in chosen.title if char.isprintable())[:60]
        return chosen, [f"Filen har {len(sheets)} blad. Bara bladet {title} är läst."]
    return chosen, []


def _headings(sheet: Any) -> list[str]:
    try:
        number, cells, _ = next(_sheet_records(sheet), (0, [], ""))
    except NoTable:
        return []
    return [cell.text for cell in cells] if number == 1 else []


def _sheet_records(sheet: Any) -> Iterator[Record]:
    """The sheet's rows as they stand in the file: what the library fills in or passes over is ours to see.

    Its own way of reading fills every row to its last cell, and leaves out rows that stand in disorder.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if number > LAST_ROW:
                raise NoTable([f"Bladet har fler än {LAST_ROW} rader."])
            if number <= last:
                raise NoTable([ROWS_IN_DISORDER])
            last = number
            yield number, _sheet_cells(number, cells), ""


def _sheet_cells(number: int, cells: Sequence[dict[str, Any]]) -> list[Cell]:
    """The row's cells by column, to the last that holds anything."""
    found: list[Cell] = []
    last = 0
    for one in cells:
        if one["row"] != number or one["column"] <= last:
            raise NoTable([ROWS_IN_DISORDER])
        last = one["column"]
        if one["value"] is None:
            continue
        if last > MOST_COLUMNS:
            raise too_many_columns()
        found += [Cell()] * (last - 1 - len(found))
        found.append(_sheet_cell(one["value"], one["data_type"]))
    return found


def _sheet_cell(value: Any, kind: str) -> Cell:
    if kind == "f" or not isinstance(value, str | int | float | date):
        return Cell(str(value)[:LONGEST_CELL], fault=HOLDS_FORMULA if kind == "f" else HOLDS_ERROR)
    if kind == "e":
        return Cell(str(value), fault=HOLDS_ERROR)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(f"{day:%Y-%m-%d}", day=day)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return text_cell(str(value)) if isinstance(value, str) else Cell(str(value))
