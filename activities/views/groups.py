"""Groups: the list with the places now, and a new one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, refuse
from accounts.enums import Refusal
from accounts.models import User
from activities.forms import GroupForm
from activities.models import Group
from activities.rules import can_lead_groups
from activities.services import (
    Capacity,
    capacity_of,
    create_group,
    team_of,
)
from activities.views.words import (
    group_time,
)
from core.formatting import counted, date_iso
from core.states import Refused
from programmes.models import Programme
from referrals.models import Referral

GROUPS_A_PAGE = 50


def programme_of(request: HttpRequest) -> Programme:
    """The programme the user works in. Raises Http404 when there is none."""
    found = Programme.objects.filter(pk__in=sorted(request.user.scope.programmes))
    programme = found.order_by("pk").first()
    if programme is None:
        refuse(request, Refusal.OUTSIDE)
        raise Http404("Du har inget uppdrag i en insats.")
    return programme


@door(can_lead_groups)
def group_list(request: HttpRequest) -> HttpResponse:
    """Every group of the programme, newest first; how many places are taken; how long the queue is."""
    programme = programme_of(request)
    today = timezone.localdate()
    rows = (
        Group.objects.visible_to(request.user)
        .select_related("leader")
        .annotate(
            members=Count(
                "memberships",
                filter=Q(memberships__left_on=None) | Q(memberships__left_on__gte=today),
            )
        )
        .order_by("-starts_on", "-number")
    )
    page = Paginator(rows, GROUPS_A_PAGE).get_page(request.GET.get("sida"))
    queue = Referral.objects.visible_to(request.user).queued().count()
    places = capacity_of(programme=programme, today=today)
    context = {
        "page": page,
        "rows": [_group_row(group, today) for group in page.object_list],
        "facts": _capacity_facts(programme, places, queue),
        "meter": _meter(places),
        "queue": counted(queue, "person", "personer"),
        "free": places.free,
    }
    return render(request, "activities/group_list.html", context)


def _capacity_facts(programme: Programme, places: Capacity, queue: int) -> list[str]:
    return [
        f"{places.taken} av {places.places} platser fyllda",
        f"{counted(queue, 'person', 'personer')} i kö",
        f"högst {programme.group_size} i en grupp",
    ]


def _meter(places: Capacity) -> dict[str, str]:
    filled = min(1.0, places.taken / places.places) if places.places else 0.0
    return {
        "width": f"{filled * 100:.1f}",
        "said": f"{places.taken} av {places.places} platser är fyllda",
    }


def _group_row(group: Group, today: date) -> dict[str, Any]:
    members = group.members + group.anonymous_members  # type: ignore[attr-defined]
    return {
        "name": str(group),
        "url": reverse("activities:group_detail", args=[group.pk]),
        "time": group_time(group),
        "leader": group.leader.name if group.leader else "Ingen än",
        "room": group.room or "Ingen lokal",
        "places": f"{members} av {group.size}",
        "state": group_state(group, today),
    }


def group_state(group: Group, today: date) -> dict[str, str]:
    """Coming, running with its week, or over: words, shape and kind for the status component."""
    if today < group.starts_on:
        return {"label": f"Börjar {date_iso(group.starts_on)}", "shape": "ring", "kind": ""}
    if today > group.ends_on:
        return {"label": "Slut", "shape": "ok", "kind": "ok"}
    number = (today - group.starts_on).days // 7 + 1
    total = (group.ends_on - group.starts_on).days // 7 + 1
    return {"label": f"Pågår, v. {number} av {total}", "shape": "q2", "kind": "go"}


@door(can_lead_groups, methods=("GET", "POST"))
def group_new(request: HttpRequest) -> HttpResponse:
    """Make a group. It gets its number and all its sessions at once."""
    programme = programme_of(request)
    team = team_of(programme=programme)
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        programme=programme,
        team=team,
        cancel_url=reverse("activities:group_list"),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and (group := _create(request, programme, form))
    ):
        return redirect("activities:group_detail", group.pk)
    context = {
        "form": form,
        "facts": [f"högst {programme.groups_per_year} nya grupper om året"],
    }
    return render(request, "activities/group_new.html", context)


def _create(request: HttpRequest, programme: Programme, form: GroupForm) -> Group | None:
    answers = form.cleaned_data
    leader = answers["leader"]
    try:
        group, created = create_group(
            programme=programme,
            starts_on=answers["starts_on"],
            user=request.user,
            once_key=answers["once_key"],
            leader=_leader(leader),
            room=answers["room"],
            size=answers["size"],
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if created:
        moved = answers["starts_on"] != group.starts_on
        start = (
            f" Den börjar {date_iso(group.starts_on)}, den första öppna gruppdagen."
            if moved
            else ""
        )
        messages.success(request, f"{group} är skapad med alla sina tillfällen.{start}")
    return group


def _leader(chosen: str) -> User | None:
    return User.objects.get(pk=int(chosen)) if chosen else None
