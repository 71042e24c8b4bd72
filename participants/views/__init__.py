"""The pages about participants."""

from participants.views.changes import (
    enrolment_pause,
    enrolment_reopen,
    enrolment_resume,
    enrolment_start,
)
from participants.views.consents import consent_list, consent_new, consent_withdraw
from participants.views.detail import enrolment_detail, enrolment_log
from participants.views.listing import participant_list, search
from participants.views.notes import note_amend, note_new
from participants.views.registration import registration_before, registration_detail

__all__ = [
    "consent_list",
    "consent_new",
    "consent_withdraw",
    "enrolment_detail",
    "enrolment_log",
    "enrolment_pause",
    "enrolment_reopen",
    "enrolment_resume",
    "enrolment_start",
    "note_amend",
    "note_new",
    "participant_list",
    "registration_before",
    "registration_detail",
    "search",
]
