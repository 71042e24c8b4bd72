"""Figures as tables: one row a code, one column a gender, a source line that tells what is covered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.formatting import counted, number
from core.tables import Cell, Column, Row, Table
from programmes.services import code_labels
from reporting.services.count import AGE_BANDS, TIME_BANDS
from reporting.services.figures import Cell as Counted
from reporting.services.figures import Coverage, Figure
from reporting.services.report_context import Definition, ReportFigure, printed

WOMEN = {"gender": "K"}
MEN = {"gender": "M"}
ALL: dict[str, str] = {}
WORK_GROUP_LABELS = {
    "work": "Arbete, med eller utan stöd",
    "study": "Studier",
    "seeking": "Aktivt arbetssökande",
    "other": "Övriga",
}
AGE_LABELS = {
    band: f"{band[:-1]} år eller äldre" if band.endswith("–") else f"{band} år"
    for band in AGE_BANDS
}
TIME_LABELS = {band: f"{band[0].upper()}{band[1:]}" for band in TIME_BANDS}
NOBODY = {"påbörjade": "Ingen började under året.", "avslutade": "Ingen avslutade under året."}
SHARE_DECIMALS = 4  # in the data files; people read whole percent


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

    def everybody_in(self, name: str) -> Cell:
        """How many the figure covers."""
        coverage = self.by_id[name].coverage
        if "included" in coverage.suppressed:
            return Cell(suppressed="complementary")
        return Cell(coverage.included)

    def share(self, name: str) -> Cell:
        """The figure as percent of those it covers."""
        return share(self.cell(name), self.everybody_in(name))

    def share_or_count(self, name: str) -> Cell:
        """The share; the count alone when the share is hidden and the count isn't."""
        share_of, count = self.share(name), self.cell(name)
        return count if share_of.suppressed and count.is_plain else share_of

    def definition(self, name: str) -> Definition:
        """How the figure is counted, for the last chapter."""
        figure = self.by_id[name]
        return Definition(figure.id, figure.label, figure.definition_version, figure.definition)

    def covered(self, name: str, noun: str) -> str:
        """ "Omfattar 74 av 80 avslutade: 6 saknar uppgift." Hidden numbers in words."""
        return coverage_sentence(self.by_id[name].coverage, noun)

    def nothing(self, name: str, noun: str) -> str:
        """What a table of the figure says when it has no rows."""
        if self.by_id[name].coverage.total == 0:
            return NOBODY[noun]
        return f"Uppgiften saknas för alla {noun}."


def coverage_sentence(coverage: Coverage, noun: str) -> str:
    """How many of how many a table covers, and what the others lack, as far as it may be said."""
    if coverage.total == 0 or coverage == Coverage():
        return ""
    if coverage.included is None and coverage.total is None:
        return f"Hur många {noun} som ingår visas inte, för att skydda enskilda."
    if coverage.included is None:
        return (
            f"Omfattar en del av {number(coverage.total)} {noun}. "
            "Hur många visas inte, för att skydda enskilda."
        )
    included = number(coverage.included)
    of = f"minst {included}" if coverage.total is None else number(coverage.total)
    lost = []
    if coverage.anonymous:
        lost.append(counted(coverage.anonymous, "är anonym", "är anonyma"))
    if coverage.incomplete:
        lost.append(f"{number(coverage.incomplete)} saknar uppgift")
    return f"Omfattar {included} av {of} {noun}{': ' if lost else ''}{' och '.join(lost)}."


def share(part: Cell, whole: Cell) -> Cell:
    """A share in percent; hidden when either count is."""
    if part.suppressed or whole.suppressed:
        return Cell(suppressed="complementary")
    if not whole.amount or part.amount is None:
        return Cell()
    return Cell(round(100 * part.amount / whole.amount, SHARE_DECIMALS), unit="%")


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


def worth_saying(*figures: ReportFigure) -> tuple[ReportFigure, ...]:
    """Those of the large figures that there is anything to calculate from."""
    return tuple(one for one in figures if one.value.suppressed or one.value.is_plain)


@dataclass(frozen=True)
class Breakdown:
    """A figure by one dimension and by gender, as a table. `noun` is what is counted."""

    name: str
    dimension: str
    key: str
    caption: str
    first: str
    noun: str
    keep_empty: bool = False

    def table(self, figures: Figures, labels: Mapping[str, str]) -> Table:
        """A row a code, in the order of `labels`, with women, men and all."""
        rows = [self._row(figures, label, {self.dimension: code}) for code, label in labels.items()]
        total = self._row(figures, "Alla", {})
        is_known = is_shown(total)
        return Table(
            key=self.key,
            caption=self.caption,
            columns=columns(self.first, "Kvinnor", "Män", "Alla"),
            rows=tuple(row for row in rows if self.keep_empty or is_shown(row)) if is_known else (),
            total=total if is_known else None,
            source=figures.covered(self.name, self.noun),
            empty=figures.nothing(self.name, self.noun),
        )

    def _row(self, figures: Figures, label: str, where: Mapping[str, str]) -> Row:
        splits = (WOMEN, MEN, ALL)
        return Row(label, tuple(figures.cell(self.name, **where, **split) for split in splits))


def most_common(table: Table) -> str:
    """The label of the row that has most, when nothing that is hidden could be more."""
    totals = [(row.cells[-1], row.label) for row in table.data_rows]
    if any(cell.suppressed == "complementary" for cell, _ in totals):
        return ""
    shown = sorted(((cell.amount or 0, label) for cell, label in totals), reverse=True)
    if not shown or not shown[0][0] or shown[0][0] == next((a for a, _ in shown[1:]), 0):
        return ""
    return shown[0][1]


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
