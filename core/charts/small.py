"""Small charts that stand beside a figure: pairs of ratings, a few years, one goal."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.base import Chart, Goal, LegendItem, highest
from core.charts.canvas import Canvas
from core.charts.lettering import break_lines
from core.tables import Cell, Row, Table


@dataclass(frozen=True, kw_only=True)
class DotPairs(Chart):
    """Before and after on one scale: a ring, a dot, the line between them, the change.

    `table` has two value columns, before and after. A row without both has words and no dots.
    """

    key: str
    title: str
    table: Table
    scale: tuple[int, int] = (0, 10)

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        before, after = self.table.value_columns[:2]
        return (LegendItem(before.label, "l1", "ring"), LegendItem(after.label, "c1", "dot"))

    def draw(self, canvas: Canvas) -> None:
        limit = canvas.width * 0.36
        rows = [(row, break_lines(row.label, canvas.letter, limit)) for row in self.table.data_rows]
        left = max((canvas.measure(line) for _, lines in rows for line in lines), default=0) + 16
        right = canvas.width - canvas.measure("+10", heavy=True) - 18
        y = 4.0
        for row, lines in rows:
            height = max(28.0, len(lines) * canvas.line_height + 8)
            canvas.lines_of_text("t-ink", 0, y + height / 2, lines)
            self._draw_pair(canvas, row, (left, right, y + height / 2))
            y += height + 4
        low, high = self.scale
        for value in (low, (low + high) / 2, high):
            x = self._place(value, left, right)
            canvas.text("", x, y + canvas.letter, f"{value:g}".replace(".", ","), "middle")
        canvas.height = y + canvas.line_height + 4

    def _place(self, value: float, left: float, right: float) -> float:
        low, high = self.scale
        return left + (right - left) * (value - low) / (high - low)

    def _draw_pair(self, canvas: Canvas, row: Row, place: tuple[float, float, float]) -> None:
        left, right, y = place
        before, after = row.cells[0], row.cells[1]
        if before.amount is None or after.amount is None:
            word = before.text if before.amount is None else after.text
            canvas.lines_of_text("", left, y, [word])
            return
        canvas.line("grid", (left, y), (right, y))
        start, end = (self._place(cell, left, right) for cell in (before.amount, after.amount))
        canvas.line("l1", (start, y), (end, y), 2.5)
        canvas.circle("paper", start, y, 5, ring="l1")
        canvas.circle("c1", end, y, 6)
        change = Cell(after.amount - before.amount, decimals=1)
        canvas.lines_of_text("t-strong", canvas.width, y, [_signed(change)], "end")


def _signed(change: Cell) -> str:
    if not change.amount:
        return "±0"
    return f"+{change.text}" if change.amount > 0 else change.text


@dataclass(frozen=True, kw_only=True)
class MiniColumns(Chart):
    """A few years beside a figure: the last in colour, the others pale, each with its value."""

    key: str
    title: str
    table: Table
    column: int = 0
    goal: Goal | None = None

    @property
    def drawn_columns(self) -> Sequence[int]:
        return [self.column]

    def draw(self, canvas: Canvas) -> None:
        canvas.width, canvas.height = 200, 76 if canvas.letter < 16 else 84
        rows = self.table.data_rows
        zero = canvas.height - canvas.line_height - 2
        step = canvas.width / max(1, len(rows))
        cells = [row.cells[self.column] for row in rows]
        scale = (zero - 16) / highest(cells, self.goal.value if self.goal else 0)
        for index, (row, cell) in enumerate(zip(rows, cells, strict=True)):
            middle, is_last = step * (index + 0.5), index == len(rows) - 1
            self._draw_column(canvas, cell, (middle, zero, step), scale, is_last)
            canvas.text("", middle, canvas.height - 3, row.label, "middle")
        if self.goal:
            y = zero - self.goal.value * scale
            canvas.dashes("goal", (0, y), (canvas.width, y))

    def _draw_column(
        self,
        canvas: Canvas,
        cell: Cell,
        place: tuple[float, float, float],
        scale: float,
        is_last: bool,
    ) -> None:
        middle, zero, step = place
        if cell.amount is None:
            canvas.text("", middle, zero - 5, "dolt" if cell.suppressed else "–", "middle")
            return
        height = max(1.0, cell.amount * scale)
        colour = "c1" if is_last else "soft"
        canvas.rect(colour, middle - step * 0.43, zero - height, step * 0.86, height, radius=1.5)
        fits = height > canvas.letter + 6
        css = ("t-paper" if is_last else "t-ink") if fits else "t-ink"
        canvas.text(css, middle, zero - 5 if fits else zero - height - 4, cell.text, "middle")


@dataclass(frozen=True, kw_only=True)
class GoalMeter(Chart):
    """One outcome against one goal: a bar on a track, the goal as a line across it."""

    key: str
    title: str
    table: Table
    goal: Goal
    column: int = 0
    ceiling: float | None = None

    @property
    def drawn_columns(self) -> Sequence[int]:
        return [self.column]

    def draw(self, canvas: Canvas) -> None:
        canvas.width, canvas.height = 300, 18
        rows = self.table.data_rows
        cells = [row.cells[self.column] for row in rows[:1]]
        top = self.ceiling or highest(cells, self.goal.value) * 1.15
        canvas.rect("soft", 0, 5, canvas.width, 8, radius=4)
        if cells and cells[0].amount is not None:
            canvas.rect("c1", 0, 5, canvas.width * cells[0].amount / top, 8, radius=4)
        x = canvas.width * self.goal.value / top
        canvas.line("goal", (x, 0), (x, canvas.height), 3)
