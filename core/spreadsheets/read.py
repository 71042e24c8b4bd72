"""Whatever the bytes are: a table or a refusal."""

from core.spreadsheets.csv_file import read_csv
from core.spreadsheets.table import Fits, Known, NoTable, Table
from core.spreadsheets.xlsx_file import read_xlsx

MOST_BYTES = 10_000_000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_table(data: bytes, is_known: Known, fits: Fits | None = None) -> Table:
    """The table in a csv or xlsx file. `is_known` says of a heading whether it is one of ours.

    `fits` says of a sheet's headings whether they are all that is needed: such a sheet is read first.
    Csv: semicolon, tab or comma, with or without BOM, UTF-8, UTF-16 or cp1252. Raises `NoTable`.
    """
    if len(data) > MOST_BYTES:
        raise NoTable([f"Filen är större än {MOST_BYTES // 1_000_000} MB. Dela upp den."])
    if data.startswith(OLD_EXCEL):
        raise NoTable(["Filen är sparad i äldre Excel eller har lösenord. Spara den som .xlsx."])
    if data.startswith(ZIP):
        return read_xlsx(data, is_known, fits)
    return read_csv(data, is_known)
