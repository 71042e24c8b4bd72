"""Closing a participation, and noting its follow-ups."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from accounts.rules import can_close_enrolments
from activities.forms import ClosureForm, FollowUpForm
from activities.models import FollowUp
from activities.rules import can_close_with_gaps, can_lead_groups
from activities.services import (
    close_participation,
    misregister_participation,
    record_follow_up,
    weekly_hours,
)
from core.formatting import date_iso, hours
from core.states import Refused
from participants.models import Enrolment
from participants.views.changes import Change, change_page


def _reading(request: HttpRequest) -> Reading:
    return Reading.WRITE if request.method == "POST" else Reading.VIEW


@door(can_close_enrolments, methods=("GET", "POST"))
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """End date, reason, occupation and support after, hours reached. What is missing is listed."""
    found = Enrolment.objects.visible_to(request.user).select_related("participant")
    enrolment = open_record(request, found, pk, _reading(request))
    back = reverse("participants:enrolment_detail", args=[pk])
    form = ClosureForm(
        request.POST if request.method == "POST" else None,
        initial={"version": enrolment.version, "ends_on": timezone.localdate()},
        may_leave_gap=can_close_with_gaps(request.user, enrolment),
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid() and _close(request, enrolment, form):
        return redirect(back)
    context = {
        "form": form,
        "name": enrolment.participant.shown_name,
        "back": back,
        "facts": _facts(enrolment),
        "is_open": enrolment.is_open,
        "state": enrolment.get_state_display().lower(),
    }
    return render(request, "activities/closure.html", context)


MISREGISTER = Change(
    "misregister",
    "Märka deltagandet som felregistrerat?",
    "Deltagandet är felregistrerat.",
    misregister_participation,
    ask="Vad blev fel?",
    consequences=(
        "Det räknas inte längre i någon siffra, och platsen blir ledig.",
        "Det går inte att ångra.",
        "Anteckningar och historik finns kvar för granskning.",
    ),
)


@door(can_close_enrolments, methods=("GET", "POST"))
def enrolment_misregister(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong registration out of every figure, and free the place."""
    return change_page(request, pk, MISREGISTER)


def _close(request: HttpRequest, enrolment: Enrolment, form: ClosureForm) -> bool:
    answers = form.cleaned_data
    try:
        outcome = close_participation(
            enrolment=enrolment,
            ends_on=answers["ends_on"],
            after=form.after(),
            user=request.user,
            version=answers["version"],
            gap=answers.get("gap", ""),
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    if outcome.changed:
        messages.success(request, "Deltagandet är avslutat.")
    return True


def _facts(enrolment: Enrolment) -> list[tuple[str, str]]:
    """What the programme itself knows, beside the questions."""
    ladder = weekly_hours(enrolment=enrolment)
    last = ladder.last_whole
    reached = date_iso(ladder.reached_on) if ladder.reached_on else "inte än"
    return [
        ("Start", date_iso(enrolment.starts_on)),
        ("Senaste hela veckan", hours(last.total) if last else "inga timmar"),
        ("Mest på en vecka", hours(ladder.highest)),
        (f"Nådde {hours(ladder.goal)} i veckan", reached),
    ]


@door(can_lead_groups, methods=("GET", "POST"))
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how a follow-up went."""
    found = FollowUp.objects.visible_to(request.user).select_related(
        "checkpoint", "enrolment__participant"
    )
    record = open_record(request, found, pk, _reading(request))
    back = reverse("participants:enrolment_detail", args=[record.enrolment_id])
    form = FollowUpForm(
        request.POST if request.method == "POST" else None,
        initial={
            "shown": record.state,
            "state": record.state,
            "done_on": record.done_on or timezone.localdate(),
            "occupation": record.occupation,
            "weekly_hours": record.weekly_hours,
        },
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid() and _note(request, record, form):
        return redirect(back)
    context: dict[str, Any] = {
        "form": form,
        "title": record.checkpoint.name,
        "name": record.enrolment.participant.shown_name,
        "back": back,
        "facts": [f"ska göras {date_iso(record.due_on)}", record.get_state_display().lower()],
    }
    return render(request, "activities/follow_up.html", context)


def _note(request: HttpRequest, record: FollowUp, form: FollowUpForm) -> bool:
    occupation, weekly = form.answers()
    try:
        record_follow_up(
            follow_up=record,
            state=form.cleaned_data["state"],
            on=form.cleaned_data["done_on"],
            user=request.user,
            occupation=occupation,
            weekly_hours=weekly,
            shown=form.cleaned_data["shown"],
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    messages.success(request, "Uppföljningen är sparad.")
    return True
