"""Shared by the example: definitions, hidden cells, and tables from plain tuples."""

from datetime import UTC, datetime

from core.tables import Cell, Column, Row, Table
from reporting.services.report_context import (
    Definition,
)

YEAR = 2026
FROZEN_AT = datetime(2027, 1, 20, 14, 5, tzinfo=UTC)
FEW = Cell(suppressed="primary")
HIDDEN = Cell(suppressed="complementary")

STARTED = Definition(
    "started",
    "Påbörjade",
    1,
    "Personer med startdatum under året. Anonyma räknas för sig, felregistreringar inte alls.",
)
OCCUPATION = Definition(
    "occupation",
    "Sysselsättning före och efter",
    2,
    "Avslutade under året med fullständiga uppgifter både före och efter. Före är veckan närmast "
    "före start, efter är den sista veckan. En person räknas en gång: arbete före studier, studier "
    "före arbetssökande.",
)
SUPPORT = Definition(
    "support",
    "Försörjning före och efter",
    1,
    "Avslutade under året. En person kan ha flera slags försörjning, så summan kan bli större än "
    "antalet personer.",
)
TEN_HOURS = Definition(
    "ten_hours",
    "Tio timmar i veckan",
    1,
    "Andel av de avslutade som under minst en vecka hade tio timmars aktivitet eller mer.",
)
BUDGET = Definition(
    "budget",
    "Budget och utfall",
    1,
    "Hela kronor. Per plats delar årets kostnad på 40 platser, per start på dem som började.",
)


def cells(*values: Cell | int | float | str | None, unit: str = "") -> tuple[Cell, ...]:
    """Values as cells; a cell passes as it is."""
    return tuple(
        one if isinstance(one, Cell) else Cell(one, unit="" if isinstance(one, str) else unit)
        for one in values
    )


def table(
    key: str,
    caption: str,
    headings: tuple[str, ...],
    rows: list[tuple],
    *,
    total: tuple | None = None,
    source: str = "Omfattar 74 av 74 avslutade.",
    unit: str = "",
    texts: tuple[int, ...] = (),
    empty: str = "Det finns inget att visa.",
) -> Table:
    """A table from plain tuples; `texts` are the columns that hold words."""
    return Table(
        key=key,
        caption=caption,
        columns=tuple(Column(one, is_text=index in texts) for index, one in enumerate(headings)),
        rows=tuple(Row(first, cells(*rest, unit=unit)) for first, *rest in rows),
        total=Row(total[0], cells(*total[1:], unit=unit)) if total else None,
        source=source,
        empty=empty,
    )
