"""Tables say hidden in words everywhere: on the page, in the drawing, in the file."""

import csv
import io

import pytest

from core.formatting import NBSP
from core.tables import Cell, Column, Row, Table

COLUMNS = (Column("Part"), Column("Antal"))


def rows_of(table: Table) -> list[list[str]]:
    text = table.csv().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("how", ["primary", "complementary"])
def test_a_hidden_cell_cannot_carry_its_number(how: str) -> None:
    with pytest.raises(ValueError, match="suppressed"):
        Cell(3, suppressed=how)


@pytest.mark.parametrize(
    ("cell", "text", "amount"),
    [
        (Cell(22), "22", 22),
        (Cell(0), "0", 0),
        (Cell(1300, unit="kr"), f"1{NBSP}300{NBSP}kr", 1300),
        (Cell(7.25, decimals=1), "7,3", 7.25),
        (Cell(-15), "−15", -15),
        (Cell("nått"), "nått", None),
        (Cell(), f"uppgift{NBSP}saknas", None),
        (Cell(suppressed="primary"), f"färre än{NBSP}5", None),
        (Cell(suppressed="primary", threshold=10), f"färre än{NBSP}10", None),
        (Cell(suppressed="complementary"), "dolt", None),
    ],
)
def test_a_cell_says_what_it_holds(cell: Cell, text: str, amount: float | None) -> None:
    assert (cell.text, cell.amount) == (text, amount)


def test_a_row_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Table("t", "T", COLUMNS, (Row("FK", (Cell(1), Cell(2))),))


def test_the_file_has_bare_numbers_and_the_words_of_hidden_cells() -> None:
    rows = (
        Row("Personal", kind="heading"),
        Row("FK; Väst", (Cell(1234.5, unit="kr"),)),
        Row("AF", (Cell(suppressed="primary"),)),
        Row("Region", (Cell(suppressed="complementary"),)),
    )
    table = Table("t", "T", COLUMNS, rows, total=Row("Alla", (Cell(40),)))

    assert rows_of(table) == [
        ["Part", "Antal"],
        ["Personal"],
        ["FK; Väst", "1234,5"],
        ["AF", "färre än 5"],
        ["Region", "dolt"],
        ["Alla", "40"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+46", "-cmd", "@SUM(A1)", "\t=1"])
def test_a_text_is_never_a_formula_in_a_spreadsheet(text: str) -> None:
    table = Table("t", "T", COLUMNS, (Row(text, (Cell(text),)),))

    assert rows_of(table)[1] == [f"'{text}", f"'{text}"]


def test_a_negative_number_stays_a_number_in_the_file() -> None:
    table = Table("t", "T", COLUMNS, (Row("FK", (Cell(-19),)),))

    assert rows_of(table)[1] == ["FK", "-19"]


def test_a_short_series_is_printed_across_but_not_when_words_are_long() -> None:
    weeks = tuple(Row(f"v. {number}", (Cell(number),)) for number in range(1, 13))
    hidden = (*weeks[:-1], Row("v. 12", (Cell(suppressed="primary"),)))

    assert Table("t", "T", COLUMNS, weeks).is_series
    assert not Table("t", "T", COLUMNS, hidden).is_series
    assert not Table("t", "T", COLUMNS, weeks[:3]).is_series
