"""What a reader can work out about hidden counts from everything that is published together.

The published numbers tie the hidden ones by linear equations: a total is the sum of its parts. A
reader who solves them knows for each hidden count a lowest and a highest possible value.
`Knowledge` works those out exactly, with whole numbers and fractions, by the simplex method for
variables with limits: it keeps one solution that a reader cannot rule out and moves it, hidden
count by hidden count, as far as the equations allow. Every solution it passes is a witness: an
outcome that fits all that is published. Where the solution cannot move further, the equation that
stops it names the published numbers that give the count away.

Method: Dantzig's simplex with bounded variables and Bland's rule; the audit of cell suppression
follows Fischetti and Salazar-González (2000), "Models and algorithms for optimizing cell
suppression in tabular data with linear constraints".
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

Number = int | Fraction


class Stop(NamedTuple):
    """A variable that stops another: it would have to `rise` (or else fall) beyond its limit."""

    variable: int
    rise: bool


def _plain(value: Number) -> Number:
    """A whole number as int: several times faster than Fraction."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


class Knowledge:
    """The reader's equations, with one possible solution and what has been seen possible so far.

    Variables are numbered from 0. Each begins as published: fixed at its value. An equation is
    {variable: coefficient} and says that the weighted sum is zero.
    """

    def __init__(self, values: Sequence[int], equations: Iterable[Mapping[int, int]]):
        self.values: list[Number] = list(values)
        self.low: list[int] = list(values)
        self.high: list[int | None] = list(values)
        self.seen_low: list[int] = list(values)
        self.seen_high: list[int] = list(values)
        self._rows: dict[int, dict[int, Number]] = {}
        self._columns: dict[int, set[int]] = {}
        self._moved: set[int] = set()
        self._broken: set[int] = set()
        for equation in equations:
            self._add(equation)

    def hide(self, variable: int, *, low: int, high: int | None) -> None:
        """Let the reader know of the variable only that it lies from `low` to `high` (None: any)."""
        self.low[variable] = low
        self.high[variable] = high

    def is_fixed(self, variable: int) -> bool:
        """Whether the variable is published."""
        return self.low[variable] == self.high[variable]

    def reach(self, variable: int, goal: int) -> list[Stop]:
        """Move the variable to `goal`, if a reader cannot rule that value out.

        Empty when it got there. Else what stops it: at least one of these must be hidden, or be
        given wider limits, before the variable can come closer to the goal.
        """
        while self.values[variable] != goal:
            rise = goal > self.values[variable]
            entering, entering_rises = self._entering(variable, rise)
            if entering is None:
                self._witness()
                return self._stops(variable, rise)
            self._move(entering, entering_rises, variable, goal)
        self._witness()
        return []

    # The equations, solved for some variables (rows) in terms of the others (columns).

    def _add(self, equation: Mapping[int, int]) -> None:
        combined: dict[int, Number] = {}
        for variable, coefficient in equation.items():
            for other, factor in self._rows.get(variable, {variable: 1}).items():
                combined[other] = combined.get(other, 0) + coefficient * factor
        combined = {other: factor for other, factor in combined.items() if factor}
        if not combined:
            return
        solved = min(
            combined, key=lambda other: (abs(combined[other]) != 1, self._width(other), other)
        )
        divisor = -combined.pop(solved)
        row = {other: _plain(Fraction(factor) / divisor) for other, factor in combined.items()}
        self._replace(solved, row)

    def _width(self, variable: int) -> int:
        return len(self._columns.get(variable, ()))

    def _replace(self, solved: int, row: dict[int, Number]) -> None:
        """Write `solved` as `row` in every other row, and make it a row of its own."""
        for index in self._columns.pop(solved, set()):
            target = self._rows[index]
            factor = target.pop(solved)
            for other, coefficient in row.items():
                total = _plain(target.get(other, 0) + factor * coefficient)
                if total:
                    target[other] = total
                    self._columns.setdefault(other, set()).add(index)
                elif other in target:
                    del target[other]
                    self._columns[other].discard(index)
        self._rows[solved] = row
        for other in row:
            self._columns.setdefault(other, set()).add(solved)

    def _swap(self, leaving: int, entering: int) -> None:
        row = self._rows.pop(leaving)
        for other in row:
            self._columns[other].discard(leaving)
        factor = row.pop(entering)
        solved = {other: _plain(-Fraction(value) / factor) for other, value in row.items()}
        solved[leaving] = _plain(Fraction(1) / factor)
        self._replace(entering, solved)

    # One step of the simplex method.

    def _room(self, variable: int, rise: bool) -> Number | None:
        """How far the variable can move that way; None for any distance."""
        if not rise:
            return self.values[variable] - self.low[variable]
        high = self.high[variable]
        return None if high is None else high - self.values[variable]

    def _entering(self, variable: int, rise: bool) -> tuple[int | None, bool]:
        if variable not in self._rows:
            return (None, rise) if self._room(variable, rise) == 0 else (variable, rise)
        for other in sorted(self._rows[variable]):
            other_rises = (self._rows[variable][other] > 0) == rise
            if self._room(other, other_rises) != 0:
                return other, other_rises
        return None, rise

    def _stops(self, variable: int, rise: bool) -> list[Stop]:
        if variable not in self._rows:
            return [Stop(variable, rise)]
        row = self._rows[variable]
        return [Stop(other, (row[other] > 0) == rise) for other in sorted(row)]

    def _move(self, entering: int, rises: bool, variable: int, goal: int) -> None:
        """Move `entering` until something stops it or `variable` has reached the goal."""
        step, leaving = self._room(entering, rises), None
        for index in sorted(self._columns.get(entering, ()), key=self._leaving_order):
            factor = self._rows[index][entering]
            speed: Number = factor if rises else -factor
            room = self._room(index, speed > 0)
            size = speed if speed > 0 else -speed
            if room is not None and (step is None or room < step * size):
                step, leaving = _plain(Fraction(room) / size), index
        per_step: Number = 1 if variable == entering else self._rows[variable][entering]
        steps = _plain(Fraction(goal - self.values[variable]) / per_step)
        wanted = steps if steps > 0 else -steps
        if step is None or wanted <= step:
            step, leaving = wanted, None
        if step:
            self._shift(entering, step if rises else -step)
        if leaving is not None:
            self._swap(leaving, entering)

    def _leaving_order(self, variable: int) -> tuple[bool, int]:
        """Published variables leave first: they never come back, so they cost least."""
        return not self.is_fixed(variable), variable

    def _shift(self, entering: int, distance: Number) -> None:
        changes = {index: self._rows[index][entering] for index in self._columns.get(entering, ())}
        for index, factor in {**changes, entering: 1}.items():
            value = _plain(self.values[index] + factor * distance)
            self.values[index] = value
            self._moved.add(index)
            if isinstance(value, Fraction):
                self._broken.add(index)
            else:
                self._broken.discard(index)

    def _witness(self) -> None:
        """Remember the solution, if it is one of whole persons."""
        if self._broken:
            return
        for variable in self._moved:
            value = int(self.values[variable])
            self.seen_low[variable] = min(self.seen_low[variable], value)
            self.seen_high[variable] = max(self.seen_high[variable], value)
        self._moved.clear()
