"""The SUS document of one participation: from the records to what is keyed in."""

from collections.abc import Callable
from uuid import UUID

from django.utils import timezone

from accounts.access import bound_to
from accounts.models import User
from core.formatting import person_number
from core.pdf import render_pdf
from participants.enums import ConsentPurpose, MarkKind, Occasion, Protection
from participants.models import Enrolment, Registration
from programmes.enums import CodeList
from programmes.services import code_labels, system_scope
from reporting.enums import JobKind
from reporting.models import Job
from reporting.services.jobs import MadeFile, Progress, order_job
from reporting.services.sus_context import (
    SusClosure,
    SusConsent,
    SusDocument,
    SusPart,
    SusRegistration,
    occupation_part,
    support_part,
)

KEEP_DAYS = 7
CLOSED = "visas inte, skyddade personuppgifter"


def order_sus_document(
    *, enrolment: Enrolment, requester: User, once_key: UUID
) -> tuple[Job, bool]:
    """Order the document as PDF: (job, created). The file is kept for a week."""
    return order_job(
        kind=JobKind.SUS_DOCUMENT,
        key=f"sus_document:{enrolment.pk}:{once_key}",
        programme=enrolment.programme,
        requester=requester,
        parameters={"enrolment": enrolment.pk},
        keep_days=KEEP_DAYS,
    )


def make_sus_document(job: Job, progress: Progress) -> MadeFile:
    """Make the PDF of an ordered SUS document. The file's name holds the case number only."""
    progress(10, "Hämtar uppgifterna.")
    with bound_to(system_scope(job.programme, user_id=job.requester_id)):
        enrolment = Enrolment.objects.select_related("participant", "programme__data_controller")
        document = sus_document(
            enrolment=enrolment.get(pk=job.parameters["enrolment"]), printed_by=job.requester.name
        )
    progress(40, "Gör PDF-filen.")
    data = render_pdf(
        template="pdf/sus_document.html",
        context={"document": document},
        title=document.title,
        created_at=document.printed_at,
        identifier=f"sus-{job.pk}",
    )
    return MadeFile(f"sus-{document.case_number}.pdf", "application/pdf", data)


def sus_document(*, enrolment: Enrolment, printed_by: str) -> SusDocument:
    """Everything the form asks for, in its order; what isn't known is shown as missing."""
    blocks = {one.occasion: one for one in enrolment.registrations.prefetch_related("marks")}
    after = blocks.get(Occasion.AFTER)
    return SusDocument(
        programme=enrolment.programme.name,
        controller=enrolment.programme.data_controller.name,
        case_number=enrolment.case_number,
        printed_by=printed_by,
        printed_at=timezone.now(),
        registration=_before(enrolment, blocks.get(Occasion.BEFORE)),
        closure=_closure(enrolment, after) if after or enrolment.ends_on else None,
    )


def _before(enrolment: Enrolment, before: Registration | None) -> SusRegistration:
    person = enrolment.participant
    is_closed = person.protection != Protection.NONE
    education = code_labels(CodeList.EDUCATION).get(before.education, "") if before else ""
    return SusRegistration(
        name=person.shown_name,
        personal_number=CLOSED if is_closed else person_number(person.personnummer),
        municipality=before.municipality if before else "",
        district="",
        gender=person.get_gender_display(),
        age=person.age_on(enrolment.starts_on),
        starts_on=enrolment.starts_on,
        referrer=code_labels(CodeList.REFERRER).get(enrolment.referrer_code, ""),
        education=education,
        months_in_support=before.months_in_support if before else None,
        support=_supports(before),
        occupation=_occupations(before),
        answers=(),
        consent=_consent(enrolment),
    )


def _closure(enrolment: Enrolment, after: Registration | None) -> SusClosure:
    reasons = code_labels(CodeList.END_REASON)
    return SusClosure(
        ends_on=enrolment.ends_on,
        reason=reasons.get(after.reason, "") if after else "",
        occupation=_occupations(after),
        support=_supports(after),
    )


def _supports(registration: Registration | None) -> tuple[SusPart, ...]:
    return _parts(registration, MarkKind.SUPPORT, CodeList.SUPPORT, support_part)


def _occupations(registration: Registration | None) -> tuple[SusPart, ...]:
    return _parts(registration, MarkKind.OCCUPATION, CodeList.OCCUPATION, occupation_part)


def _parts(
    registration: Registration | None,
    kind: MarkKind,
    code_list: CodeList,
    part: Callable[[str, float | None], SusPart],
) -> tuple[SusPart, ...]:
    if registration is None:
        return ()
    labels = code_labels(code_list)
    return tuple(
        part(labels.get(mark.code, mark.code), None if mark.extent is None else float(mark.extent))
        for mark in registration.marks.all()
        if mark.kind == kind
    )


def _consent(enrolment: Enrolment) -> SusConsent | None:
    given = enrolment.consents.filter(purpose=ConsentPurpose.REGISTRATION, refused=False)
    latest = given.order_by("-given_on", "-pk").first()
    if latest is None:
        return None
    return SusConsent(
        given_on=latest.given_on,
        form=latest.get_form_display().lower(),
        text_version=latest.text_version,
        valid_until=latest.valid_to,
        withdrawn_on=latest.withdrawn_on,
    )
