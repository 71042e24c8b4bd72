"""The same personal number as somebody who has been here before: found, and asked about.

Only the whole number is identity. A blank number matches nobody; name and phone are never asked.
"""

from dataclasses import dataclass

from participants.models import Participant
from participants.services import find_person
from referrals.enums import ReferralState
from referrals.models import Referral


@dataclass(frozen=True)
class Earlier:
    """Who has been in the programme with the number of the remiss, as far as its staff may see."""

    person: Participant | None
    referrals: tuple[Referral, ...]

    def __bool__(self) -> bool:
        return self.person is not None or bool(self.referrals)


def earlier_with_same_number(referral: Referral) -> Earlier:
    """The programme's participant and earlier remisser with the same whole number.

    Somebody whom only another of the controller's programmes knows is not told about here.
    """
    if not referral.personnummer_lookup:
        return Earlier(None, ())
    person = find_person(
        controller_id=referral.controller_id, personnummer=referral.personnummer or ""
    )
    if person and referral.programme_id not in person.programme_ids:
        person = None
    older = Referral.objects.filter(
        programme_id=referral.programme_id, personnummer_lookup=referral.personnummer_lookup
    ).exclude(state=ReferralState.DRAFT)
    if referral.pk:
        older = older.filter(pk__lt=referral.pk)
    return Earlier(person, tuple(older.order_by("-pk")))


def asks_about_person(referral: Referral) -> bool:
    """Somebody must say whether it is the same person, and nobody has."""
    return referral.same_person_on is None and bool(earlier_with_same_number(referral))


def person_is_confirmed(referral: Referral) -> str | None:
    """A match is confirmed by a person, never by the program."""
    if asks_about_person(referral):
        return "Personnumret finns sedan tidigare. Bekräfta först om det är samma person."
    return None
