"""The picture of a programme today, read from its tables. Nothing in it tells who anybody is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject

from activities.models import Group, GroupMembership
from activities.services.forecast.shapes import (
    Arrivals,
    ComingGroup,
    Occupant,
    Picture,
    Reservation,
    Rhythm,
    Stays,
    Waiting,
)
from activities.services.forecast.starts import rhythm_of
from activities.services.forecast.stays import estimate_stays
from activities.services.sessions import holiday_name
from participants.models import Enrolment, StatisticsFact
from programmes.enums import PhaseKind
from programmes.models import ClosingDay, Phase, Programme, ReservedPlaces, WeeklySlot
from programmes.services import Reserved
from referrals.enums import Priority, ReferralState
from referrals.models import Referral

# Practice changes: only this much of the past is counted, as long as it holds enough.
LATEST = timedelta(days=3 * 365)
LATEST_ARRIVALS = timedelta(days=365)
ENOUGH_STAYS, MOST_STAYS = 30, 3000
DAYS_A_WEEK = 7
LEFT_QUEUE = (
    ReferralState.DECLINED,
    ReferralState.WITHDRAWN,
    ReferralState.TRANSFERRED,
)


def queue_of(*, programme: Programme) -> list[Referral]:
    """Those in the queue, in the order in which places are given. One query."""
    waiting = Referral.objects.filter(programme=programme).queued()
    return list(waiting.only("pk", "target_group", "priority", "consent", "queued_on"))


def picture_of(
    *, programme: Programme, today: date, queue: Sequence[Referral], targets: Iterable[str] = ()
) -> Picture:
    """What the forecast for `queue` is counted from. Five queries.

    `targets` are target groups to ask about beside those in the queue: when would somebody who
    joins the queue today begin?
    """
    blueprint = _blueprint(programme)
    groups = _groups(programme, today)
    arrivals, leaving = _flow(programme, today)
    asked = sorted({"", *targets, *(one.target_group for one in queue)})
    return Picture(
        today=today,
        capacity=programme.capacity,
        group_size=programme.group_size,
        group_days=blueprint.group_weeks * DAYS_A_WEEK,
        queue=tuple(
            Waiting(one.target_group, one.priority, is_anonymous=one.is_anonymous) for one in queue
        ),
        occupants=_occupants(blueprint.taken_from, groups, today),
        groups=_coming([one for one in groups if one.starts_on > today], today),
        rhythm=_rhythm(programme, groups, blueprint, today),
        stays=_stays(programme, blueprint.weeks * DAYS_A_WEEK, today),
        reservations=_reservations(programme, today),
        arrivals=arrivals,
        leaving_per_day=leaving,
        newcomers=tuple(Waiting(target, Priority.NORMAL) for target in asked),
    )


@dataclass(frozen=True)
class _Blueprint:
    """What the blueprint says of time: weeks of the group phase, fixed weeks in all, days.

    Read along with it: since when each open participation takes its place.
    """

    group_weeks: int
    weeks: int
    weekdays: frozenset[int]
    closed: frozenset[date]
    taken_from: tuple[date, ...]

    def is_open(self, day: date) -> bool:
        """Whether a group can begin on `day`: one of its weekdays, no holiday, not closed."""
        return (
            day.isoweekday() in self.weekdays and day not in self.closed and not holiday_name(day)
        )


def _blueprint(programme: Programme) -> _Blueprint:
    phases, slots, closing = (
        ArraySubquery(
            model.objects.filter(programme=OuterRef("pk")).order_by("pk").values(told=value)
        )
        for model, value in (
            (Phase, JSONObject(kind="kind", weeks="weeks")),
            (WeeklySlot, F("weekday")),
            (ClosingDay, F("day")),
        )
    )
    taken = Enrolment.objects.filter(programme=OuterRef("pk")).open().order_by("starts_on", "pk")
    since = ArraySubquery(taken.values("starts_on"))
    row = Programme.objects.filter(pk=programme.pk).values_list(phases, slots, closing, since).get()
    return _Blueprint(
        group_weeks=sum(one["weeks"] or 0 for one in row[0] if one["kind"] == PhaseKind.GROUP),
        weeks=sum(one["weeks"] or 0 for one in row[0]),
        weekdays=frozenset(row[1]),
        closed=frozenset(row[2]),
        taken_from=tuple(row[3]),
    )


def _groups(programme: Programme, today: date) -> list[Any]:
    """The groups of the past that is counted and those to come, each with its `targets`.

    One target group (blank for none) for each who has a place in the group.
    """
    placed = GroupMembership.objects.filter(
        programme=programme, group=OuterRef("pk"), left_on=None
    ).order_by("pk")
    target = Coalesce("enrolment__referral__target_group", Value(""))
    found = Group.objects.filter(programme=programme, ends_on__gte=today - LATEST)
    return list(
        found.order_by("starts_on").annotate(
            targets=ArraySubquery(placed.annotate(target=target).values("target"))
        )
    )


def _occupants(
    taken_from: Iterable[date], groups: Iterable[Group], today: date
) -> tuple[Occupant, ...]:
    """As `capacity_of` counts them: open participations, and anonymous members of groups not over."""
    found = [Occupant((day - today).days) for day in taken_from]
    for group in groups:
        until = (group.ends_on - today).days + 1
        if until > 0:
            since = (group.starts_on - today).days
            found += [Occupant(since, until)] * group.anonymous_members
    return tuple(found)


def _coming(groups: Iterable[Any], today: date) -> tuple[ComingGroup, ...]:
    return tuple(
        ComingGroup(
            day=(group.starts_on - today).days,
            size=group.size,
            members=tuple(sorted([""] * group.anonymous_members + group.targets)),
            number=group.number,
        )
        for group in groups
    )


def _rhythm(
    programme: Programme, groups: Iterable[Group], blueprint: _Blueprint, today: date
) -> Rhythm:
    last_day = programme.ends_on and programme.ends_on - timedelta(weeks=blueprint.group_weeks)
    return rhythm_of(
        today=today,
        starts=[group.starts_on for group in groups],
        per_year=programme.groups_per_year,
        is_open=blueprint.is_open,
        last_day=last_day,
    )


def _stays(programme: Programme, planned_days: int, today: date) -> Stays:
    """From the person-free facts, which outlive the persons. The latest years when they are enough."""
    facts = StatisticsFact.objects.filter(
        programme=programme, misregistered=False, started_on__lte=today
    ).order_by("-started_on", "-pk")
    rows = list(facts.values_list("started_on", "ended_on")[:MOST_STAYS])
    latest = [row for row in rows if row[0] >= today - LATEST]
    if sum(ended is not None for _, ended in latest) >= ENOUGH_STAYS:
        rows = latest
    observed = (
        ((min(ended or today, today) - started).days, ended is not None and ended <= today)
        for started, ended in rows
    )
    return estimate_stays(observed=observed, planned_days=planned_days)


def _reservations(programme: Programme, today: date) -> tuple[Reservation, ...]:
    """The steering group's decisions that concern groups to come, in the order they were noted."""
    decisions = (
        ReservedPlaces.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=today),
            Q(end=None) | Q(end__last_on__gte=today),
            programme=programme,
        )
        .select_related("end")
        .order_by("pk")
    )
    found = []
    for one in decisions:
        ends = [
            day for day in (one.valid_to, one.end.last_on if hasattr(one, "end") else None) if day
        ]
        found.append(
            Reservation(
                Reserved(one.target_group, one.places, one.group_number),
                first=(one.valid_from - today).days,
                last=(min(ends) - today).days if ends else None,
            )
        )
    return tuple(found)


def _flow(programme: Programme, today: date) -> tuple[tuple[Arrivals, ...], float]:
    """(who joins the queue a day, the share of it that leaves a day without a place)."""
    rows = Referral.objects.filter(
        programme=programme, queued_on__gt=today - LATEST, queued_on__lte=today
    ).values_list("queued_on", "state", "state_since", "target_group", "priority")
    came: Counter[tuple[str, int]] = Counter()
    left, spent = 0, 0
    for queued, state, since, target, priority in rows.order_by("queued_on", "pk"):
        assert queued is not None
        came[target, priority] += queued > today - LATEST_ARRIVALS
        has_left = state in LEFT_QUEUE
        left += has_left
        ends = since if has_left or state == ReferralState.PLACED else today
        spent += max(0, (min(ends or today, today) - queued).days)
    pace = (
        Arrivals(count / LATEST_ARRIVALS.days, target, priority)
        for (target, priority), count in sorted(came.items())
    )
    return tuple(one for one in pace if one.per_day), left / spent if spent else 0.0
