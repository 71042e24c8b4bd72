"""The forecast of a place in the queue: kept for the sender, and said in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction

from core.formatting import NBSP, week
from programmes.models import Programme
from referrals.models import QueueForecast

# A forecast that nobody has counted again for so long says nothing any more.
STALE = timedelta(days=7)
FIELDS = ("counted_on", "earliest", "likely", "latest", "based_on")


@dataclass(frozen=True)
class QueueStart:
    """When one place in the queue can expect a start, as `QueueForecast` keeps it."""

    counted_on: date
    earliest: date | None
    likely: date | None
    latest: date | None
    based_on: int = 0


@transaction.atomic
def record_forecasts(*, programme: Programme, starts: Mapping[int, QueueStart]) -> None:
    """Keep the programme's forecasts: one for each remiss (by number) in the queue, no others."""
    # Two sweeps at once would meet on the rows; the programme's lock lets one come after the other.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    old = QueueForecast.objects.filter(programme=programme)
    old.exclude(referral_id__in=list(starts)).delete()
    kept = {one.referral_id: one for one in old}
    rows = [
        QueueForecast(referral_id=pk, **asdict(start), **programme.owned())
        for pk, start in sorted(starts.items())
        if pk not in kept
        or any(getattr(kept[pk], name) != value for name, value in asdict(start).items())
    ]
    QueueForecast.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["referral"], update_fields=FIELDS
    )


def start_words(
    earliest: date | None, latest: date | None, *, today: date, before: str = "troligen gruppstart"
) -> str:
    """ "troligen gruppstart v. 7–12": the interval in weeks, the year when it isn't this one.

    Blank when nothing can be said.
    """
    if earliest is None:
        return ""
    if latest is None:
        return f"gruppstart tidigast {week_year(earliest, today)}"
    return f"{before} {weeks(earliest, latest, today)}"


def weeks(first: date, last: date, today: date) -> str:
    """v. 7, v. 7–12, v. 50–v. 3 2027: from one week to another."""
    one, other = first.isocalendar(), last.isocalendar()
    if one[:2] == other[:2]:
        return week_year(first, today)
    if one.year == other.year:
        return f"{week(first)}–{week_year(last, today).removeprefix(f'v.{NBSP}')}"
    return f"{week_year(first, today)}–{week_year(last, today)}"


def week_year(day: date, today: date) -> str:
    """v. 7, or v. 7 2027 when the year isn't the one we are in."""
    year = day.isocalendar().year
    return week(day) if year == today.isocalendar().year else f"{week(day)} {year}"


def forecast_words(forecast: QueueForecast | None, *, today: date) -> str:
    """The same of a kept forecast, and nothing of the days that have passed since it was counted.

    Blank when there is none, when nobody has counted for a week, and when all of it has passed.
    """
    if forecast is None or forecast.counted_on < today - STALE:
        return ""
    earliest, latest = forecast.earliest, forecast.latest
    if latest is not None and latest < today:
        return ""
    return start_words(earliest and max(earliest, today), latest, today=today)
