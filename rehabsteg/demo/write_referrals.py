"""Remisser and their history, as the services would have left them."""

from datetime import date
from random import Random
from typing import Any

from core.lookup import lookup_hash
from core.sorting import sort_key
from core.states import STAYS
from participants.models import AnonymousStart
from referrals.enums import CompletionKind, ReferralState
from referrals.models import CompletionItem, Referral, ReferralEvent
from referrals.rules import TABLE
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import ProgrammePlan, ReferralPlan
from rehabsteg.demo.referrals import shown_names
from rehabsteg.demo.rows import history_line, new_key, write

NUMBER_PREFIX = "RE"
DRAFT_PREFIX, DRAFT_KEY_LENGTH = "utkast-", 12


def write_referrals(*, place: Place, plan: ProgrammePlan, rng: Random) -> dict[int, Referral]:
    """Every remiss of the plan, oldest first; the rows by `id()` of their plans."""
    placed = [course.referral for course in plan.courses]
    anonymous = [one for group in plan.groups for one in group.anonymous]
    plans = sorted([*placed, *anonymous, *plan.waiting], key=lambda one: one.begun_at)
    rows = [_referral(place, one, rng) for one in plans]
    # Placed ones are tied to their participation later, so they wait as queued until then.
    wanted = [(row, row.state) for row in rows]
    for row in rows:
        if row.state == ReferralState.PLACED and not row.is_anonymous:
            row.state = ReferralState.QUEUED
    write(rows)
    for row, state in wanted:
        row.state = state
        if row.sent_on:
            row.number = f"{NUMBER_PREFIX}-{row.sent_on.year}-{row.pk:04d}"
    write(
        [event for one, row in zip(plans, rows, strict=True) for event in _history(place, one, row)]
    )
    write([_asked(one, row) for one, row in zip(plans, rows, strict=True) if row.completion_by])
    _count_anonymous(place, plan)
    return {id(one): row for one, row in zip(plans, rows, strict=True)}


def tie_referrals(rows: dict[int, Referral]) -> None:
    """Store the final state, the number and the participation, when everything is there."""
    Referral.objects.bulk_update(rows.values(), ["state", "number", "enrolment"], batch_size=500)


def _referral(place: Place, plan: ReferralPlan, rng: Random) -> Referral:
    key = new_key(rng)
    sent_on = plan.steps[0].at.date() if plan.steps else None
    return Referral(
        number=f"{DRAFT_PREFIX}{key.hex[:DRAFT_KEY_LENGTH]}",
        unit=place.units[plan.unit],
        referrer=plan.referrer,
        referrer_code=plan.code,
        state=_state(plan),
        version=1 + len(plan.steps),
        once_key=key,
        created_at=plan.begun_at,
        sent_on=sent_on,
        state_since=_state_since(plan),
        coordinator=plan.coordinator,
        gender=plan.gender,
        **_identity(plan),
        **plan.fields,
        **place.programme.owned(),
    )


def _state(plan: ReferralPlan) -> str:
    state = str(ReferralState.DRAFT)
    for step in plan.steps:
        state = TABLE[step.verb].leads_to(state)
    return state


def _state_since(plan: ReferralPlan) -> date | None:
    entered = [step for step in plan.steps if TABLE[step.verb].target != STAYS]
    return entered[-1].at.date() if entered else None


def _identity(plan: ReferralPlan) -> dict[str, Any]:
    person = plan.person
    if person is None:
        return {"personnummer": "", "personnummer_lookup": None}
    given, family = shown_names(person)
    return {
        "personnummer": person.number,
        "personnummer_lookup": lookup_hash(person.number),
        "given_name": given,
        "family_name": family,
        "sort_name": sort_key(f"{family} {given}"),
        "birth_date": person.birth_date,
        "phone": person.phone,
    }


def _history(place: Place, plan: ReferralPlan, row: Referral) -> list[ReferralEvent]:
    lines, before = [], str(ReferralState.DRAFT)
    for step in plan.steps:
        transition = TABLE[step.verb]
        after = transition.leads_to(before)
        lines.append(
            history_line(
                ReferralEvent,
                {"referral": row},
                place,
                step,
                verb=step.verb,
                label=transition.done,
                from_state=before,
                to_state=after,
            )
        )
        before = after
    return lines


def _asked(plan: ReferralPlan, row: Referral) -> CompletionItem:
    moments = {step.verb: step.at for step in plan.steps}
    answered_at = moments.get("answer_completion")
    return CompletionItem(
        referral=row,
        kind=CompletionKind.OTHER,
        text=row.completion_request,
        asked_at=moments["request_completion"],
        answer=row.completion_answer,
        answered_at=answered_at,
        answered_by=plan.referrer if answered_at else None,
        **row.owned(),
    )


def _count_anonymous(place: Place, plan: ProgrammePlan) -> None:
    write(
        [
            AnonymousStart(gender=one.gender, year=group.starts_on.year, **place.programme.owned())
            for group in plan.groups
            for one in group.anonymous
        ]
    )
