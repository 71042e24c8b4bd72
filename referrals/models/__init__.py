"""The remiss, its history, the papers attached to it and the messages in it."""

from referrals.models.attachment import Attachment, AttachmentQuerySet
from referrals.models.message import Message, MessageQuerySet, MessageReading
from referrals.models.referral import Referral, ReferralEvent, ReferralQuerySet

__all__ = [
    "Attachment",
    "AttachmentQuerySet",
    "Message",
    "MessageQuerySet",
    "MessageReading",
    "Referral",
    "ReferralEvent",
    "ReferralQuerySet",
]
