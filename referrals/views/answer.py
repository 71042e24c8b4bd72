"""The sender's answer to a request for completion: only what is missing, kept while it is written."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from accounts.rules import can_refer
from core.formatting import clock, date_iso, days_left
from referrals import forms, services
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.views.record import records
from referrals.views.verbs import CONFLICT, GET_POST, Page, ask


@door(can_refer, methods=GET_POST)
def answer_completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the coordinator asked for, item by item."""
    return ask(
        request,
        pk,
        Page(
            "answer_completion",
            "Komplettera",
            forms.AnswerForm,
            lambda referral, form, who: services.answer_completion(
                referral=referral,
                answers=form.answers(),
                comment=form.cleaned_data["comment"],
                **who,
            ),
            "Svaret är skickat.",
            note=_last_day,
            keep=_keep,
        ),
    )


def _last_day(referral: Referral) -> str:
    if referral.state != ReferralState.COMPLETION or not referral.completion_by:
        return ""
    left = days_left(referral.completion_by, timezone.localdate())
    return f"Koordinatorn vill ha svaret senast {date_iso(referral.completion_by)}, {left}."


def _keep(referral: Referral, form: forms.AnswerForm) -> None:
    services.keep_answers(referral=referral, typed=form.typed())


@door(can_refer, methods=("POST",))
def answer_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the answers typed so far. Says when, for the words beside the form."""
    own = records(request.user).filter(unit_id__in=request.user.scope.units)
    referral = open_record(request, own, pk, Reading.WRITE)
    if referral.state != ReferralState.COMPLETION:
        return JsonResponse({"saved_at": "", "reasons": [_no_longer(referral)]}, status=CONFLICT)
    back = reverse("referrals:referral_detail", args=[pk])
    _keep(referral, forms.AnswerForm(request.POST, referral=referral, cancel_url=back))
    return JsonResponse({"saved_at": clock(timezone.localtime())})


def _no_longer(referral: Referral) -> str:
    return f"Remissen väntar inte längre på svar, den är {referral.get_state_display().lower()}."
