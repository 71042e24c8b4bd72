"""The coordinator's assessment: take the remiss, give it to somebody, let it rest, take it up."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.states import Outcome, Refused, perform
from programmes.enums import CodeList
from programmes.services import code_labels
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered, lock
from referrals.services.close import coordinators_of


def take_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Begin the assessment; `user` becomes the one responsible coordinator."""
    return perform(
        record=referral,
        table=TABLE,
        verb="take",
        user=user,
        version=version,
        changes=entered() | {"coordinator": user},
    )


@transaction.atomic
def assign_referral(
    *, referral: Referral, coordinator: User, user: User, version: int | None = None
) -> Outcome:
    """Make `coordinator` the one responsible; a remiss nobody has taken is then being assessed.

    Raises `Refused` when the person isn't coordinator in the programme today.
    """
    if coordinator not in coordinators_of(referral.programme):
        raise Refused([f"{coordinator.name} är inte rehabkoordinator i insatsen i dag."])
    locked = lock(referral)
    if _was_just_given(locked, coordinator, user, version):
        return Outcome(locked, changed=False)
    if locked.coordinator_id is None:
        return perform(
            record=locked,
            table=TABLE,
            verb="assign",
            user=user,
            version=version,
            text=coordinator.name,
            changes=entered() | {"coordinator": coordinator},
        )
    before = locked.coordinator.name if locked.coordinator else ""
    return perform(
        record=locked,
        table=TABLE,
        verb="reassign",
        user=user,
        version=version,
        text=f"Från {before} till {coordinator.name}.",
        changes={"coordinator": coordinator},
    )


def _was_just_given(referral: Referral, coordinator: User, user: User, version: int | None) -> bool:
    """The same press again: by then somebody is responsible, which makes it another verb."""
    last = referral.events.order_by("-pk").first()
    if last is None or version == referral.version or referral.coordinator_id != coordinator.pk:
        return False
    return last.verb in ("assign", "reassign") and last.actor_id == user.pk


def set_target_group(
    *, referral: Referral, target_group: str, why: str, user: User, version: int | None = None
) -> Outcome:
    """Say which target group the person belongs to (a code; blank for the ordinary one).

    It decides which reserved places the person can have, so `why` is kept in the history.
    """
    labels = code_labels(CodeList.TARGET_GROUP)
    demand_text(**{"Skriv vad bedömningen bygger på.": why})
    if target_group and target_group not in labels:
        raise Refused(["Välj en målgrupp i listan."])
    return perform(
        record=referral,
        table=TABLE,
        verb="set_target_group",
        user=user,
        version=version,
        text=f"{labels.get(target_group, 'Ingen särskild målgrupp')}. {why}",
        changes={"target_group": target_group},
    )


def rest_referral(
    *, referral: Referral, why: str, review_on: date, user: User, version: int | None = None
) -> Outcome:
    """Let the remiss rest until somebody looks at it again on `review_on`. Raises `Refused`."""
    demand_text(**{"Skriv varför remissen ska vila.": why})
    if review_on <= timezone.localdate():
        raise Refused(["Välj en dag som kommer, då någon ser på remissen igen."])
    return perform(
        record=referral,
        table=TABLE,
        verb="rest",
        user=user,
        version=version,
        text=why,
        changes=entered() | {"review_on": review_on},
    )


def resume_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Take up a resting remiss again."""
    return perform(
        record=referral,
        table=TABLE,
        verb="resume",
        user=user,
        version=version,
        changes=entered() | {"review_on": None},
    )
