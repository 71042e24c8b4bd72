"""Starting a participation, and moving it from phase to phase. Every change has its date."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.states import Outcome, Refused, log, perform
from participants.enums import EnrolmentState
from participants.models import Enrolment, EnrolmentPhase
from participants.rules import TRANSITIONS
from programmes.models import Phase


def locked(enrolment: Enrolment) -> Enrolment:
    """The participation's row, locked until the transaction ends."""
    return Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)


def start_enrolment(*, enrolment: Enrolment, user: User, version: int | None = None) -> Outcome:
    """Let a planned participation begin. Raises `Refused` before its start date."""
    return perform(record=enrolment, table=TRANSITIONS, verb="start", user=user, version=version)


def start_phase(*, enrolment: Enrolment, phase_code: str, on: date, user: User) -> EnrolmentPhase:
    """Begin a phase of the blueprint on a day; the phase before ends the day before.

    A planned participation begins when the day has come. Beginning the phase one is already in
    changes nothing. The order of the blueprint is the default, not forced. Raises `Refused`.
    """
    with transaction.atomic():
        enrolment = locked(enrolment)
        phase = Phase.objects.filter(programme_id=enrolment.programme_id, code=phase_code).first()
        current = enrolment.phases.filter(ended_on=None).select_related("phase").first()
        if current and phase and current.phase_id == phase.pk:
            return current
        if phase is None:
            raise Refused([f"Insatsen har ingen fas med koden {phase_code}."])
        _check(enrolment, current, on)
        return _change(enrolment, current, phase, on, user)


def _check(enrolment: Enrolment, current: EnrolmentPhase | None, on: date) -> None:
    reasons = []
    if not enrolment.is_open:
        reasons.append(f"Deltagandet är {enrolment.get_state_display().lower()}.")
    if on < enrolment.starts_on:
        reasons.append(f"Fasen kan inte börja före deltagandets start {enrolment.starts_on}.")
    if current and on <= current.started_on:
        reasons.append(
            f"{current.phase.name} började {current.started_on}. Nästa fas börjar tidigast dagen efter."
        )
    if reasons:
        raise Refused(reasons)


def _change(
    enrolment: Enrolment, current: EnrolmentPhase | None, phase: Phase, on: date, user: User
) -> EnrolmentPhase:
    if current:
        current.ended_on = on - timedelta(days=1)
        current.save(update_fields=["ended_on"])
    begun = EnrolmentPhase.objects.create(
        enrolment=enrolment, phase=phase, started_on=on, **enrolment.owned()
    )
    enrolment.phase = phase
    enrolment.version += 1
    enrolment.save(update_fields=["phase", "version"])
    log(enrolment, "phase", user, f"{phase.name}: från {on}")
    if enrolment.state == EnrolmentState.PLANNED and on <= timezone.localdate():
        start_enrolment(enrolment=enrolment, user=user)
    return begun


def end_phases(*, enrolment: Enrolment, ends_on: date) -> None:
    """End the running phase with the participation; one that would begin later never happens."""
    enrolment.phases.filter(started_on__gt=ends_on).delete()
    last = enrolment.phases.select_related("phase").order_by("-started_on", "-pk").first()
    if last and (last.ended_on is None or last.ended_on > ends_on):
        last.ended_on = ends_on
        last.save(update_fields=["ended_on"])
    phase_id = last.phase_id if last else None
    if enrolment.phase_id != phase_id:
        enrolment.phase_id = phase_id
        enrolment.save(update_fields=["phase"])


def resume_phase(*, enrolment: Enrolment) -> None:
    """Let the last phase run on, after a closure was undone."""
    last = enrolment.phases.order_by("-started_on", "-pk").first()
    if last and last.ended_on:
        last.ended_on = None
        last.save(update_fields=["ended_on"])
