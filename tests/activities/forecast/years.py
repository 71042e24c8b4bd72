"""Years of a programme that nobody has drawn with the forecast's own rules: what it is tried on.

People are referred unevenly over the year, stay as long as their course takes (early leavers, the
whole way, long support), give up waiting, and are now and then passed over by a coordinator who
thinks that somebody else fits the group better. Groups begin when somebody has time to begin them.
"""

from bisect import insort
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST = date(2022, 1, 3)
DAYS = 4 * 365
CAPACITY, SIZE, PER_YEAR, GROUP_DAYS = 40, 15, 8, 56
PASSED_OVER = 0.05


@dataclass
class Somebody:
    """One person: days counted from the first day of the years; None what never came."""

    queued: int
    stay: int
    gives_up: int
    begins: int | None = None
    told: int | None = None

    @property
    def ends(self) -> int | None:
        """The day the place is free."""
        return None if self.begins is None else self.begins + self.stay

    @property
    def out(self) -> int:
        """The day the person is no longer in the queue."""
        return min(self.gives_up, DAYS if self.begins is None else self.begins)


@dataclass
class Years:
    """What happened: everybody, and the day and the day of making of each group."""

    people: list[Somebody]
    starts: list[tuple[int, int]]

    def day(self, offset: int) -> date:
        """The date of a day."""
        return FIRST + timedelta(days=offset)


def live(seed: int, *, a_week: float = 2.2) -> Years:
    """Four years. `a_week` persons join the queue in a week, fewer in the summer."""
    chance = Random(seed)
    starts = _starts(chance)
    people = [
        _somebody(chance, day) for day in range(DAYS) for _ in range(_comers(chance, day, a_week))
    ]
    holding: list[int] = []
    for _, start in starts:
        del holding[: sum(one <= start for one in holding)]
        free = min(SIZE, CAPACITY - len(holding))
        line = [one for one in people if one.queued <= start and one.begins is None]
        for one in sorted(
            line, key=lambda one: one.queued + (60 if chance.random() < PASSED_OVER else 0)
        ):
            if one.gives_up <= start:
                # Nobody begins, but this is when it would have been.
                one.told = one.told or (start if free > 0 else None)
            elif free > 0:
                one.begins = one.told = start
                insort(holding, start + one.stay)
                free -= 1
    return Years(people, starts)


def _starts(chance: Random) -> list[tuple[int, int]]:
    found, day = [], 20
    while day < DAYS:
        monday = day + (7 - (FIRST + timedelta(days=day)).weekday()) % 7
        found.append((monday - chance.randint(25, 70), monday))
        gap = chance.choice((42, 42, 42, 49, 49, 56))
        # Nothing begins in July or at Christmas.
        while _month(monday + gap) in (7, 12):
            gap += 7
        day = monday + gap
    return found


def _month(offset: int) -> int:
    return (FIRST + timedelta(days=offset)).month


def _comers(chance: Random, day: int, a_week: float) -> int:
    pace = a_week / 7 * {7: 0.3, 8: 0.8, 12: 0.6}.get(_month(day), 1.12)
    return sum(chance.random() < pace / 4 for _ in range(4))


def _somebody(chance: Random, day: int) -> Somebody:
    course = chance.random()
    if course < 0.18:
        stay = chance.randint(7, 55)
    elif course < 0.3:
        stay = chance.randint(60, 105)
    else:
        stay = round(chance.gauss(128, 12)) + (chance.randint(14, 110) if course > 0.72 else 0)
    return Somebody(day, max(1, stay), day + 1 + round(chance.expovariate(1 / 420)))
