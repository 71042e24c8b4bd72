"""The forms of a remiss: the long one, and one short one per verb that needs words."""

from referrals.forms.attachment import AttachForm, WithdrawAttachmentForm
from referrals.forms.completion import AnswerForm, CompletionForm
from referrals.forms.message import MessageForm
from referrals.forms.offered import PARTS, Offered
from referrals.forms.referral import ReferralForm
from referrals.forms.verbs import (
    BookTalkForm,
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
    "Offered",
    "RecordTalkForm",
    "ReferralForm",
    "ReopenForm",
    "RestForm",
    "VerbForm",
    "WithdrawAttachmentForm",
    "WithdrawForm",
]
