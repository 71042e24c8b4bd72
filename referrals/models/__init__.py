"""The remiss, its history, what it is told of its start, its papers and the messages in it."""

from referrals.models.attachment import Attachment, AttachmentQuerySet
from referrals.models.completion import CompletionItem, CompletionItemQuerySet
from referrals.models.forecast import QueueForecast
from referrals.models.message import Message, MessageQuerySet, MessageReading
from referrals.models.referral import Referral, ReferralEvent, ReferralQuerySet

__all__ = [
    "Attachment",
    "AttachmentQuerySet",
    "CompletionItem",
    "CompletionItemQuerySet",
    "Message",
    "MessageQuerySet",
    "MessageReading",
    "QueueForecast",
    "Referral",
    "ReferralEvent",
    "ReferralQuerySet",
]
