"""Reading the log of who has read what."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import ReadEvent, User

PAGE_SIZE = 50


@dataclass(frozen=True)
class LogFilter:
    """What a log reviewer looks for. Both dates are inclusive.

    `reader` is part of the name of the one who read; `participant` the number of the one read about.
    """

    first: date | None = None
    last: date | None = None
    reader: str = ""
    participant: int | None = None


@dataclass(frozen=True)
class LogPage:
    """One page of the log, newest first. `older` and `newer` are the keys of the pages beside it."""

    events: list[ReadEvent]
    older: int | None
    newer: int | None


def read_log_page(
    *, user: User, wanted: LogFilter, before: int | None = None, after: int | None = None
) -> LogPage:
    """The readings of the controllers the user reviews: who, what, when, from where; no content.

    `before` and `after` are keys (the log's own numbers), so that a page stays the same while new
    lines come in, and the thousandth page costs as much as the first.
    """
    found = _wanted(user, wanted)
    if after is not None:
        newest_last = list(found.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        has_newer, events = len(newest_last) > PAGE_SIZE, newest_last[:PAGE_SIZE][::-1]
        has_older = True
    else:
        page = found.filter(pk__lt=before) if before is not None else found
        rows = list(page.order_by("-pk")[: PAGE_SIZE + 1])
        has_older, events = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
        has_newer = before is not None
    older = events[-1].pk if events and has_older else None
    newer = events[0].pk if events and has_newer else None
    return LogPage(events, older, newer)


def _wanted(user: User, wanted: LogFilter) -> QuerySet[ReadEvent]:
    conditions = Q(controller_id__in=sorted(user.scope.reviews))
    if wanted.first:
        conditions &= Q(at__gte=_midnight(wanted.first))
    if wanted.last:
        conditions &= Q(at__lt=_midnight(wanted.last + timedelta(days=1)))
    if wanted.participant is not None:
        conditions &= Q(participant_id=wanted.participant)
    for word in wanted.reader.split():
        conditions &= Q(user__name__icontains=word)
    return ReadEvent.objects.filter(conditions).select_related("user")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
