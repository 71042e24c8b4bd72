"""Who in the queue gets a place in a group, and taking one back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from activities.forms import PlaceForm
from activities.models import Group
from activities.rules import can_place_people
from activities.services import (
    GroupPlaces,
    capacity_of,
    place_in_group,
    places_of,
    return_to_queue,
    target_group_of,
)
from activities.views.words import (
    group_time,
)
from core.formatting import counted, date_iso, days
from core.states import Refused
from programmes.models import Programme
from referrals.enums import Priority
from referrals.models import Referral

QUEUE_SHOWN = 200


@door(can_place_people, methods=("GET", "POST"))
def group_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The queue, longest wait first, and the places left. Everybody chosen gets a place, or nobody."""
    group = open_record(request, Group.objects.visible_to(request.user), pk, _reading(request))
    queue = list(
        Referral.objects.visible_to(request.user)
        .filter(programme_id=group.programme_id)
        .queued()
        .select_related("unit__organisation", "coordinator")[:QUEUE_SHOWN]
    )
    waiting = [(one.pk, one.shown_name) for one in queue]
    chosen = _placed_before(request, group)
    form = PlaceForm(
        request.POST if request.method == "POST" else None, waiting=[*waiting, *chosen]
    )
    reasons: list[str] = []
    if request.method == "POST":
        if form.is_valid():
            reasons = _place(request, group, form.cleaned_data["remiss"])
            if not reasons:
                return redirect("activities:group_detail", group.pk)
        else:
            reasons = [str(error) for error in form.errors["remiss"]]
    return render(
        request, "activities/group_place.html", _place_context(request, group, queue, reasons)
    )


def _reading(request: HttpRequest) -> Reading:
    return Reading.WRITE if request.method == "POST" else Reading.VIEW


def _placed_before(request: HttpRequest, group: Group) -> list[tuple[int, str]]:
    """Those of the posted who already have a place in this group: a second press is no error."""
    posted = [int(one) for one in request.POST.getlist("remiss") if one.isdecimal()]
    if not posted:
        return []
    found = Referral.objects.visible_to(request.user).filter(
        Q(enrolment__group_memberships__group=group) | Q(consent="anonymous", state="placed"),
        pk__in=posted,
    )
    return [(one.pk, one.shown_name) for one in found.order_by("pk")]


def _place(request: HttpRequest, group: Group, chosen: Sequence[int]) -> list[str]:
    referrals = Referral.objects.visible_to(request.user).filter(pk__in=chosen).order_by("pk")
    try:
        placed = place_in_group(group=group, referrals=list(referrals), user=request.user)
    except Refused as refusal:
        return refusal.reasons
    new = sum(one.changed for one in placed)
    if new:
        told = counted(new, "person har", "personer har")
        messages.success(request, f"{told} fått plats i {str(group).lower()}.")
    return []


def _place_context(
    request: HttpRequest, group: Group, queue: Sequence[Referral], reasons: Sequence[str]
) -> dict[str, Any]:
    today = timezone.localdate()
    programme = Programme.objects.get(pk=group.programme_id)
    whole = capacity_of(programme=programme, today=today)
    places = places_of(group=group)
    members = len(places.taken)
    free = min(whole.free, max(0, group.size - members))
    checked = set(request.POST.getlist("remiss"))
    return {
        "group": group,
        "name": str(group).lower(),
        "facts": [
            group_time(group),
            f"{members} av {group.size} platser i gruppen",
            f"{whole.taken} av {whole.places} i insatsen",
        ],
        "free": free,
        "free_words": counted(free, "plats är ledig", "platser är lediga"),
        "reserved": places.words,
        "open_words": counted(min(whole.free, places.free_for("")), "öppen plats", "öppna platser"),
        "reserved_url": reverse("programmes:reserved_list", args=[programme.slug]),
        "reasons": reasons,
        "rows": [_queue_row(one, places, today, str(one.pk) in checked) for one in queue],
    }


def _queue_row(
    referral: Referral, places: GroupPlaces, today: date, checked: bool
) -> dict[str, Any]:
    since = referral.queued_on or today
    target_group = target_group_of(referral)
    ordinary = referral.priority == Priority.NORMAL
    return {
        "pk": referral.pk,
        "name": referral.shown_name,
        "url": reverse("referrals:referral_detail", args=[referral.pk]),
        "sender": referral.unit.organisation.name,
        "waited": days((today - since).days),
        "priority": "" if ordinary else Priority(referral.priority).label,
        "priority_reason": "" if ordinary else referral.priority_reason,
        "target_group": places.label(target_group) if target_group in places.kept else "",
        "no_place": not places.free_for(target_group),
        "income": date_iso(referral.support_until) or "inte angiven",
        "coordinator": referral.coordinator.name if referral.coordinator else "ingen",
        "checked": checked,
    }


@door(can_place_people, methods=("POST",))
def place_return(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """Take a place back before the start. A second press finds nothing left to do."""
    group = open_record(request, Group.objects.visible_to(request.user), pk, Reading.WRITE)
    membership = group.memberships.filter(pk=membership_pk).first()
    if membership is not None:
        try:
            return_to_queue(membership=membership, user=request.user)
            messages.success(request, "Platsen är tillbakatagen. Personen står i kö som förut.")
        except Refused as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
    return redirect("activities:group_detail", group.pk)
