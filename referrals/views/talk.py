"""The talk that did not come about, and the talk as a file for the calendar."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import door, open_record
from accounts.rules import can_read_referrals, is_coordinator
from core.calendar import CalendarEvent, calendar_file
from referrals import forms, services
from referrals.enums import ReferralState
from referrals.views.record import records
from referrals.views.verbs import GET_POST, Page, ask

TALK_LENGTH = timedelta(hours=1)


@door(is_coordinator, methods=GET_POST)
def miss_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the talk did not come about, with a new time or without."""
    return ask(
        request,
        pk,
        Page(
            "miss_talk",
            "Samtalet blev inte av",
            forms.MissTalkForm,
            lambda referral, form, who: services.miss_talk(
                referral=referral,
                why=form.cleaned_data["why"],
                new_at=form.moment(),
                place=form.cleaned_data.get("place", ""),
                **who,
            ),
            "Det är antecknat, och remittenten ser det.",
        ),
    )


@door(can_read_referrals)
def talk_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The booked talk as a calendar file: case number, place and time, nobody's name."""
    referral = open_record(request, records(request.user), pk)
    if referral.talk_at is None or referral.state == ReferralState.DRAFT:
        raise Http404("Inget samtal är bokat.")
    event = CalendarEvent(
        uid=f"samtal-{referral.number}@rehabsteget",
        title=f"Inledande samtal, {referral.number}",
        place=referral.talk_place,
        starts_at=referral.talk_at,
        ends_at=referral.talk_at + TALK_LENGTH,
        sequence=referral.version,
    )
    answer = HttpResponse(calendar_file([event]), content_type="text/calendar; charset=utf-8")
    name = f"samtal-{referral.number}.ics"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
