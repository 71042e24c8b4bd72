"""Who may do what with a participation, and the table of its states."""

from datetime import timedelta

import rules
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_coordinator, is_manager, is_staff
from core.states import Table, Transition
from participants.enums import OPEN_STATES, EnrolmentState
from participants.models import Enrolment

can_read_enrolments = is_staff
can_start_enrolments = is_staff
can_register = is_coordinator
can_write_notes = is_coordinator
can_record_consents = is_coordinator
can_close_enrolments = is_staff
can_pause_enrolments = is_coordinator

REOPEN_DAYS = 30
ASK_A_COORDINATOR = "Det gör en koordinator i insatsen."
ASK_THE_STAFF = "Det gör en koordinator eller verksamhetsledaren i insatsen."


@rules.predicate
def is_own_coordinator(user: User, enrolment: Enrolment) -> bool:
    """The user is the participant's own coordinator."""
    return enrolment.coordinator_id == user.pk


can_read_log = is_manager | is_own_coordinator


def has_begun(enrolment: Enrolment) -> str | None:
    """The start is today or earlier."""
    if enrolment.starts_on > timezone.localdate():
        return f"Startdatumet är {enrolment.starts_on}. Det går att starta då, inte tidigare."
    return None


def ends_after_it_starts(enrolment: Enrolment) -> str | None:
    """The end isn't before the start."""
    if enrolment.ends_on and enrolment.ends_on < enrolment.starts_on:
        return f"Slutdatumet {enrolment.ends_on} ligger före startdatumet {enrolment.starts_on}."
    return None


def has_ended(enrolment: Enrolment) -> str | None:
    """The end isn't in the future: nothing is closed in advance."""
    if enrolment.ends_on and enrolment.ends_on > timezone.localdate():
        return f"Slutdatumet {enrolment.ends_on} ligger i framtiden. Avsluta när dagen har kommit."
    return None


def was_closed_recently(enrolment: Enrolment) -> str | None:
    """The closure was made within the last 30 days; later it is a new participation."""
    closing = enrolment.events.filter(verb="close").first()
    oldest = timezone.localdate() - timedelta(days=REOPEN_DAYS)
    if closing and timezone.localdate(closing.at) < oldest:
        return (
            f"Avslutet är äldre än {REOPEN_DAYS} dagar. "
            "Kommer personen tillbaka blir det ett nytt deltagande."
        )
    return None


def has_no_later_enrolment(enrolment: Enrolment) -> str | None:
    """The person has no later participation in the programme that an open one would overlap."""
    later = Enrolment.objects.counted().filter(
        programme_id=enrolment.programme_id,
        participant_id=enrolment.participant_id,
        starts_on__gt=enrolment.starts_on,
    )
    found = later.exclude(pk=enrolment.pk).first()
    return f"Personen har ett senare deltagande, {found.case_number}." if found else None


TRANSITIONS: Table = {
    "start": Transition(
        sources=frozenset({EnrolmentState.PLANNED}),
        target=EnrolmentState.ACTIVE,
        button="Starta deltagandet",
        done="Deltagandet började",
        rule=can_start_enrolments,
        guards=(has_begun,),
        ask=ASK_THE_STAFF,
        primary=True,
    ),
    "pause": Transition(
        sources=frozenset({EnrolmentState.ACTIVE}),
        target=EnrolmentState.PAUSED,
        button="Pausa deltagandet",
        done="Paus i deltagandet",
        rule=can_pause_enrolments,
        help="Platsen är kvar. Skriv när personen väntas tillbaka.",
        ask=ASK_A_COORDINATOR,
    ),
    "resume": Transition(
        sources=frozenset({EnrolmentState.PAUSED}),
        target=EnrolmentState.ACTIVE,
        button="Avsluta pausen",
        done="Tillbaka efter paus",
        rule=can_pause_enrolments,
        ask=ASK_A_COORDINATOR,
        primary=True,
    ),
    "close": Transition(
        sources=frozenset(OPEN_STATES),
        target=EnrolmentState.CLOSED,
        button="Avsluta deltagandet",
        done="Deltagandet avslutat",
        rule=can_close_enrolments,
        guards=(ends_after_it_starts, has_ended),
        ask=ASK_THE_STAFF,
    ),
    "reopen": Transition(
        sources=frozenset({EnrolmentState.CLOSED}),
        target=EnrolmentState.ACTIVE,
        button="Öppna igen",
        done="Avslutet ångrat",
        rule=can_close_enrolments,
        guards=(was_closed_recently, has_no_later_enrolment),
        help=f"Ångrar avslutet. Det går inom {REOPEN_DAYS} dagar.",
        ask=ASK_THE_STAFF,
    ),
    "misregister": Transition(
        sources=frozenset({*OPEN_STATES, EnrolmentState.CLOSED}),
        target=EnrolmentState.MISREGISTERED,
        button="Märk som felregistrerad",
        done="Felregistrerad",
        rule=can_close_enrolments,
        help="Räknas aldrig i någon siffra. Finns kvar för granskning.",
        ask=ASK_THE_STAFF,
        danger=True,
    ),
}
