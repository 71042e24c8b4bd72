"""How long people stay, estimated from those who have ended and those who haven't.

Kaplan and Meier's estimate (JASA 1958): somebody who is still there tells that a stay is at least
that long, so leaving them out would make every stay look too short.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from random import Random

from activities.services.forecast.shapes import Stays

# Ended participations; fewer say too little.
ENOUGH_ENDED = 12
# What is assumed then, in shares of the blueprint's fixed weeks: some leave early, many stay longer.
ASSUMED = (0.25, 0.5, 0.8, 1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 1.9)
# Steps of the tail beyond the longest stay known: each as likely as the others.
TAIL_STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)
SHORTEST_TAIL = 7.0


def estimate_stays(*, observed: Iterable[tuple[int, bool]], planned_days: int) -> Stays:
    """The chances from (days, has ended) of each participation; dropping out is one way to end.

    With fewer than twelve ended the blueprint's `planned_days` is used instead, spread around.
    """
    rows = list(observed)
    ended = Counter(days for days, has_ended in rows if has_ended)
    count = sum(ended.values())
    ongoing = len(rows) - count
    if count < ENOUGH_ENDED:
        return _assumed(planned_days, count, ongoing)
    days, left = _survival(ended, rows)
    return Stays(days, left, _tail(ended, rows, days), count, ongoing)


def _assumed(planned_days: int, ended: int, ongoing: int) -> Stays:
    days = [max(1, round(planned_days * share)) for share in ASSUMED]
    left = [1 - (index + 1) / len(days) for index in range(len(days))]
    return Stays(tuple(days), tuple(left), max(SHORTEST_TAIL, planned_days / 4), ended, ongoing,
                 is_assumed=True)  # fmt: skip


def _survival(
    ended: Counter[int], rows: Sequence[tuple[int, bool]]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    lengths = sorted(days for days, _ in rows)
    still, share, at, left = len(lengths), 1.0, 0, []
    for day in sorted(ended):
        while at < len(lengths) and lengths[at] < day:
            at += 1
        still = len(lengths) - at
        share *= 1 - ended[day] / still
        left.append(share)
    return tuple(sorted(ended)), tuple(left)


def _tail(ended: Counter[int], rows: Sequence[tuple[int, bool]], days: Sequence[int]) -> float:
    """Mean days left for the longest stays: time spent beyond the upper quarter per one who ended."""
    ordered = sorted(ended.elements())
    late = ordered[len(ordered) * 3 // 4]
    spent = sum(length - late for length, _ in rows if length > late)
    ends = sum(count for day, count in ended.items() if day > late)
    return max(SHORTEST_TAIL, spent / max(1, ends))


class Lengths:
    """Draws from `Stays`; for somebody already there, given the time spent."""

    def __init__(self, stays: Stays) -> None:
        self._stays = stays

    def draw(self, chance: Random, count: int, spent: int = -1) -> list[int]:
        """`count` whole stays in days of somebody who has stayed `spent` days and not ended."""
        days, weights = self._after(spent)
        return chance.choices(days, weights=weights, k=count)

    def _after(self, spent: int) -> tuple[list[int], list[float]]:
        stays = self._stays
        before, days, weights = 1.0, [], []
        for day, left in zip(stays.days, stays.left, strict=True):
            if day > spent:
                days.append(day)
                weights.append(before - left)
            before = left
        rest = stays.left[-1] if days else 1.0
        if rest > 1e-9 or not days:
            longest = max(spent, stays.days[-1])
            days += [longest + max(1, round(-log(1 - at) * stays.tail)) for at in TAIL_STEPS]
            weights += [rest / len(TAIL_STEPS)] * len(TAIL_STEPS)
        return days, weights
