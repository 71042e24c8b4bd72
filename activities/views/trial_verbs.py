"""A page for each verb of a work trial's transition table."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door
from activities.forms import (
    ApprovalsForm,
    EvaluationForm,
    TrialVerbForm,
)
from activities.models import WorkTrial
from activities.rules import WORK_TRIAL, can_plan_trials
from activities.services import (
    evaluate_trial,
    move_trial,
    record_approvals,
    start_trial,
)
from activities.views.work_trials import open_trial
from core.states import Refused

Carry = Callable[[HttpRequest, WorkTrial, Any], object]


def _verb_page(
    request: HttpRequest, trial: WorkTrial, verb: str, form: Form, carry: Carry
) -> HttpResponse:
    """A page with the verb's form; on success back to the trial, else every reason on the page."""
    transition = WORK_TRIAL[verb]
    if request.method == "POST" and form.is_valid():
        try:
            carry(request, trial, form.cleaned_data)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"{trial.workplace.name}: {_done_words(trial, verb)}.")
            return redirect("activities:trial_detail", trial.pk)
    context = {
        "form": form,
        "title": transition.button,
        "help": transition.help,
        "name": trial.enrolment.participant.shown_name,
        "place": trial.workplace.name,
        "back": reverse("activities:trial_detail", args=[trial.pk]),
    }
    return render(request, "activities/trial_verb.html", context)


def _done_words(trial: WorkTrial, verb: str) -> str:
    if verb == "approve":
        return "godkännandet är sparat"
    done = WORK_TRIAL[verb].done
    return f"{done[:1].lower()}{done[1:]}"


def _simple(request: HttpRequest, pk: int, verb: str, carry: Carry, asks: str = "") -> HttpResponse:
    trial = open_trial(request, pk)
    transition = WORK_TRIAL[verb]
    form = TrialVerbForm(
        request.POST if request.method == "POST" else None,
        initial={"version": trial.version},
        submit=transition.button,
        asks=asks,
        danger=transition.danger,
        cancel_url=reverse("activities:trial_detail", args=[pk]),
    )
    return _verb_page(request, trial, verb, form, carry)


def _move(verb: str) -> Carry:
    def carry(request: HttpRequest, trial: WorkTrial, answers: Any) -> object:
        return move_trial(
            trial=trial,
            verb=verb,
            user=request.user,
            version=answers["version"],
            text=answers.get("text", ""),
        )

    return carry


@door(can_plan_trials, methods=("GET", "POST"))
def trial_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the plan to the participant and the workplace for an answer."""
    return _simple(request, pk, "propose", _move("propose"))


@door(can_plan_trials, methods=("GET", "POST"))
def trial_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start an approved trial."""

    def carry(request: HttpRequest, trial: WorkTrial, answers: Any) -> object:
        return start_trial(trial=trial, user=request.user, version=answers["version"])

    return _simple(request, pk, "start", carry)


@door(can_plan_trials, methods=("GET", "POST"))
def trial_interrupt(request: HttpRequest, pk: int) -> HttpResponse:
    """Break off an ongoing trial."""
    return _simple(request, pk, "interrupt", _move("interrupt"), asks="Varför avbryts den?")


@door(can_plan_trials, methods=("GET", "POST"))
def trial_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off a trial that hasn't started."""
    return _simple(request, pk, "cancel", _move("cancel"), asks="Varför ställs den in?")


@door(can_plan_trials, methods=("GET", "POST"))
def trial_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the participant's and the workplace's approval."""
    trial = open_trial(request, pk)
    form = ApprovalsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "version": trial.version,
            "participant_on": trial.participant_approved_on,
            "workplace_on": trial.workplace_approved_on,
        },
        cancel_url=reverse("activities:trial_detail", args=[pk]),
    )

    def carry(request: HttpRequest, trial: WorkTrial, answers: Any) -> object:
        return record_approvals(trial=trial, user=request.user, **answers)

    return _verb_page(request, trial, "approve", form, carry)


@door(can_plan_trials, methods=("GET", "POST"))
def trial_evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """Evaluate an ongoing trial."""
    trial = open_trial(request, pk)
    form = EvaluationForm(
        request.POST if request.method == "POST" else None,
        initial={"version": trial.version},
        cancel_url=reverse("activities:trial_detail", args=[pk]),
    )

    def carry(request: HttpRequest, trial: WorkTrial, answers: Any) -> object:
        return evaluate_trial(trial=trial, user=request.user, **answers)

    return _verb_page(request, trial, "evaluate", form, carry)
