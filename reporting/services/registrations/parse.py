"""A file's bytes as rows that have been read, without asking the database but for the codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from core.spreadsheets import SheetRow, Table, read_table
from participants.services.imports import (
    Anonymous,
    Entry,
    has_needed,
    is_known,
    known_codes,
    read_columns,
    read_row,
)

MOST_UNREAD = 12

Read = Entry | Anonymous | list[str]


@dataclass(frozen=True)
class ReadRow:
    """One row of the file, and what it says; a list of reasons when it can't be taken in."""

    row: SheetRow
    said: Read


@dataclass(frozen=True)
class ReadFile:
    """Every row of a file that is not empty, and what in the file was not read."""

    table: Table
    rows: Sequence[ReadRow]
    notes: list[str]


def read_file_rows(data: bytes, today: date | None = None) -> ReadFile:
    """The file's rows. Raises `NoTable` when it is no table with our headings."""
    table = read_table(data, is_known, has_needed)
    columns = read_columns(table.header)
    codes, day = known_codes(), today or timezone.localdate()
    rows = [ReadRow(row, read_row(row, columns, codes, day)) for row in table.rows]
    notes = list(table.notes)
    if columns.unread:
        listed = ", ".join(columns.unread[:MOST_UNREAD])
        notes.append(f"Kolumner som inte läses: {listed}.")
    return ReadFile(table, rows, notes)
