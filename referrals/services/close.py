"""Ending a remiss without a place, and opening it again."""

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from core.states import Outcome, Refused, perform
from programmes.enums import CodeList
from programmes.models import Programme
from programmes.services import code_labels
from referrals.enums import Priority
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered


def decline_referral(
    *,
    referral: Referral,
    reason: str,
    text: str,
    alternative: str,
    user: User,
    version: int | None = None,
) -> Outcome:
    """Decline the remiss. The referrer sees the reason, the text and the alternative.

    `reason` is a code of the list of reasons. Raises `Refused` with everything that is missing.
    """
    labels = code_labels(CodeList.DECLINE_REASON)
    demand_text(
        **{
            "Välj ett skäl.": reason if reason in labels else "",
            "Skriv en förklaring som remittenten får läsa.": text,
            "Skriv vad du föreslår i stället.": alternative,
        }
    )
    return perform(
        record=referral,
        table=TABLE,
        verb="decline",
        user=user,
        version=version,
        reason=reason,
        text=text,
        changes=entered() | {"decline_reason": reason, "alternative": alternative},
    )


def withdraw_referral(
    *, referral: Referral, why: str, user: User, version: int | None = None
) -> Outcome:
    """Take back the remiss: the referrer, or a coordinator on the person's behalf."""
    demand_text(**{"Skriv varför remissen återtas.": why})
    return perform(
        record=referral,
        table=TABLE,
        verb="withdraw",
        user=user,
        version=version,
        text=why,
        changes=entered(),
    )


def reopen_referral(
    *, referral: Referral, coordinator: User, why: str, user: User, version: int | None = None
) -> Outcome:
    """Take up a declined or withdrawn remiss again, with `coordinator` responsible."""
    demand_text(**{"Skriv varför remissen öppnas igen.": why})
    if coordinator not in coordinators_of(referral.programme):
        raise Refused([f"{coordinator.name} är inte rehabkoordinator i insatsen i dag."])
    return perform(
        record=referral,
        table=TABLE,
        verb="reopen",
        user=user,
        version=version,
        text=why,
        changes=entered()
        | {"coordinator": coordinator, "decline_reason": "", "alternative": ""}
        # What was decided last time belongs to the history; the new assessment begins without it.
        | {"body_decided_on": None, "body_members": ""}
        | {"priority": Priority.NORMAL, "priority_reason": ""},
    )


def coordinators_of(programme: Programme) -> list[User]:
    """The programme's coordinators today, by name."""
    return staff_of(programme, Role.COORDINATOR)


def staff_of(programme: Programme, role: Role) -> list[User]:
    """Those who hold `role` in the programme's team today, by name."""
    held = Membership.objects.valid_on(timezone.localdate()).filter(
        unit_id=programme.unit_id, role=role
    )
    people = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return list(people.order_by("name", "pk"))
