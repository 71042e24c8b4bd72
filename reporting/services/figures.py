"""A figure: one table of numbers with its name, its definition and what it covers.

A figure is made of cells. A cell's dimensions say what it counts ("gender": "K"); a cell that lacks
a dimension is the total over it. Suppression (`suppression.suppress`), charts, tables and the JSON
that other programs read (`Figure.to_json`) all work on these types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from core.formatting import date_iso, number
from core.states import Refused

THRESHOLD = 5
COVERAGE_FIELDS = ("included", "total", "anonymous", "incomplete")

Value = int | float | Decimal | None


class Mark(StrEnum):
    """Why a cell is hidden."""

    PRIMARY = "primary"
    COMPLEMENTARY = "complementary"


class Unit(StrEnum):
    """What the numbers of a figure are. Only counts of persons are small enough to name someone."""

    PERSONS = "personer"
    DAYS = "dagar"
    SEK = "kr"
    PERCENT = "%"
    PIECES = "antal"


class PeriodNotPublishable(Refused):
    """The period may not leave the programme: it could be subtracted from another one."""


class Ref(NamedTuple):
    """The address of a number in a publication: a cell, or a field of a figure's coverage."""

    figure: str
    dimensions: frozenset[tuple[str, str]] = frozenset()
    coverage: str = ""


def at(figure: str, **dimensions: str) -> Ref:
    """The address of a cell: `at("started", gender="K")`."""
    return Ref(figure, frozenset(dimensions.items()))


def covered(figure: str, what: str) -> Ref:
    """The address of a number of the coverage: `covered("started", "anonymous")`."""
    return Ref(figure, coverage=what)


@dataclass(frozen=True)
class Period:
    """A period, inclusive of both its dates."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodNotPublishable(["Periodens slut ligger före dess början."])

    def __str__(self) -> str:
        if self.is_calendar_year:
            return str(self.start.year)
        return f"{date_iso(self.start)}–{date_iso(self.end)}"

    @property
    def is_calendar_year(self) -> bool:
        """Exactly one whole calendar year."""
        year = self.start.year
        return (self.start, self.end) == (date(year, 1, 1), date(year, 12, 31))

    @property
    def whole_years(self) -> list[int]:
        """The calendar years that lie wholly inside the period."""
        first = self.start.year + (self.start > date(self.start.year, 1, 1))
        last = self.end.year - (self.end < date(self.end.year, 12, 31))
        return list(range(first, last + 1))

    def to_json(self) -> dict[str, str]:
        """The period as other programs read it."""
        return {"from": self.start.isoformat(), "to": self.end.isoformat()}


@dataclass(frozen=True)
class Cell:
    """One number. `value` is None when it is hidden, or when there is nothing to calculate from.

    `depends_on`: the counts that a mean, share or cost is calculated from; it is hidden with them.
    """

    dimensions: Mapping[str, str]
    value: Value
    suppressed: Mark | None = None
    depends_on: tuple[Ref, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The cell as other programs read it; a hidden one carries nothing but its mark."""
        return {
            "dimensions": dict(self.dimensions),
            "value": float(self.value) if isinstance(self.value, Decimal) else self.value,
            "suppressed": str(self.suppressed) if self.suppressed else False,
        }


@dataclass(frozen=True)
class Coverage:
    """How many the figure covers: total = included + anonymous + incomplete.

    A number in `suppressed` is hidden; it is None without being hidden where it has no meaning.
    """

    included: int | None = None
    total: int | None = None
    anonymous: int | None = None
    incomplete: int | None = None
    suppressed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *, included: int, anonymous: int = 0, incomplete: int = 0) -> "Coverage":
        """A coverage whose total is the sum of its parts."""
        total = included + anonymous + incomplete
        return cls(included=included, total=total, anonymous=anonymous, incomplete=incomplete)

    def to_json(self) -> dict[str, int | None]:
        """The coverage as other programs read it; a hidden number is null."""
        return {name: getattr(self, name) for name in COVERAGE_FIELDS}


@dataclass(frozen=True)
class Figure:
    """One figure. `definition` says in Swedish how it is counted ("så räknas det").

    `apart`: the dimensions that do not add up to a total, because one person can stand in several
    cells (forms of support) or because the cells describe the same people twice (before, after).
    `weight`: how much readers lose when a number is hidden, against 1 for an ordinary figure.
    """

    id: str
    label: str
    definition: str
    period: Period
    cells: tuple[Cell, ...]
    coverage: Coverage = field(default_factory=Coverage)
    definition_version: int = 1
    unit: Unit = Unit.PERSONS
    apart: frozenset[str] = frozenset()
    weight: int = 1

    def cell(self, **dimensions: str) -> Cell:
        """The cell with exactly these dimensions. Raises KeyError when there is none."""
        for cell in self.cells:
            if cell.dimensions == dimensions:
                return cell
        raise KeyError(f"{self.id} {dimensions}")

    def value(self, **dimensions: str) -> Value:
        """The number of the cell with exactly these dimensions."""
        return self.cell(**dimensions).value

    def to_json(self) -> dict[str, Any]:
        """The figure as other programs read it."""
        return {
            "id": self.id,
            "label": self.label,
            "definition_version": self.definition_version,
            "period": self.period.to_json(),
            "coverage": self.coverage.to_json(),
            "cells": [cell.to_json() for cell in self.cells],
        }


def to_json(figures: Iterable[Figure]) -> dict[str, Any]:
    """A publication as other programs read it."""
    return {"figures": [figure.to_json() for figure in figures]}


def cell_text(cell: Cell, unit: Unit = Unit.PERSONS, *, threshold: int = THRESHOLD) -> str:
    """What people read in the cell: a number, "färre än 5", "dolt" or "uppgift saknas".

    "Färre än 5" is said of counts of persons only; a hidden mean or cost is "dolt".
    """
    if cell.suppressed is Mark.PRIMARY and unit is Unit.PERSONS:
        return f"färre än {threshold}"
    if cell.suppressed:
        return "dolt"
    if cell.value is None:
        return "uppgift saknas"
    return number(cell.value, decimals=0 if unit in (Unit.PERSONS, Unit.SEK) else 1)


def coverage_text(coverage: Coverage) -> str:
    """What people read under a figure: "Omfattar 74 av 93.", "Omfattar 74 av minst 74."."""
    if coverage.included is None and coverage.total is None:
        return "Hur många som omfattas är dolt." if coverage.suppressed else ""
    if coverage.included is None:
        return f"Omfattar en del av {number(coverage.total)}; hur många är dolt."
    if coverage.total is None:
        return f"Omfattar {number(coverage.included)} av minst {number(coverage.included)}."
    return f"Omfattar {number(coverage.included)} av {number(coverage.total)}."


def require_publishable_period(start: date, end: date) -> Period:
    """The period, if it may be shown outside the programme: one whole calendar year.

    Raises PeriodNotPublishable. Two periods that overlap can be subtracted from each other, and
    then a count that is hidden in both may appear.
    """
    period = Period(start, end)
    if not period.is_calendar_year:
        raise PeriodNotPublishable(
            [
                "Utanför insatsen visas statistik bara för hela kalenderår, "
                "eftersom perioder som överlappar kan räknas ifrån varandra. "
                f"Välj {date(start.year, 1, 1)} till {date(start.year, 12, 31)}."
            ]
        )
    return period
