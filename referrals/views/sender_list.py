"""The sender's list: every remiss with its line of stops, what waits for me first."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.formatting import (
    counted,
    date_iso,
    days_left,
    person_number,
)
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.services import draft_expires_on, expires_soon, unread_messages
from referrals.views.paging import pages_of
from referrals.views.reading import note_reading
from referrals.views.shown import (
    NEWS,
    Status,
    Stop,
    sentence,
    status_of,
    track,
)

S = ReferralState
ROWS_A_PAGE = 50
ENDED = (S.DECLINED, S.WITHDRAWN, S.TRANSFERRED)


@dataclass(frozen=True)
class Parcel:
    """One remiss on the sender's list."""

    name: str
    url: str
    meta: str
    words: str
    status: Status | None
    action: tuple[str, str, bool] | None
    stops: list[Stop]
    news: str


@dataclass
class Bundle:
    """Remisser under one heading."""

    heading: str
    parcels: list[Parcel] = field(default_factory=list)


BUNDLES = (
    ("Väntar på dig", (S.COMPLETION,)),
    ("Utkast", (S.DRAFT,)),
    ("På väg", (S.SENT, S.ASSESSING, S.TALK, S.DECIDING, S.QUEUED, S.RESTING)),
    ("Har fått plats", (S.PLACED,)),
    ("Avslutade utan plats", ENDED),
)


def show_to_sender(request: HttpRequest) -> HttpResponse:
    own = Referral.objects.visible_to(request.user)
    shown = request.GET.get("visa", "")
    mine, live = Q(referrer=request.user), ~Q(state__in=ENDED)
    counts = own.aggregate(
        mine=Count("pk", filter=mine & live),
        unit=Count("pk", filter=live),
        ended=Count("pk", filter=~live),
    )
    chosen = {"enheten": live, "avslutade": ~live}.get(shown, mine & live)
    total = counts[{"enheten": "unit", "avslutade": "ended"}.get(shown, "mine")]
    page = _page(request, own.filter(chosen), total)
    note_reading(request.user, page.object_list)
    chips = [
        ("Mina", counts["mine"], "?", shown not in ("enheten", "avslutade")),
        ("Min enhet", counts["unit"], "?visa=enheten", shown == "enheten"),
        ("Avslutade", counts["ended"], "?visa=avslutade", shown == "avslutade"),
    ]
    facts = [counted(counts["mine"], "remiss", "remisser"), f"din enhet har {counts['unit']}"]
    context = {
        "bundles": _bundles(
            page.object_list,
            unread_messages(referrals=page.object_list, user=request.user),
            request.user,
        ),
        "chips": chips,
        "facts": facts,
        "page": page,
        "query": f"&visa={shown}" if shown else "",
        "is_first": not (counts["unit"] or counts["ended"]),
    }
    return render(request, "referrals/referral_list_sender.html", context)


def _page(request: HttpRequest, referrals: QuerySet[Referral], total: int) -> Page:
    ranks = [When(state__in=states, then=Value(rank)) for rank, (_, states) in enumerate(BUNDLES)]
    rows = (
        referrals.select_related("coordinator", "programme", "referrer", "forecast")
        .defer("typed")
        .prefetch_related("events")
        .order_by(Case(*ranks, output_field=IntegerField()), "-sent_on", "-pk")
    )
    return pages_of(rows, ROWS_A_PAGE, total).get_page(request.GET.get("sida"))


def _bundles(referrals: Iterable[Referral], unread: Container[int], user: User) -> list[Bundle]:
    bundles = [Bundle(heading) for heading, _ in BUNDLES]
    for referral in referrals:
        at = next(i for i, (_, states) in enumerate(BUNDLES) if referral.state in states)
        bundles[at].parcels.append(_parcel(referral, NEWS if referral.pk in unread else "", user))
    return [bundle for bundle in bundles if bundle.parcels]


def _parcel(referral: Referral, news: str, user: User) -> Parcel:
    told = sentence(referral)
    is_draft = referral.state == S.DRAFT
    status, action = None, None
    if referral.state == S.COMPLETION:
        by = referral.completion_by
        is_late = by is not None and by < timezone.localdate()
        status = Status(told.rstrip("."), "warn", "late" if is_late else "soon")
        action = ("Komplettera", reverse("referrals:answer_completion", args=[referral.pk]), True)
    elif is_draft:
        if expires_soon(referral, timezone.localdate()):
            status = Status(_removed(referral), "warn", "soon")
        action = ("Fortsätt", reverse("referrals:referral_edit", args=[referral.pk]), False)
    elif referral.state in ENDED:
        status = status_of(referral)
    return Parcel(
        name=referral.shown_name,
        url=reverse(
            "referrals:referral_edit" if is_draft else "referrals:referral_detail",
            args=[referral.pk],
        ),
        meta=" · ".join(_about(referral, user)),
        words="" if status else _with_start(referral, told),
        status=status,
        action=action,
        stops=_stops(referral),
        news=news,
    )


def _stops(referral: Referral) -> list[Stop]:
    """The line while the remiss is on its way; whoever has a place has passed every stop."""
    on_its_way = referral.state != S.PLACED
    return track(referral, list(referral.events.all())) if on_its_way else []


def _with_start(referral: Referral, told: str) -> str:
    """Somebody who has a place is told of with the day it begins, as the history has it."""
    if referral.state != S.PLACED:
        return told
    placed = next((one for one in referral.events.all() if one.verb == "place"), None)
    return f"Har fått plats, {placed.text.lower()}." if placed and placed.text else told


def _removed(draft: Referral) -> str:
    left = days_left(draft_expires_on(draft), timezone.localdate())
    return f"Tas bort {date_iso(draft_expires_on(draft))}, {left}"


def _about(referral: Referral, user: User) -> list[str]:
    number = person_number(referral.personnummer)
    born = date_iso(referral.birth_date)
    sent = f"skickad {date_iso(referral.sent_on)}" if referral.sent_on else "inte skickad"
    by = "" if referral.referrer == user else f"av {referral.referrer.name}"
    return [words for words in (number or born, sent, by) if words]
