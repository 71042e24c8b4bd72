"""What the forecast is counted from and what it says: plain data without persons.

Days are whole days counted from the day of the forecast (`Picture.today`): 0 is that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from programmes.services import Reserved


@dataclass(frozen=True)
class Waiting:
    """One place in the queue. `target` names the target group (blank: none).

    `is_anonymous`: somebody who is only counted, and holds a place as long as the group lasts.
    `rank` orders: lower comes first, the same rank by time in the queue.
    """

    target: str = ""
    rank: int = 0
    is_anonymous: bool = False


@dataclass(frozen=True)
class Occupant:
    """One place that is taken now. `since`: the first day (negative: days already spent).

    `until` is the day the place is free when that is known beforehand, else None.
    """

    since: int
    until: int | None = None


@dataclass(frozen=True)
class ComingGroup:
    """A group that is made and hasn't begun. `members`: the target group of each one placed in it.

    `number` is None for a group that is only thought of.
    """

    day: int
    size: int
    members: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True)
class Reservation:
    """Places kept for a target group in every group that begins on `first`–`last` (inclusive)."""

    reserved: Reserved
    first: int = 0
    last: int | None = None

    def holds_on(self, day: int) -> bool:
        """Whether a group that begins on `day` is concerned."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Arrivals:
    """How many a day join the queue with this target group and rank."""

    per_day: float
    target: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Stays:
    """How long people stay: `left[i]` is the share still there after `days[i]` days.

    `tail` is the mean number of days beyond the longest known. `ended` and `ongoing`
    participations were counted; `is_assumed`: they were too few, and the blueprint's length is used.
    """

    days: tuple[int, ...]
    left: tuple[float, ...]
    tail: float
    ended: int
    ongoing: int = 0
    is_assumed: bool = False


@dataclass(frozen=True)
class Rhythm:
    """When groups begin that nobody has made yet.

    `gaps`: (month, days) from one start in that month to the next. `open_days`: days on which a
    group can begin, in order. `last`: the latest known start. `taken`: (year, starts) already known.
    `is_assumed`: the pace is the blueprint's, for too few groups have begun.
    """

    gaps: tuple[tuple[int, int], ...]
    open_days: tuple[int, ...]
    last: int
    per_year: int
    taken: tuple[tuple[int, int], ...] = ()
    is_assumed: bool = False


@dataclass(frozen=True)
class Picture:
    """Everything the forecast is counted from, on one day."""

    today: date
    capacity: int
    group_size: int
    group_days: int
    queue: tuple[Waiting, ...]
    occupants: tuple[Occupant, ...]
    groups: tuple[ComingGroup, ...]
    rhythm: Rhythm
    stays: Stays
    reservations: tuple[Reservation, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    leaving_per_day: float = 0.0
    newcomers: tuple[Waiting, ...] = ()

    def day(self, offset: int) -> date:
        """The date of a day."""
        return self.today + timedelta(days=offset)

    @property
    def made(self) -> list[ComingGroup]:
        """The coming groups that are made, in order of their start."""
        return sorted(self.groups, key=lambda one: one.day)


@dataclass(frozen=True)
class Outlook:
    """When somebody who stays in the queue begins: in four runs of five between `early` and `late`.

    A day is None when it lies beyond the horizon. Groups begin on certain days, so the interval
    often holds more than four of five. `chances`: the share of the runs that begins with each of the
    next groups, in their order.
    """

    early: date | None
    likely: date | None
    late: date | None
    chances: tuple[float, ...] = ()

    @property
    def can_say(self) -> bool:
        """Whether at least half the runs end with a start within the horizon."""
        return self.likely is not None


@dataclass(frozen=True)
class GroupOutlook:
    """One coming group over all runs: when, how many places are free (`fewest`–`most`), who comes.

    `number` is None for a group nobody has made yet. `taken`, `joining` and `waiting` are means.
    """

    number: int | None
    early: date
    likely: date
    late: date
    fewest: int
    middle: int
    most: int
    taken: float
    joining: float
    waiting: float


@dataclass(frozen=True)
class Forecast:
    """What a simulation says of a `Picture`: one `Outlook` for each place in the queue, in order."""

    picture: Picture
    runs: int
    outlooks: tuple[Outlook, ...]
    newcomers: tuple[Outlook, ...]
    groups: tuple[GroupOutlook, ...]

    @property
    def by_target(self) -> Mapping[str, list[Outlook]]:
        """The queue's outlooks by target group, each in order."""
        found: dict[str, list[Outlook]] = {}
        for waiting, outlook in zip(self.picture.queue, self.outlooks, strict=True):
            found.setdefault(waiting.target, []).append(outlook)
        return found
