"""Whatever the bytes: a table with every row that is not empty, or a refusal in words."""

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core import spreadsheets
from core.spreadsheets import BROKEN_LINE, HOLDS_FORMULA, TOO_WIDE, NoTable, clean, read_table

KNOWN = {"namn", "tal", "mer"}
HEADER = ["namn", "tal", "mer"]
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


def known(heading: str) -> bool:
    return heading in KNOWN


def written(rows, delimiter=";", encoding="utf-8", header=HEADER) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*sheets) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def texts(table) -> list[tuple[int, list[str]]]:
    return [(row.number, [cell.text for cell in row.cells]) for row in table.rows]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_ways_of_saving_the_same_list(delimiter, encoding) -> None:
    data = written([["Åsa Öberg", "1", ""], ["", "", ""], ["Bo", "2", "x"]], delimiter, encoding)
    assert texts(read_table(data, known)) == [(2, ["Åsa Öberg", "1", ""]), (4, ["Bo", "2", "x"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ending_and_excels_first_line(end) -> None:
    data = end.join(["namn;tal;mer", "Åsa;1;", "Bo;2;"]).encode()
    assert len(read_table(data, known).rows) == 2
    assert texts(read_table(b"sep=;\r\n" + written([["a", "b", "c"]]), known)) == [
        (2, ["a", "b", "c"])
    ]


def test_a_stray_quotation_mark_swallows_nobody() -> None:
    data = b'namn;tal;mer\r\n"\xc3\x85sa;1;x\r\nBo;2;x\r\nEva;3;x\r\n'
    rows = read_table(data, known).rows
    assert [(row.number, row.fault) for row in rows] == [(2, BROKEN_LINE), (3, ""), (4, "")]
    pair = b'namn;tal;mer\r\n"Asa;1;x\r\nBo;2;x\r\nEva";3;x\r\n'
    rows = read_table(pair, known).rows
    assert [row.number for row in rows] == [2, 3, 4]
    assert rows[1].cells[0].text == "Bo"


def test_a_line_break_inside_a_cell_is_one_row() -> None:
    rows = read_table(written([["Åsa\nÖberg", "1", ""], ["Bo", "2", ""]]), known).rows
    assert [(row.number, row.cells[0].text) for row in rows] == [(2, "Åsa\nÖberg"), (3, "Bo")]


def test_faults_stand_on_their_row() -> None:
    rows = read_table(
        written(
            [["=1+1", "1", ""], ["a", "1", "", "för mycket"], ["a\x00b", "", ""], ["x" * 2001]]
        ),
        known,
    ).rows
    assert rows[0].cells[0].fault == HOLDS_FORMULA
    assert rows[1].fault == TOO_WIDE
    assert "tecken" in rows[2].cells[0].fault
    assert "2000" in rows[3].cells[0].fault


@pytest.mark.parametrize("text", ["=A1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-A1", "+(1)", "'=1+1"])
def test_formulas_are_known_in_csv(text) -> None:
    assert read_table(written([[text]]), known).rows[0].cells[0].fault == HOLDS_FORMULA


@pytest.mark.parametrize("text", ["-", "-5", "+46701234567", "- ", "a=b", "–"])
def test_signs_before_digits_are_no_formulas(text) -> None:
    assert read_table(written([[text, "1"]]), known).rows[0].cells[0].fault == ""


def test_excels_types() -> None:
    data = workbook(
        [HEADER, [date(2024, 1, 2), 12.0, 1.5], [datetime(2024, 1, 2, 3, 4), True, "=A1"]]
    )
    rows = read_table(data, known).rows
    assert [cell.text for cell in rows[0].cells] == ["2024-01-02", "12", "1.5"]
    assert rows[0].cells[0].day == date(2024, 1, 2)
    assert rows[1].cells[2].fault == HOLDS_FORMULA


def test_the_sheet_with_known_headings_is_read_and_the_others_told() -> None:
    table = read_table(workbook([["Läs mig"]], [HEADER, ["Åsa"]]), known)
    assert texts(table) == [(2, ["Åsa", "", ""])]
    assert table.notes == ["Filen har 2 blad. Bara ett är läst."]


def test_rows_far_down_keep_their_number() -> None:
    book = Workbook()
    book.active.append(HEADER)
    book.active.cell(row=5000, column=1, value="Åsa")
    out = io.BytesIO()
    book.save(out)
    assert texts(read_table(out.getvalue(), known)) == [(5000, ["Åsa", "", ""])]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.MOST_UNPACKED + 1))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(NoTable, match="för stor när den packas upp"):
        read_table(out.getvalue(), known)


def test_limits_are_told(monkeypatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    with pytest.raises(NoTable, match="fler än 3 rader"):
        read_table(written([["a"]] * 4), known)
    with pytest.raises(NoTable, match="kolumner"):
        read_table(written([], header=["namn"] * 201), known)
    with pytest.raises(NoTable, match="större än 10 MB"):
        read_table(bytes(spreadsheets.MOST_BYTES + 1), known)


@given(st.lists(st.lists(LETTERS, max_size=4), max_size=8))
def test_every_row_of_a_csv_comes_out(rows) -> None:
    table = read_table(written(rows), known)
    # Csv's own rules hold for whatever Python wrote; what is blank to us falls away.
    wanted = {
        number for number, row in enumerate(rows, start=2) if any(clean(cell) for cell in row)
    }
    found = {row.number for row in table.rows}
    assert wanted <= found or any(row.fault for row in table.rows)
    assert len(table.rows) >= len(wanted)


@given(st.lists(st.lists(PLAIN, min_size=3, max_size=3), max_size=6))
def test_what_is_written_is_what_is_read(rows) -> None:
    table = read_table(written(rows), known)
    wanted = [(n, [clean(c) for c in row]) for n, row in enumerate(rows, start=2)]
    assert texts(table) == [(n, row) for n, row in wanted if any(row)]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data) -> None:
    for prefix in (b"", b"namn;tal;mer\n", b"\xff\xfe", b"PK\x03\x04", b"\xef\xbb\xbfnamn;tal\n"):
        refused_or_read(prefix + data)


WORKBOOK = workbook([HEADER, ["Åsa", 1, "x"], [None, None, None], ["Bo", 2.5, "y"]])


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=6))
def test_a_damaged_workbook_is_a_table_or_refused(changes) -> None:
    data = bytearray(WORKBOOK)
    for place, value in changes:
        data[place] = value
    refused_or_read(bytes(data))


@given(st.integers(0, len(WORKBOOK)))
def test_half_a_workbook_is_refused(length) -> None:
    refused_or_read(WORKBOOK[:length])


def refused_or_read(data: bytes) -> None:
    table = table_or_refusal(data)
    if isinstance(table, NoTable):
        assert table.reasons
        assert all(reason.endswith(".") for reason in table.reasons)
        return
    for row in table.rows:
        assert row.number > 1
        assert len(row.cells) == len(table.header)
        assert row.fault or not all(cell.is_blank for cell in row.cells)


def table_or_refusal(data: bytes) -> spreadsheets.Table | NoTable:
    try:
        return read_table(data, known)
    except NoTable as refusal:
        return refusal
