"""The caseload, a page at a time by keyset, and the search."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import FilteredRelation, Q, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.access import Standing, door, log_list, log_readings
from accounts.enums import STAFF, Reading, Role
from core.formatting import date_iso
from core.icons import icon_svg
from participants.enums import OPEN_STATES, EnrolmentState, Protection
from participants.models import Enrolment
from participants.models.person import shown_name
from participants.rules import can_read_enrolments
from participants.services import find_enrolments
from participants.views.words import PhaseNow, phase_step, phase_text

PAGE_ROWS = 50
NOTHING = SafeString("")
COUNTED_AT_MOST = 500
MINE, OPEN, CLOSED = "mina", "alla", "avslutade"

# The same three lists as `_lists`, counted beside each other. No more is read than is told.
# The order keeps each count on its own index.
COUNTS = """
    WITH everything AS NOT MATERIALIZED (
        SELECT id, sort_name, state, coordinator_id
        FROM participants_enrolment WHERE programme_id = %(programme)s
    )
    SELECT
        (SELECT count(*) FROM (
            SELECT 1 FROM everything WHERE state = ANY(%(open)s) AND coordinator_id = %(user)s
            ORDER BY sort_name, id LIMIT %(most)s) AS own),
        (SELECT count(*) FROM (
            SELECT 1 FROM everything WHERE state = ANY(%(open)s)
            ORDER BY sort_name, id LIMIT %(most)s) AS open),
        (SELECT count(*) FROM (
            SELECT 1 FROM everything WHERE state = %(closed)s
            ORDER BY sort_name, id LIMIT %(most)s) AS closed)
"""

COLUMNS = (
    "pk",
    "case_number",
    "state",
    "starts_on",
    "ends_on",
    "coordinator__name",
    "participant__protection",
    "participant__alias",
    "participant__given_name",
    "participant__family_name",
    "phase__name",
    "phase__kind",
    "phase__weeks",
    "current__started_on",
    "fact__before_complete",
    "fact__after_complete",
)


class Row(TypedDict):
    """One participation in the list, ready to print: nothing is worked out in the template.

    A dictionary, since templates look a key up in half the time of an attribute.
    """

    pk: int
    url: str
    name: str
    badge: SafeString
    case_number: str
    phase: SafeString
    coordinator: str
    starts_on: str
    task: SafeString


@dataclass(frozen=True)
class Page:
    """One page of rows and the addresses of the pages beside it (blank: there is none)."""

    rows: list[Row]
    previous: str
    following: str


@door(can_read_enrolments)
def participant_list(request: HttpRequest) -> HttpResponse:
    """The caseload of one programme by name: own, all open, or closed."""
    standing = _standing(request)
    lists = _lists(request, standing)
    chosen = _chosen(request, lists)
    page = _page(request, lists[chosen], chosen, standing)
    if page is None:
        return redirect(_address(chosen, standing))
    log_list(request.user, "deltagarlista", _owned(standing), [one["pk"] for one in page.rows])
    context = {
        "chips": _chips(request, lists, chosen, standing),
        "programmes": _programme_chips(request, standing),
        "page": page,
        "chosen": chosen,
        "shown": f"{len(page.rows)} på sidan",
        "place": standing.place,
        "all_url": _address(OPEN, standing),
    }
    return render(request, "participants/participant_list.html", context)


def _owned(standing: Standing) -> dict[str, int]:
    return {
        "programme_id": standing.programme_id or 0,
        "controller_id": standing.controller_id or 0,
    }


def _teams(request: HttpRequest) -> list[Standing]:
    """The programmes where the user is staff, each once."""
    found: dict[int, Standing] = {}
    for one in request.user.scope.standings:
        if one.role in STAFF and one.programme_id:
            found.setdefault(one.programme_id, one)
    return list(found.values())


def _standing(request: HttpRequest) -> Standing:
    teams = _teams(request)
    if not teams:
        raise PermissionDenied("Du arbetar inte i någon insats just nu.")
    wanted = request.GET.get("insats", "")
    return next((one for one in teams if str(one.programme_id) == wanted), teams[0])


def _lists(request: HttpRequest, standing: Standing) -> dict[str, QuerySet[Enrolment]]:
    everything = Enrolment.objects.visible_to(request.user).filter(
        programme_id=_owned(standing)["programme_id"]
    )
    return {
        MINE: everything.open().filter(coordinator_id=request.user.pk),
        OPEN: everything.open(),
        CLOSED: everything.filter(state=EnrolmentState.CLOSED),
    }


def _chosen(request: HttpRequest, lists: dict[str, Any]) -> str:
    asked = request.GET.get("visa", "")
    own = MINE if request.user.scope.has(Role.COORDINATOR) else OPEN
    return asked if asked in lists else own


def _address(chosen: str, standing: Standing, **more: object) -> str:
    # Only numbers in the address: never a name.
    parts = {"visa": chosen, "insats": standing.programme_id, **more}
    query = "&".join(f"{name}={value}" for name, value in parts.items())
    return f"{reverse('participants:participant_list')}?{query}"


def _chips(
    request: HttpRequest, lists: dict[str, QuerySet[Enrolment]], chosen: str, standing: Standing
) -> list[tuple[str, int | None, str, bool]]:
    labels = {MINE: "Mina", OPEN: "Alla", CLOSED: "Avslutade"}
    counts = _counts(request.user.pk, standing)
    chips: list[tuple[str, int | None, str, bool]] = []
    for name, count in zip(lists, counts, strict=True):
        many = count >= COUNTED_AT_MOST
        label = f"{labels[name]}, minst {COUNTED_AT_MOST}" if many else labels[name]
        shown = None if many else count
        chips.append((label, shown, _address(name, standing), name == chosen))
    return chips


def _counts(user_id: int, standing: Standing) -> list[int]:
    """How many are own, open and closed, in one statement that reads few rows of each."""
    with connection.cursor() as cursor:
        parameters = {
            "programme": standing.programme_id,
            "user": user_id,
            "open": list(OPEN_STATES),
            "closed": EnrolmentState.CLOSED,
            "most": COUNTED_AT_MOST,
        }
        cursor.execute(COUNTS, parameters)
        return list(cursor.fetchone() or ())


def _programme_chips(request: HttpRequest, standing: Standing) -> list[tuple[str, None, str, bool]]:
    teams = _teams(request)
    if len(teams) < 2:
        return []
    return [(one.place, None, _address(OPEN, one), one == standing) for one in teams]


def _page(
    request: HttpRequest, chosen_list: QuerySet[Enrolment], chosen: str, standing: Standing
) -> Page | None:
    """The page after or before a row; None when that row is no longer there to count from."""
    after, before = _number(request, "efter"), _number(request, "fore")
    rows = list(_slice(chosen_list, after, before).values(*COLUMNS))
    more, rows = len(rows) > PAGE_ROWS, rows[:PAGE_ROWS]
    if not rows and (after or before):
        return None
    if before:
        rows.reverse()
    has_previous = more if before else bool(after)
    has_following = True if before else more
    today, stem = timezone.localdate(), reverse("participants:participant_list")
    return Page(
        rows=[_row(one, today, stem) for one in rows],
        previous=_address(chosen, standing, fore=rows[0]["pk"]) if has_previous else "",
        following=_address(chosen, standing, efter=rows[-1]["pk"]) if has_following else "",
    )


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _slice(
    chosen_list: QuerySet[Enrolment], after: int | None, before: int | None
) -> QuerySet[Enrolment]:
    """The rows after (or before, backwards) a row, as one range of the index (name, number).

    The page is cut from the participations alone, and only then are persons and phases looked up:
    the planner cannot see through the policies on the persons and would read them all.
    """
    direction = ("-sort_name", "-pk") if before else ("sort_name", "pk")
    found = chosen_list.order_by(*direction)
    anchor = after or before
    if anchor is not None:
        name = Subquery(Enrolment.objects.filter(pk=anchor).order_by().values("sort_name"))
        beside = TupleLessThan if before else TupleGreaterThan
        found = found.filter(beside(("sort_name", "pk"), (name, anchor)))
    cut = Enrolment.objects.filter(pk__in=found.values("pk")[: PAGE_ROWS + 1])
    current = FilteredRelation("phases", condition=Q(phases__ended_on=None))
    return cut.annotate(current=current).order_by(*direction)


def _row(values: dict[str, Any], today: date, stem: str) -> Row:
    now = PhaseNow(
        state=values["state"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        name=values["phase__name"],
        kind=values["phase__kind"],
        weeks=values["phase__weeks"],
        began_on=values["current__started_on"],
    )
    return {
        "pk": values["pk"],
        "url": f"{stem}{values['pk']}/",
        "name": shown_name(
            values["participant__protection"],
            values["participant__alias"],
            values["participant__given_name"],
            values["participant__family_name"],
        ),
        "badge": _badge() if values["participant__protection"] != Protection.NONE else NOTHING,
        "case_number": values["case_number"],
        "phase": format_html("{}{}", icon_svg(f"ph{phase_step(now)}"), phase_text(now, today)),
        "coordinator": values["coordinator__name"] or "Ingen än",
        "starts_on": date_iso(values["starts_on"]),
        "task": _status(*_task(values)),
    }


def _task(values: dict[str, Any]) -> tuple[str, str, str]:
    """What the registration lacks, with the shape and kind that say it."""
    if values["state"] == EnrolmentState.PLANNED and not values["fact__before_complete"]:
        return "Registreras vid start", "dash", ""
    if not values["fact__before_complete"]:
        return "Inregistrering saknas", "warn", "late"
    if values["state"] != EnrolmentState.CLOSED:
        return "Inregistrerad", "q2", ""
    if not values["fact__after_complete"]:
        return "Utregistrering saknas", "warn", "soon"
    return "Färdigregistrerad", "ok", "ok"


@lru_cache
def _status(label: str, shape: str, kind: str) -> SafeString:
    """components/status.html, which five different ones of cover any number of rows."""
    context = {"label": label, "shape": shape, "kind": kind}
    return mark_safe(render_to_string("components/status.html", context).strip())  # noqa: S308  # nosec: our own template


@lru_cache
def _badge() -> SafeString:
    context = {"label": "Skyddad identitet", "shape": "lock", "kind": "late", "url": ""}
    return mark_safe(render_to_string("components/badge.html", context).strip())  # noqa: S308  # nosec: our own template


@dataclass(frozen=True)
class Hit:
    """One hit of a search, ready to print."""

    url: str
    name: str
    case_number: str
    state: str
    coordinator: str
    programme: str


KINDS = {
    "name": "namn som börjar så",
    "number": "exakt personnummer",
    "case": "exakt ärendenummer",
}


@door(can_read_enrolments, methods=("GET", "POST"))
def search(request: HttpRequest) -> HttpResponse:
    """Find a participation by name, personal number or case number. Every hit is logged.

    The search box posts, so that no name or personal number ends in an address or a server's log.
    """
    text = (request.POST.get("q") or request.GET.get("q") or "").replace("\x00", "").strip()
    found = find_enrolments(user=request.user, text=text)
    log_readings(request.user, found.hits, Reading.SEARCH)
    context = {
        "text": text,
        "hits": [_hit(one) for one in found.hits],
        "more": found.more,
        "how": KINDS.get(found.kind, ""),
        "advice": found.advice,
        "places": " och ".join(one.place for one in _teams(request)),
    }
    return render(request, "participants/search.html", context)


def _hit(enrolment: Enrolment) -> Hit:
    return Hit(
        url=reverse("participants:enrolment_detail", args=[enrolment.pk]),
        name=enrolment.participant.shown_name,
        case_number=enrolment.case_number,
        state=enrolment.get_state_display(),
        coordinator=enrolment.coordinator.name if enrolment.coordinator else "Ingen än",
        programme=enrolment.programme.name,
    )
