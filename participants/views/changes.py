"""Starting, pausing, resuming and reopening; and the page that any change of state is made on."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door
from accounts.enums import Reading
from core.states import Outcome, Refused, refusals
from participants.forms import ChangeForm
from participants.models import Enrolment
from participants.rules import (
    TRANSITIONS,
    can_close_enrolments,
    can_pause_enrolments,
    can_start_enrolments,
)
from participants.services import (
    pause_enrolment,
    reopen_enrolment,
    resume_enrolment,
    start_enrolment,
)
from participants.views.record import open_enrolment_record


@dataclass(frozen=True)
class Change:
    """What the page of one change says and asks."""

    verb: str
    title: str
    done: str
    service: Callable[..., Outcome]
    ask: str = ""
    consequences: tuple[str, ...] = ()


START = Change(
    "start",
    "Starta deltagandet?",
    "Deltagandet har börjat.",
    start_enrolment,
    consequences=("Personen tar en plats från och med startdatumet.",),
)
PAUSE = Change(
    "pause",
    "Pausa deltagandet?",
    "Deltagandet är pausat.",
    pause_enrolment,
    ask="Varför, och när väntas personen tillbaka?",
    consequences=("Platsen är kvar.", "Närvaro och timmar som redan finns står kvar."),
)
RESUME = Change(
    "resume",
    "Avsluta pausen?",
    "Pausen är slut.",
    resume_enrolment,
    consequences=("Deltagandet fortsätter i samma fas.",),
)
REOPEN = Change(
    "reopen",
    "Öppna deltagandet igen?",
    "Deltagandet är öppet igen.",
    reopen_enrolment,
    ask="Varför öppnas det igen?",
    consequences=("Avslutet ångras och räknas inte.", "Utregistreringen görs om vid nästa avslut."),
)


@door(can_start_enrolments, methods=("GET", "POST"))
def enrolment_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a planned participation begin."""
    return change_page(request, pk, START)


@door(can_pause_enrolments, methods=("GET", "POST"))
def enrolment_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, with why and until when."""
    return change_page(request, pk, PAUSE)


@door(can_pause_enrolments, methods=("GET", "POST"))
def enrolment_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pause."""
    return change_page(request, pk, RESUME)


@door(can_close_enrolments, methods=("GET", "POST"))
def enrolment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a closure within 30 days."""
    return change_page(request, pk, REOPEN)


def change_page(request: HttpRequest, pk: int, change: Change) -> HttpResponse:
    """The page of one change of state: what it means, the words it asks for, why it is refused."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, reading=reading)
    form = _form(request, enrolment, change)
    if request.method == "POST" and form.is_valid():
        try:
            change.service(enrolment=enrolment, user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, change.done)
            return redirect("participants:enrolment_detail", pk=pk)
    transition = TRANSITIONS[change.verb]
    context = {
        "form": form,
        "title": change.title,
        "consequences": " ".join(change.consequences),
        "note_kind": "soon" if transition.danger else "info",
        "name": enrolment.participant.shown_name,
        "back": reverse("participants:enrolment_detail", args=[pk]),
        # Before anything has been sent: why it can't be done now.
        "reasons": [] if form.is_bound else refusals(transition, enrolment, request.user),
        "refused_title": f"{transition.button} går inte nu",
    }
    return render(request, "participants/enrolment_change.html", context)


def _form(request: HttpRequest, enrolment: Enrolment, change: Change) -> ChangeForm:
    transition = TRANSITIONS[change.verb]
    return ChangeForm(
        request.POST or None,
        initial={"version": enrolment.version},
        submit=transition.button,
        label=change.ask,
        danger=transition.danger,
        cancel_url=reverse("participants:enrolment_detail", args=[enrolment.pk]),
    )
