"""The queue with its forecast: who begins when, and the places ahead."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, log_list
from activities.rules import can_place_people
from activities.services.forecast import Forecast, GroupOutlook, Outlook, forecast_queue
from activities.views import forecast_words as words
from activities.views.groups import programme_of
from core.formatting import counted, days
from programmes.enums import CodeList
from programmes.models import Programme
from programmes.services import newest_label
from referrals.models import Referral

ROWS_SHOWN = 200


@door(can_place_people)
def queue_forecast(request: HttpRequest) -> HttpResponse:
    """The queue in its order, when each probably begins, and the places at the coming starts."""
    programme, today = programme_of(request), timezone.localdate()
    queue = list(
        Referral.objects.visible_to(request.user)
        .filter(programme=programme)
        .queued()
        .select_related("unit__organisation")
        .annotate(target=newest_label(CodeList.TARGET_GROUP, "target_group"))
        .defer("typed", "personnummer")
    )
    forecast = forecast_queue(programme=programme, queue=queue, today=today)
    owner = {"programme_id": programme.pk, "controller_id": programme.data_controller_id}
    shown = queue[:ROWS_SHOWN]
    log_list(request.user, "kö och prognos", owner, [one.pk for one in shown])
    context = {
        "facts": _facts(programme, forecast),
        "finding": _finding(forecast, today),
        "rows": _rows(shown, forecast, today),
        "left_out": len(queue) - len(shown),
        "starts": [_start(group, today) for group in forecast.groups],
        "chart": words.capacity_chart(forecast) if forecast.groups else None,
        "finding_ahead": _finding_ahead(forecast),
        "counted_from": words.counted_from(forecast, programme),
        "is_assumed": words.is_assumed(forecast),
        "how": words.how(forecast),
    }
    return render(request, "activities/queue_forecast.html", context)


def _facts(programme: Programme, forecast: Forecast) -> list[str]:
    taken = len(forecast.picture.occupants)
    waiting = len(forecast.outlooks)
    return [
        f"{counted(waiting, 'person', 'personer')} i kö",
        f"{taken} av {programme.capacity} platser fyllda",
    ]


def _finding(forecast: Forecast, today: date) -> str:
    """The one sentence most come for: when would somebody who joins today begin?"""
    return f"Den som ställs i kö i dag {words.sentence(forecast.newcomers[0], today)}."


def _finding_ahead(forecast: Forecast) -> str:
    if not forecast.groups:
        return "Ingen kommande gruppstart går att räkna med."
    first = forecast.groups[0]
    free = words.free_places(first)
    places = "plats" if free == "1" else "platser"
    return f"{free} {places} att ge vid nästa gruppstart"


def _rows(queue: Sequence[Referral], forecast: Forecast, today: date) -> list[dict[str, Any]]:
    pairs = zip(queue, forecast.outlooks, strict=False)
    return [
        _row(place, referral, outlook, today)
        for place, (referral, outlook) in enumerate(pairs, start=1)
    ]


def _row(place: int, referral: Any, outlook: Outlook, today: date) -> dict[str, Any]:
    since = referral.queued_on or today
    return {
        "place": place,
        "name": referral.shown_name,
        "url": reverse("referrals:referral_detail", args=[referral.pk]),
        "sender": referral.unit.organisation.name,
        "target": referral.target or words.NO_TARGET,
        "waited": days((today - since).days),
        "likely": words.likely(outlook, today),
        "span": words.span(outlook, today),
        "chance": words.chance(outlook),
    }


def _start(group: GroupOutlook, today: date) -> dict[str, str]:
    return {
        "start": words.group_start(group, today),
        "name": words.group_name(group),
        "taken": f"{group.taken:.0f}",
        "free": words.free_places(group),
        "joining": f"{group.joining:.0f}",
        "waiting": f"{group.waiting:.0f}",
    }
