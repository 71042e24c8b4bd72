"""Participants and what hangs on their participation."""

from participants.models.enrolment import Enrolment, EnrolmentEvent, EnrolmentPhase
from participants.models.fact import FactMark, StatisticsFact
from participants.models.journal import Consent, Note
from participants.models.person import AnonymousStart, Participant
from participants.models.registration import Registration, RegistrationMark

__all__ = [
    "AnonymousStart",
    "Consent",
    "Enrolment",
    "EnrolmentEvent",
    "EnrolmentPhase",
    "FactMark",
    "Note",
    "Participant",
    "Registration",
    "RegistrationMark",
    "StatisticsFact",
]
