"""A remiss on paper: the same facts on one page that prints, noted as a print in the read log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import door, open_record
from accounts.enums import Reading
from accounts.rules import can_read_referrals
from referrals.enums import ReferralState
from referrals.views.papers import papers_of
from referrals.views.record import facts_on_paper, records
from referrals.views.thread import thread_of


@door(can_read_referrals)
def referral_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The remiss as it is printed."""
    referral = open_record(request, records(request.user), pk, Reading.PRINT)
    if referral.state == ReferralState.DRAFT:
        return redirect("referrals:referral_edit", pk=pk)
    works_there = referral.programme_id in request.user.scope.programmes
    context = facts_on_paper(referral, works_there=works_there)
    # The record: what was attached and what was said, without anything to press.
    context |= {
        "papers": papers_of(referral, request.user, on_paper=True),
        "thread": thread_of(referral, request.user, on_paper=True),
    }
    return render(request, "referrals/referral_print.html", context)
