"""Csv in: semicolon, tab or comma, in whatever letters, with or without stray quotation marks."""

import csv
import io
import re
from collections.abc import Iterator

from core.spreadsheets.table import (
    MOST_COLUMNS,
    TOO_WIDE,
    UNREAD_BYTE,
    Cell,
    Known,
    NoTable,
    Record,
    Table,
    clean,
    table,
    text_cell,
    too_many_blank,
    too_many_columns,
)

MOST_LINES = 200_000
DELIMITERS = (";", "\t", ",")
UTF8_MARK = b"\xef\xbb\xbf"
UNICODE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SAYS_DELIMITER = re.compile(r"^sep=(.)$", re.IGNORECASE)
LINE_BREAKS = re.compile(r"\r\n|\r|\n")
BROKEN_LINE = "Raden går inte att dela i celler: ett citattecken saknas, eller en cell är för lång."


def read_csv(data: bytes, is_known: Known) -> Table:
    """The table in a csv file. Raises `NoTable`."""
    text = _decode(data)
    if not text.strip().strip("\x00"):
        raise NoTable(["Filen är tom."])
    if max(text.count("\n"), text.count("\r")) > MOST_LINES:
        raise too_many_blank()
    first, _, rest = text.partition("\n")
    if said := SAYS_DELIMITER.match(first.strip()):
        # Excel's own first line; the header is the first row of the table.
        return table(_records(rest, said[1]), [])
    return table(_records(text, _delimiter_of(first, is_known)), [])


def _decode(data: bytes) -> str:
    """The text. One bad byte in UTF-8 spoils its own cell, and makes no other language of the rest."""
    encoding = UNICODE_MARKS.get(data[:2], "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    bad = text.count(UNREAD_BYTE)
    letters = sum(char > "\x7f" for char in text) - bad
    if data.startswith(UTF8_MARK) or encoding != "utf-8-sig" or (letters and letters >= bad):
        return text
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _delimiter_of(header: str, is_known: Known) -> str:
    def recognised(delimiter: str) -> int:
        return sum(is_known(clean(word).strip('"')) for word in header.split(delimiter))

    return max(DELIMITERS, key=recognised)


def _records(text: str, delimiter: str) -> Iterator[Record]:
    whole = _quoted_records(text, delimiter)
    lines = _line_records(text, delimiter) if whole is None else _numbered(whole)
    width = 0
    for number, fields, fault in lines:
        width = width or len(fields)
        if delimiter == "," and len(fields) > width and any(map(str.strip, fields)):
            # A decimal comma moves the rest of the row one column on, also over blank ones.
            fault = fault or TOO_WIDE
        yield number, _text_cells(fields), fault


def _numbered(records: list[list[str]]) -> Iterator[tuple[int, list[str], str]]:
    return ((number, fields, "") for number, fields in enumerate(records, start=1))


def _text_cells(fields: list[str]) -> list[Cell]:
    """The cells, without blank ones at the end. Raises `NoTable` when they are too many."""
    used = len(fields)
    while used and not fields[used - 1].strip():
        used -= 1
    if used > MOST_COLUMNS:
        raise too_many_columns()
    return [text_cell(one) for one in fields[:used]]


def _quoted_records(text: str, delimiter: str) -> list[list[str]] | None:
    """The records by csv's own rules; None when a stray quotation mark has swallowed rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[list[str]] = []
    line = 0
    try:
        for fields in reader:
            spans, line = reader.line_num - line, reader.line_num
            width = len(found[0]) if found else len(fields)
            if spans > 1 and any(
                len(fields) != width or _holds_rows(one, delimiter, width)
                for one in fields
                if LINE_BREAKS.search(one) and delimiter in one
            ):
                return None
            found.append(fields)
    except csv.Error:
        return None
    return found


def _holds_rows(text: str, delimiter: str, width: int) -> bool:
    """True when the cell is the end of one row and the beginning of another, with none or more between.

    Two stray marks in the same column leave the row as wide as it should be. Then the first and the
    last line together have as many delimiters as a row, and each between them has too.
    """
    first, *between, last = (line.count(delimiter) for line in LINE_BREAKS.split(text))
    return first + last == width - 1 and all(one == width - 1 for one in between)


def _line_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """One row a line, each read by itself, so that a broken one takes no other with it."""
    for number, line in enumerate(LINE_BREAKS.split(text), start=1):
        try:
            fields = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield number, line.split(delimiter), BROKEN_LINE
            continue
        yield number, fields, ""
