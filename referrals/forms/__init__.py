"""The forms of a remiss: the long one, and one short one per verb that needs words."""

from referrals.forms.attachment import AttachForm, WithdrawAttachmentForm
from referrals.forms.message import MessageForm
from referrals.forms.referral import PARTS, ReferralForm
from referrals.forms.verbs import (
    AnswerForm,
    BookTalkForm,
    CompletionForm,
    DeclineForm,
    RecordTalkForm,
    ReopenForm,
    RestForm,
    VerbForm,
    WithdrawForm,
)

__all__ = [
    "PARTS",
    "AnswerForm",
    "AttachForm",
    "BookTalkForm",
    "CompletionForm",
    "DeclineForm",
    "MessageForm",
    "RecordTalkForm",
    "ReferralForm",
    "ReopenForm",
    "RestForm",
    "VerbForm",
    "WithdrawAttachmentForm",
    "WithdrawForm",
]
