"""Suppression: what is hidden, what is not, what a hidden number looks like to people and programs."""

from datetime import date
from random import Random
from time import process_time

import pytest

from reporting.services.figures import (
    Cell,
    Coverage,
    Figure,
    Mark,
    Period,
    PeriodNotPublishable,
    Unit,
    at,
    cell_text,
    coverage_text,
    covered,
    require_publishable_period,
    to_json,
)
from reporting.services.suppression import FiguresDisagreeError, Relation, same, suppress

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def figure(name, cells, **more):
    return Figure(name, name, "", YEAR, tuple(Cell(dict(d), v) for d, v in cells), **more)


def split(name, women, men, **more):
    cells = [({"gender": "K"}, women), ({"gender": "M"}, men), ({}, women + men)]
    return figure(name, cells, **more)


def values(figure):
    return [cell.value for cell in figure.cells]


def marks(figure):
    return [cell.suppressed for cell in figure.cells]


# Counts


@pytest.mark.parametrize("count", [0, 5, 6, 40])
def test_zero_and_five_or_more_are_shown(count):
    (published,) = suppress([figure("started", [({}, count)])])
    assert values(published) == [count]
    assert marks(published) == [None]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_one_to_four_are_hidden(count):
    (published,) = suppress([figure("started", [({}, count)])])
    assert values(published) == [None]
    assert marks(published) == [Mark.PRIMARY]


def test_a_higher_threshold_hides_more_and_a_lower_one_is_refused():
    (published,) = suppress([figure("started", [({}, 9)])], threshold=10)
    assert values(published) == [None]
    with pytest.raises(ValueError, match="lowest"):
        suppress([], threshold=3)


def test_the_smaller_other_part_is_hidden_and_not_the_total():
    (published,) = suppress([split("started", 3, 40)])
    assert values(published) == [None, None, 43]
    assert marks(published) == [Mark.PRIMARY, Mark.COMPLEMENTARY, None]


def test_a_zero_beside_hides_nothing_more_than_the_total_it_equals():
    (published,) = suppress([split("started", 3, 0)])
    assert values(published) == [None, 0, None]
    assert marks(published) == [Mark.PRIMARY, None, Mark.PRIMARY]


def test_four_and_four_of_eight_hide_the_total_too():
    (published,) = suppress([split("started", 4, 4)])
    assert values(published) == [None, None, None]
    assert marks(published) == [Mark.PRIMARY, Mark.PRIMARY, Mark.COMPLEMENTARY]


def test_a_total_of_few_does_not_say_that_each_part_is_one():
    cells = [({"referrer": code}, 1) for code in ("FK", "AF", "KFS", "RPV")]
    (published,) = suppress([figure("by_referrer", [*cells, ({}, 4)])])
    assert values(published) == [None] * 5
    assert marks(published) == [Mark.PRIMARY] * 4 + [Mark.COMPLEMENTARY]


def test_nothing_is_hidden_when_nothing_is_small():
    publication = [split("started", 30, 40), split("ended", 0, 12)]
    assert suppress(publication) == publication


def test_nobody_at_all_is_shown_as_zero():
    (published,) = suppress([split("started", 0, 0)])
    assert values(published) == [0, 0, 0]


def test_the_same_people_are_hidden_wherever_they_are_counted():
    publication = [split("started", 3, 40), split("by_gender", 3, 40)]
    relations = [
        r
        for d in ({}, {"gender": "K"}, {"gender": "M"})
        for r in same(at("started", **d), at("by_gender", **d))
    ]
    started, by_gender = suppress(publication, relations=relations)
    assert values(started) == values(by_gender) == [None, None, 43]


def test_marks_do_not_add_up_to_people_but_women_and_men_do():
    cells = [
        ({"support": "SJP", "gender": "K"}, 2),
        ({"support": "SJP", "gender": "M"}, 9),
        ({"support": "SJP"}, 11),
        ({"support": "FSS", "gender": "K"}, 8),
        ({"support": "FSS", "gender": "M"}, 9),
        ({"support": "FSS"}, 17),
        ({}, 20),
    ]
    (published,) = suppress([figure("support", cells, apart=frozenset({"support"}))])
    assert values(published) == [None, None, 11, 8, 9, 17, 20]


def test_flow_in_and_out_is_hidden_together():
    numbers = {"ongoing_at_start": 30, "started": 20, "ended": 3, "ongoing_at_end": 47}
    flow = Relation((at("ongoing_at_start"), at("started")), (at("ended"), at("ongoing_at_end")))
    publication = [figure(name, [({}, value)]) for name, value in numbers.items()]
    published = suppress(publication, relations=[flow])
    hidden = [f.id for f in published if f.cells[0].suppressed]
    assert "ended" in hidden
    assert len(hidden) == 2


def test_figures_that_do_not_add_up_are_refused():
    with pytest.raises(FiguresDisagreeError):
        suppress([figure("started", [({"gender": "K"}, 3), ({"gender": "M"}, 4), ({}, 8)])])
    with pytest.raises(FiguresDisagreeError):
        suppress([split("started", 5, 5)], relations=same(at("started"), at("ended")))


def test_the_same_publication_is_suppressed_the_same_way():
    first = suppress(*large_publication(seed=3)[:1], relations=large_publication(seed=3)[1])
    second = suppress(*large_publication(seed=3)[:1], relations=large_publication(seed=3)[1])
    assert first == second


# Coverage and what is calculated


def test_what_a_figure_covers_is_hidden_in_the_same_way():
    coverage = Coverage.of(included=40, anonymous=3)
    (published,) = suppress(
        [figure("started", [({}, 40)], coverage=coverage)],
        relations=same(at("started"), covered("started", "included")),
    )
    assert published.coverage.to_json() == {
        "included": 40,
        "total": None,
        "anonymous": None,
        "incomplete": 0,
    }
    assert coverage_text(published.coverage) == "Omfattar 40 av minst 40."


def test_a_mean_and_a_cost_follow_their_counts():
    days = Figure(
        "time_in_programme_days",
        "",
        "",
        YEAR,
        (
            Cell(
                {"statistic": "mean", "gender": "K"}, 199.5, depends_on=(at("ended", gender="K"),)
            ),
            Cell(
                {"statistic": "mean", "gender": "M"}, 210.0, depends_on=(at("ended", gender="M"),)
            ),
            Cell({"statistic": "mean"}, 205.0, depends_on=(at("ended"),)),
        ),
        unit=Unit.DAYS,
    )
    budget = Figure("budget", "", "", YEAR, (Cell({"kind": "budget"}, 3),), unit=Unit.SEK)
    _, mean, kronor = suppress([split("ended", 2, 30), days, budget])
    assert values(mean) == [None, None, 205.0]
    assert marks(mean) == [Mark.PRIMARY, Mark.COMPLEMENTARY, None]
    assert values(kronor) == [3]


# What people and programs read


def test_the_json_has_what_other_programs_rely_on_and_nothing_that_tells():
    figure_ = split("started", 3, 40, coverage=Coverage.of(included=43))
    assert to_json(suppress([figure_], relations=same(at("started"), covered("started", "total"))))[
        "figures"
    ] == [
        {
            "id": "started",
            "label": "started",
            "definition_version": 1,
            "period": {"from": "2025-01-01", "to": "2025-12-31"},
            "coverage": {"included": 43, "total": 43, "anonymous": 0, "incomplete": 0},
            "cells": [
                {"dimensions": {"gender": "K"}, "value": None, "suppressed": "primary"},
                {"dimensions": {"gender": "M"}, "value": None, "suppressed": "complementary"},
                {"dimensions": {}, "value": 43, "suppressed": False},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("cell", "unit", "text"),
    [
        (Cell({}, None, Mark.PRIMARY), Unit.PERSONS, "färre än 5"),
        (Cell({}, None, Mark.COMPLEMENTARY), Unit.PERSONS, "dolt"),
        (Cell({}, None, Mark.PRIMARY), Unit.DAYS, "dolt"),
        (Cell({}, None), Unit.DAYS, "uppgift saknas"),
        (Cell({}, 0), Unit.PERSONS, "0"),
        (Cell({}, 5167000), Unit.SEK, "5\u00a0167\u00a0000"),
        (Cell({}, 205.25), Unit.DAYS, "205,3"),
    ],
)
def test_what_stands_in_a_cell(cell, unit, text):
    assert cell_text(cell, unit) == text


def test_the_text_names_the_threshold_in_force():
    assert cell_text(Cell({}, None, Mark.PRIMARY), threshold=10) == "färre än 10"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 1, 1), date(2025, 12, 30)),
        (date(2025, 1, 2), date(2025, 12, 31)),
        (date(2024, 1, 1), date(2025, 12, 31)),
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 12, 31), date(2025, 1, 1)),
    ],
)
def test_only_whole_calendar_years_leave_the_programme(start, end):
    with pytest.raises(PeriodNotPublishable) as refusal:
        require_publishable_period(start, end)
    assert refusal.value.reasons[0].endswith(".")


def test_a_whole_year_may_leave_the_programme():
    assert require_publishable_period(date(2024, 1, 1), date(2024, 12, 31)).end.year == 2024


# Size


def large_publication(*, seed):
    """22 figures, 573 cells, 60 coverage numbers, all of the same few people: the hardest there is."""
    random = Random(seed)
    people = ["K" if random.random() < 0.6 else "M" for _ in range(30)]
    figures, relations = [], []
    for number in range(22):
        codes = [str(code) for code in range(random.randint(3, 11))]
        of = [(gender, random.choice(codes)) for gender in people]
        cells = [({"gender": g}, people.count(g)) for g in "KM"] + [({}, len(people))]
        for code in codes:
            women, men = of.count(("K", code)), of.count(("M", code))
            cells += [({"code": code, "gender": "K"}, women), ({"code": code, "gender": "M"}, men)]
            cells += [({"code": code}, women + men)]
        coverage = Coverage.of(included=len(people), anonymous=3)
        figures.append(figure(f"f{number}", cells, coverage=coverage))
        for gender in ({}, {"gender": "K"}, {"gender": "M"}):
            relations += same(at("f0", **gender), at(f"f{number}", **gender))
        relations += same(at("f0"), covered(f"f{number}", "included"))
    return figures, relations


def test_a_whole_report_is_suppressed_within_two_seconds_of_work():
    figures, relations = large_publication(seed=1)
    began = process_time()
    published = suppress(figures, relations=relations)
    assert process_time() - began < 2
    for cell in (cell for f in published for cell in f.cells):
        assert cell.value is None or cell.value == 0 or cell.value >= 5
