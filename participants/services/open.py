"""Opening a participation, and counting those who are only counted."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import Unit, User
from core import personal_numbers
from core.lookup import lookup_hash
from core.states import Refused, log
from participants.enums import EnrolmentState, Gender
from participants.models import AnonymousStart, Enrolment, Participant
from participants.services.fact import write_fact
from participants.services.find import PersonIdentity, find_person, matching
from programmes.models import Programme

CASE_PREFIX = "RS"
NO_OVERLAP = "enrolments_do_not_overlap"


@dataclass(frozen=True)
class Start:
    """How a participation begins: who referred, who coordinates, which day."""

    referrer_code: str
    referring_unit: Unit | None
    coordinator: User | None
    starts_on: date


def open_enrolment(
    *,
    programme: Programme,
    identity: PersonIdentity,
    referrer_code: str,
    referring_unit: Unit | None,
    coordinator: User | None,
    starts_on: date,
    user: User,
) -> Enrolment:
    """A new participation (deltagande) for the person, who is stored once per controller.

    It is planned when it starts later than today, else active. Locks the programme's row: case
    numbers and overlaps are decided one at a time. Raises `Refused` with every reason.
    """
    start = Start(referrer_code, referring_unit, coordinator, starts_on)
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        number = _checked_number(identity)
        person = find_person(controller_id=programme.data_controller_id, personnummer=number)
        _check_start(programme, identity, person, start)
        person = (
            joined(person, programme)
            if person
            else _stored(new_person(programme, identity, number))
        )
        enrolment = _create(programme, person, start)
        log(enrolment, "open", user, "Inskriven", text=f"Start {starts_on}.")
        write_fact(enrolment=enrolment)
        return enrolment


def _checked_number(identity: PersonIdentity) -> str:
    try:
        return personal_numbers.normalise(identity.personnummer)
    except personal_numbers.InvalidPersonalNumber as error:
        raise Refused([str(error)]) from error


def _check_start(
    programme: Programme, identity: PersonIdentity, person: Participant | None, start: Start
) -> None:
    reasons = []
    if not identity.family_name.strip() and not identity.given_name.strip():
        reasons.append("Personens namn saknas.")
    if identity.gender not in Gender.values:
        reasons.append("Personens kön saknas.")
    if start.starts_on < programme.starts_on:
        reasons.append(f"Insatsen började {programme.starts_on}. Starten kan inte vara tidigare.")
    if programme.ends_on and start.starts_on > programme.ends_on:
        reasons.append(f"Insatsen slutade {programme.ends_on}. Starten kan inte vara senare.")
    if person and (other := overlapping(programme, person, start.starts_on)):
        reasons.append(_overlap_sentence(other))
    if reasons:
        raise Refused(reasons)


def overlapping(programme: Programme, person: Participant, starts_on: date) -> Enrolment | None:
    """The person's participation in the programme that one from `starts_on` would overlap."""
    others = Enrolment.objects.counted().filter(programme=programme, participant=person)
    return others.exclude(ends_on__lt=starts_on).order_by("starts_on", "pk").first()


def _overlap_sentence(other: Enrolment) -> str:
    until = f"till {other.ends_on}" if other.ends_on else "och är inte avslutat"
    return (
        f"Personen deltar redan: {other.case_number} började {other.starts_on} {until}. "
        "Två deltaganden i samma insats kan inte överlappa."
    )


def joined(person: Participant, programme: Programme) -> Participant:
    """The person, readable in the programme too. Locked: another programme may join at the same time."""
    if programme.pk in person.programme_ids:
        return person
    with matching(person.personnummer_lookup or ""):
        locked = Participant.objects.select_for_update(no_key=True).get(pk=person.pk)
        locked.programme_ids = sorted({*locked.programme_ids, programme.pk})
        locked.save(update_fields=["programme_ids"])
    return locked


def new_person(programme: Programme, identity: PersonIdentity, number: str) -> Participant:
    """A person of the programme, not stored yet. `number` is normalised, or blank."""
    person = Participant(
        controller_id=programme.data_controller_id,
        programme_ids=[programme.pk],
        personnummer=number or None,
        personnummer_lookup=lookup_hash(number),
        given_name=identity.given_name.strip(),
        family_name=identity.family_name.strip(),
        gender=identity.gender,
        birth_date=identity.birth_date or personal_numbers.birth_date(number),
        phone=identity.phone.strip(),
    )
    person.sort_name = person.keyed_name
    return person


def _stored(person: Participant) -> Participant:
    person.save()
    return person


def _create(programme: Programme, person: Participant, start: Start) -> Enrolment:
    active = start.starts_on <= timezone.localdate()
    enrolment = Enrolment(
        participant=person,
        case_number=next_case_number(programme, start.starts_on.year),
        state=EnrolmentState.ACTIVE if active else EnrolmentState.PLANNED,
        coordinator=start.coordinator,
        referrer_code=start.referrer_code,
        referring_unit=start.referring_unit,
        starts_on=start.starts_on,
        sort_name=person.sort_name,
        **programme.owned(),
    )
    try:
        with transaction.atomic():
            enrolment.save()
    except IntegrityError as error:
        # The constraint is the last word when the programme's row was not enough of a lock.
        if NO_OVERLAP not in str(error):
            raise
        raise Refused(["Personen deltar redan i insatsen under den tiden."]) from error
    return enrolment


def next_case_number(programme: Programme, year: int) -> str:
    """RS-2026-0183: the next of the programme and year. Call with the programme's row locked."""
    stem = f"{CASE_PREFIX}-{year}-"
    taken = Enrolment.objects.filter(
        programme=programme, case_number__gte=stem, case_number__lt=f"{CASE_PREFIX}-{year}."
    )
    longest_last = taken.order_by(Length("case_number").desc(), "-case_number")
    last = longest_last.values_list("case_number", flat=True).first()
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:04d}"


def count_anonymous_start(*, programme: Programme, gender: str, year: int) -> AnonymousStart:
    """Count somebody who starts without consent: gender and year, nothing that leads back."""
    if gender not in Gender.values:
        raise Refused(["Kön behövs för att räkna en anonym deltagare."])
    return AnonymousStart.objects.create(gender=gender, year=year, **programme.owned())
