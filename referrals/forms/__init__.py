"""The forms of a remiss: the long one, and one short one per verb that needs words."""

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
    "BookTalkForm",
    "CompletionForm",
    "DeclineForm",
    "RecordTalkForm",
    "ReferralForm",
    "ReopenForm",
    "RestForm",
    "VerbForm",
    "WithdrawForm",
]
