"""What every chart has: a name, a description in words, a table, and a drawing in two sizes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log10

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.charts.canvas import FILLS, STROKES, Canvas
from core.formatting import NBSP, number
from core.tables import Cell, Table

# viewBox width and type size: computers and paper; phones, where 13 would become too small.
WIDE = (424, 13)
PHONE = (340, 16)
BREATH = 6  # between a bar and its figure


@dataclass(frozen=True)
class Series:
    """A column of the table as drawn: which value column, which colour (c1–c4), what it is called.

    c1 is the first choice and c4, grey, what the others are compared with. Women and men are c1
    and c3.
    """

    column: int = 0
    colour: str = "c1"
    label: str = ""

    def name(self, table: Table) -> str:
        return self.label or table.value_columns[self.column].label

    @property
    def is_comparison(self) -> bool:
        return self.colour == "c4"

    @property
    def stroke(self) -> str:
        return f"l{self.colour[1]}"


@dataclass(frozen=True)
class Goal:
    """The goal line and its words: `Goal(60, "Mål 60 %")`."""

    value: float
    label: str


@dataclass(frozen=True)
class LegendItem:
    """A sample and its name. `shape` is "box", "dashes", "ring" or "dot"."""

    label: str
    css: str
    shape: str = "box"

    @property
    def colour(self) -> str:
        return FILLS.get(self.css) or STROKES[self.css]


class Chart(ABC):
    """Base of every chart. `key` is unique on the page; `title` says what is drawn."""

    key: str
    title: str
    table: Table

    @cached_property
    def svg(self) -> SafeString:
        """The drawing for computers and paper."""
        return self._render(WIDE, "")

    @cached_property
    def phone_svg(self) -> SafeString:
        """The same with larger letters and fewer of them, for a narrow screen."""
        return self._render(PHONE, "-liten")

    @property
    def is_worth_drawing(self) -> bool:
        """Whether something was counted and at least half of it may be shown.

        Otherwise the table says the same without a picture that misleads by what it lacks.
        """
        cells = [row.cells[column] for row in self.table.data_rows for column in self.drawn_columns]
        shown = [cell.amount for cell in cells if cell.amount is not None]
        return any(shown) and len(shown) * 2 >= len(cells)

    @property
    def drawn_columns(self) -> Sequence[int]:
        """The value columns of the table that are drawn."""
        series: tuple[Series, ...] = getattr(self, "series", ())
        return [one.column for one in series] or range(len(self.table.value_columns))

    @property
    def legend(self) -> tuple[LegendItem, ...]:
        return ()

    @property
    def description(self) -> str:
        """The drawing read out: every row with its figures, hidden ones in words."""
        labels = [column.label.lower() for column in self.table.value_columns]
        parts = []
        for row in self.table.data_rows:
            texts = [cell.text for cell in row.cells]
            pairs = zip(labels, texts, strict=True)
            said = texts[0] if len(texts) == 1 else ", ".join(f"{a} {b}" for a, b in pairs)
            parts.append(f"{row.label}: {said}")
        return ". ".join(parts) or self.table.empty

    @abstractmethod
    def draw(self, canvas: Canvas) -> None:
        """Put the marks on `canvas` and set its height."""

    def _render(self, size: tuple[int, int], suffix: str) -> SafeString:
        canvas = Canvas(width=size[0], letter=size[1])
        self.draw(canvas)
        context = {
            "id": f"{self.key}{suffix}",
            "css": "chart chart--phone" if suffix else "chart",
            "view_box": f"0 0 {canvas.width:.0f} {ceil(canvas.height)}",
            "title": self.title,
            "description": self.description,
            "marks": canvas.marks,
        }
        return render_to_string("charts/chart.svg", context)


def highest(cells: list[Cell], *more: float) -> float:
    """The largest amount to make room for; 1 when there is nothing to draw."""
    amounts = [cell.amount for cell in cells if cell.amount is not None]
    return max([*amounts, *more], default=0) or 1


def axis_steps(top: float) -> list[float]:
    """Two or three even values for grid lines, from 0 to at least `top`: 0, 20, 40."""
    magnitude = 10 ** (ceil(log10(top)) - 1)
    for factor in (0.5, 1, 2, 2.5, 5, 10):
        step = factor * magnitude
        if top / step <= 3:
            return [step * index for index in range(ceil(top / step) + 1)]
    raise AssertionError("unreachable: ten times the magnitude always covers the top")


def axis_label(value: float, unit: str) -> str:
    digits = number(value, 1)
    return f"{digits}{NBSP}{unit}" if unit else digits
