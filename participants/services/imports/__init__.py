"""Bringing in lists that were kept elsewhere: what a row says, what becomes of it, writing, undoing.

`read_columns` and `read_row` say what a row means; a `Book` decides about rows in the file's order,
from what the programme has; `write_people` writes what was decided; `remove_enrolments` takes it
back. The caller holds the programme's row locked from deciding to having written.
"""

from participants.services.imports.columns import (
    COLUMNS,
    Columns,
    column_of,
    has_needed,
    is_known,
    read_columns,
)
from participants.services.imports.decide import Book, Decision, Memory, open_book
from participants.services.imports.read import Anonymous, Codes, Entry, known_codes, read_row
from participants.services.imports.undo import (
    remove_anonymous,
    remove_enrolments,
    why_not_removed,
)
from participants.services.imports.write import VERB as IMPORTED
from participants.services.imports.write import write_anonymous, write_people

__all__ = [
    "COLUMNS",
    "IMPORTED",
    "Anonymous",
    "Book",
    "Codes",
    "Columns",
    "Decision",
    "Entry",
    "Memory",
    "column_of",
    "has_needed",
    "is_known",
    "known_codes",
    "open_book",
    "read_columns",
    "read_row",
    "remove_anonymous",
    "remove_enrolments",
    "why_not_removed",
    "write_anonymous",
    "write_people",
]
