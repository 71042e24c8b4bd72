"""The forms of a remiss: the long one, and one short one per verb that needs words."""

from referrals.forms.attachment import AttachForm, WithdrawAttachmentForm
from referrals.forms.completion import AnswerForm, CompletionForm
from referrals.forms.decisions import (
    AssignForm,
    BodyAcceptsForm,
    BodyDeclinesForm,
    CorrectNumberForm,
    MissTalkForm,
    PresentForm,
    PriorityForm,
    SamePersonForm,
    SupportForm,
    TargetGroupForm,
    TransferForm,
)
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
    "AssignForm",
    "AttachForm",
    "BodyAcceptsForm",
    "BodyDeclinesForm",
    "BookTalkForm",
    "CompletionForm",
    "CorrectNumberForm",
    "DeclineForm",
    "MessageForm",
    "MissTalkForm",
    "Offered",
    "PresentForm",
    "PriorityForm",
    "RecordTalkForm",
    "ReferralForm",
    "ReopenForm",
    "RestForm",
    "SamePersonForm",
    "SupportForm",
    "TargetGroupForm",
    "TransferForm",
    "VerbForm",
    "WithdrawAttachmentForm",
    "WithdrawForm",
]
