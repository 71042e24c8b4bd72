"""Every figure recomputed apart from the product: from the rows, in Python, one by one.

The population is generated: facts with every code, blanks, wrong registrations, people before, in
and after the period, and days on the borders of the years.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from random import Random
from statistics import mean, median, quantiles

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from participants.models import AnonymousStart, FactMark, StatisticsFact
from programmes.models import Budget, BudgetLine, Goal
from reporting.enums import Audience
from reporting.services.figures import PeriodNotPublishable, Unit
from reporting.services.statistics import programme_figures
from tests.cast import CODES, bind

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
PERIODS = [YEAR, (date(2024, 2, 29), date(2024, 2, 29)), (date(2023, 7, 1), date(2025, 1, 1))]
BORDERS = [
    date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1),
    date(2024, 12, 31), date(2025, 1, 1),
]  # fmt: skip
OCCUPATIONS = CODES["occupation"]
SUPPORT = CODES["support"]
REASONS = CODES["end_reason"]
BANDS = {
    "16–24": (16, 24), "25–34": (25, 34), "35–44": (35, 44), "45–54": (45, 54), "55–64": (55, 64),
    "65–": (65, 200),
}  # fmt: skip
MONTHS = {
    "ingen": (0, 1), "under 3 mån": (1, 3), "3–6 mån": (3, 6), "6–12 mån": (6, 12),
    "1–2 år": (12, 24), "2–3 år": (24, 36), "3–6 år": (36, 72), "6–9 år": (72, 108),
    "9 år eller mer": (108, 10_000),
}  # fmt: skip


# A small municipality


def populate(programme, *, seed, people=90):
    """Facts and anonymous people of `programme`; returns them as plain dictionaries."""
    random = Random(seed)
    rows = [fact_row(random) for _ in range(people)]
    with bind(programme):
        facts = StatisticsFact.objects.bulk_create(
            StatisticsFact(**programme.owned(), **{k: v for k, v in row.items() if k != "marks"})
            for row in rows
        )
        FactMark.objects.bulk_create(
            FactMark(
                **programme.owned(), fact=fact, occasion=when, kind=kind, code=code,
                extent=Decimal(extent),
            )
            for fact, row in zip(facts, rows, strict=True)
            for when, kind, code, extent in row["marks"]
        )  # fmt: skip
        AnonymousStart.objects.bulk_create(
            AnonymousStart(**programme.owned(), gender=gender, year=year)
            for gender, year in anonymous(seed)
        )
    return rows


def anonymous(seed):
    random = Random(seed + 1)
    return [(random.choice("KKM"), random.choice([2023, 2024, 2024, 2025])) for _ in range(15)]


def some_day(random):
    if random.random() < 0.4:
        return random.choice(BORDERS)
    return date(2023, 6, 1) + timedelta(days=random.randrange(700))


def fact_row(random):
    start, end = sorted([some_day(random), some_day(random)])
    is_open = random.random() < 0.3
    before, after = random.random() < 0.85, not is_open and random.random() < 0.85
    wrong = random.random() < 0.06
    marks = []
    for when, known in (("before", before), ("after", after)):
        if known or random.random() < 0.3:
            marks += [
                (when, "support", c, 50) for c in random.sample(SUPPORT, random.randint(1, 2))
            ]
            marks += [
                (when, "occupation", c, random.choice([0, 5, 20, 40]))
                for c in random.sample(OCCUPATIONS, random.randint(1, 3))
            ]
    reason = "" if is_open or random.random() < 0.1 else random.choice(REASONS[:-1])
    return {
        "gender": random.choice("KKM"),
        "age_at_start": random.choice([None, 16, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65, 71]),
        "referrer": random.choice(CODES["referrer"][:6]),
        "education": random.choice(["", *CODES["education"]]),
        "months_in_support": random.choice([None, 0, 1, 2, 3, 5, 6, 11, 12, 24, 36, 72, 107, 108]),
        "started_on": start,
        "ended_on": None if is_open else end,
        "reason": "FEL" if wrong else reason,
        "misregistered": wrong,
        "weekly_hours": random.choice([None, Decimal("9.5"), Decimal(10), Decimal(20)]),
        "before_complete": before,
        "after_complete": after,
        "hours_before": hours(marks, "before") if before else None,
        "hours_after": hours(marks, "after") if after else None,
        "marks": marks,
    }


def hours(marks, occasion):
    return sum(
        Decimal(extent)
        for when, kind, code, extent in marks
        if (when, kind) == (occasion, "occupation") and code in ("ARB", "SUB", "STU")
    )


# The same figures, counted apart


def recount(rows, start, end):
    """{figure: {dimensions: (count, coverage)}} for everything counted in persons."""
    right = [row for row in rows if not row["misregistered"]]
    started = [row for row in right if start <= row["started_on"] <= end]
    ended = [row for row in right if row["ended_on"] and start <= row["ended_on"] <= end]
    both = [row for row in ended if row["before_complete"] and row["after_complete"]]
    day_before = start - timedelta(days=1)
    return {
        "started": {(): started},
        "by_gender": {(): started},
        "ended": {(): ended},
        "ongoing_at_start": {(): [row for row in right if is_ongoing(row, day_before)]},
        "ongoing_at_end": {(): [row for row in right if is_ongoing(row, end)]},
        "misregistered": {
            (): [r for r in rows if r["misregistered"] and start <= r["started_on"] <= end]
        },
        "by_age_band": in_bands(started, "age_band", BANDS, lambda r, b: inside(r, b)),
        "by_time_in_support": in_bands(started, "time_in_support", MONTHS, in_months),
        "by_referrer": by_code(started, "referrer", CODES["referrer"], "referrer"),
        "by_education": by_code(started, "education", CODES["education"], "education"),
        "end_reason": by_code(ended, "reason", REASONS[:-1], "reason"),
        "occupation_before_after": marked(both, "occupation", OCCUPATIONS),
        "support_before_after": marked(both, "support", SUPPORT),
        "occupation_grouped_before_after": grouped(both),
        "work_or_study_after": {
            (): [row for row in both if work_group(row, "after") in ("work", "study")]
        },
        "started_or_increased": {
            (): [r for r in both if hours(r["marks"], "after") > hours(r["marks"], "before")]
        },
        "ten_hours_reached": {(): [row for row in ended if (row["weekly_hours"] or 0) >= 10]},
        "continued": {(): [row for row in ended if goes_on(row)]},
    }


def is_ongoing(row, day):
    return row["started_on"] <= day and (row["ended_on"] is None or row["ended_on"] > day)


def inside(row, limits):
    age = row["age_at_start"]
    return age is not None and limits[0] <= age <= limits[1]


def in_months(row, limits):
    months = row["months_in_support"]
    return months is not None and limits[0] <= months < limits[1]


def in_bands(rows, dimension, bands, fits):
    table = {
        ((dimension, name),): [row for row in rows if fits(row, limits)]
        for name, limits in bands.items()
    }
    return table | {(): [row for found in table.values() for row in found]}


def by_code(rows, dimension, codes, column):
    table = {((dimension, code),): [row for row in rows if row[column] == code] for code in codes}
    return table | {(): [row for row in rows if row[column] in codes]}


def marked(rows, kind, codes):
    return {
        (("occasion", when), (kind, code)): [
            row for row in rows if (when, kind, code) in [mark[:3] for mark in row["marks"]]
        ]
        for when in ("before", "after")
        for code in codes
    }


def grouped(rows):
    table = {}
    for when in ("before", "after"):
        for group in ("work", "study", "seeking", "other"):
            found = [row for row in rows if work_group(row, when) == group]
            table[("group", group), ("occasion", when)] = found
        table[(("occasion", when),)] = rows
    return table


def work_group(row, occasion):
    codes = {c for when, kind, c, _ in row["marks"] if (when, kind) == (occasion, "occupation")}
    for group, members in (("work", {"ARB", "SUB"}), ("study", {"STU"}), ("seeking", {"SOK"})):
        if codes & members:
            return group
    return "other"


def goes_on(row):
    return row["reason"] and (
        row["reason"] == "FRE" or work_group(row, "after") in ("work", "study")
    )


def by_gender(table):
    """The expected cells: for each dimension women, men and both."""
    for dimensions, rows in table.items():
        yield frozenset(dimensions), len(rows)
        for gender in "KM":
            count = sum(row["gender"] == gender for row in rows)
            yield frozenset({*dimensions, ("gender", gender)}), count


# Tests


@pytest.fixture
def figures_of(programme):
    def make(period=YEAR, audience=Audience.PROGRAMME, who=programme):
        with bind(who):
            made = programme_figures(
                programme=programme, start=period[0], end=period[1], audience=audience
            )
        return {figure.id: figure for figure in made}

    return make


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_every_count_is_what_the_rows_say(programme, figures_of, seed, period):
    rows = populate(programme, seed=seed)
    figures = figures_of(period)
    for name, table in recount(rows, *period).items():
        expected = dict(by_gender(table))
        found = {frozenset(c.dimensions.items()): c.value for c in figures[name].cells}
        assert found == expected, name


@pytest.mark.parametrize("seed", [1, 2])
def test_coverage_adds_up_and_says_who_is_missing(programme, figures_of, seed):
    rows = populate(programme, seed=seed)
    figures = figures_of()
    counted = recount(rows, *YEAR)
    nameless = sum(year == 2024 for _gender, year in anonymous(seed))
    started, ended = len(counted["started"][()]), len(counted["ended"][()])
    both = len(counted["occupation_grouped_before_after"][(("occasion", "after"),)])
    for figure in figures.values():
        coverage = figure.coverage
        if coverage.total is not None:
            parts = coverage.included + coverage.anonymous + coverage.incomplete
            assert parts == coverage.total
    for name in ("by_age_band", "by_time_in_support", "by_education"):
        included = len(counted[name][()])
        assert figures[name].coverage.to_json() == {
            "included": included,
            "total": started + nameless,
            "anonymous": nameless,
            "incomplete": started - included,
        }
    for name in ("support_before_after", "occupation_before_after", "started_or_increased"):
        assert figures[name].coverage.to_json() == {
            "included": both,
            "total": ended,
            "anonymous": 0,
            "incomplete": ended - both,
        }


def test_all_who_were_registered_are_accounted_for(programme, figures_of):
    rows = populate(programme, seed=5)
    figure = figures_of()["reconciliation"]
    in_year = [row for row in rows if YEAR[0] <= row["started_on"] <= YEAR[1]]
    nameless = sum(year == 2024 for _gender, year in anonymous(5))
    assert figure.value() == len(in_year) + nameless
    assert figure.value(kind="misregistered") == sum(row["misregistered"] for row in in_year)
    assert figure.value(kind="complete") == sum(
        row["before_complete"] and not row["misregistered"] for row in in_year
    )
    parts = ("complete", "incomplete", "anonymous", "misregistered")
    assert sum(figure.value(kind=kind) for kind in parts) == figure.value()


def test_anonymous_people_count_only_in_periods_that_hold_their_whole_year(programme, figures_of):
    populate(programme, seed=4)
    expected = {
        gender: sum(pair == (gender, 2024) for pair in anonymous(4)) for gender in ("K", "M")
    }
    whole, part = figures_of(), figures_of((date(2024, 1, 2), date(2024, 12, 31)))
    assert whole["started_anonymous"].value(gender="K") == expected["K"] > 0
    assert whole["started_anonymous"].value() == expected["K"] + expected["M"]
    assert [cell.value for cell in part["started_anonymous"].cells] == [0, 0, 0]


@pytest.mark.parametrize("seed", [1, 2])
def test_days_in_the_programme(programme, figures_of, seed):
    rows = recount(populate(programme, seed=seed), *YEAR)["ended"][()]
    figure = figures_of()["time_in_programme_days"]
    assert figure.unit is Unit.DAYS
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        days = [
            (row["ended_on"] - row["started_on"]).days
            for row in rows
            if row["gender"] in split.get("gender", "KM")
        ]
        q1, _, q3 = quantiles(days, n=4, method="inclusive")
        expected = {"median": median(days), "mean": mean(days), "q1": q1, "q3": q3}
        for statistic, value in expected.items():
            assert figure.value(statistic=statistic, **split) == pytest.approx(value)


def test_an_empty_period_is_zeros_and_no_averages(programme, figures_of):
    figures = figures_of((date(2021, 1, 1), date(2021, 12, 31)))
    for figure in figures.values():
        for cell in figure.cells:
            assert cell.value in (0, None)
            assert cell.suppressed is None


def test_another_programmes_people_are_not_counted(cast, programme, figures_of):
    populate(cast.neighbour, seed=1)
    assert figures_of()["started"].value() == 0


def test_the_number_of_queries_does_not_grow(programme, figures_of, django_assert_max_num_queries):
    populate(programme, seed=1, people=200)
    with django_assert_max_num_queries(26):
        figures_of()


# Money and goals: the published figures of the plan of 2012

PLAN = [
    ("Personal", "Verksamhetsledare 0,5 tj.", 327_000, 330_000),
    ("Personal", "Rehabkoordinator 4,5 tj.", 2_673_000, 2_600_000),
    ("Personal", "Kompetensutveckling och handledning", 100_000, None),
    ("Externa tjänster", "Specialistkompetens", 1_300_000, None),
    ("Lokaler", "Hyra personal, 5 kontor", 111_000, None),
    ("Lokaler", "Hyra gruppverksamhet", 130_000, None),
    ("Lokaler", "Kommunikation, material", 69_000, None),
    ("Övriga kostnader", "Representation", 105_000, None),
    ("Övriga kostnader", "Administrationskostnad", 152_000, None),
    ("Övriga kostnader", "Extern utvärdering", 200_000, None),
]


@pytest.fixture
def budget(programme):
    budget = Budget.objects.create(programme=programme, year=2024)
    BudgetLine.objects.bulk_create(
        BudgetLine(budget=budget, group=group, item=item, amount=amount, outcome=spent, order=order)
        for order, (group, item, amount, spent) in enumerate(PLAN)
    )
    return budget


def test_the_budget_of_2012_gives_its_published_sums(programme, budget, figures_of):
    figures = figures_of()
    groups = figures["budget_by_group"]
    assert [groups.value(item=name, kind="budget") for name in dict.fromkeys(p[0] for p in PLAN)] == [
        3_100_000, 1_300_000, 310_000, 457_000,
    ]  # fmt: skip
    whole = figures["budget_outcome"]
    assert whole.value(kind="budget") == 5_167_000
    assert whole.value(kind="outcome") == 2_930_000
    assert whole.value(kind="outcome", item="Representation") is None
    assert figures["cost_per_place"].value(kind="budget") == 129_175
    assert figures["cost_per_started"].value(kind="budget") == 43_058


def test_what_a_start_and_an_end_cost(programme, budget, figures_of):
    counted = recount(populate(programme, seed=1), *YEAR)
    figures = figures_of()
    for name, people in (("cost_per_started", "started"), ("cost_per_ended", "ended")):
        expected = 2_930_000 / len(counted[people][()])
        assert figures[name].value(kind="outcome") == pytest.approx(expected, abs=0.5)


def test_half_a_year_has_no_budget(programme, budget, figures_of):
    figures = figures_of((date(2024, 1, 1), date(2024, 6, 30)))
    assert figures["budget_outcome"].value(kind="budget") is None


def test_goals_have_target_outcome_and_whether_they_are_met(programme, figures_of):
    def goal(code, figure, target, unit, order, **valid):
        Goal.objects.create(
            programme=programme, code=code, name=code, figure=figure, target=target, unit=unit,
            order=order, **({"valid_from": date(2020, 1, 1)} | valid),
        )  # fmt: skip

    goal("tio", "ten_hours_reached", Decimal(60), "%", 1)
    goal("start", "started", Decimal(5), "personer", 2)
    goal("ord", "", None, "", 3)
    goal("gammalt", "started", Decimal(1), "personer", 4, valid_to=date(2023, 12, 31))
    rows = recount(populate(programme, seed=1), *YEAR)
    figure = figures_of()["goals"]
    known = [row for row in rows["ended"][()] if row["weekly_hours"] is not None]
    share = 100 * len(rows["ten_hours_reached"][()]) / len(known)
    assert figure.value(item="tio", kind="outcome") == pytest.approx(share)
    assert figure.value(item="tio", kind="met") == int(share >= 60)
    assert figure.value(item="start", kind="outcome") == len(rows["started"][()])
    assert figure.value(item="start", kind="met") == 1
    assert figure.value(item="ord", kind="outcome") is None
    assert "gammalt" not in {cell.dimensions["item"] for cell in figure.cells}


# Outside the programme


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_readers_outside_get_the_same_numbers_or_none(programme, stina, figures_of, seed):
    populate(programme, seed=seed, people=150)
    inside, outside = figures_of(), figures_of(YEAR, Audience.STEERING, who=stina)
    assert list(inside) == list(outside)
    for name, figure in outside.items():
        for shown, real in zip(figure.cells, inside[name].cells, strict=True):
            assert shown.value in (None, real.value)
            assert (shown.value == real.value) or shown.suppressed
            if figure.unit is Unit.PERSONS and 1 <= real.value <= 4:
                assert shown.suppressed
        for what, number in figure.coverage.to_json().items():
            assert number in (None, getattr(inside[name].coverage, what))
            assert number is None or number == 0 or number >= 5


def test_a_steering_group_reads_facts_and_no_persons(programme, stina, figures_of):
    populate(programme, seed=1)
    with bind(stina), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM participants_statisticsfact")
        assert cursor.fetchone() == (90,)
        for table in ("participant", "enrolment", "registration", "note"):
            cursor.execute(f"SELECT count(*) FROM participants_{table}")
            assert cursor.fetchone() == (0,)


def test_outside_only_whole_years_can_be_had(programme, stina, figures_of):
    with pytest.raises(PeriodNotPublishable):
        figures_of((date(2024, 1, 1), date(2024, 6, 30)), Audience.STEERING, who=stina)


# The command


def run(**options):
    out = StringIO()
    words = ["statistics"]
    for name, value in options.items():
        words += [f"--{name}", str(value)]
    call_command(*words, stdout=out)
    return json.loads(out.getvalue())["figures"]


def test_the_command_prints_what_other_programs_rely_on(programme, figures_of):
    populate(programme, seed=2)
    options = {"programme": "rehabsteget", "from": YEAR[0], "to": YEAR[1], "format": "json"}
    inside = run(**options, audience="programme")
    assert inside == json.loads(json.dumps([figure.to_json() for figure in figures_of().values()]))
    outside = run(**options, audience="steering")
    assert [figure["id"] for figure in outside] == [figure["id"] for figure in inside]
    keys = {"id", "label", "definition_version", "period", "coverage", "cells"}
    marks = set()
    for figure in outside:
        assert set(figure) == keys
        assert set(figure["coverage"]) == {"included", "total", "anonymous", "incomplete"}
        for cell in figure["cells"]:
            assert set(cell) == {"dimensions", "value", "suppressed"}
            marks.add(cell["suppressed"])
    assert marks == {False, "primary", "complementary"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"programme": "finns-inte"}, "finns-inte"),
        ({"from": "2024-13-01"}, "datum"),
        ({"from": "2025-12-31"}, "före"),
        ({"to": "2024-06-30", "audience": "steering"}, "hela kalenderår"),
    ],
)
def test_the_command_says_why_it_cannot(programme, change, sentence):
    options = {"programme": "rehabsteget", "from": YEAR[0], "to": YEAR[1], "audience": "programme"}
    with pytest.raises(CommandError, match=sentence):
        run(**{**options, **change})
