"""Attack what has been suppressed: a reader with all the tables tries to work out what is hidden.

The attacker below is written apart from the product's own auditor. It is given the published JSON
and the equations every reader knows, tries whole numbers one by one, and answers for each hidden
number which lowest and highest value are possible.
"""

from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.services.figures import Cell, Coverage, Figure, Period, at, covered, to_json
from reporting.services.suppression import Relation, Rest, same, suppress

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
CATEGORIES = ("FK", "AF", "KFS", "RPV")
BEYOND = 12
"""How far above the true number the attacker tries."""


# The tables


def table(name, dimension, women, men):
    """A figure by one dimension and gender, with every margin."""
    codes = CATEGORIES[: len(women)]
    cells = []
    for code, k, m in zip(codes, women, men, strict=True):
        cells += [
            Cell({dimension: code, "gender": "K"}, k),
            Cell({dimension: code, "gender": "M"}, m),
            Cell({dimension: code}, k + m),
        ]
    cells += [
        Cell({"gender": "K"}, sum(women)),
        Cell({"gender": "M"}, sum(men)),
        Cell({}, sum(women) + sum(men)),
    ]
    return Figure(name, name, "", YEAR, tuple(cells))


def gender_split(name, women, men):
    cells = (Cell({"gender": "K"}, women), Cell({"gender": "M"}, men), Cell({}, women + men))
    return Figure(name, name, "", YEAR, cells)


# The attacker


def numbers(figures, truth):
    """What the attacker has: the interval of every number, and what it truly is."""
    known, true = {}, {}
    for published, original in zip(to_json(figures)["figures"], truth, strict=True):
        for cell, real in zip(published["cells"], original.cells, strict=True):
            name = (published["id"], frozenset(cell["dimensions"].items()))
            true[name] = real.value
            known[name] = interval(cell["value"], cell["suppressed"], real.value)
        for what, value in published["coverage"].items():
            real_value = getattr(original.coverage, what)
            if real_value is not None:
                name = (published["id"], frozenset({("coverage", what)}))
                true[name] = real_value
                known[name] = interval(value, "complementary", real_value)
    return known, true


def interval(value, mark, real):
    if value is not None:
        return value, value
    return (1, 4) if mark == "primary" else (0, real + BEYOND)


def narrow(equations, known):
    """Shrink the intervals until no equation shrinks them further; None when one is empty."""
    known = dict(known)
    changed = True
    while changed:
        changed = False
        for terms, constant in equations:
            low = sum(f * known[n][0 if f > 0 else 1] for n, f in terms.items()) + constant
            high = sum(f * known[n][1 if f > 0 else 0] for n, f in terms.items()) + constant
            if low > 0 or high < 0:
                return None
            for name, factor in terms.items():
                lowest, highest = known[name]
                if factor > 0:
                    new = max(lowest, highest - high), min(highest, lowest - low)
                else:
                    new = max(lowest, highest + low), min(highest, lowest + high)
                if new[0] > new[1]:
                    return None
                if new != (lowest, highest):
                    known[name], changed = new, True
    return known


def is_possible(equations, known):
    """Whether any outcome in whole persons fits."""
    known = narrow(equations, known)
    if known is None:
        return False
    open_names = [name for name, (low, high) in known.items() if low < high]
    if not open_names:
        return True
    name = min(open_names, key=lambda n: known[n][1] - known[n][0])
    low, high = known[name]
    return any(is_possible(equations, {**known, name: (v, v)}) for v in range(low, high + 1))


def derive(figures, truth, equations, spare=()):
    """For every hidden number: its mark, truth, and the values that are possible.

    `spare`: differences that nobody publishes, of which is known only that they are not negative.
    """
    known, true = numbers(figures, truth)
    known |= {name: (0, value + BEYOND) for name, value in dict(spare).items()}
    true |= dict(spare)
    assert is_possible(equations, {name: (value, value) for name, value in true.items()})
    marks = {
        (figure.id, frozenset(cell.dimensions.items())): cell.suppressed
        for figure in figures
        for cell in figure.cells
    }
    for name, (low, high) in known.items():
        if low < high and name not in dict(spare):
            possible = [
                value
                for value in range(low, high + 1)
                if is_possible(equations, {**known, name: (value, value)})
            ]
            yield name, marks.get(name), true[name], possible


def equation(plus, minus):
    terms = {}
    for sign, names in ((1, plus), (-1, minus)):
        for name in names:
            terms[name] = terms.get(name, 0) + sign
    return terms, 0


def cell(figure, **dimensions):
    return figure, frozenset(dimensions.items())


def table_equations(name, dimension, codes):
    for code in codes:
        parts = [cell(name, **{dimension: code, "gender": g}) for g in "KM"]
        yield equation(parts, [cell(name, **{dimension: code})])
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        parts = [cell(name, **{dimension: code, **split}) for code in codes]
        yield equation(parts, [cell(name, **split)])
    yield from split_equations(name)


def split_equations(name):
    yield equation([cell(name, gender="K"), cell(name, gender="M")], [cell(name)])


def assert_safe(figures, truth, equations, spare=()):
    for _name, mark, _true, possible in derive(figures, truth, equations, spare):
        assert possible[-1] - possible[0] >= 3
        if mark == "primary":
            assert possible == [1, 2, 3, 4]
    for figure in figures:
        for number in figure.cells:
            assert number.value is None or number.value == 0 or number.value >= 5


# The attacks

counts = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 9))
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(st.lists(st.tuples(counts, counts), min_size=2, max_size=4))
def test_one_table_with_margins_gives_nothing_away(rows):
    women, men = zip(*rows, strict=True)
    truth = [table("by_referrer", "referrer", women, men)]
    equations = list(table_equations("by_referrer", "referrer", CATEGORIES[: len(rows)]))
    assert_safe(suppress(truth), truth, equations)


@slow
@given(
    st.lists(st.tuples(counts, counts), min_size=3, max_size=3),
    st.lists(st.integers(0, 2), min_size=2, max_size=2),
)
def test_two_tables_of_the_same_people_give_nothing_away(rows, moves):
    women, men = (list(column) for column in zip(*rows, strict=True))
    other = [rearranged(women, moves[0]), rearranged(men, moves[1])]
    truth = [table("a", "referrer", women, men), table("b", "education", *other)]
    relations = []
    equations = [
        *table_equations("a", "referrer", CATEGORIES[:3]),
        *table_equations("b", "education", CATEGORIES[:3]),
    ]
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        relations += same(at("a", **split), at("b", **split))
        equations.append(equation([cell("a", **split)], [cell("b", **split)]))
    assert_safe(suppress(truth, relations=relations), truth, equations)


def rearranged(numbers, move):
    """The same people divided otherwise."""
    first, second, third = numbers
    moved = min(move, second)
    return [third, first + moved, second - moved]


@slow
@given(st.tuples(*[counts] * 6))
def test_the_flow_in_and_out_gives_nothing_away(flow):
    k0, m0, k_in, m_in, k_out, m_out = flow
    k_out, m_out = min(k_out, k0 + k_in), min(m_out, m0 + m_in)
    names = ("ongoing_at_start", "started", "ended", "ongoing_at_end")
    pairs = ((k0, m0), (k_in, m_in), (k_out, m_out), (k0 + k_in - k_out, m0 + m_in - m_out))
    truth = [gender_split(name, *pair) for name, pair in zip(names, pairs, strict=True)]
    relations, equations = [], [e for name in names for e in split_equations(name)]
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        relations.append(
            Relation(
                (at("ongoing_at_start", **split), at("started", **split)),
                (at("ended", **split), at("ongoing_at_end", **split)),
            )
        )
        equations.append(
            equation(
                [cell("ongoing_at_start", **split), cell("started", **split)],
                [cell("ended", **split), cell("ongoing_at_end", **split)],
            )
        )
    assert_safe(suppress(truth, relations=relations), truth, equations)


@slow
@given(st.integers(0, 30), counts, counts)
def test_what_a_figure_covers_gives_nothing_away(included, anonymous, incomplete):
    coverage = Coverage.of(included=included, anonymous=anonymous, incomplete=incomplete)
    started = Figure("started", "", "", YEAR, (Cell({}, included),), coverage)
    beside = Figure("started_anonymous", "", "", YEAR, (Cell({}, anonymous),))
    truth = [started, beside]
    relations = [
        *same(at("started"), covered("started", "included")),
        *same(at("started_anonymous"), covered("started", "anonymous")),
    ]
    parts = [cell("started", coverage=w) for w in ("included", "anonymous", "incomplete")]
    equations = [
        equation(parts, [cell("started", coverage="total")]),
        equation([cell("started")], [cell("started", coverage="included")]),
        equation([cell("started_anonymous")], [cell("started", coverage="anonymous")]),
    ]
    assert_safe(suppress(truth, relations=relations), truth, equations)


@slow
@given(st.tuples(counts, counts), st.tuples(counts, counts))
def test_those_who_are_left_when_some_are_counted_give_nothing_away(reached, left):
    """Of 20 who ended 18 reached ten hours: the 2 who did not are as few as 2 who did."""
    truth = [
        gender_split("ended", reached[0] + left[0], reached[1] + left[1]),
        gender_split("ten_hours_reached", *reached),
    ]
    relations, equations = [], [*split_equations("ended"), *split_equations("ten_hours_reached")]
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        relations.append(
            Relation(
                (at("ended", **split),), (at("ten_hours_reached", **split),), rest=Rest.PERSONS
            )
        )
    published = suppress(truth, relations=relations)
    assert_safe(published, truth, equations)
    for gender, few in zip("KM", left, strict=True):
        if 1 <= few <= 4:
            shown = {f.id: f.value(gender=gender) for f in published}
            assert None in (shown["ended"], shown["ten_hours_reached"])


@slow
@given(st.lists(st.tuples(counts, counts), min_size=2, max_size=3))
def test_that_everybody_has_at_least_one_answer_gives_nothing_away(rows):
    """With one form of support each, the answers of women are no fewer than the women."""
    women, men = zip(*rows, strict=True)
    codes = CATEGORIES[: len(rows)]
    everyone = gender_split("ended", sum(women), sum(men))
    marked = table("support", "support", women, men)
    marked = replace(marked, cells=marked.cells[:-3], apart=frozenset({"support"}))
    relations = []
    equations = [*split_equations("ended")]
    spare = {}
    for code in codes:
        parts = [cell("support", support=code, gender=g) for g in "KM"]
        equations.append(equation(parts, [cell("support", support=code)]))
    for split in ({"gender": "K"}, {"gender": "M"}, {}):
        of = at("ended", **split)
        marks = [at("support", support=code, **split) for code in codes]
        relations.append(Relation(tuple(marks), (of,), rest=Rest.ANY))
        relations += [Relation((of,), (mark,), rest=Rest.ANY) for mark in marks]
        names = [cell("support", support=code, **split) for code in codes]
        for plus, minus in [(names, [cell("ended", **split)])] + [
            ([cell("ended", **split)], [name]) for name in names
        ]:
            left = ("left", frozenset({("number", str(len(spare)))}))
            equations.append(equation(plus, [*minus, left]))
            spare[left] = value_of(marked, everyone, plus) - value_of(marked, everyone, minus)
    truth = [everyone, marked]
    assert_safe(suppress(truth, relations=relations), truth, equations, spare)


def value_of(marked, everyone, names):
    figures = {"support": marked, "ended": everyone}
    return sum(figures[figure].value(**dict(dimensions)) for figure, dimensions in names)


def test_the_attacker_works_out_what_primary_suppression_alone_leaves():
    """The attack bites: with only the small cell hidden it finds the number."""
    truth = [gender_split("started", 3, 20)]
    half = [
        Figure("started", "", "", YEAR, (Cell({"gender": "K"}, None), *truth[0].cells[1:])),
    ]
    found = list(derive(half, truth, list(split_equations("started"))))
    assert [possible for *_, possible in found] == [[3]]


def test_a_reader_who_takes_dolt_for_five_or_more_pins_nothing():
    """With one woman and five men of six: if "dolt" is at least five, the woman would be alone."""
    for women, men in product(range(1, 5), range(5, 9)):
        truth = [gender_split("started", women, men)]
        published = suppress(truth)
        k, m, both = (number.value for number in published[0].cells)
        assert k is None
        assert None in (m, both)
        assert m is not None or both is None or both - 5 >= 4
