"""One row of every table with personal data, straight into the tables: for proving isolation."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from accounts.enums import Reading
from accounts.models import Notice, ReadEvent, User
from activities.models import (
    Attendance,
    AttendanceChange,
    FollowUp,
    Group,
    GroupMembership,
    Session,
    Workplace,
    WorkTrial,
    WorkTrialEvent,
    WorkTrialWeek,
)
from core.files import write_atomically
from core.lookup import lookup_hash
from core.sorting import sort_key
from participants.enums import EnrolmentState, MarkKind, Occasion
from participants.models import (
    AnonymousStart,
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
from programmes.models import Programme
from referrals.models import (
    Attachment,
    CompletionItem,
    Message,
    MessageReading,
    QueueForecast,
    Referral,
    ReferralEvent,
)
from reporting.enums import JobKind
from reporting.models import AnnualReport, ImportRow, Job, RegistrationImport
from tests.cast import Cast, bind

START = date(2026, 9, 7)
TEST_NUMBER = "201701012393"


def fill_programme(programme: Programme, coordinator: User, cast: Cast) -> Enrolment:
    """At least one row of every closed table, owned by `programme`. Returns the participation."""
    with bind(coordinator):
        enrolment = add_enrolment(programme, coordinator)
        add_what_hangs_on(enrolment, coordinator)
        add_group_and_trial(enrolment, coordinator)
        add_report(programme, coordinator)
        add_notice(programme, coordinator)
        add_import(programme, coordinator, enrolment)
        ReadEvent.objects.create(
            user=coordinator,
            reading=Reading.VIEW,
            kind="deltagande",
            record_id=enrolment.pk,
            participant_id=enrolment.participant_id,
            programme_id=programme.pk,
            controller_id=programme.data_controller_id,
        )
    with bind(cast.ali):
        referral = add_referral(programme, cast.ali, cast.units["fk"].pk)
        ReferralEvent.objects.create(referral=referral, **event(cast.ali), **programme.owned())
        add_beside(referral, cast.ali)
        CompletionItem.objects.create(
            referral=referral, kind="other", text="Vem följer med?", **programme.owned()
        )
    with bind(coordinator):
        QueueForecast.objects.create(
            referral=referral, counted_on=START, earliest=START, latest=START, **programme.owned()
        )
    return enrolment


def add_beside(referral: Referral, sender: User) -> None:
    """A paper with its file, a message, and a mark that it is read."""
    owned = referral.owned()
    path = f"attachments/{uuid4().hex}"
    stored = write_atomically(Path(settings.FILES_DIR) / path, b"%PDF-1.4 Kanarie")
    Attachment.objects.create(
        referral=referral,
        kind="assessment",
        name="Kanariefågel.pdf",
        content_type="application/pdf",
        size=stored.size,
        checksum=stored.checksum,
        path=path,
        side="sender",
        added_by=sender,
        adder_name=sender.name,
        **owned,
    )
    said = Message.objects.create(
        referral=referral,
        side="sender",
        text="Kanariefågel",
        author=sender,
        author_name=sender.name,
        once_key=uuid4(),
        **owned,
    )
    MessageReading.objects.create(
        referral=referral,
        reader=sender,
        side="programme",
        last=said.pk,
        at=timezone.now(),
        **owned,
    )


def event(actor: User) -> dict:
    """The fields every history line needs."""
    return {
        "verb": "prov",
        "label": "Prov",
        "to_state": "x",
        "actor": actor,
        "actor_name": actor.name,
    }


def add_enrolment(
    programme: Programme, coordinator: User, *, number: str = TEST_NUMBER, name: str = "Wikström"
) -> Enrolment:
    """A person with an active participation."""
    person = Participant.objects.create(
        controller_id=programme.data_controller_id,
        programme_ids=[programme.pk],
        personnummer=number,
        personnummer_lookup=lookup_hash(number),
        given_name="Åsa",
        family_name=name,
        sort_name=sort_key(f"{name} Åsa"),
        gender="K",
        birth_date=date(1985, 4, 12),
    )
    return Enrolment.objects.create(
        participant=person,
        case_number=f"RS-2026-{person.pk:04d}",
        state=EnrolmentState.ACTIVE,
        phase=programme.phases.first(),
        coordinator=coordinator,
        referrer_code="FK",
        starts_on=START,
        sort_name=person.sort_name,
        **programme.owned(),
    )


def add_what_hangs_on(enrolment: Enrolment, user: User) -> None:
    """History, phase, registration, note, consent, fact, anonymous start."""
    owned = enrolment.owned()
    EnrolmentEvent.objects.create(enrolment=enrolment, **event(user), **owned)
    EnrolmentPhase.objects.create(
        enrolment=enrolment, phase=enrolment.phase, started_on=START, **owned
    )
    before = Registration.objects.create(
        enrolment=enrolment, occasion=Occasion.BEFORE, registered_by=user, **owned
    )
    RegistrationMark.objects.create(
        registration=before, kind=MarkKind.SUPPORT, code="SJP", extent=Decimal(100), **owned
    )
    Note.objects.create(
        enrolment=enrolment, text="Kanariefågel", author=user, once_key=uuid4(), **owned
    )
    Consent.objects.create(
        enrolment=enrolment,
        purpose="participation",
        given_on=START,
        recorded_by=user,
        **owned,
    )
    fact = StatisticsFact.objects.create(
        enrolment=enrolment, gender="K", referrer="FK", started_on=START, **owned
    )
    FactMark.objects.create(
        fact=fact, occasion=Occasion.BEFORE, kind=MarkKind.SUPPORT, code="SJP", **owned
    )
    AnonymousStart.objects.create(gender="M", year=2026, **owned)


def add_group_and_trial(enrolment: Enrolment, user: User) -> None:
    """A group with a session and attendance, a work trial with a week, a follow-up."""
    owned = enrolment.owned()
    group = Group.objects.create(
        number=1,
        starts_on=START,
        ends_on=START + timedelta(weeks=8),
        size=15,
        once_key=uuid4(),
        **owned,
    )
    GroupMembership.objects.create(group=group, enrolment=enrolment, joined_on=START, **owned)
    nine = timezone.make_aware(datetime(2026, 9, 7, 9))
    session = Session.objects.create(
        group=group, number=1, starts_at=nine, ends_at=nine + timedelta(hours=3), **owned
    )
    attendance = Attendance.objects.create(
        session=session, enrolment=enrolment, kind="present", recorded_by=user, **owned
    )
    AttendanceChange.objects.create(attendance=attendance, kind="present", by=user, **owned)
    workplace = Workplace.objects.create(name="Returbutiken", **owned)
    trial = WorkTrial.objects.create(
        enrolment=enrolment,
        workplace=workplace,
        starts_on=START,
        ends_on=START + timedelta(weeks=8),
        once_key=uuid4(),
        **owned,
    )
    WorkTrialEvent.objects.create(trial=trial, **event(user), **owned)
    WorkTrialWeek.objects.create(trial=trial, monday=START, planned_hours=4, **owned)
    FollowUp.objects.create(
        enrolment=enrolment,
        checkpoint=enrolment.programme.checkpoints.first(),
        due_on=START,
        **owned,
    )


def add_report(programme: Programme, user: User) -> AnnualReport:
    """A report for outside readers, with its job."""
    owned = programme.owned()
    job = Job.objects.create(
        kind=JobKind.ANNUAL_REPORT, key=f"prov-{programme.pk}", requester=user, **owned
    )
    return AnnualReport.objects.create(year=2025, version=1, job=job, once_key=uuid4(), **owned)


def add_import(programme: Programme, user: User, enrolment: Enrolment) -> RegistrationImport:
    """A list that was brought in a while ago, with one row."""
    owned = programme.owned()
    then = timezone.now() - timedelta(days=10)
    batch = RegistrationImport.objects.create(
        requester=user, file_name="lista.csv", checksum="0" * 64, files_expire_at=then,
        confirmed_at=then, finished_at=then, once_key=uuid4(), **owned,
    )  # fmt: skip
    ImportRow.objects.create(
        batch=batch, number=2, result="created", enrolment=enrolment, written=True, **owned
    )
    return batch


def add_referral(programme: Programme, referrer: User, unit_id: int) -> Referral:
    """A referral that has been sent."""
    return Referral.objects.create(
        number=f"RE-2026-{programme.pk:04d}",
        unit_id=unit_id,
        referrer=referrer,
        referrer_code="FK",
        state="sent",
        sent_on=START,
        state_since=START,
        family_name="Łukasik",
        once_key=uuid4(),
        **programme.owned(),
    )


def add_notice(programme: Programme, recipient: User, **changed: object) -> Notice:
    """Something `recipient` was told about a remiss."""
    fields = {
        "role": "coordinator",
        "kind": "unassigned",
        "occasion": "prov",
        "subject": "referrals.referral",
        "record_id": 1,
    }
    return Notice.objects.create(
        recipient=recipient,
        programme_id=programme.pk,
        controller_id=programme.data_controller_id,
        **{**fields, **changed},
    )
