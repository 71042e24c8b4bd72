"""What the demo decides before anything is written: groups, remisser and participations as plain data.

Everything here is a pure function of a seed and a day, so that the same seed gives the same people.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from rehabsteg.demo.identities import Person

GROUP, TRIAL, SUPPORT = "grupp", "arbetsprovning", "fortsatt-stod"


@dataclass(frozen=True)
class Window:
    """The time the demo covers. Nothing happens before `first` or after `last` (yesterday)."""

    first: date
    today: date
    last: date


@dataclass(frozen=True)
class Step:
    """One verb on a record: what, when, by whom, with which words."""

    verb: str
    at: datetime
    actor: User
    text: str = ""
    reason: str = ""


@dataclass
class ReferralPlan:
    """A remiss from draft to where it stands. `person` is None when the remiss is anonymous."""

    person: Person | None
    gender: str
    unit: str
    referrer: User
    code: str
    coordinator: User | None
    begun_at: datetime
    steps: list[Step] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    answer: str = ""

    @property
    def is_anonymous(self) -> bool:
        """The person isn't named to the programme."""
        return self.person is None


@dataclass
class WeekPlan:
    """Hours of one week of a work trial; `actual` is None until the week is logged."""

    monday: date
    planned: Decimal
    actual: Decimal | None = None
    comment: str = ""


@dataclass
class TrialPlan:
    """A work trial with its history."""

    workplace: int
    starts_on: date
    ends_on: date
    weeks: list[WeekPlan]
    state: str
    steps: list[Step]
    approved_on: date | None = None
    result: str = ""
    evaluation: str = ""

    @property
    def highest(self) -> Decimal:
        """The most hours done in a week."""
        return max((week.actual for week in self.weeks if week.actual), default=Decimal(0))


@dataclass
class PhasePlan:
    """One phase with its dates, both inclusive; no end while it goes on."""

    code: str
    started_on: date
    ended_on: date | None = None


@dataclass
class Marks:
    """One occasion of the registration. Extents by code: percent for support, hours for occupation."""

    municipality: str = ""
    education: str = ""
    months: int | None = None
    reason: str = ""
    weekly_hours: Decimal | None = None
    supports: dict[str, int | None] = field(default_factory=dict)
    occupations: dict[str, Decimal | None] = field(default_factory=dict)


@dataclass
class Course:
    """One participation. `ends_on` is None while it goes on; a misregistered one never counted."""

    person: Person
    referral: ReferralPlan
    coordinator: User
    placed_on: date
    placed_by: User
    starts_on: date
    able: bool
    ends_on: date | None = None
    reason: str = ""
    misregistered_on: date | None = None
    left_group_on: date | None = None
    paused_on: date | None = None
    gap: str = ""
    phases: list[PhasePlan] = field(default_factory=list)
    trial: TrialPlan | None = None
    before: Marks | None = None
    before_on: date | None = None
    after: Marks | None = None

    def holds_place_on(self, day: date) -> bool:
        """The participation takes one of the programme's places on `day`."""
        last = self.misregistered_on or self.ends_on
        return self.starts_on <= day and (last is None or day <= last)


@dataclass
class GroupPlan:
    """A group with its sessions' times, its members and those only counted."""

    number: int
    starts_on: date
    ends_on: date
    times: list[tuple[datetime, datetime]]
    leader: User
    room: str
    cancelled: set[int] = field(default_factory=set)
    courses: list[Course] = field(default_factory=list)
    anonymous: list[ReferralPlan] = field(default_factory=list)

    def anonymous_on(self, day: date) -> int:
        """How many places the anonymous members take on `day`."""
        return len(self.anonymous) if self.starts_on <= day <= self.ends_on else 0


@dataclass
class ProgrammePlan:
    """Everything that happens in one programme."""

    groups: list[GroupPlan]
    waiting: list[ReferralPlan]

    @property
    def courses(self) -> list[Course]:
        """Every participation, by group."""
        return [course for group in self.groups for course in group.courses]

    def taken_on(self, day: date) -> int:
        """How many of the programme's places are taken on `day`."""
        named = sum(course.holds_place_on(day) for course in self.courses)
        return named + sum(group.anonymous_on(day) for group in self.groups)
