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
from referrals.services.attach import (
    CAME_BACK,
    CAME_OFF,
    MOST_BYTES,
    MOST_FILES,
    TOO_LARGE,
    AttachmentGone,
    Infected,
    attach_file,
    read_attachment,
    remove_attachment,
    withdraw_attachment,
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
from referrals.services.sweep import Sweep, sweep_attachments
from referrals.services.talk import (
    LONGEST_MESSAGE,
    mark_messages_read,
    message_recipients,
    post_message,
    unread_messages,
)

__all__ = [
    "CAME_BACK",
    "CAME_OFF",
    "LONGEST_MESSAGE",
    "MOST_BYTES",
    "MOST_FILES",
    "TOO_LARGE",
    "AttachmentGone",
    "Identity",
    "Infected",
    "Sweep",
    "Talk",
    "answer_completion",
    "attach_file",
    "book_talk",
    "coordinators_of",
    "create_draft",
    "decline_referral",
    "discard_draft",
    "mark_messages_read",
    "message_recipients",
    "place_referral",
    "post_message",
    "queue_referral",
    "read_attachment",
    "record_talk",
    "remove_attachment",
    "reopen_referral",
    "request_completion",
    "rest_referral",
    "resume_referral",
    "save_draft",
    "send_referral",
    "staff_of",
    "sweep_attachments",
    "take_referral",
    "typed_in",
    "unplace_referral",
    "unread_messages",
    "withdraw_attachment",
    "withdraw_referral",
]
