"""When the coming groups begin: those that are made, and then on in the rhythm of the latest years."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from activities.services.forecast.shapes import Picture, Rhythm

HORIZON_DAYS = 730
# A group that nobody has made yet begins in two weeks at the earliest.
LEAD_DAYS = 14
ENOUGH_GAPS = 4
LONGEST_GAP = 200
# What is assumed of the gaps between starts when too few are known, in shares of an even pace.
ASSUMED_SPREAD = (0.8, 0.9, 1.0, 1.0, 1.1, 1.3)
DAYS_A_YEAR = 365.25


def rhythm_of(
    *,
    today: date,
    starts: Sequence[date],
    per_year: int,
    is_open: Callable[[date], bool],
    last_day: date | None = None,
) -> Rhythm:
    """The rhythm from the days on which groups begin and have begun (`starts`, any order).

    `is_open`: a group can begin that day. `last_day`: the last possible start, when there is one.
    """
    ordered = sorted(set(starts))
    gaps = [
        (one.month, (following - one).days)
        for one, following in pairwise(ordered)
        if (following - one).days <= LONGEST_GAP
    ]
    is_assumed = len(gaps) < ENOUGH_GAPS
    if is_assumed:
        even = DAYS_A_YEAR / max(1, per_year)
        gaps = [(0, max(1, round(even * share))) for share in ASSUMED_SPREAD]
    days = [
        offset
        for offset in range(1, HORIZON_DAYS + 1)
        if (day := today + timedelta(days=offset)) and is_open(day)
        if last_day is None or day <= last_day
    ]
    years = [one.year for one in ordered if one.year >= today.year]
    return Rhythm(
        gaps=tuple(gaps),
        open_days=tuple(days),
        last=(ordered[-1] - today).days if ordered else -round(DAYS_A_YEAR / max(1, per_year)),
        per_year=per_year,
        taken=tuple((year, years.count(year)) for year in sorted(set(years))),
        is_assumed=is_assumed,
    )


class Starts:
    """Draws the starts to come, in order: the made groups, always the same, then the others."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._rhythm = picture.rhythm
        self._months = [picture.day(offset).month for offset in range(HORIZON_DAYS + 1)]
        self._years = [picture.day(offset).year for offset in range(HORIZON_DAYS + 1)]
        # A group that is only thought of is one more, and moves none of the others.
        made = (one.day for one in picture.groups if one.number is not None)
        self._last = max([picture.rhythm.last, *made])
        self._gaps = [self._gaps_in(month) for month in range(13)]

    def _gaps_in(self, month: int) -> tuple[int, ...]:
        """Gaps that began around this time of the year; all when they are too few."""
        near = {(month + step - 1) % 12 + 1 for step in (-1, 0, 1)}
        found = tuple(days for began, days in self._rhythm.gaps if began in near)
        if len(found) >= ENOUGH_GAPS:
            return found
        return tuple(days for _, days in self._rhythm.gaps)

    def draw(self, chance: Random) -> list[int]:
        """The days of one run on which a group begins after those that are made."""
        found = []
        last, taken = self._last, dict(self._rhythm.taken)
        while (day := self._next(last, taken, chance)) is not None:
            found.append(day)
            last = day
        return found

    def _next(self, last: int, taken: dict[int, int], chance: Random) -> int | None:
        gaps = self._gaps[self._months[last] if last >= 0 else self._picture.day(last).month]
        wanted = max(last + gaps[int(chance.random() * len(gaps))], LEAD_DAYS, last + 1)
        days = self._rhythm.open_days
        at = bisect_left(days, wanted)
        while (
            at < len(days) and taken.get(year := self._years[days[at]], 0) >= self._rhythm.per_year
        ):
            # The year has all its groups: the next begins when the new year does.
            at = self._first_in(year + 1)
        if at >= len(days):
            return None
        year = self._years[days[at]]
        taken[year] = taken.get(year, 0) + 1
        return days[at]

    def _first_in(self, year: int) -> int:
        return bisect_left(self._rhythm.open_days, (date(year, 1, 1) - self._picture.today).days)
