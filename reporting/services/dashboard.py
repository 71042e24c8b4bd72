"""The styrgrupp's page: one year on one page, in the same suppressed figures as the annual report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from core.charts import Goal as GoalMark
from core.charts import GoalMeter, MiniColumns
from core.formatting import number
from core.tables import Cell, Row, Table
from participants.models import StatisticsFact
from programmes.models import Programme
from reporting.enums import Audience
from reporting.services.report_content.people import outcome, participants
from reporting.services.report_content.tables import Figures, columns
from reporting.services.report_content.work import economy_lead, goals
from reporting.services.report_content.year import Year
from reporting.services.report_context import Exhibit, GoalResult
from reporting.services.statistics import programme_figures

MOST_YEARS = 5
THOUSAND = 1000
GOAL_SIGNS = {True: ("ok", "ok"), False: ("warn", "soon"), None: ("dash", "")}


@dataclass(frozen=True)
class Kpi:
    """A key figure: value and unit, the counts behind it, the years before, how it is counted.

    A hidden or missing value has no `value`, only words in `unit`.
    """

    name: str
    value: str
    unit: str
    text: str
    how: str
    chart: MiniColumns | None


@dataclass(frozen=True)
class GoalLine:
    """A measured goal: outcome beside target, the counts behind. `chart` None: nothing to draw."""

    title: str
    said: str
    text: str
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
    goals_in_words: tuple[str, ...]
    economy: Table
    economy_lead: str
    threshold: int


def published_years(*, programme: Programme, today: date) -> list[int]:
    """The years that can be shown, newest first: whole ones, from the first with anybody in it."""
    first = StatisticsFact.objects.filter(programme=programme).aggregate(day=Min("started_on"))
    begun = first["day"].year if first["day"] else today.year
    last = today.year - 1
    return list(range(last, max(min(begun, last), last - MOST_YEARS + 1) - 1, -1))


def programme_dashboard(*, programme: Programme, year: int) -> Dashboard:
    """The page of one programme and a year that is over, for readers outside the programme too.

    The years before it stand beside the key figures.
    """
    today = timezone.localdate()
    shown = [one for one in published_years(programme=programme, today=today) if one < year]
    history = {one: _figures_of(programme, one) for one in (*reversed(shown), year)}
    read, about = history[year], Year(programme, year, known_on=today)
    hours = number(programme.weekly_hours_goal, 1)
    after, who = outcome(read, about, hours), participants(read, about)
    results = goals(read, about).results
    return Dashboard(
        sentence=who.reconciliation.sentence,
        kpis=_kpis(history, read, hours),
        lead=after.lead,
        exhibits=(after.occupation, after.support),
        people=(who.age, who.referrers),
        goals=tuple(_goal_line(read, one) for one in results if one.is_measured),
        goals_in_words=tuple(one.title for one in results if not one.is_measured),
        economy=_economy(read),
        economy_lead=economy_lead(read, about),
        threshold=read.threshold,
    )


def _figures_of(programme: Programme, year: int) -> Figures:
    figures = programme_figures(
        programme=programme,
        start=date(year, 1, 1),
        end=date(year, 12, 31),
        audience=Audience.STEERING,
    )
    return Figures(figures, settings.SUPPRESSION_THRESHOLD)


def _kpis(history: Mapping[int, Figures], read: Figures, hours: str) -> tuple[Kpi, ...]:
    def over_years(key: str, title: str, of: Callable[[Figures], Cell]) -> MiniColumns | None:
        chart = _mini(key, title, {year: of(one) for year, one in history.items()})
        return chart if len(history) > 1 and chart.is_worth_drawing else None

    def count(name: str, title: str) -> Kpi:
        said = _genders(read.cell(name, gender="K"), read.cell(name, gender="M"))
        chart = over_years(name, title, lambda figures: figures.cell(name))
        return _kpi(title, read.cell(name), "personer", said, read[name].definition, chart)

    def median(figures: Figures) -> Cell:
        return figures.cell("time_in_programme_days", statistic="median")

    reached = "ten_hours_reached"
    shares = over_years("nadde", "Procent", lambda figures: figures.share(reached))
    value = read.share_or_count(reached)
    return (
        count("started", "Påbörjade"),
        count("ended", "Avslutade"),
        _kpi(
            f"Nådde {hours} timmar",
            value,
            value.unit or "personer",
            _of(read.cell(reached), read.everybody_in(reached)),
            read[reached].definition,
            shares,
        ),
        _kpi(
            "Tid i insatsen",
            median(read),
            "dagar i median",
            "från start till slut",
            read["time_in_programme_days"].definition,
            over_years("tid", "Dagar i median", median),
        ),
    )


def _kpi(name: str, cell: Cell, unit: str, text: str, how: str, chart: MiniColumns | None) -> Kpi:
    if cell.suppressed:
        return Kpi(name, "", cell.text, text, how, chart)
    if not cell.is_plain:
        return Kpi(name, "", "inget att räkna på", "", how, chart)
    return Kpi(name, number(cell.amount, cell.decimals), unit, text, how, chart)


def _mini(key: str, title: str, cells: dict[int, Cell]) -> MiniColumns:
    rows = tuple(
        Row(str(year) if year == min(cells) else f"{year % 100:02d}", (_bare(cell),))
        for year, cell in cells.items()
    )
    table = Table(key=f"ar-{key}", caption=title, columns=columns("År", title), rows=rows)
    return MiniColumns(key=f"ar-{key}", title=f"{title}, år för år", table=table)


def _bare(cell: Cell) -> Cell:
    """The figure without its unit, which the heading says."""
    return Cell(cell.value, decimals=cell.decimals) if cell.is_plain else cell


def _genders(women: Cell, men: Cell) -> str:
    if not (women.is_plain and men.is_plain):
        return "Fördelningen på kön visas inte."
    return f"{women.text} kvinnor, {men.text} män"


def _of(part: Cell, whole: Cell) -> str:
    if part.is_plain and whole.is_plain:
        return f"{part.text} av {whole.text} avslutade"
    if part.is_plain:
        return "Andelen visas inte, för att skydda enskilda."
    return "Antalen visas inte, för att skydda enskilda."


def _goal_line(read: Figures, goal: GoalResult) -> GoalLine:
    shape, kind = GOAL_SIGNS[goal.is_met]
    outcome = (
        goal.outcome.text if goal.outcome.is_plain or goal.outcome.suppressed else goal.verdict
    )
    return GoalLine(
        title=goal.title,
        said=f"{outcome}, mål {goal.target}",
        text=goal.text,
        shape=shape,
        kind=kind,
        chart=_meter(goal, read.cell("goals", item=goal.key, kind="target").amount),
    )


def _meter(goal: GoalResult, target: float | None) -> GoalMeter | None:
    if goal.outcome.amount is None or not target:
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


def _economy(read: Figures) -> Table:
    """The budget by group in thousands, as one reads it at a meeting."""
    figure = read["budget_by_group"]
    groups = dict.fromkeys(
        cell.dimensions["item"] for cell in figure.cells if "item" in cell.dimensions
    )
    return Table(
        key="ekonomi",
        caption="Ekonomi",
        columns=columns("Tusen kronor", "Budget", "Utfall", "Kvar"),
        rows=tuple(_money(read, group, item=group) for group in groups),
        total=_money(read, "Summa") if groups else None,
        source="Avrundat till tusen kronor var för sig." if groups else "",
        empty="Verksamhetsledaren lägger in budgeten.",
    )


def _money(read: Figures, label: str, **group: str) -> Row:
    budget, spent = (
        read.cell("budget_by_group", kind=kind, **group).amount for kind in ("budget", "outcome")
    )
    left = None if budget is None or spent is None else budget - spent
    return Row(
        label,
        tuple(
            Cell(None if sek is None else round(sek / THOUSAND)) for sek in (budget, spent, left)
        ),
    )
