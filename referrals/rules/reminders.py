"""Who is told about a remiss that waits, about what and when: data, read by the sweep and Min dag.

Nothing is decided by the clock. A reminder tells a person, and later another one; a remiss is never
moved, declined or thrown away by it. Days are calendar days, counted from the day the rule names.
Working values [cfg]: an installation sets its own with `REMINDER_DAYS` (docs/drift.md).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.enums import Role
from core.formatting import local_date
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral
from referrals.rules.waits import (
    assess_by,
    assessment_promised_on,
    body_decides_on,
    complete_by,
    decide_by,
    draft_warned_on,
    income_ends_on,
    look_again_on,
    queued_since,
    talk_on,
)

S = ReferralState
# How long something that has happened is still news to those who haven't been told.
NEWS_DAYS = 14
# The rule that must have told before a draft is removed.
DRAFT = "draft"


@dataclass(frozen=True)
class Step:
    """Tell the `role`, `day` days after the rule's day (before it when negative)."""

    day: int
    role: Role
    urgent: bool = False


@dataclass(frozen=True)
class Reminder:
    """One rule. `counts_from(referral)` is the day it counts from, None when it doesn't apply.

    `is_news`: tells what somebody did, once, and not the one who did it. The others ask for
    something to be done, and go away by themselves when it has been. `event`: each event of that
    kind is an occasion of its own ("entry": the state was entered, "given": a coordinator was made
    responsible, "": the day alone tells occasions apart). `last_day`: the last day the rule holds, counted as
    the steps are.
    """

    kind: str
    title: str
    counts_from: Callable[[Referral], date | None]
    steps: tuple[Step, ...]
    is_news: bool = False
    event: str = "entry"
    last_day: int | None = None


@dataclass(frozen=True)
class Due:
    """A step of a rule that has been reached for a remiss. `number` is its place in the ladder."""

    reminder: Reminder
    step: Step
    number: int
    since: date


def _in(*states: str) -> Callable[[Referral], date | None]:
    """The day the remiss came into one of the states."""
    return lambda referral: referral.state_since if referral.state in states else None


def _assessing_by(referral: Referral) -> date | None:
    # While nobody has taken it, that is what the reminders are about.
    return assess_by(referral) if referral.state == S.ASSESSING else None


def _answered(referral: Referral) -> date | None:
    answered = referral.state == S.ASSESSING and referral.completion_answer
    return referral.state_since if answered else None


def _came_by(*verbs: str) -> Callable[[Referral], date | None]:
    """The day one of the verbs brought the remiss where it stands. The sweep says which verb did."""
    return lambda one: one.state_since if getattr(one, "entry_verb", "") in verbs else None


def _given(referral: Referral) -> date | None:
    given_at = getattr(referral, "given_at", None)
    return local_date(given_at) if given_at and referral.state in WAITING_STATES else None


def _talk_booked(referral: Referral) -> date | None:
    return referral.state_since if talk_on(referral) else None


# --- the rules --------------------------------------------------------------------------------

REFERRER, COORDINATOR, MANAGER = Role.REFERRER, Role.COORDINATOR, Role.MANAGER


def _news(
    kind: str,
    title: str,
    counts_from: Callable[[Referral], date | None],
    *roles: Role,
    event: str = "entry",
) -> Reminder:
    """What somebody did, told to the roles at once and for as long as it is news."""
    steps = tuple(Step(0, role) for role in roles)
    return Reminder(kind, title, counts_from, steps, True, event, NEWS_DAYS)


_RULES = (
    # What somebody did.
    _news("answered", "Kompletteringen har kommit", _answered, COORDINATOR),
    _news("talk_booked", "Inledande samtal är bokat", _talk_booked, REFERRER, COORDINATOR),
    _news("talk_missed", "Samtalet blev inte av", _came_by("miss_talk"), REFERRER, COORDINATOR),
    _news("given", "Du är ansvarig för remissen", _given, COORDINATOR, event="given"),
    _news("reopened", "Remissen är öppnad igen", _came_by("reopen"), REFERRER, COORDINATOR),
    _news(
        "transferred",
        "Remissen är överförd till en annan insats",
        _in(S.TRANSFERRED),
        REFERRER,
        COORDINATOR,
    ),
    _news("queued", "Personen står i kö", _in(S.QUEUED), REFERRER),
    _news("resting", "Remissen vilar", _in(S.RESTING), REFERRER),
    _news("placed", "Personen har fått plats", _in(S.PLACED), REFERRER, COORDINATOR),
    _news("declined", "Remissen är avböjd", _in(S.DECLINED), REFERRER),
    _news("withdrawn", "Remissen är återtagen", _in(S.WITHDRAWN), REFERRER, COORDINATOR),
    # What waits for somebody.
    Reminder(
        DRAFT,
        "Ett utkast tas snart bort",
        draft_warned_on,
        (Step(0, REFERRER),),
        event="",
    ),
    Reminder(
        "unassigned",
        "Ingen har tagit remissen",
        _in(S.SENT),
        (
            Step(0, COORDINATOR),
            Step(2, COORDINATOR, urgent=True),
            Step(3, MANAGER, urgent=True),
            Step(7, COORDINATOR, urgent=True),
            Step(7, MANAGER, urgent=True),
        ),
    ),
    Reminder(
        "assessment",
        "Remissen väntar på bedömning",
        _assessing_by,
        (Step(-1, COORDINATOR), Step(1, COORDINATOR, urgent=True), Step(4, MANAGER)),
        event="",
    ),
    Reminder(
        "completion",
        "Remissen behöver kompletteras",
        _in(S.COMPLETION),
        (Step(0, REFERRER, urgent=True),),
    ),
    Reminder(
        "completion_due",
        "Kompletteringen dröjer",
        complete_by,
        (
            Step(-2, REFERRER),
            Step(1, REFERRER, urgent=True),
            Step(1, COORDINATOR),
            Step(5, MANAGER),
        ),
    ),
    Reminder(
        "talk",
        "Inledande samtal",
        talk_on,
        (
            Step(-1, REFERRER),
            Step(-1, COORDINATOR),
            Step(0, REFERRER, urgent=True),
            Step(0, COORDINATOR, urgent=True),
        ),
        last_day=0,
    ),
    Reminder(
        "talk_unrecorded",
        "Samtalet är inte antecknat",
        talk_on,
        (Step(1, COORDINATOR), Step(4, MANAGER)),
    ),
    Reminder(
        "decision",
        "Beslut efter samtalet väntar",
        decide_by,
        (Step(0, COORDINATOR), Step(7, MANAGER)),
    ),
    Reminder(
        "body_decision",
        "Remissgruppens beslut väntar",
        body_decides_on,
        (Step(1, COORDINATOR), Step(7, MANAGER)),
    ),
    Reminder(
        "review",
        "Dags att se på den vilande remissen",
        look_again_on,
        (Step(0, COORDINATOR), Step(3, COORDINATOR, urgent=True), Step(7, MANAGER)),
    ),
    Reminder(
        "queue_wait",
        "Lång väntan i kön",
        queued_since,
        (Step(30, COORDINATOR), Step(60, COORDINATOR), Step(60, MANAGER), Step(90, MANAGER)),
    ),
    Reminder(
        "assessment_promised",
        "Utlovad medicinsk bedömning saknas",
        assessment_promised_on,
        (Step(1, REFERRER), Step(3, COORDINATOR), Step(10, MANAGER)),
        event="",
    ),
    Reminder(
        "income",
        "Försörjningen tar slut under kötiden",
        income_ends_on,
        (
            Step(-28, REFERRER),
            Step(-28, COORDINATOR),
            Step(-7, COORDINATOR, urgent=True),
            Step(1, MANAGER),
        ),
    ),
)
# Told when it is written, by the service that takes it (`post_message`).
MESSAGE = "message"
REMINDERS = MappingProxyType({rule.kind: rule for rule in _RULES})
NEWS = frozenset(rule.kind for rule in _RULES if rule.is_news)
TO_DO = frozenset(REMINDERS) - NEWS


def steps_of(reminder: Reminder) -> tuple[Step, ...]:
    """The rule's steps, on the installation's own days where it has set some.

    Raises ImproperlyConfigured when `REMINDER_DAYS` doesn't fit the rule.
    """
    days = settings.REMINDER_DAYS.get(reminder.kind)
    if days is None:
        return reminder.steps
    whole = isinstance(days, list) and all(type(day) is int for day in days)
    if not whole or len(days) != len(reminder.steps):
        raise ImproperlyConfigured(
            f"REMINDER_DAYS: {reminder.kind} ska ha {len(reminder.steps)} hela dagar, "
            "en för varje steg."
        )
    return tuple(
        Step(day, step.role, step.urgent) for day, step in zip(days, reminder.steps, strict=True)
    )


def check_reminder_days() -> None:
    """Raise ImproperlyConfigured when an installation's own days name no rule, or don't fit it."""
    if strange := sorted(set(settings.REMINDER_DAYS) - set(REMINDERS)):
        raise ImproperlyConfigured(f"REMINDER_DAYS: det finns ingen påminnelse {strange[0]}.")
    for reminder in REMINDERS.values():
        steps_of(reminder)


def reached(referral: Referral, today: date) -> Iterator[Due]:
    """The furthest step reached in each role's ladder, rule by rule."""
    for reminder in REMINDERS.values():
        since = reminder.counts_from(referral)
        if since is None:
            continue
        # Days are counted, never added: 9999-12-31 is a date people write.
        passed = (today - since).days
        if reminder.last_day is not None and passed > reminder.last_day:
            continue
        furthest: dict[Role, Due] = {}
        for number, step in enumerate(steps_of(reminder)):
            is_further = step.role not in furthest or step.day > furthest[step.role].step.day
            if passed >= step.day and is_further:
                furthest[step.role] = Due(reminder, step, number, since)
        yield from furthest.values()
