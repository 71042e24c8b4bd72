"""Consents: most are given, some run out, some are refused or withdrawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.enums import OrganisationKind
from participants.enums import ConsentPurpose
from rehabsteg.demo.plan import Course, Window

VALID_DAYS = 365
RECIPIENTS = {
    "FK": OrganisationKind.FK, "AF": OrganisationKind.AF, "KFS": OrganisationKind.MUNICIPALITY,
    "KSO": OrganisationKind.MUNICIPALITY, "RPV": OrganisationKind.REGION,
    "RPS": OrganisationKind.REGION,
}  # fmt: skip


@dataclass(frozen=True)
class ConsentPlan:
    """One consent or refusal."""

    purpose: str
    recipient: str
    given_on: date
    valid_to: date | None = None
    withdrawn_on: date | None = None
    refused: bool = False


def plan_consents(course: Course, rng: Random, window: Window) -> list[ConsentPlan]:
    """Participation with the remiss; exchange and registration when the person starts."""
    signed = course.referral.fields.get("consent_on") or course.placed_on
    found = [ConsentPlan(ConsentPurpose.PARTICIPATION, "", signed)]
    day = course.starts_on
    if day > window.last:
        return found
    sender = RECIPIENTS[course.referral.code]
    others = [one for one in dict.fromkeys(RECIPIENTS.values()) if one != sender]
    for recipient in [sender, *rng.sample(others, rng.choice((1, 1, 2)))]:
        found.append(_exchange(course, rng, window, recipient, day, is_sender=recipient == sender))
    found.append(ConsentPlan(ConsentPurpose.REGISTRATION, "", day))
    if rng.random() < 0.6:
        refused = rng.random() < 0.1
        found.append(ConsentPlan(ConsentPurpose.AFTER_CLOSURE, "", day, refused=refused))
    if rng.random() < 0.3:
        refused = rng.random() < 0.3
        found.append(ConsentPlan(ConsentPurpose.EVALUATION, "", day, refused=refused))
    return found


def _exchange(
    course: Course, rng: Random, window: Window, recipient: str, day: date, *, is_sender: bool
) -> ConsentPlan:
    purpose = ConsentPurpose.EXCHANGE
    if not is_sender and rng.random() < 0.12:
        return ConsentPlan(purpose, recipient, day, refused=True)
    valid_to = day + timedelta(days=rng.choice((120, 180, VALID_DAYS, VALID_DAYS)))
    withdrawn = None
    ended = course.ends_on or window.last
    if rng.random() < (0.9 if course.reason == "SAM" else 0.03):
        withdrawn = min(day + timedelta(days=rng.randint(6, 60)), ended)
    return ConsentPlan(purpose, recipient, day, valid_to, withdrawn)
