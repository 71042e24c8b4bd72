"""What can be done with a participant and a participation. Keyword arguments, verbs first."""

from participants.services.close import (
    close_enrolment,
    misregister_enrolment,
    missing_at_closure,
    pause_enrolment,
    reopen_enrolment,
    resume_enrolment,
)
from participants.services.consent import consent_words, record_consent, withdraw_consent
from participants.services.fact import write_fact
from participants.services.find import PersonIdentity, find_person
from participants.services.missing import missing_after, missing_before
from participants.services.note import amend_note, write_note
from participants.services.open import count_anonymous_start, next_case_number, open_enrolment
from participants.services.phase import start_enrolment, start_phase
from participants.services.register import (
    AfterData,
    BeforeData,
    check_after,
    check_before,
    register_after,
    register_before,
)
from participants.services.search import Search, find_enrolments

__all__ = [
    "AfterData",
    "BeforeData",
    "PersonIdentity",
    "Search",
    "amend_note",
    "check_after",
    "check_before",
    "close_enrolment",
    "consent_words",
    "count_anonymous_start",
    "find_enrolments",
    "find_person",
    "misregister_enrolment",
    "missing_after",
    "missing_at_closure",
    "missing_before",
    "next_case_number",
    "open_enrolment",
    "pause_enrolment",
    "record_consent",
    "register_after",
    "register_before",
    "reopen_enrolment",
    "resume_enrolment",
    "start_enrolment",
    "start_phase",
    "withdraw_consent",
    "write_fact",
    "write_note",
]
