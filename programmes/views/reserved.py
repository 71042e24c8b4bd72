"""The steering group's decisions on reserved places: seen by staff and steering group, noted by the manager."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, refuse
from accounts.enums import Refusal, Role
from accounts.rules import is_manager, is_staff, sees_aggregates
from core.formatting import counted, date_iso
from core.states import Refused
from programmes.enums import CodeList
from programmes.forms import ReservedEndForm, ReservedForm
from programmes.models import Programme, ReservedPlaces
from programmes.services import (
    code_choices,
    code_labels,
    end_reserved_places,
    note_reserved_places,
)

CONFLICT = 409
GET_POST = ("GET", "POST")


@door(is_staff | sees_aggregates)
def reserved_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every decision, those that hold now first. Holds nothing about persons."""
    programme = _programme(request, slug)
    today = timezone.localdate()
    labels = code_labels(CodeList.TARGET_GROUP)
    rows = ReservedPlaces.objects.visible_to(request.user).filter(programme=programme)
    found = list(rows.select_related("end").order_by("-valid_from", "-pk"))
    told = [_row(one, labels, today) for one in found]
    context = {
        "programme": programme,
        "holding": [row for row in told if row["holds"]],
        "over": [row for row in told if not row["holds"]],
        "may_note": request.user.scope.has(Role.MANAGER, programme.pk),
        "facts": [counted(len(found), "beslut", "beslut")],
    }
    return render(request, "programmes/reserved_list.html", context)


def _programme(request: HttpRequest, slug: str) -> Programme:
    found = Programme.objects.visible_to(request.user).filter(slug=slug).first()
    if found is None:
        refuse(request, Refusal.OUTSIDE)
        raise Http404("Insatsen finns inte, eller så ingår den inte i ditt uppdrag.")
    return found


def _own_programme(request: HttpRequest, slug: str) -> Programme:
    """The programme the user leads: to be manager of another one isn't enough."""
    programme = _programme(request, slug)
    if not request.user.scope.has(Role.MANAGER, programme.pk):
        refuse(request, Refusal.OUTSIDE)
        raise Http404("Insatsen finns inte, eller så ingår den inte i ditt uppdrag.")
    return programme


def _last_day(one: ReservedPlaces) -> date | None:
    ended = one.end.last_on if hasattr(one, "end") else None
    known = [day for day in (one.valid_to, ended) if day]
    return min(known) if known else None


def _row(one: ReservedPlaces, labels: dict[str, str], today: date) -> dict[str, Any]:
    last = _last_day(one)
    whole = "Hela gruppen" if one.places is None else counted(one.places, "plats", "platser")
    until = f"till och med {date_iso(last)}" if last else "tills vidare"
    decisions = [_decision("Beslutat", one)]
    if hasattr(one, "end"):
        decisions.append(_decision("Upphör, beslutat", one.end))
    return {
        "pk": one.pk,
        "target_group": labels.get(one.target_group, one.target_group),
        "places": whole,
        "where": f"Grupp {one.group_number}" if one.group_number else "Varje grupp som startar",
        "period": f"Från {date_iso(one.valid_from)}, {until}",
        "holds": last is None or last >= today,
        "decisions": decisions,
        "can_end": not hasattr(one, "end") and (last is None or last >= today),
    }


def _decision(what: str, one: Any) -> str:
    words = f" {one.words}" if one.words else ""
    return f"{what} {date_iso(one.decided_on)}, antecknat av {one.noted_by_name}.{words}"


@door(is_manager, methods=GET_POST)
def reserved_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Note a decision to reserve places. The same form sent twice notes one decision."""
    programme = _own_programme(request, slug)
    choices = code_choices(CodeList.TARGET_GROUP, today=timezone.localdate())
    form = ReservedForm(
        request.POST if request.method == "POST" else None,
        programme=programme,
        target_groups=choices,
        cancel_url=_list_url(programme),
    )

    def note(answers: dict[str, Any]) -> None:
        note_reserved_places(programme=programme, user=request.user, **answers)

    return _answer(request, programme, form, note, "Notera reserverade platser")


@door(is_manager, methods=GET_POST)
def reserved_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note a decision that a reservation holds no longer."""
    programme = _own_programme(request, slug)
    reserved = ReservedPlaces.objects.filter(programme=programme, pk=pk).first()
    if reserved is None:
        refuse(request, Refusal.OUTSIDE, pk)
        raise Http404("Beslutet finns inte, eller så ingår det inte i ditt uppdrag.")
    form = ReservedEndForm(
        request.POST if request.method == "POST" else None, cancel_url=_list_url(programme)
    )

    def note(answers: dict[str, Any]) -> None:
        end_reserved_places(reserved=reserved, user=request.user, **answers)

    label = code_labels(CodeList.TARGET_GROUP).get(reserved.target_group, reserved.target_group)
    return _answer(request, programme, form, note, f"Avsluta reservationen för {label}")


def _answer(
    request: HttpRequest,
    programme: Programme,
    form: forms.Form,
    note: Callable[[dict[str, Any]], None],
    title: str,
) -> HttpResponse:
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            note(form.answers())  # type: ignore[attr-defined]
        except Refused as refused:
            problems = refused.reasons
        else:
            messages.success(request, "Styrgruppens beslut är antecknat.")
            return redirect(_list_url(programme))
    context = {"programme": programme, "form": form, "title": title, "problems": problems}
    status = CONFLICT if problems else 200
    return render(request, "programmes/reserved_note.html", context, status=status)


def _list_url(programme: Programme) -> str:
    return reverse("programmes:reserved_list", args=[programme.slug])
