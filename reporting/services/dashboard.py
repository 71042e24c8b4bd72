"""The styrgrupp's page: one year on one page, in the same suppressed figures as the annual report."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from core.charts import Goal as GoalMark
from core.charts import GoalMeter
from core.formatting import number
from core.tables import Cell, Row, Table
from programmes.models import Programme
from reporting.enums import Audience
from reporting.services.report_content.people import outcome, participants
from reporting.services.report_content.tables import Figures, columns, share
from reporting.services.report_content.work import Year, economy, goals
from reporting.services.report_context import Exhibit, GoalResult
from reporting.services.statistics import programme_figures


@dataclass(frozen=True)
class Kpi:
    """A key figure: value and unit, the counts behind it, and how it is counted."""

    name: str
    value: str
    unit: str
    text: str
    how: str


@dataclass(frozen=True)
class GoalLine:
    """A goal with its outcome in words. `chart` is None when the outcome isn't shown."""

    title: str
    outcome: str
    target: str
    verdict: str
    shape: str
    kind: str
    chart: GoalMeter | None


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows, already in words."""

    sentence: str
    kpis: tuple[Kpi, ...]
    lead: str
    exhibits: tuple[Exhibit, ...]
    people: tuple[Exhibit, ...]
    goals: tuple[GoalLine, ...]
    economy: Exhibit
    economy_lead: str


def programme_dashboard(*, programme: Programme, year: int) -> Dashboard:
    """The page of one programme and calendar year, for readers outside the programme too."""
    figures = programme_figures(
        programme=programme,
        start=date(year, 1, 1),
        end=date(year, 12, 31),
        audience=Audience.STEERING,
    )
    read = Figures(figures, settings.SUPPRESSION_THRESHOLD)
    about = Year(programme, year)
    hours = number(programme.weekly_hours_goal)
    after = outcome(read, year, hours)
    who = participants(read, year)
    money = economy(read, about)
    return Dashboard(
        sentence=who.reconciliation.sentence,
        kpis=_kpis(read, hours),
        lead=after.lead,
        exhibits=(after.occupation, after.support),
        people=(who.age, who.referrers),
        goals=tuple(_goal_line(one) for one in goals(read, about).results),
        economy=money.budget,
        economy_lead=money.lead,
    )


def _kpis(read: Figures, hours: str) -> tuple[Kpi, ...]:
    reached = read["ten_hours_reached"].coverage.included
    whole = Cell(reached) if reached is not None else Cell(suppressed="complementary")
    median = read.cell("time_in_programme_days", statistic="median")
    return (
        _count(read, "started", "Påbörjade"),
        _count(read, "ended", "Avslutade"),
        Kpi(
            f"Nådde {hours} timmar",
            share(read.cell("ten_hours_reached"), whole).text,
            "",
            _of(read.cell("ten_hours_reached"), whole),
            read["ten_hours_reached"].definition,
        ),
        Kpi(
            "Tid i insatsen",
            median.text,
            "dagar i median" if median.is_plain else "",
            "från start till slut",
            read["time_in_programme_days"].definition,
        ),
    )


def _count(read: Figures, name: str, label: str) -> Kpi:
    women, men = read.cell(name, gender="K"), read.cell(name, gender="M")
    both = women.is_plain and men.is_plain
    said = f"{women.text} kvinnor, {men.text} män" if both else "Fördelningen på kön visas inte."
    value = read.cell(name)
    return Kpi(label, value.text, "personer" if value.is_plain else "", said, read[name].definition)


def _of(part: Cell, whole: Cell) -> str:
    if part.is_plain and whole.is_plain:
        return f"{part.text} av {whole.text} avslutade"
    return "Antalen visas inte, för att skydda enskilda."


def _goal_line(goal: GoalResult) -> GoalLine:
    shapes = {True: ("ok", "ok"), False: ("warn", "soon"), None: ("dash", "")}
    shape, kind = shapes[goal.is_met]
    return GoalLine(
        title=goal.title,
        outcome=goal.outcome.text,
        target=goal.target,
        verdict=goal.verdict,
        shape=shape,
        kind=kind,
        chart=_meter(goal),
    )


def _meter(goal: GoalResult) -> GoalMeter | None:
    target = next((int(word) for word in goal.target.split() if word.isdigit()), None)
    if goal.outcome.amount is None or target is None:
        return None
    table = Table(
        key=f"mal-{goal.key}",
        caption=goal.title,
        columns=columns("Mål", "Utfall"),
        rows=(Row(goal.title, (goal.outcome,)),),
    )
    return GoalMeter(
        key=f"mal-{goal.key}",
        title=f"{goal.title}: utfall mot mål",
        table=table,
        goal=GoalMark(target, f"mål {goal.target}"),
        ceiling=max(100, target, goal.outcome.amount) if goal.outcome.unit == "%" else None,
    )
