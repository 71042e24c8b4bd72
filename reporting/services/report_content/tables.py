"""Figures as tables: one row a code, one column a gender, a source line that tells what is covered."""

from collections.abc import Iterable, Mapping, Sequence

from core.tables import Cell, Column, Row, Table
from programmes.services import code_labels
from reporting.services.count import AGE_BANDS, TIME_BANDS
from reporting.services.figures import Cell as Counted
from reporting.services.figures import Coverage, Figure
from reporting.services.report_context import Definition, printed

WOMEN, MEN, ALL = {"gender": "K"}, {"gender": "M"}, {}
WORK_GROUP_LABELS = {
    "work": "Arbete, med eller utan stöd",
    "study": "Studier",
    "seeking": "Aktivt arbetssökande",
    "other": "Övriga",
}

Split = Mapping[str, str]


class Figures:
    """The figures of one publication by their ids, read cell by cell as they are printed."""

    def __init__(self, figures: Iterable[Figure], threshold: int) -> None:
        self.by_id = {figure.id: figure for figure in figures}
        self.threshold = threshold

    def __getitem__(self, name: str) -> Figure:
        return self.by_id[name]

    def cell(self, name: str, **dimensions: str) -> Cell:
        """The printed cell of a figure; missing when the figure has no such cell."""
        figure = self.by_id[name]
        found = next((one for one in figure.cells if one.dimensions == dimensions), None)
        return printed(found or Counted({}, None), figure.unit, threshold=self.threshold)

    def definition(self, name: str) -> Definition:
        """How the figure is counted, for the last chapter."""
        figure = self.by_id[name]
        return Definition(figure.id, figure.label, figure.definition_version, figure.definition)

    def covered(self, name: str, noun: str) -> str:
        """ "Omfattar 74 av 80 avslutade." from the figure's coverage, hidden numbers in words."""
        return coverage_sentence(self.by_id[name].coverage, noun)


def coverage_sentence(coverage: Coverage, noun: str) -> str:
    """How many of how many a table covers; says why when a number is hidden."""
    if coverage.total is None and "total" not in coverage.suppressed:
        return ""
    if coverage.total == 0:
        return f"Inga {noun}."
    if coverage.total is None or coverage.included is None:
        return f"Antalet {noun} som ingår visas inte, för att skydda enskilda."
    said = f"Omfattar {coverage.included} av {coverage.total} {noun}."
    if coverage.anonymous:
        said += f" {coverage.anonymous} är anonyma."
    return said


def share(part: Cell, whole: Cell) -> Cell:
    """A share in percent; hidden when either count is."""
    if part.suppressed or whole.suppressed:
        return Cell(suppressed="complementary")
    if not whole.amount or part.amount is None:
        return Cell()
    return Cell(100 * part.amount / whole.amount, unit="%")


def change(before: Cell, after: Cell) -> Cell:
    """After minus before; hidden when either is."""
    if before.suppressed or after.suppressed:
        return Cell(suppressed="complementary")
    if before.amount is None or after.amount is None:
        return Cell()
    return Cell(int(after.amount - before.amount))


def is_shown(row: Row) -> bool:
    """A row with nothing but shown zeros only takes room."""
    return any(cell.suppressed or cell.amount for cell in row.cells)


def by_gender(
    figures: Figures,
    name: str,
    dimension: str,
    labels: Mapping[str, str],
    *,
    key: str,
    caption: str,
    first: str,
    noun: str,
    keep_empty: bool = False,
) -> Table:
    """A table of one figure: a row a code, with women, men and all."""

    def row(label: str, **dimensions: str) -> Row:
        cells = [figures.cell(name, **dimensions, **split) for split in (WOMEN, MEN, ALL)]
        return Row(label, tuple(cells))

    rows = [row(label, **{dimension: code}) for code, label in labels.items()]
    total = row("Alla")
    return Table(
        key=key,
        caption=caption,
        columns=columns(first, "Kvinnor", "Män", "Alla"),
        rows=tuple(one for one in rows if keep_empty or is_shown(one)) if is_shown(total) else (),
        total=total if is_shown(total) else None,
        source=figures.covered(name, noun),
        empty=f"Det finns inga {noun} att visa.",
    )


def columns(*labels: str, texts: Sequence[int] = ()) -> tuple[Column, ...]:
    """Headings; `texts` are the columns of words."""
    return tuple(Column(label, is_text=index in texts) for index, label in enumerate(labels))


def labels_of(figure: Figure, dimension: str, code_list: str) -> dict[str, str]:
    """The codes of a figure in its order, with their labels; a code without one names itself."""
    known = code_labels(code_list)
    codes = dict.fromkeys(
        one.dimensions[dimension] for one in figure.cells if dimension in one.dimensions
    )
    return {code: known.get(code, code) for code in codes}


AGE_LABELS = {band: f"{band} år" for band in AGE_BANDS}
TIME_LABELS = {band: band for band in TIME_BANDS}
