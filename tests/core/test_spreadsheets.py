"""Whatever the bytes: a table with every row that is not empty, or a refusal in words."""

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.spreadsheets import (
    BROKEN_LINE,
    HOLDS_FORMULA,
    TOO_WIDE,
    NoTable,
    clean,
    read_table,
    xlsx_file,
)
from core.spreadsheets import table as limits
from core.spreadsheets.read import MOST_BYTES
from core.spreadsheets.table import Table
from core.spreadsheets.xlsx_file import MOST_UNPACKED

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
    assert table.notes == ["Filen har 2 blad. Bara bladet Sheet1 är läst."]


def test_rows_far_down_keep_their_number() -> None:
    book = Workbook()
    book.active.append(HEADER)
    book.active.cell(row=5000, column=1, value="Åsa")
    out = io.BytesIO()
    book.save(out)
    assert texts(read_table(out.getvalue(), known)) == [(5000, ["Åsa", "", ""])]


def test_the_sheet_with_all_that_is_needed_is_read_before_one_that_has_a_little() -> None:
    data = workbook([["namn"], ["fel"]], [HEADER, ["Åsa"]])
    table = read_table(data, known, lambda header: set(header) >= set(HEADER))
    assert texts(table) == [(2, ["Åsa", "", ""])]


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(xml: str) -> bytes:
    """A workbook whose sheet is the given rows."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([HEADER]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != SHEET:
                target.writestr(name, source.read(name))
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        rows = f'<worksheet xmlns="{main}"><sheetData>{xml}</sheetData></worksheet>'
        target.writestr(SHEET, rows)
    return out.getvalue()


def line(number: int, *words: str, first: str = "A") -> str:
    cells = "".join(
        f'<c r="{chr(ord(first) + i)}{number}" t="inlineStr"><is><t>{word}</t></is></c>'
        for i, word in enumerate(words)
    )
    return f'<row r="{number}">{cells}</row>'


def test_blank_cells_far_out_cost_nothing_and_refuse_nobody() -> None:
    far = '<c r="XFD1"/></row>'
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(3, 5000))
    data = with_sheet(line(1, *HEADER).replace("</row>", far) + line(2, "Åsa") + rows)
    table = read_table(data, known)
    assert table.header == tuple(HEADER)
    assert texts(table) == [(2, ["Åsa", "", ""])]


def test_blank_rows_have_an_end(monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_BLANK_ROWS", 100)
    rows = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(2, 103))
    with pytest.raises(NoTable, match="tomma rader"):
        read_table(with_sheet(line(1, *HEADER) + rows), known)


@pytest.mark.parametrize("limit", ["MOST_ELEMENTS", "MOST_IN_ROW"])
def test_more_elements_than_a_list_has_are_refused_before_they_are_built(
    limit, monkeypatch
) -> None:
    monkeypatch.setattr(xlsx_file, limit, 1000)
    data = with_sheet(line(1, *HEADER) + '<row r="2">' + "<c/>" * 1000 + "</row>")
    with pytest.raises(NoTable, match="för stor när den packas upp"):
        read_table(data, known)


@pytest.mark.parametrize(
    "rows",
    [
        line(3, "Åsa") + line(2, "Bo"),
        line(2, "Åsa") + line(2, "Bo"),
        line(2, "Åsa").replace("A2", "A7"),
        line(2, "Åsa", "1").replace("B2", "A2"),
    ],
)
def test_rows_in_disorder_are_not_left_out(rows) -> None:
    with pytest.raises(NoTable, match="fel ordning"):
        read_table(with_sheet(line(1, *HEADER) + rows), known)


@pytest.mark.parametrize(
    "data",
    [
        b"namn;t\x00al;mer\nBo;1;x\n",
        "namn;tal;mer\nBo;1;x\n".encode("utf-16-le"),
        "namn;tal;mer\nBo;1;x\n".encode("utf-16-be"),
    ],
)
def test_headings_that_can_not_be_read_are_refused(data) -> None:
    with pytest.raises(NoTable, match="Rubrikraden har tecken"):
        read_table(data, known)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_bad_byte_spoils_its_own_cell(mark) -> None:
    data = mark + "namn;tal;mer\nÅsa Öberg;1;x\nB?;2;y\n".encode().replace(b"?", b"\xf6")
    rows = read_table(data, known).rows
    assert rows[0].cells[0].text == "Åsa Öberg"
    assert [bool(row.cells[0].fault) for row in rows] == [False, True]


def test_a_break_and_a_delimiter_in_a_cell_are_one_row() -> None:
    table = read_table(written([["Storgatan 1;\nlgh 3", "1", "x"], ["Bo", "2", "y"]]), known)
    assert texts(table) == [(2, ["Storgatan 1;\nlgh 3", "1", "x"]), (3, ["Bo", "2", "y"])]


@pytest.mark.parametrize("tail", ["", "x"])
def test_a_row_with_a_decimal_comma_too_many_keeps_every_cell(tail) -> None:
    row = read_table(f"namn,tal,mer\nBo,ARB:12,5,{tail}\n".encode(), known).rows[0]
    assert row.fault == TOO_WIDE
    assert [cell.text for cell in row.cells] == ["Bo", "ARB:12", "5", *([tail] if tail else [])]


def test_our_own_apostrophe_is_taken_away() -> None:
    cells = read_table(written([["'-", "'-5", "'=1+1"]]), known).rows[0].cells
    assert [(cell.text, cell.fault) for cell in cells] == [
        ("-", ""), ("-5", ""), ("'=1+1", HOLDS_FORMULA)
    ]  # fmt: skip


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (MOST_UNPACKED + 1))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(NoTable, match="för stor när den packas upp"):
        read_table(out.getvalue(), known)


def test_limits_are_told(monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    with pytest.raises(NoTable, match="fler än 3 rader"):
        read_table(written([["a"]] * 4), known)
    with pytest.raises(NoTable, match="kolumner"):
        read_table(written([], header=["namn"] * 201), known)
    with pytest.raises(NoTable, match="större än 10 MB"):
        read_table(bytes(MOST_BYTES + 1), known)


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
        assert len(row.cells) == len(table.header) or (row.fault and len(row.cells) > 1)
        assert row.fault or not all(cell.is_blank for cell in row.cells)


def table_or_refusal(data: bytes) -> Table | NoTable:
    try:
        return read_table(data, known)
    except NoTable as refusal:
        return refusal
