"""The lines of a participation's own history, in order and as the services write them."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from participants.enums import EnrolmentState
from participants.rules import TRANSITIONS
from rehabsteg.demo.days import at, later
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import GROUP, Course, Window

STATE = EnrolmentState


@dataclass(frozen=True)
class Line:
    """One line. `to_state` blank: whatever the state was then. `counts`: raises the version."""

    verb: str
    label: str
    at: datetime
    actor: User
    text: str = ""
    reason: str = ""
    from_state: str = ""
    to_state: str = ""
    counts: int = 0


def course_lines(course: Course, place: Place, names: dict[str, str]) -> list[Line]:
    """From the placement to where the participation stands; the last line holds the state.

    `names` are the phases' names by code.
    """
    placed = at(course.placed_on, 15, 30)
    planned = course.starts_on > course.placed_on
    state = STATE.PLANNED if planned else STATE.ACTIVE
    opened = Line("open", "Inskriven", placed, course.placed_by,
                  text=f"Start {course.starts_on}.", to_state=state)  # fmt: skip
    lines = [opened]
    who = course.coordinator
    for phase in course.phases:
        moment = later(at(phase.started_on, 12), lines[-1].at)
        label = f"{names[phase.code]}: från {phase.started_on}"
        lines.append(Line("phase", label, moment, who, to_state=lines[-1].to_state, counts=1))
        if phase.code == GROUP and lines[-1].to_state == STATE.PLANNED:
            moment = later(moment, moment)
            lines.append(_moved("start", moment, who, STATE.PLANNED))
    if course.before_on:
        lines.append(_registered(course, lines))
    lines.sort(key=lambda line: line.at)
    return [*lines, *_ending(course, place, lines)]


def _moved(verb: str, moment: datetime, who: User, before: str, **words: str) -> Line:
    transition = TRANSITIONS[verb]
    return Line(verb, transition.done, moment, who, from_state=before,
                to_state=transition.target, counts=1, **words)  # fmt: skip


def _registered(course: Course, lines: list[Line]) -> Line:
    assert course.before is not None
    assert course.before_on is not None
    before = course.before
    whole = bool(before.education and before.occupations) and before.months is not None
    whole = whole and all(
        extent is not None or code == "ING" for code, extent in before.supports.items()
    )
    label = "Inregistrering klar" if whole else "Inregistrering sparad, inte fullständig"
    moment = at(course.before_on, 14)
    known = [line.to_state for line in lines if line.at <= moment]
    return Line("register_before", label, moment, course.coordinator, to_state=known[-1], counts=1)


def _ending(course: Course, place: Place, lines: list[Line]) -> list[Line]:
    state, last = lines[-1].to_state, lines[-1].at
    if course.misregistered_on:
        moment = later(at(course.misregistered_on, 15, 45), last)
        words = {"reason": "FEL", "text": "Remissen gällde en annan insats."}
        return [_moved("misregister", moment, course.coordinator, state, **words)]
    if course.ends_on:
        who = place.manager if course.gap else course.coordinator
        moment = later(at(course.ends_on, 15, 45), last)
        words = {"reason": course.reason, "text": course.gap}
        return [_moved("close", moment, who, state, **words)]
    if course.paused_on:
        moment = later(at(course.paused_on, 10), last)
        text = "Väntas tillbaka om två veckor."
        return [_moved("pause", moment, course.coordinator, state, text=text)]
    return []


def last_day(course: Course, window: Window) -> date:
    """The last day anything could happen in the participation."""
    return course.misregistered_on or course.ends_on or window.last
