"""Persons and their participations with history, phases, registrations, consents, notes and facts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.lookup import lookup_hash
from participants.enums import ConsentForm, ConsentPurpose, NoteKind, Occasion
from participants.models import (
    Consent,
    Enrolment,
    EnrolmentEvent,
    EnrolmentPhase,
    FactMark,
    Note,
    Participant,
    Registration,
    RegistrationMark,
    StatisticsFact,
)
from participants.services.fact import fact_marks, fact_values
from participants.services.open import CASE_PREFIX
from programmes.models import Phase
from referrals.models import Referral
from rehabsteg.demo.consents import plan_consents
from rehabsteg.demo.days import at, office, workday
from rehabsteg.demo.history import Line, course_lines
from rehabsteg.demo.identities import Person
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import Course, Marks, ProgrammePlan, Window
from rehabsteg.demo.rows import history_line, new_key, write
from rehabsteg.demo.texts import NOTES

NOTE_WEIGHTS = {NoteKind.NOTE: 46, NoteKind.CALL: 18, NoteKind.TALK: 20, NoteKind.COORDINATION: 16}
DAYS_BETWEEN_NOTES = 19


@dataclass
class Written:
    """The rows of the participations so far; `by_course` by `id()` of the plan."""

    place: Place
    window: Window
    phases: dict[str, Phase]
    by_course: dict[int, Enrolment] = field(default_factory=dict)
    lines: dict[int, list[Line]] = field(default_factory=dict)


def write_courses(
    *,
    place: Place,
    plan: ProgrammePlan,
    window: Window,
    rng: Random,
    referrals: dict[int, Referral],
) -> Written:
    """Every participation of the plan, in the order of their placement."""
    phases = {phase.code: phase for phase in place.programme.phases.all()}
    written = Written(place, window, phases)
    courses = sorted(plan.courses, key=lambda one: (one.starts_on, one.placed_on))
    persons = _write_persons(place, courses)
    numbers: Counter[int] = Counter()
    for course in courses:
        numbers[course.starts_on.year] += 1
        written.by_course[id(course)] = _enrolment(
            written, course, persons[course.person], numbers[course.starts_on.year]
        )
    write(list(written.by_course.values()))
    for course in courses:
        referrals[id(course.referral)].enrolment = written.by_course[id(course)]
    _write_phases(written, courses)
    _write_registrations(written, courses)
    _write_consents(written, courses, rng)
    _write_notes(written, courses, rng)
    return written


def _write_persons(place: Place, courses: list[Course]) -> dict[Person, Participant]:
    first_seen: dict[Person, Course] = {}
    for course in courses:
        first_seen.setdefault(course.person, course)
    rows = {person: _participant(place, course) for person, course in first_seen.items()}
    write(list(rows.values()))
    return rows


def _participant(place: Place, course: Course) -> Participant:
    person = course.person
    row = Participant(
        controller_id=place.programme.data_controller_id,
        programme_ids=[place.programme.pk],
        personnummer=person.number or None,
        personnummer_lookup=lookup_hash(person.number),
        given_name=person.given_name,
        family_name=person.family_name,
        gender=person.gender,
        birth_date=person.birth_date,
        phone=person.phone,
        protection=person.protection,
        alias=person.alias,
        created_at=at(course.placed_on, 11),
    )
    row.sort_name = row.keyed_name
    return row


def _enrolment(written: Written, course: Course, person: Participant, number: int) -> Enrolment:
    place = written.place
    last_phase = course.phases[-1].code if course.phases else ""
    names = {code: phase.name for code, phase in written.phases.items()}
    lines = written.lines[id(course)] = course_lines(course, place, names)
    return Enrolment(
        participant=person,
        case_number=f"{CASE_PREFIX}-{course.starts_on.year}-{number:04d}",
        state=lines[-1].to_state,
        phase=written.phases.get(last_phase),
        coordinator=course.coordinator,
        referrer_code=course.referral.code,
        referring_unit=place.units[course.referral.unit],
        starts_on=course.starts_on,
        ends_on=course.ends_on,
        sort_name=person.sort_name,
        version=1 + sum(line.counts for line in lines),
        created_at=lines[0].at,
        **place.programme.owned(),
    )


def _write_phases(written: Written, courses: list[Course]) -> None:
    owned = written.place.programme.owned()
    write(
        [
            EnrolmentPhase(
                enrolment=written.by_course[id(course)],
                phase=written.phases[phase.code],
                started_on=phase.started_on,
                ended_on=phase.ended_on,
                **owned,
            )
            for course in courses
            for phase in course.phases
        ]
    )


def _write_registrations(written: Written, courses: list[Course]) -> None:
    rows: list[tuple[Registration, Marks]] = []
    for course in courses:
        if course.before and course.before_on:
            rows.append((_registration(written, course, Occasion.BEFORE), course.before))
        if course.after:
            rows.append((_registration(written, course, Occasion.AFTER), course.after))
    write([row for row, _ in rows])
    write([mark for row, marks in rows for mark in _marks(written, row, marks)])


def _registration(written: Written, course: Course, occasion: Occasion) -> Registration:
    before = occasion == Occasion.BEFORE
    marks = course.before if before else course.after
    day = course.before_on if before else course.ends_on
    assert marks is not None
    assert day is not None
    return Registration(
        enrolment=written.by_course[id(course)],
        occasion=occasion,
        municipality=marks.municipality,
        education=marks.education,
        months_in_support=marks.months,
        reason=marks.reason,
        weekly_hours=marks.weekly_hours,
        registered_at=at(day, 14),
        registered_by=written.place.manager if course.gap and not before else course.coordinator,
        **written.place.programme.owned(),
    )


def _marks(written: Written, row: Registration, marks: Marks) -> list[RegistrationMark]:
    extents: dict[str, dict[str, Any]] = {
        "support": marks.supports,
        "occupation": marks.occupations,
    }
    return [
        RegistrationMark(
            registration=row,
            kind=kind,
            code=code,
            extent=extent,
            **written.place.programme.owned(),
        )
        for kind in ("occupation", "support")
        for code, extent in sorted(extents[kind].items())
    ]


def _write_consents(written: Written, courses: list[Course], rng: Random) -> None:
    write(
        [
            Consent(
                enrolment=written.by_course[id(course)],
                purpose=one.purpose,
                recipient=one.recipient,
                form="" if one.refused else ConsentForm.SIGNED,
                given_on=one.given_on,
                valid_to=one.valid_to,
                withdrawn_on=one.withdrawn_on,
                refused=one.refused,
                recorded_by=course.placed_by
                if one.purpose == ConsentPurpose.PARTICIPATION
                else course.coordinator,
                **written.place.programme.owned(),
            )
            for course in courses
            for one in plan_consents(course, rng, written.window)
        ]
    )


def _write_notes(written: Written, courses: list[Course], rng: Random) -> None:
    write([note for course in courses for note in _notes(written, course, rng)])


def _notes(written: Written, course: Course, rng: Random) -> list[Note]:
    last = min(
        course.misregistered_on or course.ends_on or written.window.last, written.window.last
    )
    day, notes = course.starts_on + timedelta(days=rng.randint(1, 9)), []
    kinds = list(NOTE_WEIGHTS)
    while workday(day) <= last and workday(day) >= course.starts_on:
        kind = rng.choices(kinds, weights=list(NOTE_WEIGHTS.values()))[0]
        author = course.coordinator
        if rng.random() < 0.12:
            author = rng.choice(written.place.coordinators)
        notes.append(
            Note(
                enrolment=written.by_course[id(course)],
                kind=kind,
                text=rng.choice(NOTES[kind]),
                author=author,
                signed_at=office(rng, workday(day)),
                once_key=new_key(rng),
                **written.place.programme.owned(),
            )
        )
        day += timedelta(days=round(rng.uniform(0.5, 1.5) * DAYS_BETWEEN_NOTES))
    return notes


def write_facts(written: Written) -> None:
    """The person-free facts, in the same words as the service that writes them one by one."""
    owned = written.place.programme.owned()
    enrolments = (
        Enrolment.objects.filter(programme=written.place.programme)
        .select_related("participant")
        .prefetch_related("registrations__marks")
        .order_by("pk")
    )
    marked = [(one, list(one.registrations.all())) for one in enrolments]
    facts = [
        StatisticsFact(enrolment=one, **fact_values(one, registrations), **owned)
        for one, registrations in marked
    ]
    write(facts)
    write(
        [
            FactMark(fact=fact, occasion=occasion, kind=kind, code=code, extent=extent, **owned)
            for fact, (_, registrations) in zip(facts, marked, strict=True)
            for occasion, kind, code, extent in fact_marks(fact.ended_on, registrations)
        ]
    )


def write_history(*, written: Written, courses: list[Course], more: dict[int, list[Line]]) -> None:
    """Every participation's history in order of time. `more` are lines that other records gave."""
    rows = []
    for course in courses:
        enrolment = written.by_course[id(course)]
        lines = written.lines[id(course)]
        for line in sorted([*lines, *more.get(id(course), [])], key=lambda one: one.at):
            rows.append(
                history_line(
                    EnrolmentEvent,
                    {"enrolment": enrolment},
                    written.place,
                    line,
                    verb=line.verb,
                    label=line.label,
                    from_state=line.from_state,
                    to_state=line.to_state or _state_at(lines, line.at),
                )
            )
    write(rows)


def _state_at(lines: list[Line], moment: datetime) -> str:
    known = [line.to_state for line in lines if line.at <= moment]
    return known[-1] if known else lines[0].to_state
