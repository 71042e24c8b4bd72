"""Work trials: eight weeks of hours that rise toward the goal, and how they went."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from activities.enums import TrialResult, WorkTrialState
from activities.services import standard_steps
from rehabsteg.demo.days import later, office, workday
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import Course, Step, TrialPlan, WeekPlan, Window
from rehabsteg.demo.texts import EVALUATIONS, WEEK_COMMENTS, WORKPLACES

WEEK = timedelta(weeks=1)
HALF = Decimal("0.5")
SOON = 21
# How many of plan, propose and approve are done, for trials that begin soon and later.
PLANNED_SOON, PLANNED_LATER = (3, 2, 3, 1), (0, 1, 2, 0, 3)
STATE_AFTER = {
    "plan": WorkTrialState.DRAFT,
    "propose": WorkTrialState.PROPOSED,
    "approve": WorkTrialState.APPROVED,
    "start": WorkTrialState.ONGOING,
    "evaluate": WorkTrialState.EVALUATED,
    "interrupt": WorkTrialState.INTERRUPTED,
    "cancel": WorkTrialState.CANCELLED,
}


def plan_trial(
    rng: Random,
    place: Place,
    window: Window,
    course: Course,
    begins: date,
    turn: int,
    broken_after: int | None = None,
) -> TrialPlan:
    """A trial from Monday `begins`. `broken_after` is the number of weeks before it was given up."""
    length = rng.choice((8, 8, 8, 8, 8, 8, 6, 10))
    steps = standard_steps(weeks=length, goal=place.programme.weekly_hours_goal)
    weeks = [WeekPlan(begins + WEEK * index, step) for index, step in enumerate(steps)]
    trial = TrialPlan(
        workplace=rng.randrange(len(WORKPLACES)),
        starts_on=begins,
        ends_on=begins + WEEK * length - timedelta(days=1),
        weeks=weeks,
        state=WorkTrialState.DRAFT,
        steps=[],
    )
    no_show = broken_after is None and rng.random() < 0.03
    _do_hours(rng, window, course, trial, 0 if no_show else broken_after)
    _tell(rng, window, course, trial, broken_after, turn, no_show)
    return trial


def _do_hours(
    rng: Random, window: Window, course: Course, trial: TrialPlan, done_weeks: int | None
) -> None:
    pace = rng.uniform(0.92, 1.12) if course.able else rng.uniform(0.45, 0.85)
    last = len(trial.weeks) - 1
    for index, week in enumerate(trial.weeks):
        over = week.monday + timedelta(days=6) <= window.last
        if not over or (done_weeks is not None and index >= done_weeks):
            continue
        hours = float(week.planned) * pace + rng.choice((-1, -0.5, 0, 0, 0, 0.5))
        if rng.random() < 0.07:
            hours, week.comment = hours * 0.4, rng.choice(WEEK_COMMENTS)
        if course.able and index >= last - 1:
            hours = max(hours, float(week.planned))
        week.actual = max(Decimal(0), round(Decimal(hours) / HALF) * HALF)
    # Somebody who is in the middle of it may not have had last week's hours written down yet.
    logged = [week for week in trial.weeks if week.actual is not None]
    if logged and trial.ends_on > window.last and rng.random() < 0.25:
        logged[-1].actual = None


def _tell(
    rng: Random,
    window: Window,
    course: Course,
    trial: TrialPlan,
    broken_after: int | None,
    turn: int,
    no_show: bool,
) -> None:
    """The trial's history as far as it has come, and the state it gives."""
    previous = None
    for verb, day in _days(rng, window, trial, broken_after, turn).items():
        day = max(workday(day), course.starts_on)
        if day > window.last:
            break
        moment = later(office(rng, day), previous)
        trial.steps.append(Step(verb, moment, course.coordinator))
        previous = moment
        trial.state = STATE_AFTER[verb]
        if verb == "approve":
            trial.approved_on = day
    if trial.state == WorkTrialState.EVALUATED:
        _evaluate(rng, trial, no_show)


def _days(
    rng: Random, window: Window, trial: TrialPlan, broken_after: int | None, turn: int
) -> dict[str, date]:
    """The day of each verb. What hasn't begun has come more or less far in the planning.

    `turn` is the person's place in the group: every stage of planning is met among them.
    """
    start = trial.starts_on
    before = start
    if start > window.last:
        before = min(start, window.last + timedelta(days=rng.randint(0, 8)))
        soon = (start - window.last).days <= SOON
        ahead = PLANNED_SOON if soon else PLANNED_LATER
        verbs = ahead[turn % len(ahead)]
    else:
        verbs = 3
    days = {
        "plan": before - timedelta(days=rng.randint(15, 24)),
        "propose": before - timedelta(days=rng.randint(11, 14)),
        "approve": before - timedelta(days=rng.randint(2, 9)),
    }
    days = dict(list(days.items())[:verbs])
    if start > window.last:
        return days
    if broken_after == 0:
        return {**days, "cancel": start - timedelta(days=1)}
    days["start"] = start
    if broken_after is None:
        days["evaluate"] = trial.ends_on + timedelta(days=1)
    else:
        days["interrupt"] = start + timedelta(weeks=broken_after, days=1)
    return days


def _evaluate(rng: Random, trial: TrialPlan, no_show: bool) -> None:
    if no_show or not trial.highest:
        trial.result = TrialResult.NO_SHOW
        return
    planned = trial.weeks[-1].planned
    trial.result = TrialResult.COMPLETED if trial.highest >= planned else TrialResult.PARTLY
    trial.evaluation = rng.choice(EVALUATIONS[trial.result])
