"""Work trials: plan, approve, start, log hours week by week, evaluate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from activities.enums import TrialResult, WorkTrialState
from activities.models import Workplace, WorkTrial, WorkTrialWeek
from activities.rules import WORK_TRIAL
from activities.services.hours import WEEK, monday_of
from core.formatting import date_iso, number, week
from core.once import create_once
from core.states import Outcome, Refused, Stale, log, perform
from participants.models import Enrolment
from participants.services import start_phase
from programmes.enums import PhaseKind
from programmes.models import Programme

STANDARD_WEEKS = 8
MOST_HOURS = 80
UNFINISHED = (
    WorkTrialState.DRAFT,
    WorkTrialState.PROPOSED,
    WorkTrialState.APPROVED,
    WorkTrialState.ONGOING,
)
LOGGABLE = (WorkTrialState.ONGOING, WorkTrialState.INTERRUPTED, WorkTrialState.EVALUATED)


@dataclass(frozen=True)
class WeekEntry:
    """Hours of one week as the user left them. `shown` is what the form showed."""

    monday: date
    hours: Decimal | None
    shown: Decimal | None = None
    comment: str = ""


def standard_weeks(*, programme: Programme) -> int:
    """How many weeks a work trial has in the programme (Rehabsteget: 8)."""
    phase = programme.phases.filter(kind=PhaseKind.TRIAL).order_by("order").first()
    return phase.weeks if phase and phase.weeks else STANDARD_WEEKS


def standard_steps(*, weeks: int, goal: Decimal) -> list[Decimal]:
    """A suggestion: hours a week that rise from 4 to the goal, in whole hours, two weeks a step.

    >>> [int(step) for step in standard_steps(weeks=8, goal=Decimal(10))]
    [4, 4, 6, 6, 8, 8, 10, 10]
    """
    pairs = max(1, (weeks + 1) // 2)
    first = min(Decimal(4), goal)
    rise = (goal - first) / max(1, pairs - 1)
    return [
        (first + rise * (index // 2)).quantize(Decimal(1)) if pairs > 1 else goal
        for index in range(weeks)
    ]


def add_workplace(
    *, programme: Programme, name: str, kind: str = "", contact: str = "", phone: str = ""
) -> Workplace:
    """The programme's workplace with that name, made when it isn't there."""
    found, _ = Workplace.objects.get_or_create(
        programme=programme,
        name=name.strip(),
        defaults={
            "controller_id": programme.data_controller_id,
            "kind": kind,
            "contact": contact,
            "phone": phone,
        },
    )
    return found


def plan_trial(
    *,
    enrolment: Enrolment,
    workplace: Workplace,
    starts_on: date,
    hours: Sequence[Decimal],
    user: User,
    once_key: UUID,
    tasks: str = "",
    supervisor: str = "",
) -> tuple[WorkTrial, bool]:
    """A work trial as a draft, with planned hours for each ISO week from `starts_on`.

    It ends on the Sunday of the last week. Returns (trial, created). Raises `Refused` with every
    reason: participation closed, start before the participation, another trial at the same time,
    hours that don't fit a week.
    """
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        found = WorkTrial.objects.filter(once_key=once_key).first()
        if found:
            return found, False
        first = monday_of(starts_on)
        ends_on = first + WEEK * max(1, len(hours)) - timedelta(days=1)
        if reasons := _why_no_trial(locked, workplace, starts_on, ends_on, hours):
            raise Refused(reasons)
        trial, created = create_once(
            WorkTrial,
            once_key,
            enrolment=locked,
            workplace=workplace,
            starts_on=starts_on,
            ends_on=ends_on,
            tasks=tasks,
            supervisor=supervisor,
            **locked.owned(),
        )
        if created:
            WorkTrialWeek.objects.bulk_create(
                WorkTrialWeek(
                    trial=trial, monday=first + WEEK * index, planned_hours=step, **locked.owned()
                )
                for index, step in enumerate(hours)
            )
            log(trial, "plan", user, "Arbetsprövningen planerades")
        return trial, created


def _why_no_trial(
    enrolment: Enrolment,
    workplace: Workplace,
    starts_on: date,
    ends_on: date,
    hours: Sequence[Decimal],
) -> list[str]:
    reasons = []
    if not enrolment.is_open:
        reasons.append("Deltagandet är avslutat.")
    if starts_on < enrolment.starts_on:
        reasons.append(f"Deltagandet börjar {date_iso(enrolment.starts_on)}. Välj en senare start.")
    if not hours:
        reasons.append("Skriv planerade timmar för minst en vecka.")
    if any(not 0 <= step <= MOST_HOURS for step in hours):
        reasons.append(f"Timmarna ska vara mellan 0 och {MOST_HOURS} i veckan.")
    if workplace.programme_id != enrolment.programme_id:
        reasons.append("Arbetsplatsen hör till en annan insats.")
    other = (
        enrolment.work_trials.filter(
            state__in=UNFINISHED, starts_on__lte=ends_on, ends_on__gte=starts_on
        )
        .select_related("workplace")
        .order_by("starts_on", "pk")
        .first()
    )
    if other:
        reasons.append(
            f"Det finns redan en arbetsprövning på {other.workplace} "
            f"{date_iso(other.starts_on)} – {date_iso(other.ends_on)}."
        )
    return reasons


def move_trial(
    *,
    trial: WorkTrial,
    verb: str,
    user: User,
    version: int | None = None,
    text: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Outcome:
    """Carry out `propose`, `approve`, `interrupt` or `cancel` of the work trial's table.

    The participant's timeline gets a line. Raises `Refused` or `Stale` as `perform` does.
    """
    with transaction.atomic():
        outcome = perform(
            record=trial,
            table=WORK_TRIAL,
            verb=verb,
            user=user,
            version=version,
            text=text,
            changes=changes,
        )
        if outcome.changed:
            _tell(outcome.record, f"trial_{verb}", user, WORK_TRIAL[verb].done, text)
        return outcome


def record_approvals(
    *,
    trial: WorkTrial,
    user: User,
    participant_on: date | None,
    workplace_on: date | None,
    version: int | None = None,
) -> WorkTrial:
    """Note when the participant and the workplace said yes; with both, the trial is approved.

    One date alone is kept while the other is waited for. Raises `Refused` for a day to come,
    `Stale` when somebody else changed the trial first.
    """
    changes = {"participant_approved_on": participant_on, "workplace_approved_on": workplace_on}
    if any(day and day > timezone.localdate() for day in changes.values()):
        raise Refused(["Ett godkännande kan inte ha ett datum som inte har varit än."])
    if participant_on and workplace_on:
        return move_trial(
            trial=trial, verb="approve", user=user, version=version, changes=changes
        ).record
    with transaction.atomic():
        locked = _lock(trial)
        if locked.state != WorkTrialState.PROPOSED:
            raise Refused([f"Det går inte från läget {locked.get_state_display().lower()}."])
        if all(getattr(locked, name) == day for name, day in changes.items()):
            return locked
        if version is not None and version != locked.version:
            raise Stale(["Någon annan har ändrat arbetsprövningen. Läs om sidan och försök igen."])
        for name, day in changes.items():
            setattr(locked, name, day)
        locked.version += 1
        locked.save(update_fields=[*changes, "version"])
        log(locked, "approval", user, "Godkännande antecknades")
        return locked


def start_trial(*, trial: WorkTrial, user: User, version: int | None = None) -> Outcome:
    """Start the trial; the participation enters its work-trial phase the same day."""
    with transaction.atomic():
        # The participation first, as the closure does: then neither waits for the other's second.
        Enrolment.objects.select_for_update(no_key=True).get(pk=trial.enrolment_id)
        outcome = move_trial(trial=trial, verb="start", user=user, version=version)
        if not outcome.changed:
            return outcome
        enrolment = outcome.record.enrolment
        phases = Programme.objects.get(pk=enrolment.programme_id).phases
        phase = phases.filter(kind=PhaseKind.TRIAL).order_by("order").first()
        if phase is not None and enrolment.phase_id != phase.pk:
            start_phase(
                enrolment=enrolment, phase_code=phase.code, on=outcome.record.starts_on, user=user
            )
        return outcome


def evaluate_trial(
    *,
    trial: WorkTrial,
    result: TrialResult | str,
    evaluation: str,
    user: User,
    version: int | None = None,
) -> Outcome:
    """End an ongoing trial with how it went. A no-show needs no words and no hours."""
    return move_trial(
        trial=trial,
        verb="evaluate",
        user=user,
        version=version,
        changes={"result": result, "evaluation": evaluation},
    )


def log_hours(*, trial: WorkTrial, entries: Iterable[WeekEntry], user: User) -> int:
    """Write the hours done, week by week; returns how many weeks changed.

    Only weeks the user changed from what the form showed are written, so that two can log at the
    same time. Every change is a line on the participant's timeline. Raises `Refused` with all
    reasons: not started, a week that hasn't begun, hours that don't fit a week, and `Stale` when
    somebody else logged the same week meanwhile.
    """
    with transaction.atomic():
        locked = _lock(trial)
        weeks = {one.monday: one for one in locked.weeks.order_by("monday")}
        changed = [entry for entry in entries if entry.hours != entry.shown]
        if reasons := _why_not_log(locked, weeks, changed):
            raise Refused(reasons)
        written = 0
        for entry in changed:
            written += _log_week(locked, weeks[entry.monday], entry, user)
        return written


def _why_not_log(
    trial: WorkTrial, weeks: Mapping[date, WorkTrialWeek], entries: Sequence[WeekEntry]
) -> list[str]:
    reasons = []
    if trial.state not in LOGGABLE:
        reasons.append("Timmar kan läggas in när arbetsprövningen har startat.")
    for entry in entries:
        name = week(entry.monday)
        if entry.monday not in weeks:
            reasons.append(f"{name} hör inte till arbetsprövningen.")
        elif entry.monday > timezone.localdate():
            reasons.append(f"{name} har inte börjat än.")
        if entry.hours is not None and not 0 <= entry.hours <= MOST_HOURS:
            reasons.append(f"{name}: timmarna ska vara mellan 0 och {MOST_HOURS}.")
        elif entry.hours is not None and entry.hours != round(entry.hours, 1):
            reasons.append(f"{name}: skriv timmarna med högst en decimal.")
    taken = [
        f"{week(entry.monday)} har redan ändrats av någon annan till "
        f"{number(weeks[entry.monday].actual_hours, 1) or 'blankt'} timmar. Läs om sidan."
        for entry in entries
        if entry.monday in weeks
        and weeks[entry.monday].actual_hours not in (entry.shown, entry.hours)
    ]
    if taken and not reasons:
        raise Stale(taken)
    return [*reasons, *taken]


def _log_week(trial: WorkTrial, row: WorkTrialWeek, entry: WeekEntry, user: User) -> int:
    if row.actual_hours == entry.hours and (not entry.comment or row.comment == entry.comment):
        return 0
    row.actual_hours = entry.hours
    row.comment = entry.comment or row.comment
    row.save(update_fields=["actual_hours", "comment"])
    done = number(entry.hours, 1) if entry.hours is not None else "inga"
    label = f"Timmar {week(row.monday)}: {done} av {number(row.planned_hours, 1)} planerade"
    _tell(trial, "trial_hours", user, label, entry.comment)
    return 1


def _lock(trial: WorkTrial) -> WorkTrial:
    return (
        WorkTrial.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment", "workplace")
        .get(pk=trial.pk)
    )


def _tell(trial: WorkTrial, verb: str, user: User, label: str, text: str = "") -> None:
    """A line on the participant's timeline."""
    words = ". ".join(part for part in (trial.workplace.name, text.strip()) if part)
    log(trial.enrolment, verb, user, label, text=words)
