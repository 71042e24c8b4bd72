"""Into the queue through the deciding body, and the order of the queue."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.access import door
from accounts.rules import can_decide_referrals, is_coordinator
from programmes.enums import CodeList
from programmes.services import code_choices
from referrals import forms, services
from referrals.models import Referral
from referrals.views.shown import crowding_warning
from referrals.views.verbs import GET_POST, Page, ask


def _warning(referral: Referral) -> str:
    return crowding_warning(services.crowding_of(programme=referral.programme))


@door(is_coordinator, methods=GET_POST)
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the remiss to the deciding body."""
    return ask(
        request,
        pk,
        Page(
            "present",
            "Föredra för remissgruppen",
            forms.PresentForm,
            lambda referral, form, who: services.present_referral(
                referral=referral, meets_on=form.cleaned_data["meets_on"], **who
            ),
            "Remissen ligger hos remissgruppen.",
            note=_warning,
        ),
    )


@door(can_decide_referrals, methods=GET_POST)
def body_accepts(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the deciding body said yes."""
    return ask(
        request,
        pk,
        Page(
            "body_accepts",
            "Remissgruppen säger ja",
            forms.BodyAcceptsForm,
            lambda referral, form, who: services.accept_by_body(
                referral=referral, decision=form.decision(), **who
            ),
            "Beslutet är antecknat. Personen står i kö.",
            note=_warning,
        ),
    )


@door(can_decide_referrals, methods=GET_POST)
def body_declines(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the deciding body said no."""
    return ask(
        request,
        pk,
        Page(
            "body_declines",
            "Remissgruppen säger nej",
            forms.BodyDeclinesForm,
            lambda referral, form, who: services.decline_by_body(
                referral=referral,
                decision=form.decision(),
                reason=form.cleaned_data["reason"],
                alternative=form.cleaned_data["alternative"],
                **who,
            ),
            "Beslutet är antecknat, och remittenten ser varför.",
            ("Remittenten ser skälet, förklaringen och vad ni föreslår i stället.",),
            lambda referral: {
                "reasons": code_choices(CodeList.DECLINE_REASON, today=timezone.localdate())
            },
        ),
    )


@door(can_decide_referrals, methods=GET_POST)
def prioritise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change somebody's turn in the queue, with a reason."""
    return ask(
        request,
        pk,
        Page(
            "prioritise",
            "Ändra turordningen",
            forms.PriorityForm,
            lambda referral, form, who: services.prioritise_referral(
                referral=referral,
                priority=form.cleaned_data["priority"],
                why=form.cleaned_data["why"],
                **who,
            ),
            "Turordningen är ändrad.",
            (
                "Förtur går före vanlig tur. Inom samma turordning kommer den först som har "
                "väntat längst.",
            ),
        ),
    )
