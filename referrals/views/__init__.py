"""The pages of a remiss: the list, the record, the form, and one address per verb."""

from referrals.views.answer import answer_autosave, answer_completion
from referrals.views.lists import referral_list
from referrals.views.paper import referral_print
from referrals.views.papers import attachment_download, attachment_withdraw, referral_attach
from referrals.views.persons import (
    assign,
    change_support,
    confirm_person,
    correct_number,
    reassign,
    set_target_group,
)
from referrals.views.queue import body_accepts, body_declines, present, prioritise
from referrals.views.record import referral_detail
from referrals.views.say import message_post
from referrals.views.talk import miss_talk, talk_calendar
from referrals.views.transfer import transfer
from referrals.views.verbs import (
    book_talk,
    decline,
    queue,
    record_talk,
    reopen,
    request_completion,
    rest,
    resume,
    take,
    withdraw,
)
from referrals.views.write import (
    referral_autosave,
    referral_discard,
    referral_edit,
    referral_new,
)

__all__ = [
    "answer_autosave",
    "answer_completion",
    "assign",
    "attachment_download",
    "attachment_withdraw",
    "body_accepts",
    "body_declines",
    "book_talk",
    "change_support",
    "confirm_person",
    "correct_number",
    "decline",
    "message_post",
    "miss_talk",
    "present",
    "prioritise",
    "queue",
    "reassign",
    "record_talk",
    "referral_attach",
    "referral_autosave",
    "referral_detail",
    "referral_discard",
    "referral_edit",
    "referral_list",
    "referral_new",
    "referral_print",
    "reopen",
    "request_completion",
    "rest",
    "resume",
    "set_target_group",
    "take",
    "talk_calendar",
    "transfer",
    "withdraw",
]
