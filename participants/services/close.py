"""Closing a participation, undoing a closure, and taking a wrong registration out of the figures."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.rules import is_manager
from core.states import Outcome, Refused, perform
from participants.models import Enrolment, Registration, RegistrationMark
from participants.rules import TRANSITIONS
from participants.services.fact import write_fact
from participants.services.missing import missing_after
from participants.services.phase import end_phases, resume_phase
from participants.services.register import AfterData, check_after, register_after

MISREGISTERED = "FEL"


def close_enrolment(
    *,
    enrolment: Enrolment,
    ends_on: date,
    after: AfterData,
    user: User,
    version: int | None = None,
    gap: str = "",
) -> Outcome:
    """End the participation with its out-registration. The reason FEL takes it out of all figures.

    What is missing stops the closure; a programme manager may close anyway with `gap`, the words
    about why. Raises `Refused` with all reasons, `Stale` on an old `version`. Repeating changes
    nothing.
    """
    if after.reason == MISREGISTERED:
        return misregister_enrolment(enrolment=enrolment, user=user, version=version, text=gap)
    with transaction.atomic():
        reasons = check_after(after) or _gate(enrolment, after, user, gap)
        if reasons:
            raise Refused(reasons)
        outcome = perform(
            record=enrolment,
            table=TRANSITIONS,
            verb="close",
            user=user,
            version=version,
            reason=after.reason,
            text=gap,
            changes={"ends_on": ends_on},
        )
        if outcome.changed:
            end_phases(enrolment=outcome.record, ends_on=ends_on)
            register_after(enrolment=outcome.record, after=after, user=user)
            write_fact(enrolment=outcome.record)
        return outcome


def missing_at_closure(after: AfterData) -> list[str]:
    """What the closure lacks, to list on the page before it is refused."""
    registration = Registration(reason=after.reason, weekly_hours=after.weekly_hours)
    marks = [
        RegistrationMark(kind=kind, code=code, extent=extent)
        for kind, extents in (("support", after.supports), ("occupation", after.occupations))
        for code, extent in extents.items()
    ]
    return missing_after(registration, marks)


def _gate(enrolment: Enrolment, after: AfterData, user: User, gap: str) -> list[str]:
    missing = missing_at_closure(after)
    if not missing or (gap.strip() and is_manager(user, enrolment)):
        return []
    way_out = (
        "Skriv varför i rutan om luckan, så kan du avsluta ändå."
        if is_manager(user, enrolment)
        else "Verksamhetsledaren kan avsluta ändå och skriva varför."
    )
    return [f"Det här saknas: {', '.join(missing)}. {way_out}"]


def reopen_enrolment(
    *, enrolment: Enrolment, user: User, version: int | None = None, text: str = ""
) -> Outcome:
    """Undo a closure within 30 days. The out-registration is kept and counts again at the next."""
    with transaction.atomic():
        outcome = perform(
            record=enrolment,
            table=TRANSITIONS,
            verb="reopen",
            user=user,
            version=version,
            text=text,
            changes={"ends_on": None},
        )
        if outcome.changed:
            resume_phase(enrolment=outcome.record)
            write_fact(enrolment=outcome.record)
        return outcome


def misregister_enrolment(
    *, enrolment: Enrolment, user: User, version: int | None = None, text: str = ""
) -> Outcome:
    """Mark the participation as wrongly registered: kept for audit, counted nowhere."""
    with transaction.atomic():
        outcome = perform(
            record=enrolment,
            table=TRANSITIONS,
            verb="misregister",
            user=user,
            version=version,
            reason=MISREGISTERED,
            text=text,
        )
        if outcome.changed:
            write_fact(enrolment=outcome.record)
        return outcome


def pause_enrolment(
    *, enrolment: Enrolment, user: User, version: int | None = None, text: str = ""
) -> Outcome:
    """Pause the participation; `text` says until when. The place is kept."""
    return perform(
        record=enrolment, table=TRANSITIONS, verb="pause", user=user, version=version, text=text
    )


def resume_enrolment(
    *, enrolment: Enrolment, user: User, version: int | None = None, text: str = ""
) -> Outcome:
    """End a pause."""
    return perform(
        record=enrolment, table=TRANSITIONS, verb="resume", user=user, version=version, text=text
    )
