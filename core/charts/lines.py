"""Lines: something followed over time."""

from dataclasses import dataclass

from core.charts.base import Chart, Goal, LegendItem, Series, axis_label, axis_steps, highest
from core.charts.canvas import Canvas, digits
from core.tables import Cell, Table

PLOT = 130
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    """One point per row of `table`, one line per series; a hidden or missing point is a gap.

    `ceiling` fixes the axis' highest value (100 for percent), else it follows the figures.
    """

    key: str
    title: str
    table: Table
    series: tuple[Series, ...] = (Series(),)
    goal: Goal | None = None
    unit: str = ""
    ceiling: float | None = None

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        if len(self.series) == 1:
            return ()
        return tuple(LegendItem(one.name(self.table), one.colour) for one in self.series)

    def draw(self, canvas: Canvas) -> None:
        steps = self._steps()
        top, zero = canvas.line_height + 6, canvas.line_height + 6 + PLOT
        left = max(canvas.measure(axis_label(step, self.unit)) for step in steps) + 8
        for step in steps:
            y = zero - PLOT * step / steps[-1]
            canvas.line("grid" if step else "axis", (left, y), (canvas.width, y))
            canvas.text("", left - 6, y + 4, axis_label(step, self.unit), "end")
        if self.goal:
            y = zero - PLOT * self.goal.value / steps[-1]
            canvas.dashes("goal", (left, y), (canvas.width, y))
            canvas.text("t-goal", left + 2, y - 6, self.goal.label)
        across = self._across(canvas, left)
        for one in self.series:
            self._draw_line(canvas, one, across, zero, steps[-1], top)
        self._draw_labels(canvas, across, zero)
        canvas.height = zero + canvas.line_height + 6

    def _cells(self, series: Series) -> list[Cell]:
        return [row.cells[series.column] for row in self.table.data_rows]

    def _steps(self) -> list[float]:
        if self.ceiling:
            return [0, self.ceiling / 2, self.ceiling]
        every = [cell for one in self.series for cell in self._cells(one)]
        return axis_steps(highest(every, self.goal.value if self.goal else 0))

    def _across(self, canvas: Canvas, left: float) -> list[float]:
        """Where each row stands, inset so that the first and last labels are not cut."""
        count = len(self.table.data_rows)
        first, last = left + 12, canvas.width - 24
        step = (last - first) / max(1, count - 1)
        return [first + step * index for index in range(count)]

    def _draw_line(
        self,
        canvas: Canvas,
        series: Series,
        across: list[float],
        zero: float,
        highest_value: float,
        top: float,
    ) -> None:
        parts: list[list[Point]] = [[]]
        last: tuple[Point, Cell] | None = None
        for x, cell in zip(across, self._cells(series), strict=True):
            if cell.amount is None:
                parts.append([])
                continue
            point = (x, zero - PLOT * cell.amount / highest_value)
            parts[-1].append(point)
            last = (point, cell)
        for part in filter(None, parts):
            self._draw_part(canvas, series, part)
        if last:
            (x, y), cell = last
            canvas.circle(series.colour, x, y, 4.5)
            canvas.text("t-strong", x, max(top - 6, y - 10), cell.text, "middle")

    def _draw_part(self, canvas: Canvas, series: Series, part: list[Point]) -> None:
        if len(part) == 1:
            canvas.circle(series.colour, part[0][0], part[0][1], 3)
            return
        drawing = "L".join(f"{digits(x)} {digits(y)}" for x, y in part)
        canvas.path(series.stroke, f"M{drawing}", 2.5)

    def _draw_labels(self, canvas: Canvas, across: list[float], zero: float) -> None:
        """Label every point there is room for, the last one always."""
        rows = self.table.data_rows
        if not rows:
            return
        widest = max(canvas.measure(row.label) for row in rows) + 10
        room = (across[-1] - across[0]) / max(1, len(rows) - 1)
        every = max(1, -(-int(widest) // max(1, int(room))))
        for index in range(len(rows) - 1, -1, -every):
            y = zero + canvas.line_height
            canvas.text("", across[index], y, rows[index].label, "middle")
