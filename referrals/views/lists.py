"""The list of remisser: the same address for the sender and for the programme."""

from django.http import HttpRequest, HttpResponse

from accounts.access import door
from accounts.rules import can_read_referrals
from referrals.views.board import show_to_staff
from referrals.views.sender_list import show_to_sender


@door(can_read_referrals)
def referral_list(request: HttpRequest) -> HttpResponse:
    """The programme's remisser for its staff; one's own and the unit's for the sender."""
    if request.user.scope.programmes:
        return show_to_staff(request)
    return show_to_sender(request)
