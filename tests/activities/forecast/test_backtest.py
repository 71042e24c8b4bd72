"""Would the forecast have been right? Years held back, forecast from the years before them."""

from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean, median

import pytest

from activities.services.forecast import (
    Arrivals,
    ComingGroup,
    Occupant,
    Picture,
    Waiting,
    estimate_stays,
    rhythm_of,
    simulate,
)
from tests.activities.forecast.years import CAPACITY, GROUP_DAYS, PER_YEAR, SIZE, Years, live

SEEDS = range(6)
# The first two years are only learnt from; the others are held back.
ASKED = range(2 * 365 + 20, 3 * 365 + 120, 67)
RUNS = 300
WEEKS = timedelta(weeks=6)


def picture_on(years: Years, today: int) -> tuple[Picture, list]:
    """What a programme knew on that day and nothing later; and who stood in the queue."""
    begun = [one for one in years.people if one.begins is not None and one.begins <= today]
    queue = [one for one in years.people if one.queued <= today < one.out]
    made = [start for decided, start in years.starts if decided <= today]
    left = sum(one.begins is None and one.gives_up <= today for one in years.people)
    spent = sum(min(one.out, today) - one.queued for one in years.people if one.queued <= today)
    latest = [one for one in years.people if today - 365 < one.queued <= today]
    coming = [start for start in made if start > today]
    return Picture(
        today=years.day(today),
        capacity=CAPACITY,
        group_size=SIZE,
        group_days=GROUP_DAYS,
        queue=tuple(Waiting() for _ in queue),
        occupants=tuple(Occupant(one.begins - today) for one in begun if one.ends > today),
        groups=tuple(ComingGroup(start - today, SIZE) for start in coming),
        rhythm=rhythm_of(
            today=years.day(today),
            starts=[years.day(start) for start in made],
            per_year=PER_YEAR,
            is_open=lambda day: day.weekday() == 0,
        ),
        stays=estimate_stays(
            observed=[
                (one.stay, True) if one.ends <= today else (today - one.begins, False)
                for one in begun
            ],
            planned_days=112,
        ),
        arrivals=(Arrivals(len(latest) / 365),),
        leaving_per_day=left / max(1, spent),
    ), queue


def asked(years: Years):
    """(outlook, what happened) of everybody who stood in the queue on the days asked."""
    for today in ASKED:
        picture, queue = picture_on(years, today)
        for outlook, one in zip(simulate(picture, runs=RUNS).outlooks, queue, strict=True):
            yield picture.today, outlook, None if one.told is None else years.day(one.told)


def is_inside(outlook, happened: date | None) -> bool:
    if outlook.early is None:
        return happened is None
    late = outlook.late or date.max
    return outlook.early <= (happened or date.max) <= late


@pytest.fixture(scope="module")
def told() -> list:
    """(today, outlook, what happened) of everybody who stood in the queue on the days asked.

    From programmes where the places are enough to programmes where the queue grows.
    """
    paces = (2.0, 2.3, 2.6)
    return [one for seed in SEEDS for one in asked(live(seed, a_week=paces[seed % len(paces)]))]


def coverage(told) -> float:
    """The share of the intervals that held what happened."""
    return fmean(is_inside(outlook, happened) for _, outlook, happened in told)


def test_four_intervals_of_five_hold_what_happened(told) -> None:
    """Stated: at least 80 %. Groups begin on few days, so an interval often holds more than it must."""
    assert len(told) > 500
    assert 0.76 <= coverage(told) <= 0.95


def test_the_intervals_are_narrow_enough_to_use(told) -> None:
    """An interval of half a year would always be right, and no help."""
    widths = sorted(
        ((outlook.late or date.max) - outlook.early).days / 7
        for _, outlook, _ in told
        if outlook.early
    )
    assert median(widths) <= 4
    assert widths[len(widths) * 9 // 10] <= 12


def test_what_is_most_likely_is_neither_too_early_nor_too_late(told) -> None:
    """Where there is doubt, about half begin on the likely day or before."""
    before = [
        happened <= outlook.likely
        for _, outlook, happened in told
        if happened and outlook.likely and outlook.early != outlook.late
    ]
    assert len(before) > 200
    assert 0.4 <= fmean(before) <= 0.75


def test_a_forecast_that_is_six_weeks_wrong_is_found_out(told) -> None:
    """The measure bites."""
    moved = [
        (
            today,
            replace(
                outlook,
                early=outlook.early + WEEKS,
                late=outlook.late and outlook.late + WEEKS,
            ),
            happened,
        )
        for today, outlook, happened in told
        if outlook.early
    ]
    assert coverage(moved) < 0.6
