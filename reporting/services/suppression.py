"""Suppression: nothing that leaves the programme tells of fewer than five people.

Counts from 1 to 4 are hidden (primary). So are as few other counts as needed for nobody to work a
hidden one out (complementary): from totals, from the split into women and men, from another table
in the same publication, from the flow in and out, or from what a figure says it covers. Everything
that goes to the same readers at the same time is therefore suppressed in one call. Zero is shown.

What a reader knows: every number shown; that a cell marked primary holds 1 to 4; that a cell marked
complementary holds 5 or more; every equation. After suppression each hidden count can still, for all
the reader knows, be any of 1 to 4 (primary), or lies in a range as wide as that (complementary).

Now and then the mark itself would give a count away: four referrers "färre än 5" and their total
"färre än 5" are four times 1. Then the total is marked complementary instead, which says less.

Source: domain description § 6; the threshold can be raised, never lowered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reporting.services.attack import Knowledge, Stop
from reporting.services.figures import (
    COVERAGE_FIELDS,
    THRESHOLD,
    Cell,
    Figure,
    Mark,
    Ref,
    Unit,
)


class FiguresDisagreeError(Exception):
    """Figures that should reconcile do not: a total is not the sum of its parts."""


class UnprotectableError(Exception):
    """No pattern protects every hidden count; the publication must be made coarser."""


class Rest(StrEnum):
    """What is left when `minus` is taken from `plus`. It is never published and never negative.

    NONE: nothing. PERSONS: a number of persons, the ones among twenty who did not reach ten hours;
    protected like a count, since it could be worked out. ANY: a difference that names nobody, as
    when people have at least one answer each; readers know that it cannot be below zero.
    """

    NONE = "none"
    PERSONS = "persons"
    ANY = "any"


@dataclass(frozen=True)
class Relation:
    """What readers know beside totals: the sum of `plus` is the sum of `minus` and the rest."""

    plus: tuple[Ref, ...]
    minus: tuple[Ref, ...]
    rest: Rest = Rest.NONE


def same(*refs: Ref) -> list[Relation]:
    """Relations that say that the same people are counted at all of `refs`."""
    return [Relation((refs[0],), (ref,)) for ref in refs[1:]]


def suppress(
    publication: Sequence[Figure],
    *,
    relations: Iterable[Relation] = (),
    threshold: int = THRESHOLD,
) -> list[Figure]:
    """The publication with every count hidden that must be. Same input, same output.

    Raises FiguresDisagreeError when an equation does not hold, UnprotectableError when nothing helps.
    """
    if threshold < THRESHOLD:
        raise ValueError(f"The threshold is {THRESHOLD} at the lowest.")
    quantities = _quantities(publication, relations)
    marks = _Pattern(quantities, threshold).marks()
    hidden = {ref: marks[index] for ref, index in quantities.index.items() if index in marks}
    return [_apply(figure, hidden) for figure in publication]


def _apply(figure: Figure, hidden: dict[Ref, Mark]) -> Figure:
    cells = tuple(_apply_to_cell(figure, cell, hidden) for cell in figure.cells)
    gone = {
        what for what in COVERAGE_FIELDS if Ref(figure.id, coverage=what) in hidden
    } | figure.coverage.suppressed
    coverage = replace(figure.coverage, suppressed=frozenset(gone), **dict.fromkeys(gone))
    return replace(figure, cells=cells, coverage=coverage)


def _apply_to_cell(figure: Figure, cell: Cell, hidden: dict[Ref, Mark]) -> Cell:
    marks = {hidden.get(ref) for ref in (_ref(figure, cell), *cell.depends_on)} - {None}
    if not marks:
        return cell
    mark = Mark.PRIMARY if Mark.PRIMARY in marks else Mark.COMPLEMENTARY
    return replace(cell, value=None, suppressed=mark)


def _ref(figure: Figure, cell: Cell) -> Ref:
    return Ref(figure.id, frozenset(cell.dimensions.items()))


# The publication as numbered quantities and equations.


@dataclass
class _Quantities:
    """The different counts of a publication. What is said to be the same people is one quantity.

    `losses` says how much readers lose when it is hidden, over every cell that shows it: a total
    more than its parts, a figure with weight more than others. What is not published (a rest) has
    no loss; the rests in `guarded` are protected all the same.
    """

    index: dict[Ref, int] = field(default_factory=dict)
    values: list[int] = field(default_factory=list)
    losses: list[int] = field(default_factory=list)
    equations: list[dict[int, int]] = field(default_factory=list)
    guarded: set[int] = field(default_factory=set)


def _quantities(publication: Sequence[Figure], relations: Iterable[Relation]) -> _Quantities:
    counts, losses = _counts(publication)
    known = [*_margins(publication), *relations]
    for relation in known:
        _require_agreement(relation, counts)
    names = _merge(counts, known)
    result = _Quantities()
    for ref in counts:
        name = names[ref]
        if name not in result.index:
            result.index[name] = len(result.values)
            result.values.append(counts[name])
            result.losses.append(0)
        result.index[ref] = result.index[name]
        result.losses[result.index[ref]] += losses[ref]
    for relation in known:
        _add_equation(result, relation)
    return result


def _counts(publication: Sequence[Figure]) -> tuple[dict[Ref, int], dict[Ref, int]]:
    counts: dict[Ref, int] = {}
    losses: dict[Ref, int] = {}
    for figure in publication:
        widest = max((len(cell.dimensions) for cell in figure.cells), default=0)
        for cell in figure.cells:
            if figure.unit is Unit.PERSONS and not cell.depends_on and cell.value is not None:
                counts[_ref(figure, cell)] = int(cell.value)
                summed = widest - len(cell.dimensions)
                losses[_ref(figure, cell)] = figure.weight * (1 + summed)
        for what in COVERAGE_FIELDS:
            value = getattr(figure.coverage, what)
            if value is not None:
                counts[Ref(figure.id, coverage=what)] = value
                losses[Ref(figure.id, coverage=what)] = 1
    return counts, losses


def _margins(publication: Sequence[Figure]) -> Iterable[Relation]:
    """Every total with its parts, and every coverage: total = included + anonymous + incomplete."""
    for figure in publication:
        yield from _margins_of(figure)
        coverage = figure.coverage
        if coverage.total is not None:
            whole, *_ = parts = [Ref(figure.id, coverage=what) for what in COVERAGE_FIELDS]
            whole = parts.pop(1)
            yield Relation(tuple(parts), (whole,))


def _margins_of(figure: Figure) -> Iterable[Relation]:
    if figure.unit is not Unit.PERSONS:
        return
    parts: dict[tuple[Ref, str], list[Ref]] = {}
    for cell in figure.cells:
        items = frozenset(cell.dimensions.items())
        for name, value in cell.dimensions.items():
            if name not in figure.apart:
                total = Ref(figure.id, items - {(name, value)})
                parts.setdefault((total, name), []).append(_ref(figure, cell))
    published = {_ref(figure, cell) for cell in figure.cells}
    for (total, _name), cells in parts.items():
        if total in published:
            yield Relation(tuple(cells), (total,))


def _require_agreement(relation: Relation, counts: dict[Ref, int]) -> None:
    missing = [ref for ref in (*relation.plus, *relation.minus) if ref not in counts]
    if missing:
        raise FiguresDisagreeError(f"{missing[0]} is not a count in the publication.")
    rest = sum(counts[ref] for ref in relation.plus) - sum(counts[ref] for ref in relation.minus)
    if rest < 0 or (rest and relation.rest is Rest.NONE):
        raise FiguresDisagreeError(f"{relation.plus} and {relation.minus} differ by {rest}.")


def _merge(counts: dict[Ref, int], relations: Iterable[Relation]) -> dict[Ref, Ref]:
    """One name for every count of the same people: those in an equation of just two."""
    names = {ref: ref for ref in counts}

    def name_of(ref: Ref) -> Ref:
        while names[ref] != ref:
            ref = names[ref]
        return ref

    for relation in relations:
        if len(relation.plus) == len(relation.minus) == 1 and relation.rest is Rest.NONE:
            names[name_of(relation.minus[0])] = name_of(relation.plus[0])
    return {ref: name_of(ref) for ref in counts}


def _add_equation(result: _Quantities, relation: Relation) -> None:
    equation: dict[int, int] = {}
    for sign, refs in ((1, relation.plus), (-1, relation.minus)):
        for ref in refs:
            index = result.index[ref]
            equation[index] = equation.get(index, 0) + sign
    if relation.rest is not Rest.NONE:
        rest = sum(result.values[index] * factor for index, factor in equation.items())
        equation[len(result.values)] = -1
        if relation.rest is Rest.PERSONS:
            result.guarded.add(len(result.values))
        result.values.append(rest)
        result.losses.append(0)
    equation = {index: factor for index, factor in equation.items() if factor}
    if equation:
        result.equations.append(equation)


# What to hide.


class _Pattern:
    """Which quantities are hidden, and how they are marked. Grows until the reader knows nothing."""

    def __init__(self, quantities: _Quantities, threshold: int):
        self._values = quantities.values
        self._losses = quantities.losses
        self._guarded = quantities.guarded
        self._threshold = threshold
        self._marks: dict[int, Mark] = {}
        self._to_check: list[int] = []
        self._reader = Knowledge(quantities.values, quantities.equations)
        for index in range(len(self._values)):
            self._begin(index)

    def marks(self) -> dict[int, Mark]:
        """The mark of every quantity that must be hidden."""
        for index in self._to_check:  # grows while it runs; what is hidden later is checked too
            self._protect(index)
        return {index: mark for index, mark in self._marks.items() if self._losses[index]}

    def _begin(self, index: int) -> None:
        small = 0 < self._values[index] < self._threshold
        if not self._losses[index]:
            check = small and index in self._guarded
            self._hide(index, Mark.COMPLEMENTARY, low=0, check=check)
        elif small:
            self._hide(index, Mark.PRIMARY, low=1, high=self._threshold - 1)

    def _hide(
        self, index: int, mark: Mark, *, low: int, high: int | None = None, check: bool = True
    ) -> None:
        self._marks[index] = mark
        self._reader.hide(index, low=low, high=high)
        if check and index not in self._to_check:
            self._to_check.append(index)

    def _protect(self, index: int) -> None:
        while stops := self._what_gives_away(index):
            self._loosen(index, stops)

    def _what_gives_away(self, index: int) -> list[Stop]:
        """What keeps the reader's range for the quantity too narrow; empty when it is wide enough."""
        if self._marks[index] is Mark.PRIMARY:
            upward = self._out_of_reach(index, self._threshold - 1)
            return upward + self._out_of_reach(index, 1)
        width = self._threshold - 2
        upward = self._out_of_reach(index, self._reader.seen_low[index] + width)
        if not upward:
            return []
        downward = self._out_of_reach(index, self._reader.seen_high[index] - width)
        return upward + downward if downward else []

    def _out_of_reach(self, index: int, goal: int) -> list[Stop]:
        """What lets the reader rule out that the quantity is `goal`; empty when nothing does."""
        if self._reader.seen_low[index] <= goal <= self._reader.seen_high[index]:
            return []
        return self._reader.reach(index, goal)

    def _loosen(self, index: int, stops: Sequence[Stop]) -> None:
        """Tell the reader one thing less: whatever costs least among what gives the count away."""
        if useful := [stop for stop in stops if self._can_be_hidden(stop)]:
            chosen = min(useful, key=self._loss).variable
            self._hide(chosen, Mark.COMPLEMENTARY, low=self._threshold)
        elif marked := [stop for stop in stops if self._mark_tells(stop)]:
            chosen = max(marked, key=self._loss).variable
            self._hide(chosen, Mark.COMPLEMENTARY, low=0)
        elif self._marks[index] is Mark.PRIMARY:
            self._hide(index, Mark.COMPLEMENTARY, low=0)
        elif limits := [stop for stop in stops if self._limit_tells(stop)]:
            chosen = min(limits, key=self._loss).variable
            self._hide(chosen, Mark.COMPLEMENTARY, low=0)
        else:
            raise UnprotectableError(f"Quantity {index} can be worked out whatever is hidden.")

    def _can_be_hidden(self, stop: Stop) -> bool:
        value = self._values[stop.variable]
        if stop.variable in self._marks or not value:
            return False
        return stop.rise or value > self._threshold

    def _mark_tells(self, stop: Stop) -> bool:
        return self._marks.get(stop.variable) is Mark.PRIMARY

    def _limit_tells(self, stop: Stop) -> bool:
        """A hidden "5 or more" that would have to fall below, or at last a zero that is shown."""
        if stop.variable in self._marks:
            return not stop.rise and self._reader.low[stop.variable] > 0
        return stop.rise and not self._values[stop.variable]

    def _loss(self, stop: Stop) -> tuple[int, int, int]:
        return self._losses[stop.variable], self._values[stop.variable], stop.variable
