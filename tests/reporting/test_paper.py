"""The printed documents, judged by veraPDF and read page by page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from core.pdf import render_pdf
from tests.reporting import report_example, sus_example
from tests.verapdf.runner import Verdicts, judge

pytestmark = pytest.mark.xdist_group("paper")

REPORTS = ("report", "empty_report", "draft")
FORMS = ("document", "unfinished_document", "long_document")
BROKEN = "broken"
NEARLY_EMPTY = 0.16  # of a page's height


def make_report(report: report_example.ReportContext, name: str) -> bytes:
    return render_pdf(
        template="pdf/annual_report.html",
        context={"report": report},
        title=f"{report.title}, {report.programme}",
        created_at=report.frozen_at,
        identifier=name,
        attachments=report.attachments,
    )


def make_form(document: sus_example.SusDocument, name: str, template: str) -> bytes:
    return render_pdf(
        template=template,
        context={"document": document},
        title=document.title,
        created_at=document.printed_at,
        identifier=name,
    )


@pytest.fixture(scope="module")
def broken_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A form with a picture that nobody can hear: it must not pass."""
    from django.template import engines

    folder = tmp_path_factory.mktemp("mallar")
    text = '{% extends "pdf/base.html" %}{% block content %}<h1>Prov</h1>'
    (folder / "broken.html").write_text(f'{text}<img src="img/report-cover.svg">{{% endblock %}}')
    loaders = engines["django"].engine.template_loaders
    engine = engines["django"].engine
    engine.dirs.append(folder)
    yield "broken.html"
    engine.dirs.remove(folder)
    for loader in loaders:
        loader.reset()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, broken_template: str) -> dict[str, Path]:
    """Every kind of document as a file, by name."""
    folder = tmp_path_factory.mktemp("papper")
    made = {name: make_report(getattr(report_example, name)(), name) for name in REPORTS[:2]}
    draft = replace(report_example.hidden_report(), is_draft=True, is_internal=True)
    made["draft"] = make_report(draft, "draft")
    for name in FORMS:
        made[name] = make_form(getattr(sus_example, name)(), name, "pdf/sus_document.html")
    made[BROKEN] = make_form(sus_example.document(), BROKEN, broken_template)
    for name, data in made.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return {name: folder / f"{name}.pdf" for name in made}


@pytest.fixture(scope="module")
def verdicts(files: dict[str, Path]) -> Verdicts:
    return judge(list(files.values()))


@pytest.mark.parametrize("claim", ["ua1", "3a"])
@pytest.mark.parametrize("name", [*REPORTS, *FORMS])
def test_every_document_keeps_both_its_claims(verdicts: Verdicts, name: str, claim: str) -> None:
    verdict = verdicts[f"{name}.pdf", claim]

    assert verdict.passed, verdict.faults


def test_a_picture_without_words_does_not_pass(verdicts: Verdicts) -> None:
    verdict = verdicts[f"{BROKEN}.pdf", "ua1"]

    assert not verdict.passed
    assert any("alternat" in fault.lower() for fault in verdict.faults), verdict.faults


def pages_of(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [re.sub(r"\s+", " ", text.replace("\ufffe", "-")) for text in texts]


def filled_share(file: Path) -> list[float]:
    """How far down each page its text reaches, running head and folio apart."""
    document = pypdfium2.PdfDocument(file)
    shares = []
    for page in document:
        text, height = page.get_textpage(), page.get_height()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        inside = [bottom for _, bottom, _, top in boxes if bottom > 60 and top < height - 60]
        shares.append(1 - min(inside, default=height) / height)
    document.close()
    return shares


def test_the_contents_page_is_right_about_every_page(files: dict[str, Path]) -> None:
    pages = pages_of(files["report"])
    for section in report_example.report().contents:
        number = re.search(rf"{re.escape(section.title)} (\d+)", pages[1])
        assert number, section.title
        heading = f"{section.number} {section.title}".strip()
        assert heading in pages[int(number[1]) - 1], section.title


def test_the_report_holds_the_years_figures(files: dict[str, Path]) -> None:
    text = " ".join(pages_of(files["report"]))

    assert "93 personer började, 74 avslutade" in text
    assert "94 inskrivningar 2026: 83 fullständigt registrerade" in text
    assert "Tabell 5.1. Sysselsättning efter, kvinnor och män" in text
    assert "Figur 5.1. Fler arbetar, färre står helt utanför" in text
    assert "5 167 000" in text
    assert "färre än 5" in text
    assert "UTKAST" not in text


def test_a_draft_says_so_on_every_page(files: dict[str, Path]) -> None:
    assert all("UTKAST" in page for page in pages_of(files["draft"]))


@pytest.mark.parametrize("name", REPORTS)
def test_no_page_of_a_report_is_nearly_empty(files: dict[str, Path], name: str) -> None:
    shares = filled_share(files[name])

    assert [page + 1 for page, share in enumerate(shares) if share < NEARLY_EMPTY] == []


def test_the_sus_document_fits_one_page_and_a_long_one_two(files: dict[str, Path]) -> None:
    assert [len(pages_of(files[name])) for name in FORMS] == [1, 1, 2]


def test_what_is_missing_is_printed(files: dict[str, Path]) -> None:
    (page,) = pages_of(files["unfinished_document"])

    assert "8 uppgifter saknas" in page
    assert page.count("saknas") == 9
    assert "Sjukpenning, omfattning saknas" in page


def test_a_long_name_is_printed_whole_with_all_its_letters(files: dict[str, Path]) -> None:
    text = pages_of(files["long_document"])[0]

    for part in ("Wolfeschlegelsteinhausenbergerdorff-", "Łukasiewicz-", "Ağaoğlu", "Þórðardóttir"):
        assert part in text
