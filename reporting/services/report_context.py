"""Everything the annual report (verksamhetsberättelse) prints, as frozen data.

Whoever computes the figures fills a `ReportContext`; the templates under `pdf/annual_report`
only lay it out. Hidden cells must already be hidden here: nothing below this point knows a
suppressed value. Tables are `core.tables.Table`, charts are `core.charts` drawn from them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from core.charts import HorizontalBars, Series
from core.formatting import NBSP, counted, date_iso
from core.pdf import Attachment
from core.tables import Cell, Table
from reporting.services import figures
from reporting.services.report_parts import (
    Definition,
    Exhibit,
    Reconciliation,
    ReportFigure,
    is_thin,
)

BEFORE_AND_AFTER = (Series(0, "c4"), Series(1, "c1"))
WOMEN_AND_MEN = (Series(0, "c1"), Series(1, "c3"))


@dataclass(frozen=True)
class Summary:
    """Chapter 1. `text` is the programme manager's own, paragraphs apart by a blank line."""

    lead: str
    figures: tuple[ReportFigure, ...]
    text: str
    goals: Exhibit | None = None


@dataclass(frozen=True)
class Activity:
    """Chapter 2: the groups, what they did, and who worked."""

    lead: str
    groups: Exhibit
    contents: Exhibit
    staffing: Exhibit
    groups_text: str = ""
    staffing_text: str = ""

    @property
    def is_short(self) -> bool:
        exhibits = (self.groups, self.contents, self.staffing)
        return is_thin(exhibits, self.groups_text, self.staffing_text)


@dataclass(frozen=True)
class GoalResult:
    """A goal, its target in words, the outcome, and whether it was met (None: not known).

    A goal that isn't measured has no outcome to print, only its text.
    """

    key: str
    title: str
    target: str
    outcome: Cell
    is_met: bool | None
    text: str = ""
    exhibit: Exhibit | None = None
    is_measured: bool = True

    @property
    def verdict(self) -> str:
        if self.is_met is None:
            return "Kan inte bedömas"
        return "Målet är nått" if self.is_met else "Målet är inte nått"


@dataclass(frozen=True)
class Goals:
    """Chapter 3: every goal of the blueprint, in its order."""

    lead: str
    results: tuple[GoalResult, ...]

    @property
    def is_short(self) -> bool:
        return not self.results


@dataclass(frozen=True)
class Participants:
    """Chapter 4, in the order used in practice: flow, gender, age, the rest."""

    lead: str
    reconciliation: Reconciliation
    flow: Exhibit
    gender: Exhibit
    age: Exhibit
    referrers: Exhibit
    more: tuple[Exhibit, ...] = ()

    @property
    def is_short(self) -> bool:
        return is_thin((self.flow, self.gender, self.age, self.referrers, *self.more))


@dataclass(frozen=True)
class Outcome:
    """Chapter 5: before and after, for those who ended in the year with both blocks complete."""

    lead: str
    figures: tuple[ReportFigure, ...]
    occupation: Exhibit
    support: Exhibit
    more: tuple[Exhibit, ...] = ()

    @property
    def is_short(self) -> bool:
        return is_thin((self.occupation, self.support, *self.more))


@dataclass(frozen=True)
class Change:
    """Something of significance that changed: when, what, and what it meant."""

    on: date
    title: str
    text: str


@dataclass(frozen=True)
class Changes:
    """Chapter 6: the programme manager's text and the changes one by one."""

    text: str
    changes: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.changes

    @property
    def is_short(self) -> bool:
        return is_thin((), self.text, *(change.title + change.text for change in self.changes))


@dataclass(frozen=True)
class Economy:
    """Chapter 7: budget against outcome by group of items, per place and per start (SEK)."""

    lead: str
    budget: Exhibit
    figures: tuple[ReportFigure, ...] = ()
    text: str = ""

    @property
    def is_short(self) -> bool:
        return is_thin((self.budget,), self.text)


@dataclass(frozen=True)
class Section:
    """A line of the contents page. `number` is empty for a section inside a chapter."""

    number: str
    title: str
    anchor: str


@dataclass(frozen=True)
class ReportContext:
    """One version of one year's report.

    `is_draft` prints UTKAST on the cover and every page. `is_internal` says that small counts are
    shown, so the copy may not leave the programme. `frozen_at` is when the figures were taken.
    """

    programme: str
    controller: str
    recipient: str
    year: int
    version: int
    frozen_at: datetime
    is_draft: bool
    is_internal: bool
    cover_sentence: str
    summary: Summary
    activity: Activity
    goals: Goals
    participants: Participants
    outcome: Outcome
    changes: Changes
    economy: Economy
    definitions: tuple[Definition, ...]
    decided_by: str = "styrgruppen"
    decided_on: date | None = None
    correction_of: int | None = None
    threshold: int = 5

    @property
    def title(self) -> str:
        return f"Verksamhetsberättelse {self.year}"

    @property
    def decision(self) -> str:
        """What the cover says about the decision: a day, or that there is none yet."""
        if self.is_draft or not self.decided_on:
            return f"Inte fastställd av {self.decided_by}"
        return f"Fastställd av {self.decided_by} {date_iso(self.decided_on)}"

    @property
    def edition(self) -> str:
        """Version 2, rättar version 1."""
        said = f"Version {self.version}"
        return f"{said}, rättar version {self.correction_of}" if self.correction_of else said

    @property
    def frozen(self) -> str:
        words = "Siffror hämtade" if self.is_draft else "Siffror frysta"
        return f"{words} {date_iso(self.frozen_at)}"

    @property
    def warning(self) -> str:
        """The word that every page of a draft or an internal copy carries."""
        marks = [("UTKAST", self.is_draft), ("Internt exemplar", self.is_internal)]
        return " · ".join(word for word, holds in marks if holds)

    @property
    def contents(self) -> tuple[Section, ...]:
        """The contents page, in the order of the chapters."""
        goals = [Section("", goal.title, f"mal-{goal.key}") for goal in self.goals.results]
        return (
            Section("1", "Sammanfattning", "kapitel-1"),
            Section("2", f"Verksamheten {self.year}", "kapitel-2"),
            Section("", "Grupper och innehåll", "grupper"),
            Section("", "Bemanning", "bemanning"),
            Section("3", "Måluppfyllelse", "kapitel-3"),
            *goals,
            Section("4", "Deltagarna", "kapitel-4"),
            Section("5", "Före och efter", "kapitel-5"),
            Section("", "Sysselsättning", "sysselsattning"),
            Section("", "Försörjning", "forsorjning"),
            Section("6", "Förändringar av betydelse", "kapitel-6"),
            Section("7", "Ekonomi", "kapitel-7"),
            Section("8", "Så räknas det", "kapitel-8"),
        )

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Every exhibit in the order of the report."""
        who, then = self.participants, self.outcome
        goals = [goal.exhibit for goal in self.goals.results if goal.exhibit]
        first = [self.summary.goals] if self.summary.goals else []
        return (
            *first,
            *(self.activity.groups, self.activity.contents, self.activity.staffing),
            *goals,
            *(who.flow, who.gender, who.age, who.referrers, *who.more),
            *(then.occupation, then.support, *then.more),
            self.economy.budget,
        )

    @property
    def data_tables(self) -> tuple[Table, ...]:
        """The tables that go along as data: each once, and only those that hold something."""
        tables = {exhibit.table.key: exhibit.table for exhibit in self.exhibits}
        return tuple(table for table in tables.values() if table.rows)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(
            Attachment(table.filename, table.csv(), f"{table.caption}, {self.year}")
            for table in self.data_tables
        )


def printed(
    cell: figures.Cell, unit: figures.Unit = figures.Unit.PERSONS, *, threshold: int = 5
) -> Cell:
    """A cell of a figure as a table prints it.

    Only a hidden count of persons is "färre än 5": a hidden mean or cost is "dolt".
    """
    if cell.suppressed is figures.Mark.PRIMARY and unit is figures.Unit.PERSONS:
        return Cell(suppressed="primary", threshold=threshold)
    if cell.suppressed:
        return Cell(suppressed="complementary")
    is_whole = unit in (figures.Unit.PERSONS, figures.Unit.SEK, figures.Unit.PIECES)
    shown = {figures.Unit.SEK: "kr", figures.Unit.PERCENT: "%"}.get(unit, "")
    return Cell(cell.value, unit=shown, decimals=0 if is_whole else 1)


def before_and_after(table: Table, title: str) -> HorizontalBars:
    """The chart of a table whose first two value columns are before and after."""
    return HorizontalBars(key=table.key, title=title, table=table, series=BEFORE_AND_AFTER)


def women_and_men(table: Table, title: str) -> HorizontalBars:
    """The chart of a table whose first two value columns are women and men."""
    return HorizontalBars(key=table.key, title=title, table=table, series=WOMEN_AND_MEN)


def cover_sentence(*, started: Cell, ended: Cell, reached: Cell, reaching: str) -> str:
    """The cover's sentence with the year's three figures; a hidden figure loses its clause.

    `reaching` is what `reached`, a share of those who ended, did: "nådde tio timmars aktivitet i
    veckan".
    """
    if started.amount == 0 and ended.amount == 0:
        return "Ingen började och ingen avslutade."
    clauses = []
    if started.is_plain:
        clauses.append(f"{counted(int(started.amount or 0), 'person', 'personer')} började")
    if ended.is_plain:
        clauses.append(f"{ended.text.replace(' ', NBSP)} avslutade")
    if reached.is_plain and ended.amount != 0:
        clauses.append(f"{reached.text} {reaching}")
    if not clauses:
        return "Så få deltog att antalen inte visas."
    head, last = clauses[:-1], clauses[-1]
    sentence = f"{', '.join(head)} och {last}" if head else last
    return f"{sentence[0].upper()}{sentence[1:]}."
