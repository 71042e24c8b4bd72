"""The forecast: when those in the queue will begin, and what reserved places would change."""

from activities.services.forecast.ask import (
    Change,
    changed,
    forecast_queue,
    refresh_forecast,
    refresh_forecasts,
    tell_forecast,
    what_if,
)
from activities.services.forecast.gather import picture_of, queue_of
from activities.services.forecast.shapes import (
    Arrivals,
    ComingGroup,
    Forecast,
    GroupOutlook,
    Occupant,
    Outlook,
    Picture,
    Reservation,
    Rhythm,
    Stays,
    Waiting,
)
from activities.services.forecast.simulate import runs_for, simulate
from activities.services.forecast.starts import rhythm_of
from activities.services.forecast.stays import estimate_stays

__all__ = [
    "Arrivals",
    "Change",
    "ComingGroup",
    "Forecast",
    "GroupOutlook",
    "Occupant",
    "Outlook",
    "Picture",
    "Reservation",
    "Rhythm",
    "Stays",
    "Waiting",
    "changed",
    "estimate_stays",
    "forecast_queue",
    "picture_of",
    "queue_of",
    "refresh_forecast",
    "refresh_forecasts",
    "rhythm_of",
    "runs_for",
    "simulate",
    "tell_forecast",
    "what_if",
]
