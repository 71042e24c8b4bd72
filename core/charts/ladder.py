"""The hours ladder: hours of activity week by week against the plan and the goal."""

from dataclasses import dataclass
from functools import cached_property

from core.charts.base import Chart, Goal, LegendItem, axis_steps
from core.charts.canvas import Canvas, digits
from core.formatting import hours
from core.tables import Cell, Column, Row, Table

PLOT = 194
GAP = 0.6
COLOURS = ("c1", "c2", "c3", "c4")
TEN_HOURS = Goal(10, "Mål 10 h i veckan")


@dataclass(frozen=True)
class LadderWeek:
    """A week: its label ("47"), hours done per kind, and hours planned (None: no plan)."""

    label: str
    done: tuple[float, ...]
    planned: float | None = None
    is_current: bool = False


@dataclass(frozen=True)
class LadderPhase:
    """A phase begins at week number `start` (0 is the first shown) and is named under the axis."""

    label: str
    start: int


@dataclass(frozen=True, kw_only=True)
class HoursLadder(Chart):
    """Stacked bars for hours done, a dashed step for the plan, a line for the goal.

    `kinds` names the parts of a bar, at most four. The current week is tinted and its bar faded,
    since it is not finished.
    """

    key: str
    title: str
    kinds: tuple[str, ...]
    weeks: tuple[LadderWeek, ...]
    phases: tuple[LadderPhase, ...] = ()
    goal: Goal | None = TEN_HOURS
    plan_label: str = "Planerat"

    @cached_property
    def table(self) -> Table:  # type: ignore[override]  # made from the weeks, not given
        """The same weeks as a table, with the sum and the plan."""
        headings = ("Vecka", *self.kinds, "Summa", "Planerat")
        return Table(
            key=self.key,
            caption=self.title,
            columns=tuple(Column(heading) for heading in headings),
            rows=tuple(self._row(week) for week in self.weeks),
            empty="Inga timmar är inlagda.",
        )

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        parts = (LegendItem(kind, css) for kind, css in zip(self.kinds, COLOURS, strict=False))
        plan = (LegendItem(self.plan_label, "plan", "dashes"),) if self._has_plan else ()
        return (*parts, *plan)

    @property
    def description(self) -> str:
        if not self.weeks:
            return self.table.empty
        return ". ".join(self._say(week) for week in self.weeks)

    @property
    def _has_plan(self) -> bool:
        return any(week.planned is not None for week in self.weeks)

    def _row(self, week: LadderWeek) -> Row:
        amounts = [*week.done, sum(week.done)]
        cells = [Cell(amount, decimals=2) for amount in amounts]
        plan = Cell(week.planned, decimals=2) if week.planned is not None else Cell("ingen plan")
        return Row(f"v. {week.label}", (*cells, plan))

    def _say(self, week: LadderWeek) -> str:
        said = f"v. {week.label} {hours(sum(week.done))}"
        return f"{said}, pågår" if week.is_current else said

    def draw(self, canvas: Canvas) -> None:
        steps = axis_steps(self._top())
        top = canvas.letter + 13
        zero = top + PLOT
        left = canvas.measure("10") + 12
        step = (canvas.width - left) / max(1, len(self.weeks))
        self._draw_ground(canvas, (left, top, step), steps)
        for index, week in enumerate(self.weeks):
            self._draw_week(canvas, week, (left + step * index, zero, step), steps[-1])
        self._draw_plan(canvas, (left, zero, step), steps[-1])
        self._draw_goal(canvas, left, zero, steps[-1])
        canvas.line("axis", (left, zero), (canvas.width, zero))
        self._draw_labels(canvas, left, zero, step)
        canvas.height = zero + canvas.line_height * (2.4 if self.phases else 1.2) + 6

    def _top(self) -> float:
        planned = [week.planned or 0 for week in self.weeks]
        done = [sum(week.done) for week in self.weeks]
        return max([*planned, *done, self.goal.value * 1.2 if self.goal else 0], default=0) or 1

    def _draw_ground(
        self, canvas: Canvas, place: tuple[float, float, float], steps: list[float]
    ) -> None:
        left, top, step = place
        for index, week in enumerate(self.weeks):
            if week.is_current:
                x = left + step * index
                canvas.rect("now", x, top, step, PLOT, radius=3)
                canvas.text(
                    "t-strong", self._inside(canvas, x + step / 2), top - 6, "pågår", "middle"
                )
        for value in steps:
            y = top + PLOT - PLOT * value / steps[-1]
            canvas.line("grid", (left, y), (canvas.width, y))
            canvas.text("", left - 8, y + 4, digits(value).replace(".", ","), "end")

    def _inside(self, canvas: Canvas, middle: float) -> float:
        half = canvas.measure("pågår", heavy=True) / 2
        return min(max(middle, half), canvas.width - half)

    def _draw_week(
        self, canvas: Canvas, week: LadderWeek, place: tuple[float, float, float], top: float
    ) -> None:
        left, y, step = place
        for css, kind, amount in zip(COLOURS, self.kinds, week.done, strict=False):
            if amount:
                height = PLOT * amount / top
                canvas.rect(
                    css,
                    left + step * 0.12,
                    y - height + GAP,
                    step * 0.76,
                    height - GAP,
                    faded=week.is_current,
                    tooltip=f"v. {week.label}, {kind.lower()}: {hours(amount)}",
                )
                y -= height

    def _draw_plan(self, canvas: Canvas, place: tuple[float, float, float], top: float) -> None:
        left, zero, step = place
        drawing, is_down = "", False
        for index, week in enumerate(self.weeks):
            if week.planned is None:
                is_down = False
                continue
            x, y = digits(left + step * index), digits(zero - PLOT * week.planned / top)
            drawing += f"V{y}" if is_down else f"M{x} {y}"
            drawing += f"H{digits(left + step * (index + 1))}"
            is_down = True
        if drawing:
            canvas.path("plan", drawing, 1.5, dashed=True)

    def _draw_goal(self, canvas: Canvas, left: float, zero: float, top: float) -> None:
        if self.goal:
            y = zero - PLOT * self.goal.value / top
            canvas.line("goal", (left, y), (canvas.width, y), 2)
            canvas.text("t-goal", left, y - 7, self.goal.label)

    def _draw_labels(self, canvas: Canvas, left: float, zero: float, step: float) -> None:
        """Every fourth week, the current one and the last; names of phases under them."""
        y = zero + canvas.line_height + 1
        apart = canvas.measure("00") + 8
        taken: list[float] = []
        for index in self._order():
            week, x = self.weeks[index], left + step * (index + 0.5)
            if all(abs(x - other) >= apart for other in taken):
                css = "t-strong" if week.is_current else ""
                canvas.text(css, x, y, week.label, "middle")
                taken.append(x)
        for phase in self.phases:
            x = left + step * phase.start
            if phase.start:
                canvas.line("axis", (x, zero), (x, zero + canvas.line_height + 8))
            canvas.text("", x, zero + canvas.line_height * 2.3, phase.label)

    def _order(self) -> list[int]:
        """Indexes by how much their label is needed: now, first, last, every fourth."""
        last = len(self.weeks) - 1
        now = [index for index, week in enumerate(self.weeks) if week.is_current]
        return [*now, *([0, last] if last >= 0 else []), *range(0, last + 1, 4)]
