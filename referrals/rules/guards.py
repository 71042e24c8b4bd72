"""What must be in place before a remiss goes on. Each guard gives a sentence when it forbids."""

from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from participants.enums import EnrolmentState
from programmes.models import Programme
from referrals.enums import Offer, ReferralState
from referrals.models import Referral


def weeks_needed(programme: Programme) -> int:
    """Weeks a person's income must last: the phases whose length the programme has fixed."""
    total = programme.phases.aggregate(weeks=Sum("weeks"))["weeks"]
    return int(total or 0)


def income_needed_until(programme: Programme, start: date) -> date:
    """The last day of the weeks needed, for somebody who starts on `start`."""
    return start + timedelta(weeks=weeks_needed(programme)) - timedelta(days=1)


def talk_is_held(referral: Referral) -> str | None:
    """The introductory talk must have been held."""
    return None if referral.talk_held_on else "Det inledande samtalet är inte hållet."


def person_accepts(referral: Referral) -> str | None:
    """The person must have accepted the offer made at the talk."""
    return None if referral.offer == Offer.ACCEPTED else "Personen har inte tackat ja."


def income_is_secured(referral: Referral) -> str | None:
    """Income must be secured for the programme's fixed weeks, counted from today."""
    needed = income_needed_until(referral.programme, timezone.localdate())
    until = referral.support_until
    if until is None:
        return f"Försörjningen är inte säkrad, det behövs till {needed}."
    if until < needed:
        return f"Försörjningen är säkrad till {until}, det behövs till {needed}."
    return None


def talk_is_not_held(referral: Referral) -> str | None:
    """What has been held cannot have failed to come about."""
    return f"Samtalet hölls {referral.talk_held_on}." if referral.talk_held_on else None


def person_is_named(referral: Referral) -> str | None:
    """Nobody can have agreed to be handed over who isn't known."""
    if referral.is_anonymous:
        return (
            "Remissen är anonym. Ingen kan ha lämnat samtycke till att den förs över: be "
            "remittenten skicka en ny remiss till den andra insatsen."
        )
    return None


def talk_can_be_moved(referral: Referral) -> str | None:
    """A talk that has been held keeps its time."""
    held = referral.state == ReferralState.TALK and referral.talk_held_on
    return f"Samtalet hölls {referral.talk_held_on}." if held else None


def start_can_be_undone(referral: Referral) -> str | None:
    """A counted anonymous start cannot be found again, and is never taken back."""
    if referral.is_anonymous:
        return "En anonym start är räknad och kan inte tas tillbaka."
    return None


def has_not_started(referral: Referral) -> str | None:
    """Before the start a place can be given back; later the participation is ended instead."""
    enrolment = referral.enrolment
    if enrolment is None:
        return None
    if enrolment.starts_on <= timezone.localdate() or enrolment.state != EnrolmentState.PLANNED:
        return "Personen har redan börjat. Avsluta deltagandet i stället."
    return None
