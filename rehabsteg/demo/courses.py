"""The programme's years: groups start, people take part, leave early or go the whole way.

Sizes follow the real programme: at most 8 groups a year, 15 in a group, 40 at the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from activities.services import planned_times
from programmes.models import Programme
from rehabsteg.demo.days import monday_after, workday
from rehabsteg.demo.identities import Identities, Person
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import (
    GROUP,
    SUPPORT,
    TRIAL,
    Course,
    GroupPlan,
    PhasePlan,
    ProgrammePlan,
    ReferralPlan,
    Window,
)
from rehabsteg.demo.referrals import PLACED, plan_referral, plan_waiting
from rehabsteg.demo.registrations import plan_after, plan_before
from rehabsteg.demo.trials import plan_trial

# ISO weeks in which groups start; the summer and Christmas stand still.
START_WEEKS = {8: (2, 8, 14, 20, 26, 33, 39, 45), 5: (3, 12, 21, 34, 44)}
# In the first year nobody has been referred by the second week of January.
FIRST_START_WEEKS = {2: 5, 3: 6, 8: 9}
ROOMS = ("Kvarnsalen", "Lilla salen", "Ån")
FIRST_GROUP_AFTER = timedelta(days=24)
AHEAD = timedelta(weeks=10)
SHARE_ANONYMOUS, SHARE_AGAIN, SHARE_MISREGISTERED = 0.05, 0.03, 0.02
SHARE_LATE, SHARE_GAP, SHARE_CANCELLED_TRIAL = 0.06, 0.035, 0.4
SHARE_ABLE = 0.74
PLACED_AHEAD = 3
REST_BEFORE_AGAIN = timedelta(days=150)

# How participations go: (share, what happens).
LEAVES_GROUP, LEAVES_TRIAL, NO_TRIAL, WHOLE_WAY = "group", "trial", "no_trial", "whole"
ENDINGS = ((0.13, LEAVES_GROUP), (0.08, LEAVES_TRIAL), (0.07, NO_TRIAL), (0.72, WHOLE_WAY))
REASONS = {
    LEAVES_GROUP: {"AVB": 36, "UTE": 24, "SJU": 28, "FLY": 6, "SAM": 3, "FOR": 3},
    LEAVES_TRIAL: {"SJU": 42, "AVB": 32, "UTE": 14, "FLY": 6, "ANN": 6},
    NO_TRIAL: {"FRE": 62, "SJU": 26, "ANN": 12},
    WHOLE_WAY: {"GEN": 42, "FRE": 54, "ANN": 4},
}


@dataclass(frozen=True)
class Years:
    """What the simulation needs to know about one programme."""

    place: Place
    window: Window
    rng: Random
    identities: Identities

    @property
    def programme(self) -> Programme:
        """The programme."""
        return self.place.programme


def plan_programme(years: Years) -> ProgrammePlan:
    """Everything that happens in the programme during the window."""
    plan = ProgrammePlan([], [])
    for number, day in enumerate(_start_days(years), start=1):
        group = _new_group(years, number, day)
        plan.groups.append(group)
        _fill(years, plan, group)
    plan.waiting = plan_waiting(
        years.rng, years.place, years.window, years.identities, len(plan.groups)
    )
    return plan


def _start_days(years: Years) -> list[date]:
    window, programme = years.window, years.programme
    weeks = START_WEEKS[programme.groups_per_year]
    mondays = [
        date.fromisocalendar(
            year, FIRST_START_WEEKS.get(week, week) if year == window.first.year else week, 1
        )
        for year in range(window.first.year, window.today.year + 2)
        for week in weeks
    ]
    begun = [day for day in mondays if window.first + FIRST_GROUP_AFTER <= day <= window.today]
    coming = [day for day in mondays if window.today < day <= window.today + AHEAD]
    return [*begun, *coming[:1]]


def _new_group(years: Years, number: int, day: date) -> GroupPlan:
    times = planned_times(programme=years.programme, starts_on=day)
    coordinators = years.place.coordinators
    group = GroupPlan(
        number=number,
        starts_on=times[0][0].date(),
        ends_on=times[-1][0].date(),
        times=times,
        leader=coordinators[number % len(coordinators)],
        room=ROOMS[number % len(ROOMS)],
    )
    if years.rng.random() < 0.4:
        group.cancelled = {years.rng.randint(3, len(times) - 2)}
    return group


def _fill(years: Years, plan: ProgrammePlan, group: GroupPlan) -> None:
    """Place people in the group: as many as want to come, as long as there are places."""
    rng, programme = years.rng, years.programme
    size = programme.group_size
    free = programme.capacity - plan.taken_on(group.starts_on)
    wanted = min(size, size - rng.choice((0, 0, 0, 1, 1, 2)))
    coming = group.starts_on > years.window.today
    if coming:
        # A placed person takes a place from the day of placement.
        free = min(free, programme.capacity - plan.taken_on(years.window.today))
    intake = max(0, min(PLACED_AHEAD if coming else wanted, free))
    for _ in range(intake):
        if not coming and rng.random() < SHARE_ANONYMOUS:
            gender = "K" if rng.random() < 0.6 else "M"
            group.anonymous.append(_referral(years, group, None, gender))
            continue
        person = _somebody(years, plan, group)
        referral = _referral(years, group, person, person.gender)
        group.courses.append(_course(years, group, person, referral))


def _somebody(years: Years, plan: ProgrammePlan, group: GroupPlan) -> Person:
    """Somebody new, or now and then one who was here before and comes back."""
    back_by = group.starts_on - REST_BEFORE_AGAIN
    if years.rng.random() < SHARE_AGAIN:
        again = [
            course.person
            for course in plan.courses
            if course.reason in ("AVB", "SJU", "UTE")
            and course.ends_on
            and course.ends_on < back_by
        ]
        times = [course.person for course in plan.courses]
        again = [person for person in again if times.count(person) == 1 and person.number]
        if again:
            return years.rng.choice(again)
    return years.identities.new()


def _referral(years: Years, group: GroupPlan, person: Person | None, gender: str) -> ReferralPlan:
    rng, window = years.rng, years.window
    ahead = rng.randint(4, 16) if group.starts_on <= window.today else 0
    placed_on = min(workday(group.starts_on - timedelta(days=ahead)), window.last)
    wait = min(max(round(rng.gauss(52, 22)), 22), 130)
    sent_on = max(
        placed_on - timedelta(days=wait), window.first + timedelta(days=rng.randint(1, 5))
    )
    return plan_referral(
        rng,
        years.place,
        person=person,
        gender=gender,
        sent_on=workday(sent_on),
        until=placed_on,
        ending=PLACED,
        starts_on=group.starts_on,
    )


def _course(years: Years, group: GroupPlan, person: Person, referral: ReferralPlan) -> Course:
    rng, window = years.rng, years.window
    placing = referral.steps[-1]
    late = group.starts_on <= window.today and rng.random() < SHARE_LATE
    assert referral.coordinator is not None
    course = Course(
        person=person,
        referral=referral,
        coordinator=referral.coordinator,
        placed_on=placing.at.date(),
        placed_by=placing.actor,
        starts_on=group.times[3][0].date() if late else group.starts_on,
        able=rng.random() < SHARE_ABLE,
    )
    if course.starts_on > window.last:
        course.starts_on = group.starts_on
    course.before = plan_before(rng, referral)
    course.before_on = _registered_on(years, course)
    if course.starts_on <= window.last:
        _live_through(years, group, course)
    return course


def _registered_on(years: Years, course: Course) -> date | None:
    """In-registration is done around the start; somebody who just came may wait for it."""
    day = workday(course.starts_on + timedelta(days=years.rng.randint(0, 9)))
    day = max(day, course.starts_on)
    return day if day <= years.window.last else None


def _live_through(years: Years, group: GroupPlan, course: Course) -> None:
    rng, last = years.rng, years.window.last
    course.phases = [PhasePlan(GROUP, course.starts_on)]
    if rng.random() < SHARE_MISREGISTERED:
        wrong = workday(course.starts_on + timedelta(days=rng.randint(3, 20)))
        if course.starts_on < wrong <= last:
            course.misregistered_on = course.left_group_on = wrong
            return
    shares = [share for share, _ in ENDINGS]
    ending = rng.choices([name for _, name in ENDINGS], weights=shares)[0]
    natural_end = _COURSES[ending](years, group, course)
    natural_end = max(workday(natural_end), course.starts_on + timedelta(days=1))
    if natural_end <= last:
        _close(years, course, ending, natural_end)
    _cut(course, last)
    if course.ends_on is None and rng.random() < 0.06 and course.starts_on < last:
        course.paused_on = workday(last - timedelta(days=rng.randint(1, 6)))
        course.paused_on = max(course.paused_on, course.starts_on + timedelta(days=1))
        course.paused_on = course.paused_on if course.paused_on <= last else None


def _close(years: Years, course: Course, ending: str, day: date) -> None:
    rng = years.rng
    reasons = REASONS[ending]
    course.ends_on = day
    course.reason = rng.choices(list(reasons), weights=list(reasons.values()))[0]
    if rng.random() < SHARE_GAP:
        course.gap = rng.choice(GAPS)
    course.after = plan_after(rng, course)


GAPS = (
    "Deltagaren kom inte till avslutningssamtalet och har inte gått att nå på telefon.",
    "Uppgifterna om sysselsättning kunde inte lämnas. Remittenten tar över kontakten.",
    "Flyttade hastigt till en annan kommun. Sista uppgifterna saknas.",
)


def _cut(course: Course, last: date) -> None:
    """Phases that would come after today haven't happened; those before the end are ended."""
    course.phases = [phase for phase in course.phases if phase.started_on <= last]
    for phase, following in zip(course.phases, course.phases[1:], strict=False):
        phase.ended_on = following.started_on - timedelta(days=1)
    if course.ends_on:
        course.phases = [one for one in course.phases if one.started_on <= course.ends_on]
        course.phases[-1].ended_on = course.ends_on


def _leaves_group(years: Years, group: GroupPlan, course: Course) -> date:
    day = course.starts_on + timedelta(days=years.rng.randint(8, 48))
    course.left_group_on = min(workday(day), group.ends_on)
    return course.left_group_on + timedelta(days=years.rng.randint(0, 6))


def _no_trial(years: Years, group: GroupPlan, course: Course) -> date:
    begins, turn = monday_after(group.ends_on), len(group.courses)
    course.phases.append(PhasePlan(SUPPORT, begins))
    if years.rng.random() < SHARE_CANCELLED_TRIAL:
        course.trial = plan_trial(
            years.rng, years.place, years.window, course, begins, turn, broken_after=0
        )
    return begins + timedelta(days=years.rng.randint(4, 40))


def _leaves_trial(years: Years, group: GroupPlan, course: Course) -> date:
    begins, turn = monday_after(group.ends_on), len(group.courses)
    weeks = years.rng.randint(2, 6)
    course.phases.append(PhasePlan(TRIAL, begins))
    course.trial = plan_trial(
        years.rng, years.place, years.window, course, begins, turn, broken_after=weeks
    )
    return begins + timedelta(weeks=weeks, days=years.rng.randint(1, 4))


def _whole_way(years: Years, group: GroupPlan, course: Course) -> date:
    rng, turn = years.rng, len(group.courses)
    begins = monday_after(group.ends_on) + timedelta(weeks=rng.choice((0, 0, 0, 0, 1)))
    course.phases.append(PhasePlan(TRIAL, begins))
    course.trial = plan_trial(rng, years.place, years.window, course, begins, turn)
    trial_ends = course.trial.ends_on
    if rng.random() < 0.7:
        return trial_ends + timedelta(days=rng.randint(1, 10))
    begins = monday_after(trial_ends)
    course.phases.append(PhasePlan(SUPPORT, begins))
    return begins + timedelta(days=rng.choice((18, 25, 32, 46, 60, 95)))


_COURSES: dict[str, Callable[[Years, GroupPlan, Course], date]] = {
    LEAVES_GROUP: _leaves_group,
    LEAVES_TRIAL: _leaves_trial,
    NO_TRIAL: _no_trial,
    WHOLE_WAY: _whole_way,
}
