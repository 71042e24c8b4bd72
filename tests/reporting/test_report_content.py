"""What the annual report and the styrgrupp's page say: the statistics' numbers, and nothing hidden."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from django.db import transaction
from django.template.loader import render_to_string

from accounts.access import Scope, bound_to
from core.tables import Cell, Table
from participants.models import AnonymousStart, FactMark, StatisticsFact
from programmes.models import Goal
from reporting.enums import Audience
from reporting.models import AnnualReport, Job
from reporting.services.annual_report import order_annual_report
from reporting.services.dashboard import programme_dashboard
from reporting.services.figures import Coverage, to_json
from reporting.services.jobs import read_file
from reporting.services.report_content import build_report_context
from reporting.services.report_content.tables import coverage_sentence, most_common
from reporting.services.report_context import ReportContext
from reporting.services.statistics import programme_figures
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind
from tests.reporting.kvarnby_year import YEAR, build_year
from tests.verapdf.runner import judge

FROZEN = datetime(2025, 1, 20, 8, 30, tzinfo=UTC)
TEXT = "Årets viktigaste förändring är att arbetsprövningen börjar tidigare."
RUDE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> {{ settings.SECRET_KEY }} "
    '<link rel="attachment" href="file:///etc/passwd">'
)

# Table → (figure, what its rows are, the columns' dimensions).
GENDERS = [{"gender": "K"}, {"gender": "M"}, {}]
BY_GENDER = {
    "alder": ("by_age_band", "age_band"),
    "remittent": ("by_referrer", "referrer"),
    "utbildning": ("by_education", "education"),
    "tid-i-forsorjning": ("by_time_in_support", "time_in_support"),
    "avslutsanledning": ("end_reason", "reason"),
}
FLOW = ["ongoing_at_start", "started", "ended", "ongoing_at_end"]
GROUPS = ["work", "study", "seeking", "other"]
STATISTICS = ["median", "mean", "q1", "q3"]


def make_context(programme, audience: str, year: int = YEAR, **texts: str) -> tuple:
    """The report and its figures as JSON, made as the job makes them."""
    report = AnnualReport(
        programme=programme, year=year, version=1, audience=audience, frozen_at=FROZEN, **texts
    )
    with bind(programme):
        figures = programme_figures(
            programme=programme,
            start=date(year, 1, 1),
            end=date(year, 12, 31),
            audience=audience,
        )
        return build_report_context(report=report, figures=figures), to_json(figures)


def html_of(context: ReportContext) -> str:
    return render_to_string(
        "pdf/annual_report.html",
        {"report": context, "title": context.title, "created": "2025-01-20T08:30:00Z"},
    )


def tables_of(context: ReportContext) -> dict[str, Table]:
    return {exhibit.table.key: exhibit.table for exhibit in context.exhibits}


class Published:
    """The statistics' JSON, read apart from the product."""

    def __init__(self, publication: dict) -> None:
        self.figures = {figure["id"]: figure for figure in publication["figures"]}

    def cell(self, name: str, **dimensions: str) -> dict:
        (found,) = [one for one in self.figures[name]["cells"] if one["dimensions"] == dimensions]
        return found

    def text(self, name: str, **dimensions: str) -> str:
        cell = self.cell(name, **dimensions)
        if cell["suppressed"] == "primary" and name != "time_in_programme_days":
            return "färre än\xa05"
        if cell["suppressed"]:
            return "dolt"
        if cell["value"] is None:
            return "uppgift\xa0saknas"
        value = Decimal(str(cell["value"]))
        step = Decimal("0.1") if name == "time_in_programme_days" else Decimal(1)
        said = f"{value.quantize(step, rounding='ROUND_HALF_UP'):,}".replace(",", "\xa0")
        return said.removesuffix(".0").replace(".", ",")

    def codes(self, name: str, dimension: str) -> list[str]:
        """The codes with anything to show: hidden or not zero, for somebody."""
        seen: dict[str, bool] = {}
        for cell in self.figures[name]["cells"]:
            if code := cell["dimensions"].get(dimension):
                seen[code] = seen.get(code, False) or bool(cell["suppressed"] or cell["value"])
        return [code for code, has_any in seen.items() if has_any or dimension == "age_band"]

    def hidden(self) -> Iterator[tuple[str, dict]]:
        for name, figure in self.figures.items():
            yield from ((name, cell) for cell in figure["cells"] if cell["suppressed"])


def expected_tables(published: Published) -> dict[str, list[list[str]]]:
    """Every table of persons as rows of texts, from the JSON alone."""
    text = published.text
    expected = {
        key: [
            *(
                [text(name, **{dimension: code}, **split) for split in GENDERS]
                for code in published.codes(name, dimension)
            ),
            [text(name, **split) for split in GENDERS],
        ]
        for key, (name, dimension) in BY_GENDER.items()
    }
    expected["flode"] = [[text(name, **split) for split in GENDERS] for name in FLOW]
    days = "time_in_programme_days"
    expected["tid-i-insatsen"] = [
        [text(days, statistic=one, **split) for split in GENDERS] for one in STATISTICS
    ]
    work = "occupation_grouped_before_after"
    expected["sysselsattning"] = [
        [
            text(work, occasion="before", **group),
            *(text(work, occasion="after", **group, **s) for s in ({}, *GENDERS[:2])),
        ]
        for group in [*({"group": one} for one in GROUPS), {}]
    ]
    return expected


def texts_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.all_rows()]


@pytest.mark.parametrize("audience", ["steering", "programme"])
@pytest.mark.parametrize("starts", [110, 30])
def test_every_table_prints_the_statistics(programme, audience: str, starts: int) -> None:
    build_year(programme, starts=starts)
    context, publication = make_context(programme, audience)
    published, tables = Published(publication), tables_of(context)
    for key, rows in expected_tables(published).items():
        assert texts_of(tables[key]) == rows, key
    assert [row.cells[0].text for row in tables["kon"].rows] == [
        published.text("by_gender", gender=gender) for gender in "KM"
    ]
    for row, code in zip(
        tables["forsorjning"].rows, published.codes("support_before_after", "support"), strict=True
    ):
        before, after = (
            published.cell("support_before_after", support=code, occasion=occasion)
            for occasion in ("before", "after")
        )
        known = not (before["suppressed"] or after["suppressed"])
        change = row.cells[2].amount
        assert change == (after["value"] - before["value"] if known else None)


def test_the_large_figures_and_sentences_say_the_same(programme) -> None:
    build_year(programme)
    context, publication = make_context(programme, "programme")
    published = Published(publication)
    started, ended = published.text("started"), published.text("ended")
    reached = published.figures["ten_hours_reached"]
    part, whole = published.cell("ten_hours_reached")["value"], reached["coverage"]["included"]
    share = f"{Decimal(100 * part / whole).quantize(Decimal(1))}\xa0%"
    said = [figure.value.text for figure in context.summary.figures]
    assert said == [started, ended, share, published.text("continued")]
    assert context.cover_sentence == (
        f"{started}\xa0personer började, {ended} avslutade och {share} nådde "
        "10\xa0timmars aktivitet i veckan."
    )
    women, men = (published.text("started", gender=gender) for gender in "KM")
    assert context.participants.lead == (
        f"{started} registrerade personer började 2024, {women} kvinnor och {men} män."
    )
    work = "occupation_grouped_before_after"
    after, before = (
        published.text(work, group="work", occasion=occasion) for occasion in ("after", "before")
    )
    assert context.outcome.lead.startswith(f"{after} arbetar när de slutar")
    assert context.outcome.occupation.finding == f"{after} arbetar efter, {before} gjorde det före"
    parts = ("complete", "incomplete", "anonymous", "misregistered")
    for kind in parts:
        assert (
            published.text("reconciliation", kind=kind)
            in context.participants.reconciliation.sentence
        )


def test_money_and_goals_are_those_of_the_plan(programme) -> None:
    build_year(programme)
    context, publication = make_context(programme, "steering")
    published, tables = Published(publication), tables_of(context)
    total = tables["ekonomi"].total
    assert total is not None
    assert total.cells[0].text == "5\xa0167\xa0000"
    assert total.cells[1].text == published.text("budget_outcome", kind="outcome")
    place, start = context.economy.figures
    assert place.label == "kostade en plats, budget 129\xa0175\xa0kr"
    assert start.label == "kostade en start, budget 43\xa0058\xa0kr"
    assert place.value.text == f"{published.text('cost_per_place', kind='outcome')}\xa0kr"
    goals = {goal.key: goal for goal in context.goals.results}
    outcome = published.cell("goals", item="tio-timmar", kind="outcome")["value"]
    assert goals["tio-timmar"].outcome.amount == pytest.approx(outcome, abs=0.0001)
    assert goals["tio-timmar"].is_met == bool(
        published.cell("goals", item="tio-timmar", kind="met")["value"]
    )
    assert not goals["sammanhang"].is_measured
    assert len(tables["mal"].rows) == 3


@pytest.mark.parametrize(
    ("met", "sentence"),
    [
        ([], "Inga mål är uppsatta."),
        ([5, 5, 5], "Alla 3 mål som mäts är nådda."),
        ([5, 500, 5], "2 av 3 mål som mäts är nådda."),
        ([5, 500], "1 av 2 mål som mäts är nått."),
        ([500, 500], "Inget av de 2 mål som mäts är nått."),
        ([500], "Det enda mål som kan bedömas med en siffra är inte nått."),
        ([None], "Inget av målen kan bedömas med årets siffror."),
    ],
)
def test_how_many_goals_were_met_is_said_in_good_swedish(programme, met, sentence) -> None:
    build_year(programme, starts=30)
    Goal.objects.all().delete()
    for order, target in enumerate(met):
        Goal.objects.create(
            programme=programme, code=f"mal-{order}", name=f"Mål {order}", target=target,
            figure="started" if target else "", unit="personer", valid_from=date(2012, 1, 1),
            order=order,
        )  # fmt: skip
    assert make_context(programme, "programme")[0].goals.lead == sentence


@pytest.mark.parametrize(
    ("reached", "words"), [(149, "59,6\xa0%"), (150, "60\xa0%"), (175, "70\xa0%"), (172, "69\xa0%")]
)
def test_a_goal_nearly_met_is_not_rounded_to_met(programme, reached: int, words: str) -> None:
    with bind(programme):
        StatisticsFact.objects.bulk_create(
            StatisticsFact(
                **programme.owned(), gender="K", started_on=date(2023, 1, 9),
                ended_on=date(YEAR, 5, 1), weekly_hours=Decimal(10 if index < reached else 9),
            )
            for index in range(250)
        )  # fmt: skip
    Goal.objects.create(
        programme=programme, code="tio", name="Tio timmar", figure="ten_hours_reached", target=60,
        unit="%", valid_from=date(2012, 1, 1), order=1,
    )  # fmt: skip
    (goal,) = make_context(programme, "programme")[0].goals.results
    assert (goal.outcome.text, goal.is_met) == (words, reached >= 150)
    assert goal.text == f"{reached} av 250\xa0personer."


# Nothing hidden leaks


def two_by_two(programme, hidden: int) -> None:
    """20 women and 20 men; `hidden` women are of the first kind in everything, the rest of the other.

    Every total is 20 whatever `hidden` is, so that a reader who only sees totals cannot know it.
    """
    marks = []
    with bind(programme):
        for index in range(40):
            gender = "K" if index < 20 else "M"
            first = index < hidden or index >= 20 + hidden
            fact = StatisticsFact.objects.create(
                **programme.owned(), gender=gender, age_at_start=30 if first else 50,
                referrer="FK" if first else "AF", education="1" if first else "2",
                months_in_support=4 if first else 30, started_on=date(YEAR, 2, 1),
                ended_on=date(YEAR, 9, 1), reason="GEN" if first else "FRE",
                weekly_hours=Decimal(20), before_complete=True, after_complete=True,
                hours_before=Decimal(0), hours_after=Decimal(20 if first else 0),
            )  # fmt: skip
            for occasion in ("before", "after"):
                codes = ("SJP", "ARB") if first else ("FSS", "SOK")
                for kind, code in zip(("support", "occupation"), codes, strict=True):
                    marks.append(
                        FactMark(**fact.owned(), fact=fact, occasion=occasion, kind=kind, code=code)
                    )
        FactMark.objects.bulk_create(marks)
        StatisticsFact.objects.create(
            **programme.owned(), gender="K", started_on=date(YEAR, 3, 1), reason="FEL",
            misregistered=True,
        )  # fmt: skip
        AnonymousStart.objects.create(**programme.owned(), gender="K", year=YEAR)


def everything_said(programme, reader, client) -> tuple[dict, dict, dict[str, str]]:
    """The publication hidden and open, and all that is made of it: page, paper, data, pictures."""
    context, publication = make_context(programme, "steering")
    _, real = make_context(programme, "programme")
    with bind(reader):
        board = programme_dashboard(programme=programme, year=YEAR)
    page = client.get(f"/styrgrupp/?ar={YEAR}").content.decode()
    said = {one.name: one.data.decode("utf-8-sig") for one in context.attachments}
    said["paper"] = html_of(context)
    said["board"] = repr(board)
    said["page"] = re.sub(r"(?s)^.*<main|Utskriven.*$", "", page)
    return publication, real, said


def test_what_is_hidden_changes_nothing_that_is_shown(cast, client_for) -> None:
    """The proof against every leak at once: other hidden numbers, the same words to the letter."""
    client, worlds = client_for(cast.stina), {}
    for hidden in (2, 3):
        with transaction.atomic():
            two_by_two(cast.programme, hidden)
            worlds[hidden] = everything_said(cast.programme, cast.stina, client)
            transaction.set_rollback(True)
    (shown, real, said), (same, other, again) = worlds.values()
    assert len(list(Published(shown).hidden())) > 40
    assert shown == same
    assert real != other
    assert said == again


def test_the_same_proof_sees_a_number_that_slips_out(cast, client_for) -> None:
    """The programme's own copy shows the small counts, so there the two must differ."""
    papers = []
    for hidden in (2, 3):
        with transaction.atomic():
            two_by_two(cast.programme, hidden)
            papers.append(html_of(make_context(cast.programme, "programme")[0]))
            transaction.set_rollback(True)
    assert papers[0] != papers[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("starts", [110, 40, 12, 3])
def test_no_cell_for_readers_outside_holds_one_to_four(programme, starts: int, seed: int) -> None:
    build_year(programme, seed=seed, starts=starts)
    context, _ = make_context(programme, "steering")
    persons = {*BY_GENDER, "flode", "kon", "sysselsattning"}
    counts: list[tuple[str, Cell]] = [
        (key, cell)
        for key, table in tables_of(context).items()
        if key in persons
        for row in table.all_rows()
        for cell in row.cells
        if cell.unit != "%"
    ]
    assert [(key, cell.text) for key, cell in counts if 0 < (cell.amount or 0) < 5] == []
    support = tables_of(context)["forsorjning"]
    assert [r for r in support.rows if any(0 < (c.amount or 0) < 5 for c in r.cells[:2])] == []
    words = " ".join(re.sub(r"<[^>]+>", " ", html_of(context)).split())
    few = r"(?<![\d,.–−-])[1-4] (?:kvinn|män|person|registrerad|anonym|felreg|avslut|påbörj|inskriv|saknar)"
    assert re.findall(few, words) == []


def test_charts_and_data_say_only_what_their_table_says(programme) -> None:
    build_year(programme)
    context, _ = make_context(programme, "steering")
    files = {one.name: one.data.decode("utf-8-sig") for one in context.attachments}
    for exhibit in context.exhibits:
        table = exhibit.table
        if not table.rows:
            assert table.filename not in files
            continue
        rows = list(csv.reader(io.StringIO(files[table.filename]), delimiter=";"))
        assert len(rows) == 1 + len(list(table.all_rows()))
        for printed, row in zip(rows[1:], table.all_rows(), strict=True):
            for data, cell in zip(printed[1:], row.cells, strict=True):
                if cell.suppressed:
                    assert data == cell.text.replace("\xa0", " ")
        if exhibit.chart:
            assert exhibit.chart.table is table


def test_when_a_share_is_hidden_its_count_may_still_be_said(programme) -> None:
    """30 reached ten hours, 20 did not, of 3 it isn't known: the share would tell of the three."""
    hours = [Decimal(12)] * 30 + [Decimal(6)] * 20 + [None] * 3
    with bind(programme):
        StatisticsFact.objects.bulk_create(
            StatisticsFact(
                **programme.owned(), gender="KM"[index % 2], started_on=date(2023, 1, 9),
                ended_on=date(YEAR, 5, 1), weekly_hours=reached,
            )
            for index, reached in enumerate(hours)
        )  # fmt: skip
    context, publication = make_context(programme, "steering")
    published = Published(publication)
    assert published.figures["ten_hours_reached"]["coverage"]["included"] is None
    said = {figure.label: figure.value.text for figure in context.summary.figures}
    assert said["nådde 10 timmar i veckan"] == published.text("ten_hours_reached") == "30"


def test_a_year_of_three_shows_nobody(programme) -> None:
    with bind(programme):
        for gender in "KKM":
            StatisticsFact.objects.create(
                **programme.owned(), gender=gender, age_at_start=33, referrer="FK", education="2",
                months_in_support=5, started_on=date(YEAR, 2, 1), ended_on=date(YEAR, 9, 1),
                reason="GEN", weekly_hours=Decimal(12), before_complete=True, after_complete=True,
            )  # fmt: skip
    context, publication = make_context(programme, "steering")
    shown = {
        cell["value"]
        for figure in publication["figures"]
        for cell in figure["cells"]
        if figure["id"] not in ("goals", "budget_outcome")
    }
    assert shown <= {0, None}
    assert context.cover_sentence == "Så få deltog att antalen inte visas."
    assert context.participants.lead == "Så få började att antalet inte visas."
    assert context.participants.reconciliation.sentence == (
        f"Hur inskrivningarna {YEAR} är registrerade visas inte, för att skydda enskilda."
    )
    assert context.outcome.occupation.finding == ""
    assert not any(exhibit.shown_chart for exhibit in context.exhibits)


def test_an_empty_year_says_so_and_invents_nothing(programme) -> None:
    context, _ = make_context(programme, "steering", year=2022)
    assert context.cover_sentence == "Ingen började och ingen avslutade."
    assert context.participants.reconciliation.sentence == "Ingen skrevs in 2022."
    assert context.outcome.lead == "Ingen avslutade 2022."
    assert context.outcome.figures == ()
    words = html_of(context)
    assert "Ingen började under året." in words
    assert "uppgift saknas" not in words
    assert "Ingen budget är inlagd för 2022." in words


def test_a_year_that_goes_on_says_until_when(programme) -> None:
    build_year(programme, year=2025)
    context, _ = make_context(programme, "programme", year=2025)
    assert context.cover_sentence.endswith("Siffrorna gäller till och med 2025-01-20.")
    labels = [row.label for row in tables_of(context)["flode"].rows]
    assert labels[-1] == "Pågår"
    held = [row.cells[3].amount for row in tables_of(context)["grupper"].rows]
    assert held[0] == 3
    assert set(held[1:]) == {0}


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (Coverage(), ""),
        (Coverage.of(included=0), ""),
        (Coverage.of(included=12), "Omfattar 12 av 12 avslutade."),
        (
            Coverage.of(included=74, anonymous=8, incomplete=11),
            "Omfattar 74 av 93 avslutade: 8\xa0är anonyma och 11 saknar uppgift.",
        ),
        (Coverage.of(included=9, anonymous=1), "Omfattar 9 av 10 avslutade: 1\xa0är anonym."),
        (
            Coverage(included=74, suppressed=frozenset({"total", "incomplete"})),
            "Omfattar 74 av minst 74 avslutade.",
        ),
        (
            Coverage(total=93, suppressed=frozenset({"included", "incomplete"})),
            "Omfattar en del av 93 avslutade. Hur många visas inte, för att skydda enskilda.",
        ),
        (
            Coverage(suppressed=frozenset({"total", "included"})),
            "Hur många avslutade som ingår visas inte, för att skydda enskilda.",
        ),
    ],
)
def test_what_a_table_covers_is_said_in_words(coverage: Coverage, sentence: str) -> None:
    assert coverage_sentence(coverage, "avslutade") == sentence


def test_the_largest_is_named_only_when_nothing_hidden_could_be_larger(programme) -> None:
    build_year(programme)
    for audience in ("steering", "programme"):
        context, _ = make_context(programme, audience)
        for exhibit in (context.participants.age, context.participants.referrers):
            totals = [row.cells[-1] for row in exhibit.table.rows]
            named = most_common(exhibit.table)
            if any(cell.suppressed == "complementary" for cell in totals):
                assert named == ""
            elif named:
                best = next(row for row in exhibit.table.rows if row.label == named)
                assert best.cells[-1].amount == max(cell.amount or 0 for cell in totals)
        assert audience == "steering" or "Försäkringskassan" in exhibit.finding


# The paper


@pytest.mark.xdist_group("paper")
@pytest.mark.django_db(transaction=True)
def test_the_real_files_are_accessible_archivable_and_hide_what_must_be_hidden(
    cast, tmp_path: Path
) -> None:
    """A real year, a year of nobody and a year of rude words, through the job, judged by veraPDF."""
    build_year(cast.programme)
    texts = {
        YEAR: TEXT,
        2021: f"{RUDE}\n\n{'å' * 4000} {'Ett långt stycke. ' * 800}",
    }
    for year, text in texts.items():
        with bind(cast.vera):
            order_annual_report(
                programme=cast.programme, year=year, summary_text=text, changes_text=text,
                requester=cast.vera, once_key=uuid4(), audience=Audience.STEERING,
            )  # fmt: skip
    assert run_waiting_jobs() == len(texts)
    files = {}
    with bound_to(Scope(worker=True)):
        for report in AnnualReport.objects.select_related("job"):
            files[report.year] = tmp_path / f"{report.year}.pdf"
            files[report.year].write_bytes(read_file(Job.objects.get(pk=report.job_id)))
    verdicts = judge(list(files.values()))
    assert [key for key, verdict in verdicts.items() if not verdict.passed] == []
    check_real_year(cast.programme, files[YEAR])
    check_rude_words(files[2021])


def check_real_year(programme, file: Path) -> None:
    """The paper holds the tables of the frozen figures, and its data files are those tables."""
    with bind(programme):
        report = AnnualReport.objects.get(year=YEAR)
    published = Published(report.figures)
    words = words_of(file)
    assert TEXT in words
    assert list(published.hidden())
    for key, rows in expected_tables(published).items():
        for row in rows:
            assert " ".join(row).replace("\xa0", " ") in words, key
    context, _ = make_context(programme, "steering")
    tables = {table.filename: table.csv() for table in context.data_tables}
    with pikepdf.open(file) as pdf:
        attached = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert attached == tables


def check_rude_words(file: Path) -> None:
    """Markup in a text is printed as it was written, and does nothing."""
    words = words_of(file)
    assert "<script>alert(1)</script>" in words
    assert "{{ settings.SECRET_KEY }}" in words
    with pikepdf.open(file) as pdf:
        assert "passwd" not in " ".join(pdf.attachments)
        assert "/OpenAction" not in pdf.Root
        assert "/JavaScript" not in pdf.Root.get("/Names", {})


def words_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(texts).replace("\ufffe", "-").replace("\xa0", " ").split())
