"""The queue: who comes into it, through the deciding body where there is one, and in what order."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from core.formatting import counted
from core.states import Outcome, Refused, perform
from participants.models import Enrolment
from programmes.enums import CodeList
from programmes.models import Programme
from programmes.services import code_labels
from referrals.enums import Priority
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered


@dataclass(frozen=True)
class Crowding:
    """How full a programme is before anybody more is accepted, in persons.

    `enrolled` are participations that aren't closed, planned ones included.
    """

    enrolled: int
    capacity: int
    queued: int

    @property
    def is_full(self) -> bool:
        """Whoever comes into the queue now has to wait for somebody to leave."""
        return self.enrolled + self.queued >= self.capacity

    @property
    def words(self) -> str:
        """One sentence: places taken, and how many stand in the queue already."""
        queue = counted(self.queued, "person", "personer") if self.queued else "Ingen"
        return (
            f"{self.enrolled} deltagare är inskrivna på {self.capacity} platser. {queue} står i kö."
        )


def crowding_of(*, programme: Programme) -> Crowding:
    """How full the programme is now. Two queries."""
    return Crowding(
        enrolled=Enrolment.objects.filter(programme=programme).open().count(),
        capacity=programme.capacity,
        queued=Referral.objects.filter(programme=programme).queued().count(),
    )


def queue_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Put the person in the queue, from today. Raises `Refused` with everything that is missing."""
    return perform(
        record=referral,
        table=TABLE,
        verb="queue",
        user=user,
        version=version,
        changes=entered() | {"queued_on": timezone.localdate(), "review_on": None},
    )


def present_referral(
    *,
    referral: Referral,
    meets_on: date | None = None,
    user: User,
    version: int | None = None,
) -> Outcome:
    """Leave the remiss to the deciding body (remissgrupp), which meets on `meets_on` if known."""
    if meets_on and meets_on < timezone.localdate():
        raise Refused(["Remissgruppen kan inte träffas en dag som har varit."])
    return perform(
        record=referral,
        table=TABLE,
        verb="present",
        user=user,
        version=version,
        text=f"Remissgruppen träffas {meets_on}." if meets_on else "",
        changes=entered() | {"body_meets_on": meets_on},
    )


@dataclass(frozen=True)
class BodyDecision:
    """What the deciding body decided: when, who took part (in free words), and why."""

    decided_on: date
    members: str
    why: str

    def check(self) -> None:
        """Raise `Refused` with everything that is missing."""
        demand_text(
            **{
                "Skriv vilka som var med och beslutade.": self.members,
                "Skriv varför remissgruppen beslutade så.": self.why,
            }
        )
        if self.decided_on > timezone.localdate():
            raise Refused(["Beslutet kan inte vara fattat en dag som inte har varit."])

    @property
    def changes(self) -> dict[str, object]:
        """What is stored of it."""
        return {"body_decided_on": self.decided_on, "body_members": self.members}


def accept_by_body(
    *, referral: Referral, decision: BodyDecision, user: User, version: int | None = None
) -> Outcome:
    """The deciding body says yes: the person stands in the queue from today."""
    decision.check()
    queued = {"queued_on": timezone.localdate(), "review_on": None}
    return perform(
        record=referral,
        table=TABLE,
        verb="body_accepts",
        user=user,
        version=version,
        text=f"Beslutat {decision.decided_on}. {decision.why}",
        changes=entered() | queued | decision.changes,
    )


def decline_by_body(
    *,
    referral: Referral,
    decision: BodyDecision,
    reason: str,
    alternative: str,
    user: User,
    version: int | None = None,
) -> Outcome:
    """The deciding body says no. The referrer sees the reason, the words and the alternative."""
    decision.check()
    known = reason in code_labels(CodeList.DECLINE_REASON)
    demand_text(
        **{
            "Välj ett skäl.": reason if known else "",
            "Skriv vad ni föreslår i stället.": alternative,
        }
    )
    ended = {"decline_reason": reason, "alternative": alternative}
    return perform(
        record=referral,
        table=TABLE,
        verb="body_declines",
        user=user,
        version=version,
        reason=reason,
        text=f"Beslutat {decision.decided_on}. {decision.why}",
        changes=entered() | ended | decision.changes,
    )


def prioritise_referral(
    *, referral: Referral, priority: int, why: str, user: User, version: int | None = None
) -> Outcome:
    """Move the person in the queue: the level decides first, then the days waited.

    `why` is kept beside the level and in the history. Raises `Refused`.
    """
    demand_text(**{"Skriv varför turordningen ändras.": why})
    if priority not in Priority.values:
        raise Refused(["Välj en turordning i listan."])
    return perform(
        record=referral,
        table=TABLE,
        verb="prioritise",
        user=user,
        version=version,
        text=f"{Priority(priority).label}. {why}",
        changes={"priority": priority, "priority_reason": why},
    )
