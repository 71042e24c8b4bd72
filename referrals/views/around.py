"""What surrounds a remiss: how full the programme is, the deciding body, its other part."""

from django.urls import reverse

from accounts.models import User
from core.formatting import date_iso
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.services import crowding_of
from referrals.views.shown import crowding_warning

S = ReferralState
# Where more can still be accepted or not: then it matters how full the programme is.
NOT_ACCEPTED_YET = (S.SENT, S.ASSESSING, S.COMPLETION, S.TALK, S.DECIDING)


def crowding_words(referral: Referral) -> str:
    """The warning before somebody is accepted to a programme that is full; else blank."""
    if referral.state not in NOT_ACCEPTED_YET:
        return ""
    return crowding_warning(crowding_of(programme=referral.programme))


def body_of(referral: Referral) -> list[tuple[str, str]]:
    """What is known of the deciding body's handling; empty where there is no such body."""
    meets_on, decided_on = date_iso(referral.body_meets_on), date_iso(referral.body_decided_on)
    rows = [("Träffas", meets_on), ("Beslutade", decided_on), ("Med", referral.body_members)]
    return [row for row in rows if row[1]]


def calendar_url(referral: Referral) -> str:
    """Where the coming talk is found as a calendar file; blank when there is none to come."""
    is_coming = referral.state == S.TALK and referral.talk_at and not referral.talk_held_on
    return reverse("referrals:talk_calendar", args=[referral.pk]) if is_coming else ""


def other_part(user: User, referral: Referral) -> tuple[str, str] | None:
    """(words, address) of the remiss this one was handed over to or came from, for its unit."""
    if referral.state != S.TRANSFERRED and referral.transferred_from_id is None:
        return None
    own = Referral.objects.visible_to(user).select_related("programme")
    after = own.filter(transferred_from_id=referral.pk).first()
    before = own.filter(transferred_to=referral.pk).first()
    if not (other := after or before):
        return None
    words = "Överförd till" if after else "Kom från"
    return (
        f"{words} {other.programme.name}: {other.number}",
        reverse("referrals:referral_detail", args=[other.pk]),
    )
