"""Horizontal bars: categories with names, one bar or one per series each."""

from dataclasses import dataclass

from core.charts.base import BREATH, Chart, Goal, LegendItem, Series, highest
from core.charts.canvas import Canvas
from core.charts.lettering import break_lines
from core.tables import Row, Table

BAR, THIN_BAR, BETWEEN, GAP = 14, 10, 2, 11
LABEL_SHARE = 0.42


@dataclass(frozen=True, kw_only=True)
class HorizontalBars(Chart):
    """One group of bars per row of `table`. A hidden or missing figure has words and no bar."""

    key: str
    title: str
    table: Table
    series: tuple[Series, ...] = (Series(),)
    goal: Goal | None = None

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        if len(self.series) == 1:
            return ()
        return tuple(LegendItem(one.name(self.table), one.colour) for one in self.series)

    def draw(self, canvas: Canvas) -> None:
        labels = self._labels(canvas)
        left = max((canvas.measure(line) for lines in labels for line in lines), default=0) + 12
        top = canvas.line_height + 8 if self.goal else 4
        scale = self._scale(canvas, left)
        height = top
        for row, lines in zip(self.table.data_rows, labels, strict=True):
            height = self._draw_row(canvas, row, lines, (left, height), scale)
        canvas.line("axis", (left, top - 4), (left, height))
        self._draw_goal(canvas, left, scale, height)
        canvas.height = height + 4

    def _labels(self, canvas: Canvas) -> list[list[str]]:
        limit = canvas.width * LABEL_SHARE - 12
        return [break_lines(row.label, canvas.letter, limit) for row in self.table.data_rows]

    def _scale(self, canvas: Canvas, left: float) -> float:
        """Units of width per unit of figure, leaving room for the widest figure after its bar."""
        cells = [row.cells[one.column] for row in self.table.data_rows for one in self.series]
        widest = max(
            (canvas.measure(cell.text, heavy=True) for cell in cells if cell.is_plain), default=0
        )
        top = highest(cells, self.goal.value if self.goal else 0)
        return (canvas.width - left - widest - BREATH) / top

    def _draw_row(
        self, canvas: Canvas, row: Row, lines: list[str], origin: tuple[float, float], scale: float
    ) -> float:
        """Draw one row from `origin`; returns where the next begins."""
        left, top = origin
        slots = [self._slot(canvas, one) for one in self.series]
        bars = sum(slots) + BETWEEN * (len(slots) - 1)
        height = max(bars, len(lines) * canvas.line_height)
        canvas.lines_of_text("t-ink", 0, top + height / 2, lines)
        y = top + (height - bars) / 2
        for one, slot in zip(self.series, slots, strict=True):
            self._draw_bar(canvas, row, one, (left, y, slot), scale)
            y += slot + BETWEEN
        return top + height + GAP

    def _slot(self, canvas: Canvas, series: Series) -> float:
        """The height a bar takes: thin when it is the comparison, never less than its letters."""
        bar = THIN_BAR if series.is_comparison else BAR
        return max(bar, canvas.letter * 0.9)

    def _draw_bar(
        self,
        canvas: Canvas,
        row: Row,
        series: Series,
        place: tuple[float, float, float],
        scale: float,
    ) -> None:
        left, y, slot = place
        cell = row.cells[series.column]
        bar = THIN_BAR if series.is_comparison else BAR
        length = 0.0
        if cell.amount is not None:
            length = max(1.0, cell.amount * scale)
            canvas.rect(series.colour, left, y + (slot - bar) / 2, length, bar)
        is_main = cell.is_plain and not series.is_comparison
        css = "t-strong" if is_main else ""
        canvas.lines_of_text(css, left + length + BREATH, y + slot / 2, [cell.text])

    def _draw_goal(self, canvas: Canvas, left: float, scale: float, bottom: float) -> None:
        if not self.goal:
            return
        x = left + self.goal.value * scale
        canvas.dashes("goal", (x, canvas.line_height), (x, bottom))
        half = canvas.measure(self.goal.label, heavy=True) / 2
        middle = min(max(x, half), canvas.width - half)
        canvas.text("t-goal", middle, canvas.letter, self.goal.label, "middle")
