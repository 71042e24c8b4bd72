"""Working days and office hours of the demo."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

SATURDAY = 5


def workday(day: date) -> date:
    """`day`, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def monday_after(day: date) -> date:
    """The first Monday after `day`."""
    return day + timedelta(days=7 - day.weekday())


def office(rng: Random, day: date) -> datetime:
    """A moment in office hours."""
    return at(day, rng.randint(8, 15), rng.randrange(0, 60, 5))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A Swedish moment."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def later(moment: datetime, earliest: datetime | None) -> datetime:
    """`moment`, or a little after `earliest` when that is later."""
    if earliest is None or moment > earliest:
        return moment
    return earliest + timedelta(minutes=20)
