"""The report's data: nothing lost, nothing given away, everything found."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from core.formatting import NBSP
from core.tables import Cell, Table
from reporting.services import figures
from reporting.services.report_context import Reconciliation, cover_sentence, printed
from tests.reporting import report_example as example

REACHING = "nådde tio timmars aktivitet i veckan"


def html_of(report: example.ReportContext) -> str:
    context = {"report": report, "title": report.title, "created": "2027-01-20T14:05:00Z"}
    return render_to_string("pdf/annual_report.html", context)


def words_of(report: example.ReportContext) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html_of(report)))


def adds_up(table: Table) -> bool:
    """Whether each column of whole numbers sums to the total, where nothing is hidden."""
    if not table.total:
        return True
    for index, total in enumerate(table.total.cells):
        column = [row.cells[index] for row in table.data_rows]
        amounts = [cell.amount for cell in column if cell.amount is not None]
        is_sum = total.unit != "%" and total.amount is not None and len(amounts) == len(column)
        if is_sum and sum(amounts) != total.amount:
            return False
    return True


def test_the_example_adds_up() -> None:
    assert [one.table.key for one in example.report().exhibits if not adds_up(one.table)] == []


def test_enrolments_that_do_not_reconcile_are_refused() -> None:
    with pytest.raises(ValueError, match="85 enrolments are accounted for, 93 exist"):
        Reconciliation(2026, Cell(93), Cell(85), Cell(0), Cell(0), Cell(0))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            (94, 83, 2, 8, 1),
            "94 inskrivningar 2026: 83 fullständigt registrerade, 2 där någon uppgift saknas, "
            "8 anonyma och 1 felregistrerad, som inte räknas.",
        ),
        ((40, 40, 0, 0, 0), "40 inskrivningar 2026: 40 fullständigt registrerade."),
        ((1, 0, 0, 1, 0), "1 inskrivning 2026: 1 anonym."),
        ((0, 0, 0, 0, 0), "Ingen skrevs in 2026."),
    ],
)
def test_every_enrolment_is_accounted_for_in_words(parts: tuple, sentence: str) -> None:
    assert Reconciliation(2026, *map(Cell, parts)).sentence == sentence


def test_hidden_parts_of_the_reconciliation_are_said_in_words() -> None:
    few, hidden = example.FEW, example.HIDDEN
    said = Reconciliation(2026, hidden, Cell(40), few, hidden, Cell(0)).sentence

    assert said == (
        f"Ett dolt antal inskrivningar 2026: 40 fullständigt registrerade, färre än{NBSP}5 "
        "där någon uppgift saknas och ett dolt antal anonyma."
    )


@pytest.mark.parametrize(
    ("started", "ended", "reached", "sentence"),
    [
        (
            Cell(93),
            Cell(74),
            Cell(61, unit="%"),
            f"93{NBSP}personer började, 74 avslutade och 61{NBSP}% {REACHING}.",
        ),
        (Cell(1), Cell(0), Cell(), f"1{NBSP}person började och 0 avslutade."),
        (example.FEW, Cell(9), example.HIDDEN, "9 avslutade."),
        (example.FEW, example.HIDDEN, example.HIDDEN, "Så få deltog att antalen inte visas."),
        (Cell(0), Cell(0), Cell(), "Ingen började och ingen avslutade."),
    ],
)
def test_the_cover_says_only_what_may_be_said(
    started: Cell, ended: Cell, reached: Cell, sentence: str
) -> None:
    said = cover_sentence(started=started, ended=ended, reached=reached, reaching=REACHING)

    assert said == sentence


@pytest.mark.parametrize(
    ("mark", "unit", "text"),
    [
        (figures.Mark.PRIMARY, figures.Unit.PERSONS, f"färre än{NBSP}5"),
        (figures.Mark.PRIMARY, figures.Unit.DAYS, "dolt"),
        (figures.Mark.COMPLEMENTARY, figures.Unit.PERSONS, "dolt"),
    ],
)
def test_a_figures_hidden_cell_is_printed_in_its_words(mark, unit, text: str) -> None:
    assert printed(figures.Cell({}, None, mark), unit).text == text


def test_a_figures_cell_is_printed_with_its_unit() -> None:
    days = figures.Cell({}, Decimal("213.5"))

    assert printed(days, figures.Unit.DAYS).text == "213,5"
    assert printed(figures.Cell({}, 5167000), figures.Unit.SEK).text.endswith(f"000{NBSP}kr")


def test_every_entry_of_the_contents_leads_somewhere() -> None:
    for report in (example.report(), example.empty_report(), example.hidden_report()):
        html = html_of(report)
        targets = set(re.findall(r' href="#([^"]+)"', html))
        assert targets <= set(re.findall(r' id="([^"]+)"', html))
        assert {section.anchor for section in report.contents} <= targets


def test_each_table_goes_along_as_a_file_once() -> None:
    report = example.report()
    names = [one.name for one in report.attachments]

    assert len(names) == len(set(names)) == len(report.exhibits)
    assert set(names) >= {"sysselsattning.csv", "forsorjning.csv", "flode.csv", "ekonomi.csv"}
    assert all(name in html_of(report) for name in names)


def test_an_approved_report_has_no_mark_and_a_draft_has_one() -> None:
    approved, draft = example.report(), example.report(is_draft=True)

    assert "UTKAST" not in words_of(approved)
    assert "Fastställd av styrgruppen 2027-01-22" in words_of(approved)
    assert "UTKAST" in words_of(draft)
    assert "Inte fastställd av styrgruppen" in words_of(draft)


def test_an_internal_copy_says_that_it_may_not_leave_the_programme() -> None:
    assert "Internt exemplar" in words_of(example.report(is_internal=True))
    assert "får inte lämnas utanför insatsen" in words_of(example.report(is_internal=True))


def test_a_correction_names_what_it_corrects() -> None:
    said = words_of(example.report(version=2, correction_of=1))

    assert "Version 2, rättar version 1" in said


def test_hidden_cells_are_words_and_a_hidden_chart_is_left_out() -> None:
    shown, hidden = html_of(example.report()), html_of(example.hidden_report())

    assert f'<span class="hid">färre än{NBSP}5</span>' in shown
    assert '<span class="hid">dolt</span>' in shown
    assert shown.count("<figure>") - hidden.count("<figure>") == 4


def test_a_year_without_participants_says_so_in_every_chapter() -> None:
    said = words_of(example.empty_report())

    for sentence in (
        "Ingen började och ingen avslutade.",
        "Ingen skrevs in 2026.",
        "Insatsen har inga uppsatta mål för året.",
        "Inga förändringar av betydelse är beskrivna för 2026.",
        "Insatsen har inte skrivit någon sammanfattning.",
    ):
        assert sentence in said
    assert "<table" not in html_of(example.empty_report())


def test_what_the_programme_writes_is_text_and_never_markup() -> None:
    full = example.report()
    summary = replace(full.summary, text="<script>alert(1)</script>\n\nOch & så vidare")

    html = html_of(replace(full, summary=summary))
    assert "<script>" not in html
    assert "<p>Och &amp; så vidare</p>" in html
