"""When papers may be attached to a remiss, when something may be said in it, and for which side."""

from accounts.models import User
from referrals.enums import WAITING_STATES, AttachmentKind, ReferralState, Side
from referrals.models import Referral


def papers_are_closed(referral: Referral) -> str | None:
    """Why nothing may be attached or withdrawn now; None when it may.

    An anonymous remiss takes no papers: a paper about a person practically always says who it is,
    and nobody can take that out of it afterwards.
    """
    if referral.is_anonymous:
        return (
            "Remissen är anonym, och en bilaga kan visa vem personen är. "
            "Skriv i stället det koordinatorn behöver veta."
        )
    if referral.state not in (ReferralState.DRAFT, *WAITING_STATES):
        return "Remissen är avslutad. Bilagor går inte att ändra längre."
    return None


def messages_are_closed(referral: Referral) -> str | None:
    """Why nothing may be said in the remiss now; None when it may. What was said can be read."""
    if referral.state == ReferralState.DRAFT:
        return "Remissen är inte skickad än, och ingen kan svara."
    if referral.is_anonymous and referral.state == ReferralState.PLACED:
        return "Personen är anonym och har börjat. Ingenting om personen sparas längre."
    return None


def has_attached(referral: Referral, kind: AttachmentKind | None = None) -> bool:
    """True when a paper (of the kind) is attached and still holds. An unsaved remiss has none."""
    if referral.pk is None:
        return False
    current = referral.attachments.current()
    return (current.filter(kind=kind) if kind else current).exists()


def side_of(user: User, referral: Referral) -> Side:
    """For whom the user speaks in the remiss. Whoever works in the programme speaks for it."""
    works_there = referral.programme_id in user.scope.programmes
    return Side.PROGRAMME if works_there else Side.SENDER
