"""Saying something in a remiss."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import door, open_record
from accounts.enums import Reading
from accounts.rules import can_read_referrals
from core.states import Refused
from referrals.enums import ReferralState
from referrals.rules import side_of
from referrals.services import post_message
from referrals.views.record import records, show_record
from referrals.views.thread import message_form

CONFLICT = 409


@door(can_read_referrals, methods=("POST",))
def message_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something in the remiss. What was written stays whatever happens."""
    referral = open_record(request, records(request.user), pk, Reading.WRITE)
    if referral.state == ReferralState.DRAFT:
        return redirect("referrals:referral_edit", pk=pk)
    form = message_form(referral, side_of(request.user, referral), request.POST)
    if not form.is_valid():
        return show_record(request, referral, message=form)
    try:
        post_message(
            referral=referral,
            text=form.cleaned_data["text"],
            once_key=form.cleaned_data["once_key"],
            user=request.user,
        )
    except Refused as refused:
        for sentence in refused.reasons:
            form.add_error("text", sentence)
        return show_record(request, referral, status=CONFLICT, message=form)
    messages.success(request, "Meddelandet är skickat.")
    return redirect(f"{reverse('referrals:referral_detail', args=[pk])}#meddelanden")
