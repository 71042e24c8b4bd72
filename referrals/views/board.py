"""The programme's list: a board by state, or a table; unassigned first, then longest waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
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
from referrals.views.filters import Filters, filters_of, is_overdue
from referrals.views.paging import pages_of
from referrals.views.reading import note_reading
from referrals.views.shown import (
    LOOKS,
)
from referrals.views.tickets import Ticket, ticket
from referrals.views.waits import waits_of

S = ReferralState
ROWS_A_PAGE = 50
TICKETS_A_LANE = 40
LANES = ((S.SENT, "Inskickade"), (S.ASSESSING, "Under bedömning"), (S.COMPLETION, "Komplettering"),
         (S.TALK, "Samtal bokat"), (S.DECIDING, "Remissgruppen"), (S.QUEUED, "I kö"))  # fmt: skip
ENDED = (S.DECLINED, S.WITHDRAWN, S.TRANSFERRED)


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
    "avslutade": ("Avslutade utan plats", ENDED),
}
ON_BOARD = ("", "mina")


@dataclass(frozen=True)
class View:
    """What of the list is shown, and how: the chip, board or table, and the filters."""

    shown: str
    is_list: bool
    filters: Filters

    def address(self, *, shown: str | None = None) -> str:
        """The same page with another chip and no filters."""
        return (
            f"?{urlencode(self._parameters(self.shown if shown is None else shown, self.is_list))}"
        )

    def filtered(self, *, is_list: bool) -> str:
        """The same chip and filters, as board or table."""
        here = self._parameters(self.shown, is_list)
        return f"?{urlencode(here | dict(self.filters.parameters))}"

    def _parameters(self, shown: str, is_list: bool) -> dict[str, str]:
        parameters = {"visa": shown} if shown else {}
        return parameters | ({"vy": "lista"} if is_list and shown in ON_BOARD else {})


def show_to_staff(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    programmes = _programmes(request)
    shown = request.GET.get("visa", "")
    shown = shown if shown in FILTERS else ""
    view = View(
        shown,
        is_list=shown not in ON_BOARD or request.GET.get("vy") == "lista",
        filters=filters_of(request, programmes, today),
    )
    all_sent = Referral.objects.visible_to(request.user)
    condition = view.filters.condition & Q(state__in=FILTERS[shown][1])
    if shown == "mina":
        condition &= Q(coordinator=request.user)
    counts = _counts(all_sent, request, programmes, today, condition)
    chosen = all_sent.filter(condition)
    context = {
        "chips": _chips(counts, view),
        "facts": _head_facts(counts, programmes),
        "capacity": _capacity(counts, programmes, today),
        "other_view": _other_view(view),
        "is_empty": not counts["everything"],
        "filters": view.filters,
        "shown": shown,
        "is_list": view.is_list,
        "unfiltered": view.address(),
    }
    if view.is_list:
        context |= _table(request, chosen, counts["chosen"], view, today)
    else:
        context["lanes"] = _board(request, chosen, programmes, view, today)
    template = (
        "referrals/referral_list_table.html" if view.is_list else "referrals/referral_list.html"
    )
    return render(request, template, context)


def _programmes(request: HttpRequest) -> list[Programme]:
    """The programmes the user works in, each with how many places are `filled`. One query."""
    here = Enrolment.objects.visible_to(request.user).open().filter(programme=OuterRef("pk"))
    filled = here.order_by().values("programme").annotate(count=Count("pk")).values("count")
    found = Programme.objects.visible_to(request.user)
    return list(found.annotate(filled=Coalesce(Subquery(filled), 0)))


def _counts(
    sent: QuerySet[Referral],
    request: HttpRequest,
    programmes: list[Programme],
    today: date,
    chosen: Q,
) -> dict[str, Any]:
    """Every number of the page's head, and how many are `chosen` below it. One query."""
    waiting = Q(state__in=WAITING_STATES)
    return sent.aggregate(
        everything=Count("pk"),
        chosen=Count("pk", filter=chosen),
        open=Count("pk", filter=waiting),
        mine=Count("pk", filter=waiting & Q(coordinator=request.user)),
        overdue=Count("pk", filter=is_overdue(programmes, today)),
        resting=Count("pk", filter=Q(state=S.RESTING)),
        placed=Count("pk", filter=Q(state=S.PLACED)),
        ended=Count("pk", filter=Q(state__in=ENDED)),
        queued=Count("pk", filter=Q(state=S.QUEUED)),
        longest=Min("queued_on", filter=Q(state=S.QUEUED)),
    )


def _head_facts(counts: dict[str, Any], programmes: list[Programme]) -> list[str]:
    goals = sorted({programme.assessment_days for programme in programmes})
    goal = " och ".join(days(one) for one in goals)
    return [f"{counts['open']} öppna", f"{counts['overdue']} över målet {goal}"]


def _chips(counts: dict[str, Any], view: View) -> list[tuple]:
    numbers = {
        "": None,
        "mina": counts["mine"],
        "vilande": counts["resting"],
        "placerade": counts["placed"],
        "avslutade": counts["ended"],
    }
    return [
        (label, numbers[key], view.address(shown=key), key == view.shown)
        for key, (label, _) in FILTERS.items()
    ]


def _other_view(view: View) -> tuple[str, str] | None:
    if view.shown not in ON_BOARD:
        return None
    words = "Visa som tavla" if view.is_list else "Visa som lista"
    return words, view.filtered(is_list=not view.is_list)


def _capacity(
    counts: dict[str, Any], programmes: Sequence[Any], today: date
) -> list[tuple[str, str]]:
    filled = sum(programme.filled for programme in programmes)
    capacity = sum(programme.capacity for programme in programmes)
    queue = counts["queued"]
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


def _lanes(programmes: Sequence[Programme]) -> list[tuple[str, str]]:
    """The lanes of the board; the deciding body's only where there is one."""
    has_body = any(one.deciding_body for one in programmes)
    return [lane for lane in LANES if has_body or lane[0] != S.DECIDING]


def _board(
    request: HttpRequest,
    referrals: QuerySet[Referral],
    programmes: Sequence[Programme],
    view: View,
    today: date,
) -> list[Lane]:
    lanes = _lanes(programmes)
    here = referrals.filter(state__in=[state for state, _ in lanes])
    place = Window(RowNumber(), partition_by=F("state"), order_by=_next_first())
    in_lane = Window(Count("pk"), partition_by=F("state"))
    counts: dict[str, int] = {}
    tickets: dict[str, list[Ticket]] = {state: [] for state, _ in lanes}
    rows = _with_people(here).annotate(place=place, in_lane=in_lane)
    rows = rows.filter(place__lte=TICKETS_A_LANE)
    seen = list(rows.order_by("place", "pk"))
    unread = unread_messages(referrals=seen, user=request.user)
    for one in seen:
        counts[one.state] = one.in_lane
        tickets[one.state].append(ticket(one, today, unread))
    note_reading(request.user, seen)
    return [
        Lane(
            heading=heading,
            icon=LOOKS[state][0],
            count=counts.get(state, 0),
            tickets=tickets[state],
            more=view.filtered(is_list=True) if counts.get(state, 0) > len(tickets[state]) else "",
        )
        for state, heading in lanes
    ]


def _next_first() -> list[Any]:
    """Unassigned first; in the queue by priority and waiting time; elsewhere the longest waiting."""
    is_taken = Case(When(coordinator=None, then=0), default=1, output_field=IntegerField())
    priority = Case(When(state=S.QUEUED, then=F("priority")), default=0)
    since = Case(When(state=S.QUEUED, then=F("queued_on")), default=F("state_since"))
    return [is_taken.asc(), priority.asc(), since.asc(), F("pk").asc()]


def _table(
    request: HttpRequest, referrals: QuerySet[Referral], total: int, view: View, today: date
) -> dict[str, Any]:
    newest = [F("state_since").desc(), F("pk").desc()]
    order = _next_first() if view.shown in ON_BOARD else newest
    pages = pages_of(_with_people(referrals).order_by(*order), ROWS_A_PAGE, total)
    page = pages.get_page(request.GET.get("sida"))
    note_reading(request.user, page.object_list)
    waits = waits_of(page.object_list, today)
    query = view.filtered(is_list=True)[1:]
    unread = unread_messages(referrals=page.object_list, user=request.user)
    return {
        "rows": [ticket(one, today, unread, waits.get(one.pk, "")) for one in page.object_list],
        "page": page,
        "query": f"&{query}" if query else "",
        "title": FILTERS[view.shown][0] if view.shown else "Öppna remisser",
    }
