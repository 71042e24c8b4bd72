"""The in-registration form, and both registrations side by side."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door
from accounts.enums import Reading
from core.formatting import counted, date_iso, hours, moment_iso, percent, person_number
from core.states import Refused
from participants.enums import ConsentPurpose, MarkKind, Occasion
from participants.forms import BeforeForm
from participants.models import Enrolment, Registration
from participants.rules import can_read_enrolments, can_register
from participants.services import record_consent, register_before
from participants.views.detail import registration_checks
from participants.views.record import Record, open_enrolment_record, read_record, record_head
from programmes.enums import CodeList

NOT_KNOWN = "Uppgift saknas"


@door(can_register, methods=("GET", "POST"))
def registration_before(request: HttpRequest, pk: int) -> HttpResponse:
    """The in-registration (SUS fields). Can be stored incomplete; what is missing is then listed."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, writing=True, reading=reading)
    record = read_record(enrolment)
    form = _form(request, record)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, enrolment, form)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return redirect("participants:enrolment_detail", pk=pk)
    context = {
        "form": form,
        "name": enrolment.participant.shown_name,
        "case_number": enrolment.case_number,
        "starts_on": date_iso(enrolment.starts_on),
        "back": reverse("participants:enrolment_detail", args=[pk]),
        "steps": _steps(form),
    }
    return render(request, "participants/registration_before.html", context)


def _form(request: HttpRequest, record: Record) -> BeforeForm:
    before = record.registrations.get(Occasion.BEFORE)
    consents = record.enrolment.consents.valid_on(record.today)
    return BeforeForm(
        request.POST or None,
        initial={"version": record.enrolment.version, **_stored(before)},
        used=_used(before, record),
        partial="save_and_close" in request.POST,
        has_consent=consents.filter(purpose=ConsentPurpose.REGISTRATION).exists(),
        cancel_url=reverse("participants:enrolment_detail", args=[record.enrolment.pk]),
    )


def _stored(before: Registration | None) -> dict[str, Any]:
    if before is None:
        return {}
    marks = list(before.marks.all())
    supports = [one for one in marks if one.kind == MarkKind.SUPPORT]
    occupations = [one for one in marks if one.kind == MarkKind.OCCUPATION]
    return {
        "municipality": before.municipality,
        "education": before.education,
        "months_in_support": before.months_in_support,
        "supports": [one.code for one in supports],
        "occupations": [one.code for one in occupations],
        **{f"support_{one.code}": one.extent for one in supports},
        **{f"occupation_{one.code}": one.extent for one in occupations},
    }


def _used(before: Registration | None, record: Record) -> Mapping[str, str]:
    if before is None:
        return {}
    lists = {
        MarkKind.SUPPORT: ("supports", CodeList.SUPPORT),
        MarkKind.OCCUPATION: ("occupations", CodeList.OCCUPATION),
    }
    used = {}
    for one in before.marks.all():
        name, code_list = lists[MarkKind(one.kind)]
        used[f"{name}:{one.code}"] = record.labels.of(code_list, one.code)
    if before.education:
        label = record.labels.of(CodeList.EDUCATION, before.education)
        used[f"education:{before.education}"] = label
    return used


def _save(request: HttpRequest, enrolment: Enrolment, form: BeforeForm) -> None:
    register_before(
        enrolment=enrolment,
        before=form.before(),
        user=request.user,
        version=form.cleaned_data["version"],
    )
    if form.cleaned_data.get("consent"):
        record_consent(
            enrolment=enrolment,
            purpose=ConsentPurpose.REGISTRATION,
            given_on=form.cleaned_data["consent_on"],
            user=request.user,
        )
    saved = "Inregistreringen är sparad, inte fullständig än." if form.partial else ""
    messages.success(request, saved or "Inregistreringen är sparad.")


def _steps(form: BeforeForm) -> list[dict[str, str]]:
    parts = [
        ("Person och bakgrund", "#bakgrund", ("municipality", "education", "months_in_support")),
        ("Försörjning före", "#forsorjning", ("supports",)),
        ("Sysselsättning före", "#sysselsattning", ("occupations",)),
        ("Samtycke", "#samtycke", ("consent", "consent_on")),
    ]
    prefixes = {"#forsorjning": "support_", "#sysselsattning": "occupation_"}
    return [
        {"label": label, "anchor": anchor, "state": _state(form, names, prefixes.get(anchor))}
        for label, anchor, names in parts
        if names[0] in form.fields
    ]


def _state(form: BeforeForm, names: tuple[str, ...], prefix: str | None) -> str:
    wrong = any(name in names or (prefix and name.startswith(prefix)) for name in form.errors)
    return "error" if wrong else ""


@door(can_read_enrolments)
def registration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is registered in and out, what is missing, and the SUS document."""
    enrolment = open_enrolment_record(request, pk)
    record = read_record(enrolment)
    head = record_head(record, request.user, "participants:registration_detail")
    context = {
        **head,
        "checks": registration_checks(record, writable=head["writable"]),
        "before": _facts_before(record),
        "after": _facts_after(record),
        "document_url": reverse("reporting:sus_document", args=[pk]),
    }
    return render(request, "participants/registration_detail.html", context)


def _facts_before(record: Record) -> list[tuple[str, str]]:
    before = record.registrations.get(Occasion.BEFORE)
    person = record.enrolment.participant
    number = "Visas inte" if person.is_protected else person_number(person.personnummer)
    facts = [("Personnummer", number or NOT_KNOWN), ("Kön", person.get_gender_display())]
    if before is None:
        return [*facts, ("Inregistrering", "Inte gjord än")]
    months = before.months_in_support
    return [
        *facts,
        ("Kommun", before.municipality or NOT_KNOWN),
        ("Utbildning", _label(record, CodeList.EDUCATION, before.education)),
        ("Tid i försörjning", NOT_KNOWN if months is None else counted(months, "månad", "månader")),
        *_marks(record, before),
    ]


def _facts_after(record: Record) -> list[tuple[str, str]]:
    after = record.registrations.get(Occasion.AFTER)
    if after is None or record.enrolment.ends_on is None:
        return []
    return [
        ("Slutdatum", date_iso(record.enrolment.ends_on)),
        ("Avslutsanledning", _label(record, CodeList.END_REASON, after.reason)),
        ("Nådda timmar i veckan", hours(after.weekly_hours) or NOT_KNOWN),
        *_marks(record, after),
    ]


def _marks(record: Record, registration: Registration) -> list[tuple[str, str]]:
    marks = list(registration.marks.all())
    supports = [
        _mark(record, CodeList.SUPPORT, one.code, percent(one.extent))
        for one in marks
        if one.kind == MarkKind.SUPPORT
    ]
    occupations = [
        _mark(record, CodeList.OCCUPATION, one.code, hours(one.extent))
        for one in marks
        if one.kind == MarkKind.OCCUPATION
    ]
    who = f"{registration.registered_by.name}, {moment_iso(registration.registered_at)}"
    return [
        ("Försörjning", "; ".join(supports) or NOT_KNOWN),
        ("Sysselsättning", "; ".join(occupations) or NOT_KNOWN),
        ("Registrerad av", who),
    ]


def _mark(record: Record, code_list: str, code: str, extent: str) -> str:
    label = record.labels.of(code_list, code)
    return f"{label} {extent}".strip()


def _label(record: Record, code_list: str, code: str) -> str:
    return record.labels.of(code_list, code) if code else NOT_KNOWN
