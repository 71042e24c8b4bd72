"""What can be done with a remiss. Every state change goes through the table in `referrals.rules`."""

from referrals.services.assess import (
    Talk,
    book_talk,
    queue_referral,
    record_talk,
    rest_referral,
    resume_referral,
    take_referral,
)
from referrals.services.close import (
    coordinators_of,
    decline_referral,
    reopen_referral,
    staff_of,
    withdraw_referral,
)
from referrals.services.complete import answer_completion, request_completion
from referrals.services.draft import (
    Identity,
    create_draft,
    discard_draft,
    save_draft,
    send_referral,
    typed_in,
)
from referrals.services.place import place_referral, unplace_referral

__all__ = [
    "Identity",
    "Talk",
    "answer_completion",
    "book_talk",
    "coordinators_of",
    "create_draft",
    "decline_referral",
    "discard_draft",
    "place_referral",
    "queue_referral",
    "record_talk",
    "reopen_referral",
    "request_completion",
    "rest_referral",
    "resume_referral",
    "save_draft",
    "send_referral",
    "staff_of",
    "take_referral",
    "typed_in",
    "unplace_referral",
    "withdraw_referral",
]
