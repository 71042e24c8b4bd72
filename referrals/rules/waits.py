"""The days a remiss waits for: by them people are reminded, and Min dag counts what is late."""

from datetime import date, timedelta

from django.conf import settings

from core.formatting import local_date
from referrals.enums import WAITING_STATES, MedicalAssessment, ReferralState
from referrals.models import Referral

S = ReferralState
# The work after the talk: queue or decline.
DECIDE_WITHIN = 7
# The deciding body meets at least this often, when no day is said.
BODY_WITHIN = 14


def assess_by(referral: Referral) -> date | None:
    """The programme's last day for assessing a remiss that is sent or under assessment."""
    if referral.state not in (S.SENT, S.ASSESSING) or referral.sent_on is None:
        return None
    return referral.sent_on + timedelta(days=referral.programme.assessment_days)


def complete_by(referral: Referral) -> date | None:
    """The last day the referrer was given to answer."""
    return referral.completion_by if referral.state == S.COMPLETION else None


def talk_on(referral: Referral) -> date | None:
    """The day of a booked introductory talk that nobody has written about."""
    waits = referral.state == S.TALK and referral.talk_at and not referral.talk_held_on
    return local_date(referral.talk_at) if waits and referral.talk_at else None


def decide_by(referral: Referral) -> date | None:
    """The day by which somebody who has been talked with should be queued or declined."""
    if referral.state != S.TALK or referral.talk_held_on is None:
        return None
    return referral.talk_held_on + timedelta(days=DECIDE_WITHIN)


def body_decides_on(referral: Referral) -> date | None:
    """The day the deciding body (remissgrupp) meets, or a fortnight after it got the remiss."""
    if referral.state != S.DECIDING or referral.state_since is None:
        return None
    return referral.body_meets_on or referral.state_since + timedelta(days=BODY_WITHIN)


def look_again_on(referral: Referral) -> date | None:
    """The day somebody promised to look at a resting remiss again."""
    return referral.review_on if referral.state == S.RESTING else None


def queued_since(referral: Referral) -> date | None:
    """The day the person came into the queue."""
    return referral.queued_on if referral.state == S.QUEUED else None


def assessment_promised_on(referral: Referral) -> date | None:
    """The day a doctor's assessment was promised, while the remiss waits for it."""
    promised = referral.assessment == MedicalAssessment.PROMISED
    return referral.assessment_on if promised and referral.state in WAITING_STATES else None


def income_ends_on(referral: Referral) -> date | None:
    """The last day of secured income for somebody in the queue."""
    return referral.support_until if referral.state == S.QUEUED else None


def draft_ends_on(referral: Referral) -> date:
    """The day an untouched draft is removed: `DRAFT_DAYS` days after it was last saved."""
    return local_date(referral.saved_at or referral.created_at) + timedelta(
        days=settings.DRAFT_DAYS
    )


def draft_warned_on(referral: Referral) -> date | None:
    """The day from which the writer is warned that a draft will be removed."""
    if referral.state != S.DRAFT:
        return None
    return draft_ends_on(referral) - timedelta(days=settings.DRAFT_WARNING_DAYS)
