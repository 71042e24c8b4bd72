"""From the queue to a place, and back again before the start. Called by whoever gives out places."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.states import Outcome, Refused, perform, refusals
from participants.enums import ConsentForm, ConsentPurpose
from participants.models import Enrolment
from participants.services import (
    PersonIdentity,
    count_anonymous_start,
    misregister_enrolment,
    open_enrolment,
    record_consent,
)
from referrals.enums import Priority
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import entered, lock
from referrals.services.talk import erase_messages

# What may not outlive the start of somebody who is only counted: everything that describes them.
WORDS_ABOUT_A_PERSON = (
    "purpose",
    "goal",
    "possibility",
    "need",
    "language",
    "accessibility",
    "target_group",
    "completion_request",
    "completion_answer",
    "talk_place",
    "talk_with",
    "talk_summary",
    "priority_reason",
    "alternative",
)


@transaction.atomic
def place_referral(
    *, referral: Referral, starts_on: date, user: User, version: int | None = None
) -> Outcome:
    """Give the person a place: a participation (deltagande) begins on `starts_on`.

    An anonymous person is counted by gender and year, and every description is erased. The caller
    holds the lock on whatever is scarce (programme, group). Raises `Refused` with all reasons, also
    when the person already has a participation at that time; `Stale` as `perform`.
    """
    locked = lock(referral)
    if _was_just_done(locked, "place", user):
        return Outcome(locked, changed=False)
    if found := refusals(TABLE["place"], locked, user):
        raise Refused(found)
    begin = _count if locked.is_anonymous else _enrol
    return perform(
        record=locked,
        table=TABLE,
        verb="place",
        user=user,
        version=version,
        text=f"Start {starts_on}",
        changes=entered() | begin(locked, starts_on, user),
    )


def _was_just_done(referral: Referral, verb: str, user: User) -> bool:
    last = referral.events.order_by("-pk").first()
    if last is None or referral.state != TABLE[verb].target:
        return False
    return (last.verb, last.actor_id) == (verb, user.pk)


def _enrol(referral: Referral, starts_on: date, user: User) -> dict[str, Any]:
    enrolment = open_enrolment(
        programme=referral.programme,
        identity=PersonIdentity(
            personnummer=referral.personnummer or "",
            given_name=referral.given_name,
            family_name=referral.family_name,
            gender=referral.gender,
            birth_date=referral.birth_date,
            phone=referral.phone,
        ),
        referrer_code=referral.referrer_code,
        referring_unit=referral.unit,
        coordinator=referral.coordinator,
        starts_on=starts_on,
        user=user,
    )
    _record_consents(referral, enrolment, user)
    return {"enrolment": enrolment, "same_person_on": timezone.localdate()}


def _record_consents(referral: Referral, enrolment: Enrolment, user: User) -> None:
    """What the person consented to when the remiss was written, now on the participation."""
    if not referral.consent_on:
        return
    for purpose in (ConsentPurpose.PARTICIPATION, *referral.consent_purposes):
        exchanges = purpose == ConsentPurpose.EXCHANGE
        record_consent(
            enrolment=enrolment,
            purpose=purpose,
            recipient=referral.unit.organisation.kind if exchanges else "",
            form=referral.consent_form or ConsentForm.SIGNED,
            given_on=referral.consent_on,
            user=user,
        )


def _count(referral: Referral, starts_on: date, user: User) -> dict[str, Any]:
    count_anonymous_start(programme=referral.programme, gender=referral.gender, year=starts_on.year)
    erase_messages(referral)
    referral.completion_items.all().delete()
    # The history repeats what was written in the remiss. That it happened, when and by whom, stays.
    referral.events.exclude(text="").update(text="")
    return dict.fromkeys(WORDS_ABOUT_A_PERSON, "") | {"priority": Priority.NORMAL}


@transaction.atomic
def unplace_referral(
    *, referral: Referral, user: User, why: str = "", version: int | None = None
) -> Outcome:
    """Take the place back before the start: the person keeps their time in the queue.

    The planned participation is marked as wrongly registered. The caller ends the group membership.
    Raises `Refused` with all reasons.
    """
    locked = lock(referral)
    if _was_just_done(locked, "unplace", user):
        return Outcome(locked, changed=False)
    if found := refusals(TABLE["unplace"], locked, user):
        raise Refused(found)
    enrolment = locked.enrolment
    outcome = perform(
        record=locked,
        table=TABLE,
        verb="unplace",
        user=user,
        version=version,
        text=why,
        changes=entered() | {"enrolment": None},
    )
    if enrolment is not None:
        misregister_enrolment(enrolment=enrolment, user=user, text="Platsen togs tillbaka.")
    return outcome
