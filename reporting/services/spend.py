"""Money: budget and outcome by line and by group, and what a place and a participant cost (SEK)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Min, Sum

from programmes.models import BudgetLine, Programme
from reporting.services.count import Counts
from reporting.services.definitions import make_figure
from reporting.services.figures import Cell, Figure, Period, Ref, at

KINDS = ("budget", "outcome")


@dataclass(frozen=True)
class _Line:
    """One item, or the sum of several. `outcome` is None until any of it is known."""

    group: str
    item: str
    budget: int | None
    outcome: int | None


def spend_figures(*, programme: Programme, period: Period, counts: Counts) -> Iterator[Figure]:
    """Budget, outcome and costs for the calendar years that lie wholly in the period."""
    lines = _lines(programme, period)
    groups = [_sum(lines, group) for group in dict.fromkeys(line.group for line in lines)]
    whole = _sum(lines, None)
    yield make_figure(
        "budget_outcome", period, _cells([(line.item, line) for line in lines], whole)
    )
    yield make_figure("budget_by_group", period, _cells([(g.group, g) for g in groups], whole))
    yield from _costs(programme, period, counts, whole)


def _lines(programme: Programme, period: Period) -> list[_Line]:
    rows = (
        BudgetLine.objects.filter(budget__programme=programme, budget__year__in=period.whole_years)
        .values("group", "item")
        .annotate(budget=Sum("amount"), spent=Sum("outcome"), first=Min("order"))
        .order_by("first", "group", "item")
    )
    return [_Line(row["group"], row["item"], row["budget"], row["spent"]) for row in rows]


def _sum(lines: Iterable[_Line], group: str | None) -> _Line:
    chosen = [line for line in lines if group in (None, line.group)]
    spent = [line.outcome for line in chosen if line.outcome is not None]
    budget = sum(line.budget or 0 for line in chosen)
    return _Line(group or "", "", budget if chosen else None, sum(spent) if spent else None)


def _cells(named: list[tuple[str, _Line]], whole: _Line) -> Iterator[Cell]:
    for item, line in named:
        for kind in KINDS:
            yield Cell({"item": item, "kind": kind}, getattr(line, kind))
    for kind in KINDS:
        yield Cell({"kind": kind}, getattr(whole, kind))


def _costs(programme: Programme, period: Period, counts: Counts, whole: _Line) -> Iterator[Figure]:
    years = len(period.whole_years)
    places, starts = programme.capacity * years, programme.starts_per_year * years
    started, ended = at("started"), at("ended")
    yield make_figure(
        "cost_per_place",
        period,
        [_cost("budget", whole.budget, places), _cost("outcome", whole.outcome, places)],
    )
    yield make_figure(
        "cost_per_started",
        period,
        [
            _cost("budget", whole.budget, starts),
            _cost("outcome", whole.outcome, counts.of("started"), started),
        ],
    )
    yield make_figure(
        "cost_per_ended",
        period,
        [_cost("outcome", whole.outcome, counts.of("ended"), ended)],
    )


def _cost(kind: str, amount: int | None, by: int, *depends_on: Ref) -> Cell:
    """Whole kronor, halves upwards; nothing when there is nothing to divide."""
    cost = None if amount is None or not by else (2 * amount + by) // (2 * by)
    return Cell({"kind": kind}, cost, depends_on=depends_on)
