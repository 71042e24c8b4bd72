"""The participant page, and who has read it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import door, refuse
from accounts.enums import Reading, Refusal, Role
from accounts.models import ReadEvent
from core.formatting import moment_iso
from participants.enums import EnrolmentState, Occasion
from participants.forms import NoteForm
from participants.models import Enrolment
from participants.rules import can_read_enrolments, can_read_log
from participants.views.record import Record, open_enrolment_record, read_record, record_head
from participants.views.timeline import build_timeline

LOG_LENGTH = 100
# Loaded from the apps that own them, by the name of their address.
PANELS = (
    ("Timtrappan", "activities:hours_panel", "Öppna timtrappan"),
    ("Närvaro", "activities:attendance_panel", "Öppna närvaron"),
    ("Arbetsprövning", "activities:trial_panel", "Öppna arbetsprövningen"),
)


@dataclass(frozen=True)
class Panel:
    """A panel another app fills in; `link` leads there without JavaScript."""

    title: str
    url: str
    link: str


@dataclass(frozen=True)
class Check:
    """What components/checklist.html shows of one occasion."""

    text: str
    note: str
    state: str
    link: str
    url: str


@door(can_read_enrolments)
def enrolment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The participant page: phases, facts, consents, warnings; timeline left, panels right."""
    enrolment = open_enrolment_record(request, pk)
    record = read_record(enrolment)
    head = record_head(record, request.user, "participants:enrolment_detail")
    timeline = build_timeline(
        enrolment=enrolment,
        user=request.user,
        writable=head["writable"],
        older_than=request.GET.get("fore", ""),
    )
    context = {
        **head,
        "timeline": timeline,
        "form": NoteForm() if head["writable"] else None,
        "note_url": reverse("participants:note_new", args=[pk]),
        "panels": _panels(enrolment),
        "checks": registration_checks(record, writable=head["writable"]),
        "registration_url": reverse("participants:registration_detail", args=[pk]),
    }
    return render(request, "participants/enrolment_detail.html", context)


def _panels(enrolment: Enrolment) -> list[Panel]:
    return [Panel(title, reverse(name, args=[enrolment.pk]), link) for title, name, link in PANELS]


def registration_checks(record: Record, *, writable: bool) -> list[Check]:
    """Inregistrering and utregistrering: done, or what is missing and where to write it."""
    pk = record.enrolment.pk
    edit = reverse("participants:registration_before", args=[pk]) if writable else ""
    before = _check(record, Occasion.BEFORE, "Inregistrering", edit)
    if record.enrolment.state == EnrolmentState.CLOSED:
        return [before, _check(record, Occasion.AFTER, "Utregistrering", "")]
    return [before, Check("Utregistrering", "Görs vid avslutet", "wait", "", "")]


def _check(record: Record, occasion: Occasion, name: str, url: str) -> Check:
    missing = record.missing(occasion)
    registration = record.registrations.get(occasion)
    link = ("Fyll i" if missing else "Ändra") if url else ""
    if registration is None:
        return Check(f"{name} saknas", "", "missing", link, url)
    who = f"{registration.registered_by.name}, {moment_iso(registration.registered_at)}"
    if missing:
        return Check(
            f"{name} inte fullständig", f"Saknas: {', '.join(missing)}", "missing", link, url
        )
    return Check(f"{name} klar", who, "done", link, url)


@door(can_read_enrolments)
def enrolment_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has read about the participant: for the own coordinator and the programme manager."""
    enrolment = open_enrolment_record(request, pk)
    if not can_read_log(request.user, enrolment):
        refuse(request, Refusal.ROLE, pk)
        raise PermissionDenied(
            "Loggen läses av deltagarens egen koordinator och av verksamhetsledaren. Fråga dem."
        )
    events = ReadEvent.objects.filter(
        participant_id=enrolment.participant_id, programme_id=enrolment.programme_id
    ).select_related("user")
    found = list(events.order_by("-pk")[: LOG_LENGTH + 1])
    context = {
        **record_head(read_record(enrolment), request.user, "participants:enrolment_log"),
        "rows": [_reading(one) for one in found[:LOG_LENGTH]],
        "more": len(found) > LOG_LENGTH,
        "length": LOG_LENGTH,
    }
    return render(request, "participants/enrolment_log.html", context)


def _reading(event: ReadEvent) -> dict[str, Any]:
    role = Role(event.role).label if event.role else ""
    return {
        "when": moment_iso(event.at),
        "who": event.user.name,
        "role": ", ".join(part for part in (role, event.organisation) if part),
        "how": Reading(event.reading).label,
        "what": event.kind,
    }
