"""Handing a remiss over to another programme."""

from django.http import HttpRequest, HttpResponse

from accounts.access import door
from accounts.rules import is_manager
from referrals import forms, services
from referrals.views.verbs import GET_POST, Page, ask


@door(is_manager, methods=GET_POST)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the remiss over, with the person's consent."""
    return ask(
        request,
        pk,
        Page(
            "transfer",
            "För över till en annan insats",
            forms.TransferForm,
            lambda referral, form, who: services.transfer_referral(
                referral=referral,
                to=form.chosen(),
                consent=form.consent(),
                why=form.cleaned_data["why"],
                once_key=form.cleaned_data["once_key"],
                **who,
            ),
            "Remissen är överförd. Den andra insatsen har fått en ny remiss.",
            (
                "Remissen avslutas här. Den kan inte öppnas igen.",
                "Den andra insatsen får en egen remiss, som du inte kan läsa. Remittenten ser "
                "båda.",
            ),
            lambda referral: {"programmes": services.other_programmes(referral.programme)},
        ),
    )
