"""Closing a participation with everything that hangs on it, and the follow-ups that come after."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from activities.enums import FollowUpState, WorkTrialState
from activities.models import FollowUp, WorkTrial
from activities.rules import can_close_with_gaps
from activities.services.groups import leave_groups
from activities.services.work_trials import UNFINISHED, move_trial
from core.formatting import date_iso
from core.states import Outcome, Refused, Stale, log
from participants.models import Enrolment
from participants.services import (
    AfterData,
    close_enrolment,
    misregister_enrolment,
    missing_at_closure,
)
from programmes.enums import Anchor
from programmes.models import Checkpoint

# Nothing is asked of, and nobody contacts, somebody registered by mistake, dead, or who withdrew.
MISREGISTERED, DECEASED, WITHDRAWN = "FEL", "AVL", "SAM"
NO_FOLLOW_UP = frozenset({MISREGISTERED, DECEASED, WITHDRAWN})
NOTHING_ASKED = frozenset({MISREGISTERED, DECEASED})


def closure_gaps(*, enrolment: Enrolment, after: AfterData) -> list[str]:
    """What the closure lacks, each a sentence's part; empty when everything is there.

    End reason, occupation and support after, hours reached, and an evaluated work trial.
    Source: the closure gate of Rehabsteget's process.
    """
    if after.reason in NOTHING_ASKED:
        return []
    unfinished = _unfinished(enrolment)
    trials = [
        f"utvärdering av arbetsprövningen på {trial.workplace}"
        for trial in unfinished
        if trial.state == WorkTrialState.ONGOING
    ]
    return [*missing_at_closure(after), *trials]


def close_participation(
    *,
    enrolment: Enrolment,
    ends_on: date,
    after: AfterData,
    user: User,
    version: int | None = None,
    gap: str = "",
) -> Outcome:
    """End the participation: out-registration, group, work trial, follow-ups, in one go.

    Attendance stays and later sessions no longer expect the person; an unfinished work trial is
    interrupted or cancelled; each checkpoint of the blueprint that counts from the closure becomes
    a follow-up. What is missing stops the closure; the programme manager may close with `gap`, the
    words about why, and the gap stands in the history. Raises `Refused` with all reasons, `Stale`
    on an old `version`. Repeating changes nothing.
    """
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        if locked.is_open:
            _check(locked, ends_on, after, user, gap)
            _end_trials(locked, user)
        outcome = close_enrolment(
            enrolment=locked, ends_on=ends_on, after=after, user=user, version=version, gap=gap
        )
        if outcome.changed:
            leave_groups(enrolment=outcome.record, on=ends_on)
            plan_follow_ups(enrolment=outcome.record, closed_on=ends_on, reason=after.reason)
        return outcome


def misregister_participation(
    *, enrolment: Enrolment, user: User, version: int | None = None, text: str = ""
) -> Outcome:
    """Mark a participation as wrongly registered and free what it held: trial, group, follow-ups.

    Kept for audit, counted nowhere. Raises `Refused` or `Stale`; repeating changes nothing.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        if locked.is_open:
            _end_trials(locked, user)
        outcome = misregister_enrolment(enrolment=locked, user=user, version=version, text=text)
        if outcome.changed:
            leave_groups(enrolment=outcome.record, on=today)
            plan_follow_ups(enrolment=outcome.record, closed_on=today, reason=MISREGISTERED)
        return outcome


def _check(enrolment: Enrolment, ends_on: date, after: AfterData, user: User, gap: str) -> None:
    reasons = []
    if not after.reason:
        reasons.append("Välj avslutsanledning.")
    if after.reason != MISREGISTERED:
        reasons += _wrong_end(enrolment, ends_on)
    missing = closure_gaps(enrolment=enrolment, after=after)
    if missing and not (gap.strip() and can_close_with_gaps(user, enrolment)):
        reasons.append(f"Det här saknas: {', '.join(missing)}. {_way_out(user, enrolment)}")
    if reasons:
        raise Refused(reasons)


def _wrong_end(enrolment: Enrolment, ends_on: date) -> list[str]:
    if ends_on < enrolment.starts_on:
        start = date_iso(enrolment.starts_on)
        return [f"Slutdatumet {date_iso(ends_on)} ligger före startdatumet {start}."]
    if ends_on > timezone.localdate():
        return [f"Slutdatumet {date_iso(ends_on)} har inte varit än. Avsluta när dagen har kommit."]
    return []


def _way_out(user: User, enrolment: Enrolment) -> str:
    if can_close_with_gaps(user, enrolment):
        return "Skriv varför i rutan om luckan, så kan du avsluta ändå."
    return "Verksamhetsledaren kan avsluta ändå och skriva varför."


def _unfinished(enrolment: Enrolment) -> Sequence[WorkTrial]:
    found = enrolment.work_trials.filter(state__in=UNFINISHED).select_related("workplace")
    return list(found.order_by("starts_on", "pk"))


def _end_trials(enrolment: Enrolment, user: User) -> None:
    for trial in _unfinished(enrolment):
        verb = "interrupt" if trial.state == WorkTrialState.ONGOING else "cancel"
        move_trial(trial=trial, verb=verb, user=user, text="Deltagandet avslutades.")


def plan_follow_ups(*, enrolment: Enrolment, closed_on: date, reason: str) -> list[FollowUp]:
    """A follow-up for each checkpoint counted from the closure (Rehabsteget: 6 and 12 months).

    None for somebody registered by mistake, dead, or who withdrew consent. Again changes nothing.
    """
    if reason in NO_FOLLOW_UP:
        # A closure that was undone may have left some.
        FollowUp.objects.filter(enrolment=enrolment, state=FollowUpState.PLANNED).delete()
        return []
    checkpoints = enrolment.programme.checkpoints.filter(anchor=Anchor.CLOSURE).order_by("order")
    return [_plan_follow_up(enrolment, checkpoint, closed_on) for checkpoint in checkpoints]


def _plan_follow_up(enrolment: Enrolment, checkpoint: Checkpoint, closed_on: date) -> FollowUp:
    months, weeks = relativedelta(months=checkpoint.months), timedelta(weeks=checkpoint.weeks)
    due_on = closed_on + months + weeks
    found, created = FollowUp.objects.get_or_create(
        enrolment=enrolment,
        checkpoint=checkpoint,
        defaults={"due_on": due_on, **enrolment.owned()},
    )
    # After a closure that was undone the months count from the new one.
    if not created and found.state == FollowUpState.PLANNED and found.due_on != due_on:
        found.due_on = due_on
        found.save(update_fields=["due_on"])
    return found


def record_follow_up(
    *,
    follow_up: FollowUp,
    state: FollowUpState | str,
    on: date,
    user: User,
    occupation: str = "",
    weekly_hours: Decimal | None = None,
    shown: FollowUpState | str = FollowUpState.PLANNED,
) -> FollowUp:
    """Note how a follow-up went: done (with occupation and hours), not reached, or declined.

    The same again changes nothing. Raises `Refused` for a day to come or before the closure,
    `Stale` when somebody else noted something else first (`shown` is what the form showed).
    """
    with transaction.atomic():
        locked = (
            FollowUp.objects.select_for_update(of=("self",), no_key=True)
            .select_related("enrolment", "checkpoint")
            .get(pk=follow_up.pk)
        )
        wanted = {
            "state": state,
            "done_on": on if state != FollowUpState.PLANNED else None,
            "occupation": occupation,
            "weekly_hours": weekly_hours,
        }
        if all(getattr(locked, name) == value for name, value in wanted.items()):
            return locked
        if locked.state != shown:
            raise Stale([f"Uppföljningen är redan antecknad: {locked.get_state_display()}."])
        if on > timezone.localdate():
            raise Refused([f"{on} har inte varit än."])
        if locked.enrolment.ends_on and on < locked.enrolment.ends_on:
            raise Refused([f"{on} är före avslutet {locked.enrolment.ends_on}."])
        for name, value in wanted.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(wanted))
        label = f"{locked.checkpoint.name}: {FollowUpState(state).label.lower()}"
        log(locked.enrolment, "follow_up", user, label[:120])
        return locked
