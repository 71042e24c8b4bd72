"""Chapters 2, 3 and 7: what was done, whether the goals were met, what it cost.

The group table holds no counts of persons: members of one group would be few enough to recognise.
"""

import re

from django.db.models import Count, Q

from activities.models import Group, Session
from core.formatting import NBSP, counted, date_iso, number
from core.tables import Cell, Row, RowKind, Table
from programmes.models import BudgetLine, Goal
from reporting.services.report_content.tables import SHARE_DECIMALS, Figures, columns
from reporting.services.report_content.year import Year
from reporting.services.report_context import (
    Activity,
    Economy,
    Exhibit,
    GoalResult,
    Goals,
    ReportFigure,
)

STAFFED = re.compile(r"\btj(änst|\.)", re.IGNORECASE)  # as budgets write posts: "4,5 tj."


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
    together = "" if len(groups) == 1 else "tillsammans "
    started = counted(len(groups), "grupp", "grupper")
    return f"{started} startade {year.number}, med {together}{counted(places, 'plats', 'platser')}."


def _groups(year: Year, groups: list[Group]) -> Table:
    held = dict(
        Session.objects.filter(group__in=groups, cancelled=False, starts_at__date__lte=year.passed)
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
        starts_at__date__range=(year.first, year.passed),
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
    rows = tuple(
        Row(line.item, (Cell(line.amount, unit="kr"),))
        for line in budget_lines(year)
        if STAFFED.search(line.item)
    )
    return Table(
        key="bemanning",
        caption="Tjänster enligt årets budget",
        columns=columns("Tjänst", "Budget"),
        rows=rows,
        source="Ur årets budget, se kapitel 7.",
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
    return GoalResult(
        key=goal.code,
        title=goal.name,
        target=_target(goal),
        outcome=_outcome(outcome, goal),
        is_met=bool(met.amount) if met.is_plain else None,
        text=_counts(figures, goal),
        is_measured=bool(goal.figure),
    )


def _outcome(cell: Cell, goal: Goal) -> Cell:
    """In the goal's own unit. Near the target with a decimal, so that 59,6 isn't printed as 60."""
    if cell.suppressed:
        return cell
    if cell.amount is None:
        return Cell("inget utfall")
    if goal.unit != "%":
        return Cell(cell.value)
    is_near = goal.target is not None and abs(cell.amount - float(goal.target)) < 1
    return Cell(round(cell.amount, SHARE_DECIMALS), unit="%", decimals=int(is_near))


def _counts(figures: Figures, goal: Goal) -> str:
    """The counts behind a share; for a goal without a figure, who judges it."""
    if not goal.figure:
        return "Målet bedöms i ord av den externa utvärderingen."
    if goal.unit != "%" or goal.figure not in figures.by_id:
        return ""
    part, whole = figures.cell(goal.figure), figures.everybody_in(goal.figure)
    if not (part.is_plain and whole.is_plain and whole.amount):
        return ""
    return f"{part.text} av {counted(int(whole.amount), 'person', 'personer')}."


def _target(goal: Goal) -> str:
    if goal.target is None:
        return "inget målvärde"
    return f"minst {number(goal.target, 1)} {goal.unit}".strip()


def _goals_lead(results: tuple[GoalResult, ...]) -> str:
    judged = [one for one in results if one.is_met is not None]
    met = sum(bool(one.is_met) for one in judged)
    if not results:
        return "Inga mål är uppsatta."
    if not judged:
        return "Inget av målen kan bedömas med årets siffror."
    if len(judged) == 1:
        return f"Det enda mål som kan bedömas med en siffra är {'' if met else 'inte '}nått."
    if met in (0, len(judged)):
        all_or_none = "Alla" if met else "Inget av de"
        return f"{all_or_none} {len(judged)} mål som mäts är {'nådda' if met else 'nått'}."
    return f"{met} av {len(judged)} mål som mäts är {'nått' if met == 1 else 'nådda'}."


def budget_lines(year: Year) -> list[BudgetLine]:
    """The year's budget in its own order."""
    lines = BudgetLine.objects.filter(budget__programme=year.programme, budget__year=year.number)
    return list(lines.order_by("order"))


def economy(figures: Figures, year: Year) -> Economy:
    """Chapter 7: budget against outcome, group by group, and what a place and a start cost."""
    lines = budget_lines(year)
    return Economy(
        lead=economy_lead(figures, year),
        budget=Exhibit(_budget(lines), definition=figures.definition("budget_outcome")),
        figures=_costs(figures) if lines else (),
    )


def _costs(figures: Figures) -> tuple[ReportFigure, ...]:
    """What a place and a start cost, beside what they were planned to cost."""

    def cost(name: str, thing: str) -> ReportFigure:
        planned, spent = (figures.cell(name, kind=kind) for kind in ("budget", "outcome"))
        if not (spent.is_plain or spent.suppressed):
            return ReportFigure(planned, f"per {thing} i budget")
        return ReportFigure(spent, f"kostade en {thing}, budget {planned.text}")

    return cost("cost_per_place", "plats"), cost("cost_per_started", "start")


def economy_lead(figures: Figures, year: Year) -> str:
    """The year's money in a sentence."""
    budget = figures.cell("budget_outcome", kind="budget")
    spent = figures.cell("budget_outcome", kind="outcome")
    if not budget.is_plain:
        return f"Ingen budget är inlagd för {year.number}."
    if not spent.is_plain:
        return f"Budgeten för {year.number} är {budget.text}. Utfallet är inte inlagt än."
    left = (budget.amount or 0) - (spent.amount or 0)
    said = f"Budgeten var {budget.text} och utfallet {spent.text}"
    if not left:
        return f"{said}, precis som planerat."
    over = "över" if left < 0 else "under"
    return f"{said}, {number(abs(left))}{NBSP}kr {over} budget."


def _budget(lines: list[BudgetLine]) -> Table:
    rows: list[Row] = []
    for group in dict.fromkeys(line.group for line in lines):
        chosen = [line for line in lines if line.group == group]
        rows.append(Row(group, kind="heading"))
        rows += [Row(line.item, _money(line.amount, line.outcome)) for line in chosen]
        rows.append(_sum_row(f"Summa {group[0].lower()}{group[1:]}", chosen, kind="subtotal"))
    return Table(
        key="ekonomi",
        caption="Budget och utfall, kronor",
        columns=columns("Post", "Budget", "Utfall", "Avvikelse"),
        rows=tuple(rows),
        total=_sum_row("Summa", lines) if lines else None,
        source="Avvikelse är budget minus utfall: ett minus är ett överskridande.",
        empty="Ingen budget är inlagd.",
    )


def _sum_row(label: str, lines: list[BudgetLine], kind: RowKind = "row") -> Row:
    spent = [line.outcome for line in lines if line.outcome is not None]
    whole = sum(line.amount for line in lines)
    return Row(label, _money(whole, sum(spent) if spent else None), kind)


def _money(budget: int, outcome: int | None) -> tuple[Cell, Cell, Cell]:
    left = None if outcome is None else budget - outcome
    return Cell(budget), Cell(outcome), Cell(left)
