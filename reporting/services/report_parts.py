"""What the chapters of the annual report are made of: figures, tables with charts, definitions."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.charts import Chart
from core.tables import Cell, Table

SHORT_TEXT = 700  # characters that leave most of a page empty


@dataclass(frozen=True)
class ReportFigure:
    """A large figure and the words under it: `ReportFigure(Cell(22), "arbetar efter, 6 före")`."""

    value: Cell
    label: str


@dataclass(frozen=True)
class Definition:
    """How a figure is counted. `code` is stable ("D-11"); `version` rises when the rule changes."""

    code: str
    label: str
    version: int
    text: str

    @property
    def anchor(self) -> str:
        return f"def-{self.code.lower()}"


@dataclass(frozen=True)
class Exhibit:
    """A table and, where it helps, the figure drawn from it.

    `finding` is the figure's heading, a conclusion ("Fler arbetar, färre står helt utanför");
    without one the chart's plain title is used. `unit` says what, in which unit, for which period.
    `topic` heads its section, in a word or two ("Utbildning").
    """

    table: Table
    chart: Chart | None = None
    finding: str = ""
    unit: str = ""
    definition: Definition | None = None
    topic: str = ""

    @property
    def section(self) -> str:
        """The heading of its section."""
        return self.topic or self.table.caption

    @property
    def shown_chart(self) -> Chart | None:
        """The chart, unless every figure in it is hidden or nothing was counted."""
        return self.chart if self.chart and self.chart.is_worth_drawing else None

    @property
    def heading(self) -> str:
        return self.finding or (self.chart.title if self.chart else self.table.caption)


def is_thin(exhibits: Iterable[Exhibit], *texts: str) -> bool:
    """Whether a chapter has too little for a page of its own, and follows on the one before."""
    return not any(one.table.rows for one in exhibits) and sum(map(len, texts)) < SHORT_TEXT


@dataclass(frozen=True)
class Reconciliation:
    """Every enrolment that began in the year, by how it is registered, so that none is lost.

    The parts must add up to `everyone` when all are shown: ValueError otherwise.
    """

    year: int
    everyone: Cell
    complete: Cell
    incomplete: Cell
    anonymous: Cell
    misregistered: Cell

    def __post_init__(self) -> None:
        parts = [self.complete, self.incomplete, self.anonymous, self.misregistered]
        amounts = [part.amount for part in parts if part.amount is not None]
        whole = self.everyone.amount
        if whole is not None and len(amounts) == len(parts) and sum(amounts) != whole:
            raise ValueError(f"{sum(amounts):g} enrolments are accounted for, {whole:g} exist.")

    @property
    def sentence(self) -> str:
        """93 inskrivningar 2026: 83 fullständigt registrerade, 2 med någon uppgift som saknas, …"""
        if self.everyone.amount == 0:
            return f"Ingen skrevs in {self.year}."
        parts = (
            (self.complete, "fullständigt registrerad", "fullständigt registrerade"),
            (self.incomplete, "där någon uppgift saknas", "där någon uppgift saknas"),
            (self.anonymous, "anonym", "anonyma"),
            (
                self.misregistered,
                "felregistrerad, som inte räknas",
                "felregistrerade, som inte räknas",
            ),
        )
        if not any(cell.amount for cell in (self.everyone, *(part[0] for part in parts))):
            return f"Hur inskrivningarna {self.year} är registrerade visas inte, för att skydda enskilda."
        said = [count_words(*part) for part in parts if part[0].amount != 0]
        whole = count_words(self.everyone, "inskrivning", "inskrivningar")
        listed = f"{', '.join(said[:-1])} och {said[-1]}" if len(said) > 1 else said[0]
        return f"{whole[0].upper()}{whole[1:]} {self.year}: {listed}."


def count_words(cell: Cell, one: str, many: str) -> str:
    """1 anonym, 8 anonyma, färre än 5 anonyma, ett dolt antal anonyma."""
    shown = cell.text if cell.is_plain or cell.suppressed == "primary" else "ett dolt antal"
    return f"{shown} {one if cell.amount == 1 else many}"
