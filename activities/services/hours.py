"""Hours of activity a week, against the plan and the programme's goal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from activities.enums import ATTENDED, WorkTrialState
from activities.models import Attendance, GroupMembership, Session, WorkTrialWeek
from core.formatting import local_date
from participants.models import Enrolment
from programmes.models import Programme

WEEK = timedelta(days=7)
ZERO = Decimal(0)
# States in which the plan of a trial says something about coming weeks.
PLANNING = (WorkTrialState.PROPOSED, WorkTrialState.APPROVED, WorkTrialState.ONGOING)
LONGEST_WEEKS = 5 * 53


@dataclass(frozen=True)
class WeekHours:
    """One ISO week: hours done in group and work trial, and hours planned (None: no plan)."""

    monday: date
    group: Decimal
    trial: Decimal
    planned: Decimal | None
    is_current: bool

    @property
    def total(self) -> Decimal:
        """All activity of the week, in hours."""
        return self.group + self.trial


@dataclass(frozen=True)
class WeeklyHours:
    """A participation's hours, every week from the first to the last, without gaps.

    `reached` is the first week whose done hours are at least `goal`; `reached_on` the day it was
    reached. `expected` is the first coming week whose plan reaches the goal.
    """

    weeks: tuple[WeekHours, ...]
    goal: Decimal
    reached_on: date | None

    @property
    def expected(self) -> date | None:
        """Monday of the first planned week at or over the goal, when it isn't reached yet."""
        current = next((week.monday for week in self.weeks if week.is_current), None)
        for week in self.weeks:
            ahead = current is None or week.monday >= current
            if ahead and week.planned is not None and week.planned >= self.goal:
                return None if self.reached_on else week.monday
        return None

    @property
    def highest(self) -> Decimal:
        """The most hours done in one week."""
        return max((week.total for week in self.weeks), default=ZERO)

    @property
    def last_whole(self) -> WeekHours | None:
        """The newest week that is over and has hours."""
        done = [week for week in self.weeks if not week.is_current and week.total]
        return done[-1] if done else None


def monday_of(day: date) -> date:
    """The first day of the ISO week `day` lies in."""
    return day - timedelta(days=day.weekday())


def weekly_hours(*, enrolment: Enrolment, today: date | None = None) -> WeeklyHours:
    """Hours of activity per ISO week: attended group sessions plus logged work-trial hours.

    A session counts its whole length to who was there or came late, in the week of its Swedish
    calendar day; a cancelled session counts for nobody. Planned hours are the sessions of the
    participation's time in the group and the steps of trials that aren't cancelled. The goal is the
    programme's (Rehabsteget: 10 hours a week). Five queries.
    """
    day = today or timezone.localdate()
    group, dates = _group_hours(enrolment)
    trial, planned = _trial_hours(enrolment)
    for session in _expected_sessions(enrolment):
        planned[monday_of(local_date(session.starts_at))] += session.hours
    goal = Programme.objects.values_list("weekly_hours_goal", flat=True).get(
        pk=enrolment.programme_id
    )
    weeks = tuple(
        WeekHours(
            monday,
            group.get(monday, ZERO),
            trial.get(monday, ZERO),
            planned.get(monday),
            monday == monday_of(day),
        )
        for monday in _mondays(enrolment, {*group, *trial, *planned}, day)
    )
    return WeeklyHours(weeks, goal, _reached_on(weeks, goal, dates, day))


def _group_hours(enrolment: Enrolment) -> tuple[dict[date, Decimal], dict[date, list]]:
    """Hours per week, and (day, hours) of each week's sessions in order."""
    attended = (
        Attendance.objects.filter(enrolment=enrolment, kind__in=ATTENDED, session__cancelled=False)
        .select_related("session")
        .order_by("session__starts_at")
    )
    hours: dict[date, Decimal] = defaultdict(Decimal)
    dates: dict[date, list] = defaultdict(list)
    for one in attended:
        day = local_date(one.session.starts_at)
        hours[monday_of(day)] += one.session.hours
        dates[monday_of(day)].append((day, one.session.hours))
    return hours, dates


def _trial_hours(enrolment: Enrolment) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    weeks = WorkTrialWeek.objects.filter(trial__enrolment=enrolment).exclude(
        trial__state__in=(WorkTrialState.CANCELLED, WorkTrialState.DRAFT)
    )
    done: dict[date, Decimal] = defaultdict(Decimal)
    planned: dict[date, Decimal] = defaultdict(Decimal)
    for week in weeks.select_related("trial"):
        if week.actual_hours is not None:
            done[week.monday] += week.actual_hours
        if week.actual_hours is not None or week.trial.state in (
            *PLANNING,
            WorkTrialState.EVALUATED,
        ):
            planned[week.monday] += week.planned_hours
    return done, planned


def _expected_sessions(enrolment: Enrolment) -> Iterator[Session]:
    """Sessions the participation was or is expected at: in its group, while in it, not cancelled."""
    places = list(GroupMembership.objects.filter(enrolment=enrolment))
    sessions = Session.objects.filter(
        group_id__in=[place.group_id for place in places], cancelled=False
    )
    for session in sessions.order_by("starts_at"):
        day = local_date(session.starts_at)
        if any(
            place.group_id == session.group_id
            and place.joined_on <= day
            and (place.left_on is None or day <= place.left_on)
            for place in places
        ):
            yield session


def _mondays(enrolment: Enrolment, known: Iterable[date], today: date) -> Iterator[date]:
    mondays = set(known)
    if not mondays:
        return
    last_day = enrolment.ends_on or today
    mondays |= {monday_of(enrolment.starts_on), min(monday_of(last_day), monday_of(today))}
    monday, last = min(mondays), max(mondays)
    for index in range(LONGEST_WEEKS):
        if monday + index * WEEK > last:
            return
        yield monday + index * WEEK


def _reached_on(
    weeks: Iterable[WeekHours], goal: Decimal, dates: dict[date, list], today: date
) -> date | None:
    """The day the goal was reached: the session that made it, else the week's last day.

    Work-trial hours are logged per week, so a week that needs them is reached when it ends (or
    today, when it is this week).
    """
    for week in weeks:
        if week.total < goal:
            continue
        reached = week.trial
        for day, hours in dates.get(week.monday, []):
            reached += hours
            if week.trial == 0 and reached >= goal:
                return day
        return min(week.monday + timedelta(days=6), max(today, week.monday))
    return None
