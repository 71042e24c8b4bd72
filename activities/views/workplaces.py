"""Where participants try work."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import door
from activities.enums import WorkTrialState
from activities.forms import (
    WorkplaceForm,
)
from activities.models import Workplace
from activities.rules import can_plan_trials
from activities.services import (
    add_workplace,
)
from activities.views.groups import programme_of
from core.formatting import counted

PLACES_A_PAGE = 50


@door(can_plan_trials, methods=("GET", "POST"))
def workplace_list(request: HttpRequest) -> HttpResponse:
    """Workplaces with contact and how many have tried work there; a form to add one."""
    programme = programme_of(request)
    form = WorkplaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        place = add_workplace(
            programme=programme,
            name=answers["name"],
            kind=answers["kind"],
            contact=answers["contact"],
            phone=answers["phone"],
        )
        messages.success(request, f"{place} finns bland arbetsplatserna.")
        return redirect("activities:workplace_list")
    ongoing = Q(trials__state=WorkTrialState.ONGOING)
    places = (
        Workplace.objects.visible_to(request.user)
        .annotate(total=Count("trials"), now=Count("trials", filter=ongoing))
        .order_by("name", "pk")
    )
    page = Paginator(places, PLACES_A_PAGE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "rows": [_place_row(place) for place in page.object_list],
        "form": form,
        "facts": [counted(page.paginator.count, "arbetsplats", "arbetsplatser")],
    }
    return render(request, "activities/workplace_list.html", context)


def _place_row(place: Workplace) -> dict[str, str]:
    contact = ", ".join(part for part in (place.contact, place.phone) if part)
    return {
        "name": place.name,
        "kind": place.kind or "inte angivet",
        "contact": contact or "inte angiven",
        "now": str(place.now),  # type: ignore[attr-defined]
        "total": str(place.total),  # type: ignore[attr-defined]
    }
