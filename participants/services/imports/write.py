"""Writing what was decided, a few statements for any number of rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from core import personal_numbers
from core.lookup import lookup_hash
from participants.enums import EnrolmentState, MarkKind, Occasion
from participants.models import (
    AnonymousStart,
    Enrolment,
    EnrolmentEvent,
    Participant,
    Registration,
    RegistrationMark,
)
from participants.services.fact import write_facts
from participants.services.find import PersonIdentity, find_person
from participants.services.imports.read import Anonymous, Entry
from participants.services.open import CASE_PREFIX, joined, new_person, next_case_number
from participants.services.register import AfterData, BeforeData
from programmes.models import Programme

UNNAMED = "Namn saknas"
VERB, DONE = "import", "Inläst från fil"
BATCH = 1_000


def write_people(*, programme: Programme, entries: Sequence[Entry], user: User) -> list[Enrolment]:
    """The rows' participations with person, registrations, history and fact, in the rows' order.

    Call it with the programme's row locked, and with rows that a `Book` has decided to take in.
    Capacity isn't asked: history is history. Raises nothing for a row; the database has the last word.
    """
    people = _people(programme, entries)
    enrolments = _enrolments(programme, entries, people)
    Enrolment.objects.bulk_create(enrolments, batch_size=BATCH)
    _write_registrations(entries, enrolments, user)
    _write_history(entries, enrolments, user)
    write_facts(programme=programme, enrolments=[one.pk for one in enrolments])
    return enrolments


def write_anonymous(*, programme: Programme, rows: Iterable[Anonymous]) -> None:
    """Count those of whom only gender and year may be kept."""
    owned = programme.owned()
    AnonymousStart.objects.bulk_create(
        AnonymousStart(gender=one.gender, year=one.year, **owned) for one in rows
    )


# --- people ---------------------------------------------------------------------------------------


def _people(programme: Programme, entries: Sequence[Entry]) -> dict[int, Participant]:
    """Each row's person: the one the controller has, or a new one. By row."""
    lookups = {one.row: lookup_hash(one.number) for one in entries}
    first = {lookups[one.row] or one.row: one for one in reversed(entries)}
    found = _stored(programme, [key for key in first if isinstance(key, str)])
    new = {key: _new_person(programme, one) for key, one in first.items() if key not in found}
    # Somebody whom another programme of the controller has isn't seen here; the number is unique.
    unnumbered = [one for key, one in new.items() if isinstance(key, int)]
    # In one order, so that two programmes that bring in the same people wait instead of locking.
    numbered = [new[key] for key in sorted(key for key in new if isinstance(key, str))]
    Participant.objects.bulk_create(unnumbered, batch_size=BATCH)
    Participant.objects.bulk_create(numbered, batch_size=BATCH, ignore_conflicts=True)
    found |= _stored(programme, [key for key in new if isinstance(key, str)])
    for key in sorted(key for key in new if isinstance(key, str) and key not in found):
        found[key] = _from_next_door(programme, first[key])
    by_key = new | found
    return {one.row: by_key[lookups[one.row] or one.row] for one in entries}


def _stored(programme: Programme, lookups: Sequence[str]) -> dict[str | int, Participant]:
    rows = Participant.objects.filter(
        controller_id=programme.data_controller_id, personnummer_lookup__in=lookups
    ).defer("personnummer")
    return {str(one.personnummer_lookup): joined(one, programme) for one in rows}


def _from_next_door(programme: Programme, entry: Entry) -> Participant:
    person = find_person(controller_id=programme.data_controller_id, personnummer=entry.number)
    assert person is not None, "the number was taken and is not"
    return joined(person, programme)


def _new_person(programme: Programme, entry: Entry) -> Participant:
    named = entry.given_name or entry.family_name
    identity = PersonIdentity(
        personnummer=entry.number,
        given_name=entry.given_name,
        family_name=entry.family_name if named else UNNAMED,
        gender=entry.gender,
        birth_date=personal_numbers.birth_date(entry.number),
    )
    return new_person(programme, identity, entry.number)


# --- participations -------------------------------------------------------------------------------


def _enrolments(
    programme: Programme, entries: Sequence[Entry], people: Mapping[int, Participant]
) -> list[Enrolment]:
    numbers = _case_numbers(programme, [one.starts_on.year for one in entries])
    today = timezone.localdate()
    return [
        Enrolment(
            participant=people[one.row],
            case_number=next(numbers[one.starts_on.year]),
            state=_state(one, today),
            referrer_code=one.referrer,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            sort_name=people[one.row].sort_name,
            **programme.owned(),
        )
        for one in entries
    ]


def _case_numbers(programme: Programme, years: Iterable[int]) -> dict[int, Iterator[str]]:
    return {year: _following(next_case_number(programme, year), year) for year in set(years)}


def _following(first: str, year: int) -> Iterator[str]:
    stem = f"{CASE_PREFIX}-{year}-"
    number = int(first.removeprefix(stem))
    while True:
        yield f"{stem}{number:04d}"
        number += 1


def _state(entry: Entry, today: date) -> EnrolmentState:
    if entry.is_misregistered:
        return EnrolmentState.MISREGISTERED
    if entry.ends_on:
        return EnrolmentState.CLOSED
    return EnrolmentState.ACTIVE if entry.starts_on <= today else EnrolmentState.PLANNED


def _write_registrations(
    entries: Sequence[Entry], enrolments: Sequence[Enrolment], user: User
) -> None:
    written: list[tuple[Registration, BeforeData | AfterData]] = []
    for entry, enrolment in zip(entries, enrolments, strict=True):
        shared = {"enrolment": enrolment, "registered_by": user, **enrolment.owned()}
        if entry.before != BeforeData():
            written.append((_before(entry.before, shared), entry.before))
        if entry.after != AfterData(""):
            written.append((_after(entry.after, shared), entry.after))
    Registration.objects.bulk_create([one for one, _ in written], batch_size=BATCH)
    RegistrationMark.objects.bulk_create(
        (mark for one, said in written for mark in _marks(one, said)), batch_size=BATCH
    )


def _before(said: BeforeData, shared: Mapping[str, Any]) -> Registration:
    return Registration(
        occasion=Occasion.BEFORE,
        municipality=said.municipality,
        education=said.education,
        months_in_support=said.months_in_support,
        **shared,
    )


def _after(said: AfterData, shared: Mapping[str, Any]) -> Registration:
    return Registration(
        occasion=Occasion.AFTER, reason=said.reason, weekly_hours=said.weekly_hours, **shared
    )


def _marks(row: Registration, said: BeforeData | AfterData) -> Iterable[RegistrationMark]:
    for kind, extents in (
        (MarkKind.SUPPORT, said.supports),
        (MarkKind.OCCUPATION, said.occupations),
    ):
        for code, extent in extents.items():
            yield RegistrationMark(
                registration=row, kind=kind, code=code, extent=extent, **row.owned()
            )


def _write_history(entries: Sequence[Entry], enrolments: Sequence[Enrolment], user: User) -> None:
    role, organisation = user.acting_as(enrolments[0].programme_id) if enrolments else ("", "")
    EnrolmentEvent.objects.bulk_create(
        (
            EnrolmentEvent(
                enrolment=enrolment,
                verb=VERB,
                label=DONE,
                to_state=enrolment.state,
                actor=user,
                actor_name=user.name,
                actor_role=role,
                actor_organisation=organisation,
                reason=entry.after.reason,
                text=_span(entry),
                **enrolment.owned(),
            )
            for entry, enrolment in zip(entries, enrolments, strict=True)
        ),
        batch_size=BATCH,
    )


def _span(entry: Entry) -> str:
    end = f", slut {entry.ends_on}" if entry.ends_on else ""
    return f"Start {entry.starts_on}{end}."
