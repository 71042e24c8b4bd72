"""What if places were reserved, a group more began, or there were other places. Nothing is stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door
from activities.forms import WhatIfForm
from activities.rules import can_place_people
from activities.services.forecast import Change, Forecast, Outlook, picture_of, queue_of, what_if
from activities.views import forecast_words as words
from activities.views.groups import programme_of
from core.formatting import number
from programmes.enums import CodeList
from programmes.services import code_choices


@door(can_place_people)
def queue_what_if(request: HttpRequest) -> HttpResponse:
    """The form, and what each target group would wait before and after the change."""
    programme, today = programme_of(request), timezone.localdate()
    targets = dict(code_choices(CodeList.TARGET_GROUP, today=today))
    form = WhatIfForm(
        request.GET or None,
        programme=programme,
        targets=list(targets.items()),
        today=today,
        cancel_url=reverse("activities:queue_forecast"),
    )
    context: dict[str, Any] = {"form": form, "facts": ["Ingenting sparas"]}
    if form.is_bound and form.is_valid():
        change = form.change()
        picture = picture_of(
            programme=programme,
            today=today,
            queue=queue_of(programme=programme),
            targets=[change.target] if change.target else [],
        )
        before, after = what_if(picture=picture, change=change)
        context |= {
            "change": _said(change, targets),
            "rows": _rows(before, after, targets, today),
            "counted_from": words.counted_from(before, programme),
            "how": words.how(before),
        }
    return render(request, "activities/queue_what_if.html", context)


def _said(change: Change, targets: Mapping[str, str]) -> list[str]:
    """The change in words, so that a printed page says what it is about."""
    said = []
    if change.places is not None:
        which = "i nästa grupp" if change.only_next else "i varje kommande grupp"
        much = f"{change.places} platser" if change.places else "Alla platser"
        said.append(f"{much} {which} reserveras: {targets[change.target].lower()}")
    if change.extra_on:
        said.append(f"En grupp till börjar {change.extra_on}")
    if change.capacity is not None:
        said.append(f"Insatsen har {change.capacity} platser")
    return said


def _rows(
    before: Forecast, after: Forecast, targets: Mapping[str, str], today: date
) -> list[dict[str, str]]:
    """One row per target group: those who wait, and somebody who joins today."""
    found = []
    pairs = zip(before.picture.newcomers, before.newcomers, after.newcomers, strict=True)
    for newcomer, old, new in pairs:
        waiting = before.by_target.get(newcomer.target, [])
        then = after.by_target.get(newcomer.target, [])
        found.append(
            {
                "target": targets.get(newcomer.target, newcomer.target) or words.NO_TARGET,
                "waiting": number(len(waiting)),
                "last_before": words.span(waiting[-1], today) if waiting else "ingen väntar",
                "last_after": words.span(then[-1], today) if then else "ingen väntar",
                "new_before": words.span(old, today),
                "new_after": words.span(new, today),
                "difference": _difference(old, new),
            }
        )
    return found


def _difference(old: Outlook, new: Outlook) -> str:
    """4 veckor tidigare, 2 veckor senare, ingen skillnad: of the likely start."""
    if old.likely is None or new.likely is None:
        return "ingen skillnad" if old.likely == new.likely else (
            "går inte att säga efter" if old.likely else "går att säga efter"
        )  # fmt: skip
    apart = round((new.likely - old.likely).days / 7)
    if not apart:
        return "ingen skillnad"
    much = f"{abs(apart)} {'vecka' if abs(apart) == 1 else 'veckor'}"
    return f"{much} {'senare' if apart > 0 else 'tidigare'}"
