"""The sums of a budget, as the programme page and the annual report show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from programmes.models import Budget, BudgetLine


@dataclass(frozen=True)
class BudgetGroup:
    """One group of lines with its sums in whole SEK. `outcome` is None until a line has one."""

    name: str
    lines: tuple[BudgetLine, ...]

    @property
    def amount(self) -> int:
        """What was planned."""
        return sum(line.amount for line in self.lines)

    @property
    def outcome(self) -> int | None:
        """What it cost, as far as it is known."""
        return _sum_known(line.outcome for line in self.lines)


@dataclass(frozen=True)
class BudgetSummary:
    """A year's budget. `per_place` and `per_start` are whole SEK, None where nothing divides."""

    year: int
    groups: tuple[BudgetGroup, ...]
    per_place: int | None
    per_start: int | None

    @property
    def amount(self) -> int:
        """The whole year's plan."""
        return sum(group.amount for group in self.groups)

    @property
    def outcome(self) -> int | None:
        """The whole year's cost, as far as it is known."""
        return _sum_known(group.outcome for group in self.groups)


def summarise_budget(*, budget: Budget) -> BudgetSummary:
    """The budget's lines by group, in the file's order, with what a place and a start cost."""
    lines = budget.lines.order_by("order")
    groups = tuple(
        BudgetGroup(name, tuple(found)) for name, found in groupby(lines, key=lambda one: one.group)
    )
    amount = sum(group.amount for group in groups)
    programme = budget.programme
    return BudgetSummary(
        year=budget.year,
        groups=groups,
        per_place=_share(amount, programme.capacity),
        per_start=_share(amount, programme.starts_per_year),
    )


def _share(amount: int, parts: int) -> int | None:
    if not parts:
        return None
    return int((Decimal(amount) / parts).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _sum_known(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
