"""Asking for the forecast: for the page, what if, and for those who wait to hear."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from accounts.access import bound_to
from activities.services.forecast.gather import picture_of, queue_of
from activities.services.forecast.shapes import ComingGroup, Forecast, Picture, Reservation
from activities.services.forecast.simulate import simulate
from programmes.models import Programme
from programmes.services import Reserved, system_scope
from referrals.models import Referral
from referrals.services import QueueStart, record_forecasts

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What is only thought of: nothing of it is stored.

    `places` in every coming group, or `only_next`, for `target` (None: no such change; 0: the whole
    group); one group more on `extra_on`; another `capacity` of the programme.
    """

    target: str = ""
    places: int | None = None
    only_next: bool = False
    extra_on: date | None = None
    capacity: int | None = None


def forecast_queue(
    *, programme: Programme, queue: Sequence[Referral], today: date, targets: Iterable[str] = ()
) -> Forecast:
    """The forecast of everybody in `queue`, which is in the order that places are given."""
    return simulate(picture_of(programme=programme, today=today, queue=queue, targets=targets))


def what_if(*, picture: Picture, change: Change) -> tuple[Forecast, Forecast]:
    """(as it is, as it would be): the same luck in both, so that only the change differs."""
    return simulate(picture), simulate(changed(picture=picture, change=change))


def changed(*, picture: Picture, change: Change) -> Picture:
    """The picture as it would be."""
    reservations, groups = picture.reservations, picture.groups
    if change.target and change.places is not None:
        kept = Reserved(change.target, change.places or None)
        reservations = (*reservations, Reservation(kept, last=_next_start(picture, change)))
    if change.extra_on:
        day = (change.extra_on - picture.today).days
        groups = (*groups, ComingGroup(day=day, size=picture.group_size))
    capacity = picture.capacity if change.capacity is None else change.capacity
    return replace(picture, reservations=reservations, groups=groups, capacity=capacity)


def _next_start(picture: Picture, change: Change) -> int | None:
    """The last day on which the next group may begin, when only that one is concerned."""
    if not change.only_next:
        return None
    if picture.made:
        return picture.made[0].day
    coming = simulate(picture).groups
    return (coming[0].late - picture.today).days if coming else None


def refresh_forecasts(*, today: date | None = None) -> int:
    """Tell the referrers of every programme what the forecast says now. Returns how many waited.

    May run any number of times: what hasn't changed is written as it was. A programme that fails is
    told in the log, and the others go on.
    """
    day, waiting = today or timezone.localdate(), 0
    programmes = Programme.objects.open_on(day).select_related("data_controller", "unit")
    for programme in programmes.order_by("pk"):
        try:
            waiting += refresh_forecast(programme=programme, today=day)
        except Exception:
            logger.exception("Prognosen för insats %s kunde inte göras.", programme.pk)
    return waiting


def refresh_forecast(*, programme: Programme, today: date) -> int:
    """The same for one programme, as the system inside it."""
    with bound_to(system_scope(programme)):
        return tell_forecast(programme=programme, today=today)


def tell_forecast(*, programme: Programme, today: date) -> int:
    """Write what the forecast says of each place in the queue; the caller is bound to the programme."""
    queue = queue_of(programme=programme)
    if not queue:
        record_forecasts(programme=programme, starts={})
        return 0
    forecast = forecast_queue(programme=programme, queue=queue, today=today)
    stays = forecast.picture.stays
    starts = {
        one.pk: QueueStart(
            counted_on=today,
            earliest=outlook.early,
            likely=outlook.likely,
            latest=outlook.late,
            based_on=0 if stays.is_assumed else stays.ended,
        )
        for one, outlook in zip(queue, forecast.outlooks, strict=True)
    }
    record_forecasts(programme=programme, starts=starts)
    return len(starts)
