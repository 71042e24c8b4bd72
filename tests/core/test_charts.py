"""Charts tell the truth of their table, to the eye, to the ear and on paper."""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    Chart,
    DotPairs,
    Goal,
    GoalMeter,
    HorizontalBars,
    HoursLadder,
    LadderPhase,
    LadderWeek,
    LineChart,
    MiniColumns,
    Series,
    StackedColumns,
)
from core.charts.canvas import FILLS, STROKES, TEXTS
from core.charts.lettering import break_lines, width_of
from core.tables import Cell, Column, Row, Table

FEW, HIDDEN = Cell(suppressed="primary"), Cell(suppressed="complementary")
BEFORE_AFTER = (Series(0, "c4"), Series(1, "c1"))


def make_table(rows: Iterable[tuple], *headings: str) -> Table:
    named = headings or ("Slag", "Före", "Efter")
    cell = lambda one: one if isinstance(one, Cell) else Cell(one)  # noqa: E731
    made = tuple(Row(first, tuple(map(cell, rest))) for first, *rest in rows)
    return Table("t", "Tabell", tuple(map(Column, named)), made)


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def bars(svg: str) -> list[dict[str, str]]:
    return [one.attrib for one in parse(svg).iter("rect")]


def words(svg: str) -> list[str]:
    return [one.text or "" for one in parse(svg).iter("text")]


def every_chart(table: Table) -> list[Chart]:
    """One of each kind that is drawn from a table with two value columns."""
    goal = Goal(10, "Mål 10")
    both = (Series(0, "c1"), Series(1, "c3"))
    return [
        HorizontalBars(key="a", title="Staplar", table=table, series=BEFORE_AFTER, goal=goal),
        StackedColumns(key="b", title="Travar", table=table, series=both, goal=goal),
        LineChart(key="c", title="Linje", table=table, series=both, goal=goal, unit="%"),
        DotPairs(key="d", title="Par", table=table),
        MiniColumns(key="e", title="År", table=table, goal=goal),
        GoalMeter(key="f", title="Mål", table=table, goal=goal),
    ]


def ladder(*weeks: LadderWeek) -> HoursLadder:
    return HoursLadder(
        key="t",
        title="Timtrappan",
        kinds=("Grupp", "Arbetsprövning", "Annat"),
        weeks=weeks,
        phases=(LadderPhase("Gruppfas", 0), LadderPhase("Arbetsprövning", 1)),
    )


def test_bars_are_as_long_as_their_figures_from_zero() -> None:
    table = make_table([("Arbete", 10, 20), ("Studier", 5, 40)])
    drawn = bars(HorizontalBars(key="a", title="T", table=table, series=BEFORE_AFTER).svg)

    widths = [float(bar["width"]) for bar in drawn]
    assert len({bar["x"] for bar in drawn}) == 1
    assert [width / widths[0] for width in widths] == pytest.approx([1, 2, 0.5, 4], rel=0.01)


def test_hidden_figures_have_words_and_no_bar() -> None:
    table = make_table([("Arbete", FEW, 22), ("Studier", HIDDEN, FEW)])
    svg = HorizontalBars(key="a", title="T", table=table, series=BEFORE_AFTER).svg

    assert len(bars(svg)) == 1
    assert [word for word in words(svg) if word in (FEW.text, HIDDEN.text)] == [
        FEW.text,
        HIDDEN.text,
        FEW.text,
    ]


def test_zero_is_shown_as_zero() -> None:
    svg = HorizontalBars(key="a", title="T", table=make_table([("Arbete", 0, 9)])).svg

    assert "0" in words(svg)
    assert bars(svg)[0]["width"] == "1"


def test_a_stack_with_a_hidden_part_never_tells_its_sum() -> None:
    table = make_table([("Grupp 1", 9, 5), ("Grupp 2", 8, FEW)])
    series = (Series(0, "c1"), Series(1, "c3"))
    svg = StackedColumns(key="a", title="T", table=table, series=series).svg

    assert "14" in words(svg)
    assert "8" not in words(svg)
    assert len([bar for bar in bars(svg) if bar["class"] in ("c1", "c3")]) == 3


def test_the_goal_is_drawn_where_its_value_is() -> None:
    table = make_table([("Utfall", 60)], "Mål", "Andel")
    svg = HorizontalBars(key="a", title="T", table=table, goal=Goal(30, "Mål 30 %")).svg
    line = next(one for one in parse(svg).iter("line") if one.attrib["class"] == "goal")
    bar = bars(svg)[0]

    middle = float(bar["x"]) + float(bar["width"]) / 2
    assert float(line.attrib["x1"]) == pytest.approx(middle, abs=0.2)
    assert "Mål 30 %" in words(svg)


def test_a_line_breaks_where_a_month_is_hidden() -> None:
    months = [("jan", 5), ("feb", 6), ("mar", HIDDEN), ("apr", 8), ("maj", 9)]
    svg = LineChart(key="a", title="T", table=make_table(months, "Månad", "Antal")).svg

    assert [one.attrib["d"].count("L") for one in parse(svg).iter("path")] == [1, 1]


def test_the_ladder_fades_the_week_that_is_not_finished() -> None:
    svg = ladder(
        LadderWeek("35", (9, 0, 1), 9), LadderWeek("36", (0, 4, 0), 6, is_current=True)
    ).svg

    assert [bar.get("opacity") for bar in bars(svg) if bar["class"] in ("c1", "c2", "c3")] == [
        None,
        None,
        "0.55",
    ]
    assert [bar["class"] for bar in bars(svg)].count("now") == 1
    assert "pågår" in words(svg)


def test_the_ladder_draws_the_plan_as_steps_and_skips_weeks_without_one() -> None:
    weeks = [LadderWeek("1", (1,), 5), LadderWeek("2", (1,), 10), LadderWeek("3", (1,), None)]
    plan = next(
        one for one in parse(ladder(*weeks).svg).iter("path") if one.attrib["class"] == "plan"
    )

    assert re.fullmatch(r"M\S+ \S+H[\d.]+V[\d.]+H[\d.]+", plan.attrib["d"])
    assert plan.attrib["stroke-dasharray"]


def test_the_ladders_table_adds_up() -> None:
    table = ladder(LadderWeek("35", (9, 0, 1.5), 9), LadderWeek("36", (0, 4, 0))).table

    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts == [["9", "0", "1,5", "10,5", "9"], ["0", "4", "0", "4", "ingen plan"]]


def test_a_chart_is_read_out_with_every_figure() -> None:
    table = make_table([("Arbete", 6, 22), ("Studier", FEW, HIDDEN)])
    svg = HorizontalBars(key="syss", title="Sysselsättning", table=table, series=BEFORE_AFTER).svg
    root = parse(svg)

    named = root.attrib["aria-labelledby"].split()
    found = {one.attrib["id"]: one.text for one in root if "id" in one.attrib}
    assert root.attrib["role"] == "img"
    assert [found[name] for name in named] == [
        "Sysselsättning",
        f"Arbete: före 6, efter 22. Studier: före {FEW.text}, efter dolt",
    ]


def test_both_sizes_may_stand_on_one_page() -> None:
    chart = HorizontalBars(key="a", title="T", table=make_table([("Arbete", 6, 22)]))
    ids = re.findall(r' id="([^"]+)"', chart.svg + chart.phone_svg)

    assert len(ids) == len(set(ids)) == 4


def test_labels_are_text_and_never_markup() -> None:
    table = make_table([('<script>alert("x")</script> & co', 1, 2)])
    for chart in every_chart(table):
        assert "<script" not in chart.svg
        assert "alert" in "".join(parse(chart.svg).itertext())


def test_nothing_needs_inline_styles() -> None:
    for chart in every_chart(make_table([("Arbete", 6, 22), ("Studier", 0, 9)])):
        assert not re.search(r"\sstyle=|\son\w+=|javascript:", chart.svg)


def test_numbers_in_the_drawing_have_points_in_a_swedish_product() -> None:
    table = make_table([("Arbete", 6.5, 22.25), ("Studier", 1 / 3, 9)])
    for chart in every_chart(table):
        for one in parse(chart.svg).iter():
            for name, value in one.attrib.items():
                if name in ("x", "y", "width", "height", "x1", "y1", "cx", "cy", "r"):
                    float(value)


def test_an_empty_table_is_drawn_without_a_fault_and_not_worth_it() -> None:
    for chart in every_chart(make_table([])):
        parse(chart.svg)
        assert not chart.is_worth_drawing
    assert ladder().svg
    assert not ladder().is_worth_drawing


def test_a_chart_of_hidden_figures_is_not_worth_drawing() -> None:
    for chart in every_chart(make_table([("Arbete", FEW, HIDDEN)])):
        parse(chart.svg)
        assert not chart.is_worth_drawing


def test_a_chart_is_judged_by_the_columns_it_draws() -> None:
    table = make_table([("Arbete", FEW, HIDDEN, 9), ("Studier", 5, HIDDEN, 9)], *"SKMA")
    few = HorizontalBars(key="a", title="T", table=table, series=BEFORE_AFTER)
    all_shown = HorizontalBars(key="a", title="T", table=table, series=(Series(2),))
    half = HorizontalBars(key="a", title="T", table=table, series=(Series(0),))

    assert not few.is_worth_drawing
    assert all_shown.is_worth_drawing
    assert half.is_worth_drawing


def test_print_colours_are_those_of_the_tokens() -> None:
    tokens = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    light = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", tokens.split("@media")[0]))
    names = {
        "c1": "c1", "c2": "c2", "c3": "c3", "c4": "c4", "soft": "line", "now": "selected",
        "paper": "surface", "l1": "c1", "l2": "c2", "l3": "c3", "l4": "c4", "grid": "c-grid",
        "axis": "c-axis", "plan": "ink-2", "goal": "havtorn", "": "ink-2", "t-ink": "ink",
        "t-strong": "ink", "t-goal": "havtorn", "t-paper": "surface",
    }  # fmt: skip
    for css, colour in [*FILLS.items(), *STROKES.items(), *TEXTS.items()]:
        assert colour == light[names[css]], css


amounts = st.one_of(
    st.none(), st.just(FEW), st.just(HIDDEN), st.integers(0, 5000), st.floats(0, 5000, width=16)
)
labels = st.text(st.characters(categories=["L", "Nd", "Pd", "Po", "Zs"]), min_size=1, max_size=80)


@given(st.lists(st.tuples(labels, amounts, amounts), max_size=8))
def test_nothing_is_drawn_outside_the_picture(rows: list[tuple]) -> None:
    for chart in every_chart(make_table(rows))[:2]:
        for svg in (chart.svg, chart.phone_svg):
            root = parse(svg)
            width, height = map(float, root.attrib["viewBox"].split()[2:])
            for bar in bars(svg):
                assert float(bar["x"]) + float(bar["width"]) <= width + 0.2
                assert float(bar["y"]) + float(bar["height"]) <= height + 0.2
            for one in root.iter("text"):
                assert float(one.attrib["font-size"]) >= 13
                assert 0 <= float(one.attrib["y"]) <= height


@given(labels.filter(lambda words: words.strip()), st.integers(60, 200))
def test_a_broken_label_keeps_its_letters_and_fits(label: str, limit: int) -> None:
    lines = break_lines(label, 13, limit)

    assert re.sub(r"[-\s]", "", "".join(lines)) == re.sub(r"[-\s]", "", label)
    assert all(width_of(line, 13) <= limit or len(line) <= 7 for line in lines)
