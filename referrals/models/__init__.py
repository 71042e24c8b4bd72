"""The remiss and its history."""

from referrals.models.referral import Referral, ReferralEvent, ReferralQuerySet

__all__ = ["Referral", "ReferralEvent", "ReferralQuerySet"]
