"""The programme's list: a board by state, or a table; unassigned first, then longest waiting."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.formatting import (
    days,
)
from participants.models import Enrolment
from programmes.models import Programme
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral
from referrals.services import unread_messages
from referrals.views.reading import note_reading
from referrals.views.shown import (
    LOOKS,
)
from referrals.views.tickets import Ticket, ticket

S = ReferralState
ROWS_A_PAGE = 50
TICKETS_A_LANE = 40
LANES = ((S.SENT, "Inskickade"), (S.ASSESSING, "Under bedömning"), (S.COMPLETION, "Komplettering"),
         (S.TALK, "Samtal bokat"), (S.QUEUED, "I kö"))  # fmt: skip
ENDED = (S.DECLINED, S.WITHDRAWN)


@dataclass(frozen=True)
class Lane:
    """The remisser in one state. `more` leads to those that don't fit."""

    heading: str
    icon: str
    count: int
    tickets: list[Ticket]
    more: str


# chip: (words, filter)
FILTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("Alla koordinatorer", WAITING_STATES),
    "mina": ("Bara mina", WAITING_STATES),
    "vilande": ("Vilande", (S.RESTING,)),
    "placerade": ("Placerade", (S.PLACED,)),
    "avslutade": ("Avböjda och återtagna", ENDED),
}
ON_BOARD = ("", "mina")


def show_to_staff(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    programmes = list(Programme.objects.visible_to(request.user))
    shown = request.GET.get("visa", "")
    shown = shown if shown in FILTERS else ""
    is_list = shown not in ON_BOARD or request.GET.get("vy") == "lista"
    all_sent = Referral.objects.visible_to(request.user)
    counts = _counts(all_sent, request, programmes, today)
    chosen = all_sent.filter(state__in=FILTERS[shown][1])
    if shown == "mina":
        chosen = chosen.filter(coordinator=request.user)
    context = {
        "chips": _chips(counts, shown, is_list),
        "facts": _head_facts(counts, programmes),
        "capacity": _capacity(counts, programmes, request, today),
        "other_view": _other_view(shown, is_list),
        "is_empty": not counts["everything"],
    }
    if is_list:
        context |= _table(request, chosen, shown, today)
    else:
        context["lanes"] = _board(request, chosen, counts, shown, today)
    template = "referrals/referral_list_table.html" if is_list else "referrals/referral_list.html"
    return render(request, template, context)


def _overdue(programmes: list[Programme], today: date) -> Q:
    late = Q(pk=None)
    for programme in programmes:
        latest = date.fromordinal(today.toordinal() - programme.assessment_days)
        late |= Q(programme=programme, sent_on__lt=latest)
    return late & Q(state__in=(S.SENT, S.ASSESSING))


def _counts(
    sent: QuerySet[Referral], request: HttpRequest, programmes: list[Programme], today: date
) -> dict[str, Any]:
    waiting = Q(state__in=WAITING_STATES)
    return sent.aggregate(
        everything=Count("pk"),
        open=Count("pk", filter=waiting),
        mine=Count("pk", filter=waiting & Q(coordinator=request.user)),
        overdue=Count("pk", filter=_overdue(programmes, today)),
        resting=Count("pk", filter=Q(state=S.RESTING)),
        placed=Count("pk", filter=Q(state=S.PLACED)),
        ended=Count("pk", filter=Q(state__in=ENDED)),
        longest=Min("queued_on", filter=Q(state=S.QUEUED)),
        **{f"in_{state}": Count("pk", filter=Q(state=state)) for state, _ in LANES},
        **{
            f"my_{state}": Count("pk", filter=Q(state=state, coordinator=request.user))
            for state, _ in LANES
        },
    )


def _head_facts(counts: dict[str, Any], programmes: list[Programme]) -> list[str]:
    goals = sorted({programme.assessment_days for programme in programmes})
    goal = " och ".join(days(one) for one in goals)
    return [f"{counts['open']} öppna", f"{counts['overdue']} över målet {goal}"]


def _chips(counts: dict[str, Any], shown: str, is_list: bool) -> list[tuple]:
    numbers = {
        "": None,
        "mina": counts["mine"],
        "vilande": counts["resting"],
        "placerade": counts["placed"],
        "avslutade": counts["ended"],
    }
    return [
        (label, numbers[key], _address(key, is_list), key == shown)
        for key, (label, _) in FILTERS.items()
    ]


def _address(shown: str, is_list: bool, **more: str) -> str:
    parameters = {"visa": shown} if shown else {}
    if is_list and shown in ON_BOARD:
        parameters["vy"] = "lista"
    return f"?{urlencode(parameters | more)}"


def _other_view(shown: str, is_list: bool) -> tuple[str, str] | None:
    if shown not in ON_BOARD:
        return None
    words = "Visa som tavla" if is_list else "Visa som lista"
    return words, _address(shown, not is_list)


def _capacity(
    counts: dict[str, Any], programmes: list[Programme], request: HttpRequest, today: date
) -> list[tuple[str, str]]:
    filled = Enrolment.objects.visible_to(request.user).open().count()
    capacity = sum(programme.capacity for programme in programmes)
    queue = counts[f"in_{S.QUEUED}"]
    told = [(f"{filled} av {capacity}", "platser fyllda"), (str(queue), "i kö")]
    if counts["longest"]:
        waiting = (today - counts["longest"]).days
        told.append((days(waiting), "har den första i kön väntat"))
    return told


def _with_people(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    # The board shows no personal number: what isn't shown isn't decrypted.
    return referrals.select_related("unit__organisation", "coordinator", "programme").defer(
        "typed", "personnummer"
    )


def _board(
    request: HttpRequest,
    referrals: QuerySet[Referral],
    counts: dict[str, Any],
    shown: str,
    today: date,
) -> list[Lane]:
    place = Window(RowNumber(), partition_by=F("state"), order_by=_unassigned_first())
    rows = _with_people(referrals.filter(state__in=[state for state, _ in LANES]))
    tickets: dict[str, list[Ticket]] = {state: [] for state, _ in LANES}
    seen = list(rows.annotate(place=place).filter(place__lte=TICKETS_A_LANE).order_by("place"))
    unread = unread_messages(referrals=seen, user=request.user)
    for one in seen:
        tickets[one.state].append(ticket(one, today, unread))
    note_reading(request.user, seen)
    prefix = "my" if shown == "mina" else "in"
    return [
        Lane(
            heading=heading,
            icon=LOOKS[state][0],
            count=counts[f"{prefix}_{state}"],
            tickets=tickets[state],
            more=_address(shown, True) if counts[f"{prefix}_{state}"] > len(tickets[state]) else "",
        )
        for state, heading in LANES
    ]


def _unassigned_first() -> list[Any]:
    is_taken = Case(When(coordinator=None, then=0), default=1, output_field=IntegerField())
    return [is_taken.asc(), F("state_since").asc(), F("pk").asc()]


def _table(
    request: HttpRequest, referrals: QuerySet[Referral], shown: str, today: date
) -> dict[str, Any]:
    order = _unassigned_first() if shown in ON_BOARD else [F("state_since").desc(), F("pk").desc()]
    pages = Paginator(_with_people(referrals).order_by(*order), ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("sida"))
    note_reading(request.user, page.object_list)
    query = _address(shown, True)[1:]
    unread = unread_messages(referrals=page.object_list, user=request.user)
    return {
        "rows": [ticket(one, today, unread) for one in page.object_list],
        "page": page,
        "query": f"&{query}" if query else "",
        "title": FILTERS[shown][0] if shown else "Öppna remisser",
    }
