"""Starting, pausing, resuming, reopening, and taking a wrong registration out of the figures."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import View, door
from accounts.enums import Reading
from accounts.models import User
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
    misregister_enrolment,
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
MISREGISTER = Change(
    "misregister",
    "Märka deltagandet som felregistrerat?",
    "Deltagandet är felregistrerat.",
    misregister_enrolment,
    ask="Vad blev fel?",
    consequences=(
        "Det räknas inte längre i någon siffra.",
        "Det går inte att ångra.",
        "Anteckningar och historik finns kvar för granskning.",
    ),
)


def _page(change: Change, rule: Callable[[User], bool]) -> View:
    @door(rule, methods=("GET", "POST"))
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
        enrolment = open_enrolment_record(request, pk, reading=reading)
        back = reverse("participants:enrolment_detail", args=[pk])
        transition = TRANSITIONS[change.verb]
        form = ChangeForm(
            request.POST or None,
            initial={"version": enrolment.version},
            submit=transition.button,
            label=change.ask,
            danger=transition.danger,
            cancel_url=back,
        )
        if request.method == "POST" and form.is_valid():
            try:
                change.service(enrolment=enrolment, user=request.user, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, refused.reasons)
            else:
                messages.success(request, change.done)
                return redirect(back)
        return render(request, "participants/enrolment_change.html", {
            "form": form,
            "title": change.title,
            "consequences": " ".join(change.consequences),
                "note_kind": "soon" if transition.danger else "info",
            "name": enrolment.participant.shown_name,
            "back": back,
            "reasons": _reasons(change, enrolment, request.user, form.is_bound),
            "refused_title": f"{transition.button} går inte nu",
        })  # fmt: skip

    return view


def _reasons(change: Change, enrolment: Enrolment, user: User, is_bound: bool) -> list[str]:
    """Why the change can't be made, before anything has been sent."""
    return [] if is_bound else refusals(TRANSITIONS[change.verb], enrolment, user)


enrolment_start = _page(START, can_start_enrolments)
enrolment_pause = _page(PAUSE, can_pause_enrolments)
enrolment_resume = _page(RESUME, can_pause_enrolments)
enrolment_reopen = _page(REOPEN, can_close_enrolments)
enrolment_misregister = _page(MISREGISTER, can_close_enrolments)
