"""Groups, sessions, attendance, work trials and follow-ups."""

from datetime import date, timedelta
from itertools import cycle
from random import Random

from dateutil.relativedelta import relativedelta

from activities.enums import AttendanceKind, FollowUpState
from activities.models import (
    Attendance,
    AttendanceChange,
    FollowUp,
    Group,
    GroupMembership,
    Session,
    Workplace,
    WorkTrial,
    WorkTrialEvent,
    WorkTrialWeek,
)
from activities.rules import WORK_TRIAL
from activities.services.closure import NO_FOLLOW_UP
from core.formatting import number, week
from programmes.enums import Anchor
from programmes.models import Checkpoint
from rehabsteg.demo.days import at, later, office, workday
from rehabsteg.demo.history import Line, last_day
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import Course, GroupPlan, ProgrammePlan, TrialPlan, Window
from rehabsteg.demo.registrations import HOURS
from rehabsteg.demo.rows import history_line, new_key, write
from rehabsteg.demo.texts import TASKS, WORKPLACES
from rehabsteg.demo.write_courses import Written

# How people are at sessions: those who are well on their way, and those who struggle.
STEADY = {
    AttendanceKind.PRESENT: 84, AttendanceKind.LATE: 5, AttendanceKind.SICK: 4,
    AttendanceKind.CARE: 3, AttendanceKind.AUTHORITY: 1, AttendanceKind.CHILD: 1,
    AttendanceKind.OTHER: 1, AttendanceKind.ABSENT: 1,
}  # fmt: skip
STRUGGLING = {
    AttendanceKind.PRESENT: 58, AttendanceKind.LATE: 8, AttendanceKind.SICK: 13,
    AttendanceKind.CARE: 5, AttendanceKind.AUTHORITY: 2, AttendanceKind.CHILD: 3,
    AttendanceKind.OTHER: 2, AttendanceKind.ABSENT: 9,
}  # fmt: skip
CORRECTIONS = (
    "Hade ringt sjukanmälan, det antecknades i fel lista.",
    "Kom efter rasten, inte från början.",
    "Var på vårdbesök, kallelsen visades dagen efter.",
)
FOLLOW_UP_RESULTS = {
    FollowUpState.DONE: 72, FollowUpState.NOT_REACHED: 17, FollowUpState.DECLINED: 6,
    FollowUpState.PLANNED: 5,
}  # fmt: skip
OCCUPATIONS_LATER = {"ARB": 18, "SUB": 17, "STU": 15, "PRA": 14, "AMP": 13, "SOK": 10, "SJK": 13}


def write_activities(
    *, place: Place, plan: ProgrammePlan, window: Window, rng: Random, written: Written
) -> dict[int, list[Line]]:
    """Everything that people do. Returns the lines it gives in participations' histories."""
    groups = [_group(place, one, rng) for one in plan.groups]
    write(groups)
    sessions = [
        (one, session)
        for one, group in zip(plan.groups, groups, strict=True)
        for session in _sessions(place, one, group, window)
    ]
    write([session for _, session in sessions])
    _write_memberships(place, plan, groups, written)
    _write_attendance(place, sessions, window, rng, written)
    lines: dict[int, list[Line]] = {}
    _write_trials(place, plan.courses, window, rng, written, lines)
    _write_follow_ups(place, plan.courses, window, rng, written, lines)
    return lines


# --- groups and attendance --------------------------------------------------------------------


def _group(place: Place, plan: GroupPlan, rng: Random) -> Group:
    return Group(
        number=plan.number,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        size=place.programme.group_size,
        room=plan.room,
        leader=plan.leader,
        anonymous_members=len(plan.anonymous),
        once_key=new_key(rng),
        **place.programme.owned(),
    )


def _sessions(place: Place, plan: GroupPlan, group: Group, window: Window) -> list[Session]:
    contents = list(place.programme.session_contents.filter(on_need=False).order_by("order"))
    rows = []
    for position, ((start, end), content) in enumerate(
        zip(plan.times, cycle(contents), strict=False), start=1
    ):
        over = start.date() <= window.last
        done = over and position not in plan.cancelled
        rows.append(
            Session(
                group=group,
                number=position,
                starts_at=start,
                ends_at=end,
                content=content,
                room=plan.room,
                cancelled=position in plan.cancelled,
                attendance_done_at=end + timedelta(minutes=10) if done else None,
                **place.programme.owned(),
            )
        )
    return rows


def _write_memberships(
    place: Place, plan: ProgrammePlan, groups: list[Group], written: Written
) -> None:
    write(
        [
            GroupMembership(
                group=group,
                enrolment=written.by_course[id(course)],
                joined_on=course.starts_on,
                left_on=_left_on(course),
                **place.programme.owned(),
            )
            for one, group in zip(plan.groups, groups, strict=True)
            for course in one.courses
        ]
    )


def _left_on(course: Course) -> date | None:
    return course.left_group_on if course.ends_on or course.misregistered_on else None


def _write_attendance(
    place: Place,
    sessions: list[tuple[GroupPlan, Session]],
    window: Window,
    rng: Random,
    written: Written,
) -> None:
    rows, changes = [], []
    for plan, session in sessions:
        day = session.starts_at.date()
        if session.cancelled or day > window.last:
            continue
        for course in plan.courses:
            last = min(course.left_group_on or window.last, last_day(course, window))
            if course.starts_on <= day <= last:
                row, history = _attendance(place, plan, session, course, rng, written)
                rows.append(row)
                changes += history
    write(rows)
    write(changes)


def _attendance(
    place: Place,
    plan: GroupPlan,
    session: Session,
    course: Course,
    rng: Random,
    written: Written,
) -> tuple[Attendance, list[AttendanceChange]]:
    leaving = course.left_group_on is not None and course.reason in ("UTE", "AVB")
    weights = STEADY if course.able and not leaving else STRUGGLING
    kind = rng.choices(list(weights), weights=list(weights.values()))[0]
    left = course.left_group_on
    if leaving and left and (left - session.starts_at.date()).days < 9:
        kind = AttendanceKind.ABSENT
    taken = session.starts_at + timedelta(minutes=rng.randint(4, 25))
    owned = place.programme.owned()
    row = Attendance(
        session=session,
        enrolment=written.by_course[id(course)],
        kind=kind,
        recorded_by=plan.leader,
        recorded_at=taken,
        **owned,
    )
    first = AttendanceChange(attendance=row, kind=kind, by=plan.leader, at=taken, **owned)
    if kind in (AttendanceKind.SICK, AttendanceKind.CARE) and rng.random() < 0.06:
        first.kind = AttendanceKind.ABSENT
        row.recorded_at = taken + timedelta(days=1)
        why = rng.choice(CORRECTIONS)
        again = AttendanceChange(
            attendance=row, kind=kind, reason=why, by=plan.leader, at=row.recorded_at, **owned
        )
        return row, [first, again]
    return row, [first]


# --- work trials ------------------------------------------------------------------------------


def _write_trials(
    place: Place,
    courses: list[Course],
    window: Window,
    rng: Random,
    written: Written,
    lines: dict[int, list[Line]],
) -> None:
    owned = place.programme.owned()
    workplaces = [
        Workplace(
            name=name, kind=kind, contact=contact, phone="019-17 40 5" + str(index % 10), **owned
        )
        for index, (name, kind, contact) in enumerate(WORKPLACES)
    ]
    write(workplaces)
    planned = [
        (course, course.trial, _trial(place, course, course.trial, workplaces, rng, written))
        for course in courses
        if course.trial and course.trial.steps
    ]
    write([row for _, _, row in planned])
    write([line for course, trial, row in planned for line in _trial_history(place, trial, row)])
    write(
        [
            WorkTrialWeek(
                trial=row,
                monday=one.monday,
                planned_hours=one.planned,
                actual_hours=one.actual,
                comment=one.comment,
                **owned,
            )
            for _, trial, row in planned
            for one in trial.weeks
        ]
    )
    for course, trial, row in planned:
        lines.setdefault(id(course), []).extend(_trial_lines(course, trial, row, window))


def _trial(
    place: Place,
    course: Course,
    plan: TrialPlan,
    workplaces: list[Workplace],
    rng: Random,
    written: Written,
) -> WorkTrial:
    workplace = workplaces[plan.workplace]
    return WorkTrial(
        enrolment=written.by_course[id(course)],
        workplace=workplace,
        state=plan.state,
        version=1 + len(plan.steps) - 1,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        tasks=rng.choice(TASKS),
        supervisor=workplace.contact,
        participant_approved_on=plan.approved_on,
        workplace_approved_on=plan.approved_on,
        result=plan.result,
        evaluation=plan.evaluation,
        once_key=new_key(rng),
        **place.programme.owned(),
    )


def _trial_history(place: Place, plan: TrialPlan, row: WorkTrial) -> list[WorkTrialEvent]:
    rows, before = [], ""
    for step in plan.steps:
        transition = WORK_TRIAL.get(step.verb)
        after = transition.target if transition else "draft"
        rows.append(
            history_line(
                WorkTrialEvent,
                {"trial": row},
                place,
                step,
                verb=step.verb,
                label=transition.done if transition else "Arbetsprövningen planerades",
                from_state=before,
                to_state=after,
            )
        )
        before = after
    return rows


def _trial_lines(course: Course, plan: TrialPlan, row: WorkTrial, window: Window) -> list[Line]:
    name = row.workplace.name
    lines = [
        Line(f"trial_{step.verb}", WORK_TRIAL[step.verb].done, step.at, step.actor, text=name)
        for step in plan.steps
        if step.verb in WORK_TRIAL
    ]
    for one in plan.weeks:
        if one.actual is None:
            continue
        done, planned = number(one.actual, 1) or "inga", number(one.planned, 1)
        day = min(workday(one.monday + timedelta(days=4)), window.last)
        text = ". ".join(part for part in (name, one.comment) if part)
        label = f"Timmar {week(one.monday)}: {done} av {planned} planerade"
        lines.append(Line("trial_hours", label, at(day, 14, 30), course.coordinator, text=text))
    last = last_day(course, window)
    return [line for line in lines if line.at.date() <= last]


# --- follow-ups -------------------------------------------------------------------------------


def _write_follow_ups(
    place: Place,
    courses: list[Course],
    window: Window,
    rng: Random,
    written: Written,
    lines: dict[int, list[Line]],
) -> None:
    checkpoints = list(place.programme.checkpoints.filter(anchor=Anchor.CLOSURE).order_by("order"))
    rows = []
    for course in courses:
        if not course.ends_on or course.reason in NO_FOLLOW_UP:
            continue
        for checkpoint in checkpoints:
            row = _follow_up(place, course, checkpoint, window, rng, written)
            rows.append(row)
            if row.done_on:
                lines.setdefault(id(course), []).append(_follow_up_line(course, row, rng))
    write(rows)


def _follow_up(
    place: Place,
    course: Course,
    checkpoint: Checkpoint,
    window: Window,
    rng: Random,
    written: Written,
) -> FollowUp:
    assert course.ends_on is not None
    due_on = course.ends_on + relativedelta(months=checkpoint.months)
    row = FollowUp(
        enrolment=written.by_course[id(course)],
        checkpoint=checkpoint,
        due_on=due_on,
        **place.programme.owned(),
    )
    done_on = workday(due_on + timedelta(days=rng.randint(-6, 15)))
    if done_on > window.last:
        return row
    row.state = rng.choices(list(FOLLOW_UP_RESULTS), weights=list(FOLLOW_UP_RESULTS.values()))[0]
    if row.state == FollowUpState.PLANNED and due_on < window.last - timedelta(days=45):
        row.state = FollowUpState.NOT_REACHED  # late happens, years late does not
    if row.state == FollowUpState.PLANNED:
        return row
    row.done_on = done_on
    if row.state == FollowUpState.DONE:
        later_on = OCCUPATIONS_LATER
        row.occupation = rng.choices(list(later_on), weights=list(later_on.values()))[0]
        low, high = HOURS.get(row.occupation, (0, 8))
        row.weekly_hours = rng.choice((low, (low + high) // 2, high))
    return row


def _follow_up_line(course: Course, row: FollowUp, rng: Random) -> Line:
    assert row.done_on is not None
    label = f"{row.checkpoint.name}: {FollowUpState(row.state).label.lower()}"
    moment = later(office(rng, row.done_on), None)
    return Line("follow_up", label[:120], moment, course.coordinator)
