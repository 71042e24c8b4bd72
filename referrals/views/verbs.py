"""One address per verb. The table decides; these pages ask for words and say what happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record, refuse
from accounts.enums import Reading, Refusal
from accounts.models import User
from accounts.rules import can_decide_referrals, can_refer, is_coordinator, is_manager
from core.states import Outcome, Refused, refusals
from programmes.enums import CodeList
from programmes.services import code_choices
from referrals import forms, services
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.views.record import records, show_record
from referrals.views.shown import status_of

GET_POST = ("GET", "POST")
CONFLICT = 409


@dataclass(frozen=True)
class Page:
    """A verb's page: heading, form, what the form does, and what is said afterwards."""

    verb: str
    title: str
    form: type[forms.VerbForm]
    carry_out: Callable[[Referral, Any, dict[str, Any]], Outcome]
    done: str
    consequences: tuple[str, ...] = ()
    choices: Callable[[Referral], dict[str, Any]] = field(default=lambda referral: {})
    note: Callable[[Referral], str] = field(default=lambda referral: "")
    facts: Callable[[User, Referral], list[tuple[str, str]]] = field(default=lambda *which: [])
    keep: Callable[[Referral, Any], object] | None = None


# --- verbs that are pressed -------------------------------------------------------------------


@door(is_coordinator, methods=("POST",))
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the assessment and become responsible."""
    return press(request, pk, "take", services.take_referral, "Remissen är din att bedöma.")


@door(is_coordinator, methods=("POST",))
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the person in the queue."""
    return press(request, pk, "queue", services.queue_referral, "Personen står i kö.")


@door(is_coordinator, methods=("POST",))
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a resting remiss."""
    return press(
        request, pk, "resume", services.resume_referral, "Remissen är under bedömning igen."
    )


def press(
    request: HttpRequest, pk: int, verb: str, service: Callable[..., Outcome], done: str
) -> HttpResponse:
    """Carry out a verb that needs no words; refused, the record's page says why."""
    referral = _open(request, pk, verb, Reading.WRITE)
    try:
        service(referral=referral, user=request.user, version=_version(request))
    except Refused as refused:
        now = records(request.user).get(pk=pk)
        return show_record(request, now, refused.reasons, CONFLICT)
    messages.success(request, done)
    return redirect("referrals:referral_detail", pk=pk)


def _open(request: HttpRequest, pk: int, verb: str, reading: Reading) -> Referral:
    """The remiss, for whoever may carry out the verb on it.

    The door asks for the role anywhere. Somebody can reach a remiss in one role (their unit sent it)
    and hold the verb's role in another programme: then neither the form nor what it shows is theirs.
    """
    referral = open_record(request, records(request.user), pk, reading)
    if not TABLE[verb].rule(request.user, referral):
        refuse(request, Refusal.ROLE, pk)
        raise PermissionDenied(TABLE[verb].ask)
    return referral


def _version(request: HttpRequest) -> int:
    written = request.POST.get("version", "")
    # No version is no version anybody has seen: it never fits.
    return int(written) if written.isascii() and written.isdigit() else 0


# --- verbs that need words --------------------------------------------------------------------


@door(is_coordinator, methods=GET_POST)
def request_completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the referrer for what is missing."""
    return ask(
        request,
        pk,
        Page(
            "request_completion",
            "Begär komplettering",
            forms.CompletionForm,
            lambda referral, form, who: services.request_completion(
                referral=referral,
                asked=form.things(),
                by=form.cleaned_data["by"],
                **who,
            ),
            "Remittenten ser vad som saknas.",
        ),
    )


@door(is_coordinator, methods=GET_POST)
def book_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the introductory talk, or move it."""
    return ask(
        request,
        pk,
        Page(
            "book_talk",
            "Boka inledande samtal",
            forms.BookTalkForm,
            lambda referral, form, who: services.book_talk(
                referral=referral,
                at=form.moment(),
                place=form.cleaned_data["place"],
                company=form.cleaned_data["company"],
                **who,
            ),
            "Samtalet är bokat, och remittenten ser tiden.",
        ),
    )


@door(is_coordinator, methods=GET_POST)
def record_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the introductory talk gave."""
    return ask(
        request,
        pk,
        Page(
            "record_talk",
            "Anteckna samtalet",
            forms.RecordTalkForm,
            lambda referral, form, who: services.record_talk(
                referral=referral, talk=form.talk(), **who
            ),
            "Samtalet är sparat.",
        ),
    )


@door(is_coordinator, methods=GET_POST)
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the remiss rest."""
    return ask(
        request,
        pk,
        Page(
            "rest",
            "Gör vilande",
            forms.RestForm,
            lambda referral, form, who: services.rest_referral(
                referral=referral,
                why=form.cleaned_data["why"],
                review_on=form.cleaned_data["review_on"],
                **who,
            ),
            "Remissen vilar.",
        ),
    )


@door(can_decide_referrals, methods=GET_POST)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline, with a reason and something else instead."""
    return ask(
        request,
        pk,
        Page(
            "decline",
            "Avböj",
            forms.DeclineForm,
            lambda referral, form, who: services.decline_referral(
                referral=referral,
                reason=form.cleaned_data["reason"],
                text=form.cleaned_data["text"],
                alternative=form.cleaned_data["alternative"],
                **who,
            ),
            "Remissen är avböjd, och remittenten ser varför.",
            (
                "Remittenten ser skälet, din förklaring och vad du föreslår i stället.",
                "Personen lämnar kön. Bara verksamhetsledaren kan öppna remissen igen.",
            ),
            lambda referral: {
                "reasons": code_choices(CodeList.DECLINE_REASON, today=timezone.localdate())
            },
        ),
    )


@door(can_refer | is_coordinator, methods=GET_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the remiss back."""
    return ask(
        request,
        pk,
        Page(
            "withdraw",
            "Återta",
            forms.WithdrawForm,
            lambda referral, form, who: services.withdraw_referral(
                referral=referral, why=form.cleaned_data["why"], **who
            ),
            "Remissen är återtagen.",
            ("Personen lämnar kön. Bara verksamhetsledaren kan öppna remissen igen.",),
        ),
    )


@door(is_manager, methods=GET_POST)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a remiss that had ended."""
    return ask(
        request,
        pk,
        Page(
            "reopen",
            "Öppna igen",
            forms.ReopenForm,
            lambda referral, form, who: services.reopen_referral(
                referral=referral,
                coordinator=form.chosen(),
                why=form.cleaned_data["why"],
                **who,
            ),
            "Remissen är under bedömning igen.",
            choices=lambda referral: {"coordinators": services.coordinators_of(referral.programme)},
        ),
    )


def ask(request: HttpRequest, pk: int, page: Page) -> HttpResponse:
    """Show the verb's form; on a press carry it out. What was typed stays whatever happens."""
    is_press = request.method == "POST"
    reading = Reading.WRITE if is_press else Reading.VIEW
    referral = _open(request, pk, page.verb, reading)
    back = reverse("referrals:referral_detail", args=[pk])
    form = page.form(
        request.POST if is_press else None,
        referral=referral,
        cancel_url=back,
        **page.choices(referral),
    )
    if not is_press:
        return _show(
            request, referral, page, form, refusals(TABLE[page.verb], referral, request.user)
        )
    is_whole = form.is_valid()
    if page.keep is not None and referral.state in TABLE[page.verb].sources:
        page.keep(referral, form)
        if "save_and_close" in request.POST:
            messages.success(request, "Det du har skrivit är sparat.")
            return redirect(back)
    if not is_whole:
        return _show(request, referral, page, form, [])
    who = {"user": request.user, "version": form.cleaned_data["version"]}
    try:
        page.carry_out(referral, form, who)
    except Refused as refused:
        form.refresh(records(request.user).get(pk=pk))
        return _show(request, referral, page, form, refused.reasons, CONFLICT)
    messages.success(request, page.done)
    return redirect(back)


def _show(
    request: HttpRequest,
    referral: Referral,
    page: Page,
    form: forms.VerbForm,
    problems: list[str],
    status: int = 200,
) -> HttpResponse:
    context = {
        "referral": referral,
        "status": status_of(referral),
        "title": page.title,
        "form": form,
        "problems": problems,
        "consequences": page.consequences,
        "note": page.note(referral),
        "about": page.facts(request.user, referral),
    }
    return render(request, "referrals/referral_verb.html", context, status=status)
