"""Stacked columns: a count per category, divided into parts."""

from dataclasses import dataclass

from core.charts.base import Chart, Goal, LegendItem, Series, axis_label, axis_steps
from core.charts.canvas import Canvas
from core.charts.lettering import break_lines
from core.formatting import NBSP
from core.tables import HIDDEN, Cell, Row, Table

PLOT = 160  # height from the highest grid line to zero
WIDEST_COLUMN = 44
GAP = 0.6  # between the parts of a column


@dataclass(frozen=True, kw_only=True)
class StackedColumns(Chart):
    """One column per row of `table`, one part per series, the sum above.

    A column with a hidden part shows the other parts and, instead of the sum, the words of the
    hidden one: a sum would give it away. At most twelve columns, eight on a phone.
    """

    key: str
    title: str
    table: Table
    series: tuple[Series, ...]
    goal: Goal | None = None
    unit: str = ""

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        return tuple(LegendItem(one.name(self.table), one.colour) for one in self.series)

    def draw(self, canvas: Canvas) -> None:
        steps = self._steps()
        top = canvas.line_height * 2 + 4
        zero = top + PLOT
        left = max(canvas.measure(axis_label(step, self.unit)) for step in steps) + 8
        self._draw_grid(canvas, steps, left, zero)
        self._draw_goal(canvas, left, zero, steps)
        rows = self.table.data_rows
        step = (canvas.width - left) / max(1, len(rows))
        lowest = zero + canvas.line_height
        for index, row in enumerate(rows):
            middle = left + step * (index + 0.5)
            self._draw_column(canvas, row, (middle, zero, min(step * 0.7, WIDEST_COLUMN)), steps)
            lines = break_lines(row.label, canvas.letter, step - 4)
            centre = zero + 4 + len(lines) * canvas.line_height / 2
            canvas.lines_of_text("", middle, centre, lines, "middle")
            lowest = max(lowest, zero + 4 + len(lines) * canvas.line_height)
        canvas.height = lowest + 4

    def _cells(self, row: Row) -> list[Cell]:
        return [row.cells[one.column] for one in self.series]

    def _steps(self) -> list[float]:
        sums = [sum(cell.amount or 0 for cell in self._cells(row)) for row in self.table.data_rows]
        return axis_steps(max([*sums, self.goal.value if self.goal else 0], default=0) or 1)

    def _draw_grid(self, canvas: Canvas, steps: list[float], left: float, zero: float) -> None:
        for step in steps:
            y = zero - PLOT * step / steps[-1]
            canvas.line("grid" if step else "axis", (left, y), (canvas.width, y))
            canvas.text("", left - 6, y + 4, axis_label(step, self.unit), "end")

    def _draw_column(
        self, canvas: Canvas, row: Row, place: tuple[float, float, float], steps: list[float]
    ) -> None:
        middle, zero, width = place
        y = zero
        for one, cell in zip(self.series, self._cells(row), strict=True):
            if cell.amount:
                height = PLOT * cell.amount / steps[-1]
                canvas.rect(one.colour, middle - width / 2, y - height + GAP, width, height - GAP)
                y -= height
        lines = self._above(canvas, row, width)
        css = "t-strong" if all(cell.is_plain for cell in self._cells(row)) else ""
        height = len(lines) * canvas.line_height
        widest = max(canvas.measure(words, heavy=True) for words in lines)
        # Paper behind the words, so that no grid or goal line runs through them.
        left, right = max(0, middle - widest / 2 - 2), min(canvas.width, middle + widest / 2 + 2)
        canvas.rect("paper", left, y - 3 - height, right - left, height)
        canvas.lines_of_text(css, middle, y - 3 - height / 2, lines, "middle")

    def _above(self, canvas: Canvas, row: Row, width: float) -> list[str]:
        cells = self._cells(row)
        hidden = [cell for cell in cells if not cell.is_plain]
        if not hidden:
            return [axis_label(sum(cell.amount or 0 for cell in cells), self.unit)]
        said = hidden[0].text.replace(NBSP, " ")
        longest = max(canvas.measure(word) for word in said.split())
        if longest > width * 1.3:
            said = self._shortest(hidden[0])
        return break_lines(said, canvas.letter, width * 1.3)

    def _shortest(self, cell: Cell) -> str:
        """The words for a column too narrow for them; the table beside has them in full."""
        if cell.suppressed == "primary":
            return f"<{cell.threshold}"
        return HIDDEN if cell.suppressed else "saknas"

    def _draw_goal(self, canvas: Canvas, left: float, zero: float, steps: list[float]) -> None:
        if self.goal:
            y = zero - PLOT * self.goal.value / steps[-1]
            canvas.dashes("goal", (left, y), (canvas.width, y))
            canvas.text("t-goal", canvas.width, canvas.letter, self.goal.label, "end")
