"""The simulation: the coming groups filled from the queue, some thousand times.

Chance is drawn by person and by run and never by what happens, so that two pictures with the same
queue meet the same luck (common random numbers): what differs between them is only what was changed.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from random import Random

from activities.services.forecast.shapes import (
    ComingGroup,
    Forecast,
    GroupOutlook,
    Outlook,
    Picture,
)
from activities.services.forecast.starts import HORIZON_DAYS, Starts
from activities.services.forecast.stays import Lengths
from programmes.services import reserved_in_group

RUNS, FEWEST_RUNS = 3000, 600
# Runs times persons in the queue: no page waits for more.
MOST_WORK = 600_000
SEED = 2012
# Those who come later are drawn in advance, and shared by many runs.
PATHS = 200
# The table of coming groups is counted from every so many runs, which is enough for means.
RUNS_A_TABLE_ROW = 4
GROUPS_SHOWN = 8
QUANTILES = (0.1, 0.5, 0.9)
NEVER = HORIZON_DAYS + 1
NOT_MADE = -1
# Open places, and kept ones by target group.
Room = tuple[int, dict[str, int]]


@lru_cache(maxsize=32)
def simulate(picture: Picture, *, runs: int = 0, seed: int = SEED) -> Forecast:
    """The forecast of `picture`. The same picture always gives the same forecast.

    `runs` 0: three thousand, fewer when very many wait.
    """
    luck = _Luck(picture, runs or runs_for(len(picture.queue)), seed)
    tally = _Tally(picture)
    for number in range(luck.runs):
        _Run(luck, tally, number).play()
    return tally.forecast(luck.runs)


def runs_for(waiting: int) -> int:
    """How many runs a queue of this length gets."""
    return max(FEWEST_RUNS, min(RUNS, MOST_WORK // max(1, waiting)))


@dataclass(frozen=True)
class _Path:
    """Those who join the queue from now on in one course of events, in order of their day."""

    days: list[int]
    targets: list[str]
    ranks: list[int]
    stays: list[int]
    leaves: list[int]


class _Luck:
    """What has been drawn: for every run how long each stays, who gives up, when groups begin."""

    def __init__(self, picture: Picture, runs: int, seed: int) -> None:
        self.picture, self.runs, self.seed = picture, runs, seed
        self._lengths = Lengths(picture.stays)
        starts, chance = Starts(picture), self._chance("starts")
        self.rooms = _Rooms(picture)
        made = [(one.day, at) for at, one in enumerate(picture.made)]
        self.starts = [
            sorted([*made, *((day, NOT_MADE) for day in starts.draw(chance))]) for _ in range(runs)
        ]
        self.releases = self._by_run([self._release(at) for at in range(len(picture.occupants))])
        self.stays = self._by_run([self._stay(at) for at in range(len(picture.queue))])
        self.leaves = self._by_run([self._leave(at) for at in range(len(picture.queue))])
        self.paths = [self._path(number) for number in range(min(PATHS, runs))]

    def _chance(self, *what: object) -> Random:
        """Chance of its own for each thing that is drawn."""
        return Random(repr((self.seed, *what)))  # noqa: S311  # nosec: a forecast, no secrets

    def _by_run(self, columns: list[list[int]]) -> list[tuple[int, ...]]:
        return list(zip(*columns, strict=True)) if columns else [()] * self.runs

    def _release(self, number: int) -> list[int]:
        """The day on which a place taken now becomes free."""
        one = self.picture.occupants[number]
        if one.until is not None:
            return [one.until] * self.runs
        drawn = self._lengths.draw(self._chance("now", number), self.runs, spent=-one.since)
        return [one.since + stay for stay in drawn]

    def _stay(self, number: int) -> list[int]:
        if self.picture.queue[number].is_anonymous:
            return [self.picture.group_days] * self.runs
        return self._lengths.draw(self._chance("stay", number), self.runs)

    def _leave(self, number: int) -> list[int]:
        """The day on which somebody leaves the queue without a place."""
        pace = self.picture.leaving_per_day
        if not pace:
            return [NEVER] * self.runs
        random = self._chance("leave", number).random
        return [_days_until(random(), pace) for _ in range(self.runs)]

    def _path(self, number: int) -> _Path:
        chance, comers = self._chance("path", number), []
        for at, one in enumerate(self.picture.arrivals):
            day = 0.0
            while one.per_day > 0 and (day := day + chance.expovariate(one.per_day)) < NEVER:
                leaves = int(day) + _days_until(chance.random(), self.picture.leaving_per_day)
                comers.append((int(day) + 1, at, leaves))
        comers.sort()
        kinds = [self.picture.arrivals[at] for _, at, _ in comers]
        return _Path(
            days=[day for day, _, _ in comers],
            targets=[one.target for one in kinds],
            ranks=[one.rank for one in kinds],
            stays=self._lengths.draw(chance, len(comers)),
            leaves=[leaves for _, _, leaves in comers],
        )


def _days_until(luck: float, pace: float) -> int:
    return int(-log(1 - luck) / pace) + 1 if pace > 0 else NEVER


class _Tally:
    """What the runs have said so far."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.everybody = (*picture.queue, *picture.newcomers)
        self.days: list[list[int]] = [[] for _ in self.everybody]
        self.hits: list[dict[int, int]] = [{} for _ in self.everybody]
        # Per coming group: (day, taken, free, joining, waiting) of each run.
        self.groups: list[list[tuple[int, int, int, int, int]]] = [[] for _ in range(GROUPS_SHOWN)]

    def forecast(self, runs: int) -> Forecast:
        """The runs in short."""
        outlooks = [self._outlook(number, runs) for number in range(len(self.everybody))]
        waiting = len(self.picture.queue)
        numbers = [one.number for one in self.picture.made]
        enough = runs / RUNS_A_TABLE_ROW / 2
        groups = (
            self._group(seen, numbers[at] if at < len(numbers) else None)
            for at, seen in enumerate(self.groups)
            if len(seen) > enough
        )
        return Forecast(
            picture=self.picture,
            runs=runs,
            outlooks=tuple(outlooks[:waiting]),
            newcomers=tuple(outlooks[waiting:]),
            groups=tuple(groups),
        )

    def _outlook(self, number: int, runs: int) -> Outlook:
        days = sorted(self.days[number])
        days += [NEVER] * (runs - len(days))
        found = [quantile(days, share) for share in QUANTILES]
        early, likely, late = (self.picture.day(day) if day < NEVER else None for day in found)
        hits = self.hits[number]
        chances = (hits.get(at, 0) / runs for at in range(max(hits, default=-1) + 1))
        return Outlook(early, likely, late, tuple(chances))

    def _group(
        self, seen: Sequence[tuple[int, int, int, int, int]], number: int | None
    ) -> GroupOutlook:
        days, taken, free, joining, waiting = (list(column) for column in zip(*seen, strict=True))
        days.sort()
        free.sort()
        early, likely, late = (self.picture.day(quantile(days, one)) for one in QUANTILES)
        fewest, middle, most = (quantile(free, one) for one in QUANTILES)
        means = (sum(column) / len(seen) for column in (taken, joining, waiting))
        return GroupOutlook(number, early, likely, late, fewest, middle, most, *means)


def quantile(ordered: Sequence[int], share: float) -> int:
    """The least value that at least `share` of the values are at or below."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


class _Run:
    """One run: who begins with which group when this run's luck holds."""

    def __init__(self, luck: _Luck, tally: _Tally, number: int) -> None:
        self.luck, self.tally = luck, tally
        self.starts = luck.starts[number]
        self.for_table = number % RUNS_A_TABLE_ROW == 0
        self.known = len(tally.everybody)
        self.path = luck.paths[number % len(luck.paths)]
        asked = [0] * len(luck.picture.newcomers)
        # By person: those in the queue, those only asked about, those who come later.
        self.targets = [*(one.target for one in tally.everybody), *self.path.targets]
        self.ranks = [*(one.rank for one in tally.everybody), *self.path.ranks]
        self.stays = [*luck.stays[number], *asked, *self.path.stays]
        self.leaves = [*luck.leaves[number], *asked, *self.path.leaves]
        self.releases = sorted(luck.releases[number])
        self.line = sorted(range(self.known), key=self.ranks.__getitem__)
        self.inside = 0

    def play(self) -> None:
        """Fill group after group until everybody known has a start and the table is complete."""
        left = self.known
        for at, (day, made) in enumerate(self.starts):
            if left == 0 and (at >= GROUPS_SHOWN or not self.for_table):
                return
            left -= self._fill(at, day, made)

    def _fill(self, at: int, day: int, made: int) -> int:
        """One group. Returns how many of those known from the beginning got their start."""
        self._let_in(day)
        del self.releases[: bisect_right(self.releases, day)]
        taken = len(self.releases)
        opened, kept = self.luck.rooms.of(made, day)
        free = max(0, self.luck.picture.capacity - taken)
        joining, gone = self._choose(day, free, opened, dict(kept))
        free = min(free, opened + sum(kept.values()))
        stays = self.stays
        self.releases += [day + stays[who] for who in joining]
        self.releases.sort()
        if self.for_table and at < GROUPS_SHOWN:
            waiting = self._waiting(day)
            self.tally.groups[at].append((day, taken, free, len(joining), waiting))
        told = [who for who in (*joining, *gone) if who < self.known]
        for who in told:
            self.tally.days[who].append(day)
            hits = self.tally.hits[who]
            hits[at] = hits.get(at, 0) + 1
        return len(told)

    def _waiting(self, day: int) -> int:
        """How many still wait: neither those only asked about nor those who have left."""
        leaves, real, known = self.leaves, len(self.luck.picture.queue), self.known
        return sum((who < real or who >= known) and leaves[who] > day for who in self.line)

    def _let_in(self, day: int) -> None:
        """Those who have joined the queue by `day`, each last among those of the same rank."""
        coming = bisect_right(self.path.days, day)
        for who in range(self.known + self.inside, self.known + coming):
            if not self.line or self.ranks[self.line[-1]] <= self.ranks[who]:
                self.line.append(who)
            else:
                insort(self.line, who, key=self.ranks.__getitem__)
        self.inside = max(self.inside, coming)

    def _choose(
        self, day: int, free: int, opened: int, kept: dict[str, int]
    ) -> tuple[list[int], list[int]]:
        """In the order of the queue, reserved places to their own: (who joins, who has left).

        `free` places in the programme, `opened` and `kept` in the group. Somebody who has left takes
        nobody's place, but is told when they would have begun: the forecast is for one who stays.
        """
        held = sum(kept.values())
        targets, leaves, line, at = self.targets, self.leaves, self.line, 0
        still: list[int] = []
        joining: list[int] = []
        gone: list[int] = []
        while at < len(line) and free > 0 and opened + held > 0:
            who = line[at]
            at += 1
            own = kept.get(targets[who], 0) if held else 0
            if not own and not opened:
                still.append(who)
            elif leaves[who] <= day:
                gone.append(who)
            else:
                joining.append(who)
                free -= 1
                if own:
                    kept[targets[who]] = own - 1
                    held -= 1
                else:
                    opened -= 1
        self.line = still + line[at:]
        return joining, gone


class _Rooms:
    """How many places each coming group has to give: open ones, and those kept by target group."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._groups = [self._room(one) for one in picture.made]
        self._others: dict[int, Room] = {}

    def of(self, made: int, day: int) -> Room:
        """(open, kept) of the group that is number `made` of those made, or begins on `day`."""
        if made != NOT_MADE:
            return self._groups[made]
        if day not in self._others:
            self._others[day] = self._room(ComingGroup(day, self._picture.group_size))
        return self._others[day]

    def _room(self, group: ComingGroup) -> Room:
        holding = [one.reserved for one in self._picture.reservations if one.holds_on(group.day)]
        kept = reserved_in_group(holding, size=group.size, number=group.number)
        members = Counter(group.members)
        beside = sum(max(0, count - kept.get(target, 0)) for target, count in members.items())
        opened = max(0, group.size - sum(kept.values()) - beside)
        left = {target: max(0, places - members[target]) for target, places in kept.items()}
        return opened, left
