"""Chapters 2, 3 and 7: what was done, whether the goals were met, what it cost.

The group table holds no counts of persons: members of one group would be few enough to recognise.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from activities.models import Group, Session
from core.formatting import date_iso, number
from core.tables import Cell, Row, Table
from programmes.models import BudgetLine, Goal, Programme
from reporting.services.report_content.tables import Figures, columns
from reporting.services.report_context import (
    Activity,
    Economy,
    Exhibit,
    GoalResult,
    Goals,
    ReportFigure,
)


@dataclass(frozen=True)
class Year:
    """The programme and the calendar year a report is about."""

    programme: Programme
    number: int

    @property
    def first(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        return date(self.number, 12, 31)


def activity(year: Year) -> Activity:
    """Chapter 2: groups that started, what the sessions were about, the staff budgeted for."""
    groups = list(
        Group.objects.filter(
            programme=year.programme, starts_on__range=(year.first, year.last)
        ).order_by("starts_on", "number")
    )
    return Activity(
        lead=_activity_lead(year, groups),
        groups=Exhibit(_groups(year, groups)),
        contents=Exhibit(_contents(year)),
        staffing=Exhibit(_staffing(year)),
    )


def _activity_lead(year: Year, groups: list[Group]) -> str:
    if not groups:
        return f"Inga grupper startade {year.number}."
    places = sum(group.size for group in groups)
    one = len(groups) == 1
    count = "En grupp" if one else f"{len(groups)} grupper"
    return f"{count} startade {year.number}, med {'' if one else 'tillsammans '}{places} platser."


def _groups(year: Year, groups: list[Group]) -> Table:
    held = dict(
        Session.objects.filter(group__in=groups, cancelled=False, starts_at__date__lte=year.last)
        .order_by()
        .values_list("group")
        .annotate(held=Count("pk"))
    )
    rows = tuple(
        Row(
            str(group),
            (
                Cell(date_iso(group.starts_on)),
                Cell(date_iso(group.ends_on)),
                Cell(group.size),
                Cell(held.get(group.pk, 0)),
            ),
        )
        for group in groups
    )
    return Table(
        key="grupper",
        caption="Grupper som startade under året",
        columns=columns("Grupp", "Start", "Slut", "Platser", "Tillfällen under året", texts=(1, 2)),
        rows=rows,
        source="Platser är planerade. Antal deltagare i en enskild grupp redovisas inte.",
        empty="Inga grupper startade under året.",
    )


def _contents(year: Year) -> Table:
    sessions = Session.objects.filter(
        programme=year.programme,
        starts_at__date__range=(year.first, year.last),
        cancelled=False,
        content__isnull=False,
    )
    counted = (
        sessions.order_by()
        .values("content__name", "content__order")
        .annotate(held=Count("pk"))
        .order_by("content__order", "content__name")
    )
    rows = tuple(Row(one["content__name"], (Cell(one["held"]),)) for one in counted)
    total = sum(one["held"] for one in counted)
    return Table(
        key="innehall",
        caption="Gruppens innehåll",
        columns=columns("Innehåll", "Tillfällen"),
        rows=rows,
        total=Row("Alla", (Cell(total),)) if rows else None,
        source="Tillfällen som inte ställdes in.",
        empty="Inga tillfällen hölls under året.",
    )


def _staffing(year: Year) -> Table:
    lines = BudgetLine.objects.filter(
        Q(item__icontains="tj.") | Q(item__icontains="tjänst"),
        budget__programme=year.programme,
        budget__year=year.number,
    ).order_by("order")
    rows = tuple(Row(line.item, (Cell(line.amount, unit="kr"),)) for line in lines)
    return Table(
        key="bemanning",
        caption="Tjänster enligt årets budget",
        columns=columns("Tjänst", "Budget"),
        rows=rows,
        source="Årets budget.",
        empty="Årets budget har inga tjänster.",
    )


def goals(figures: Figures, year: Year) -> Goals:
    """Chapter 3: every goal in force at the end of the year, measured or not."""
    in_force = Q(valid_to=None) | Q(valid_to__gte=year.last)
    chosen = Goal.objects.filter(in_force, programme=year.programme, valid_from__lte=year.last)
    results = tuple(_goal(figures, goal) for goal in chosen)
    return Goals(lead=_goals_lead(results), results=results)


def _goal(figures: Figures, goal: Goal) -> GoalResult:
    outcome = figures.cell("goals", item=goal.code, kind="outcome")
    met = figures.cell("goals", item=goal.code, kind="met")
    if outcome.is_plain and goal.unit == "%":
        outcome = Cell(outcome.value, unit="%")
    elif outcome.is_plain:
        outcome = Cell(outcome.value)
    return GoalResult(
        key=goal.code,
        title=goal.name,
        target=_target(goal),
        outcome=outcome if goal.figure else Cell("mäts inte med en siffra"),
        is_met=bool(met.amount) if met.is_plain else None,
        text="" if goal.figure else "Målet bedöms av den externa utvärderingen.",
    )


def _target(goal: Goal) -> str:
    if goal.target is None:
        return "bedöms i ord"
    return f"minst {number(goal.target)} {goal.unit}".strip()


def _goals_lead(results: tuple[GoalResult, ...]) -> str:
    judged = [one for one in results if one.is_met is not None]
    if not results:
        return "Inga mål är uppsatta."
    if not judged:
        return "Inget av målen kan bedömas med årets siffror."
    met = sum(bool(one.is_met) for one in judged)
    measured = "ett mål som mäts" if len(judged) == 1 else f"{len(judged)} mål som mäts"
    return f"{met} av {measured} är {'nått' if met == 1 else 'nådda'}."


def economy(figures: Figures, year: Year) -> Economy:
    """Chapter 7: budget against outcome, group by group, and what a place and a start cost."""
    lines = list(
        BudgetLine.objects.filter(
            budget__programme=year.programme, budget__year=year.number
        ).order_by("order")
    )
    budget = figures.cell("budget_outcome", kind="budget")
    spent = figures.cell("budget_outcome", kind="outcome")
    return Economy(
        lead=_economy_lead(year, budget, spent),
        budget=Exhibit(_budget(lines), definition=figures.definition("budget_outcome")),
        figures=(
            ReportFigure(figures.cell("cost_per_place", kind="budget"), "per plats, budget"),
            ReportFigure(figures.cell("cost_per_started", kind="budget"), "per start, budget"),
            ReportFigure(figures.cell("cost_per_place", kind="outcome"), "per plats, utfall"),
            ReportFigure(figures.cell("cost_per_started", kind="outcome"), "per start, utfall"),
        )
        if lines
        else (),
    )


def _economy_lead(year: Year, budget: Cell, spent: Cell) -> str:
    if not budget.is_plain:
        return f"Ingen budget är inlagd för {year.number}."
    if not spent.is_plain:
        return f"Budgeten för {year.number} är {budget.text}. Utfallet är inte inlagt än."
    return f"Budgeten var {budget.text} och utfallet {spent.text}."


def _budget(lines: list[BudgetLine]) -> Table:
    rows: list[Row] = []
    for group in dict.fromkeys(line.group for line in lines):
        chosen = [line for line in lines if line.group == group]
        rows.append(Row(group, kind="heading"))
        rows += [_money(line.item, line.amount, line.outcome) for line in chosen]
        rows.append(_sum_row(f"Summa {group[0].lower()}{group[1:]}", chosen, kind="subtotal"))
    return Table(
        key="ekonomi",
        caption="Budget och utfall, kronor",
        columns=columns("Post", "Budget", "Utfall", "Avvikelse"),
        rows=tuple(rows),
        total=_sum_row("Summa", lines) if lines else None,
        source="Avvikelse är budget minus utfall.",
        empty="Ingen budget är inlagd.",
    )


def _sum_row(label: str, lines: list[BudgetLine], kind: str = "row") -> Row:
    spent = [line.outcome for line in lines if line.outcome is not None]
    row = _money(label, sum(line.amount for line in lines), sum(spent) if spent else None)
    return Row(row.label, row.cells, kind)  # type: ignore[arg-type]


def _money(label: str, budget: int, outcome: int | None) -> Row:
    left = None if outcome is None else budget - outcome
    return Row(label, (Cell(budget), Cell(outcome), Cell(left)))
