"""Tables that people keep in files: xlsx and csv in, rows of cells out, whatever the bytes are.

Nothing is guessed and nothing is left out: every row that is not empty comes out, with what was
wrong with it. A file that is no table at all raises `NoTable`. Limits keep a hostile file from
filling the memory.
"""

from core.spreadsheets.csv_file import BROKEN_LINE
from core.spreadsheets.read import MOST_BYTES, read_table
from core.spreadsheets.table import (
    HOLDS_FORMULA,
    TOO_WIDE,
    Cell,
    NoTable,
    SheetRow,
    Table,
    clean,
)

__all__ = [
    "BROKEN_LINE",
    "HOLDS_FORMULA",
    "MOST_BYTES",
    "TOO_WIDE",
    "Cell",
    "NoTable",
    "SheetRow",
    "Table",
    "clean",
    "read_table",
]
