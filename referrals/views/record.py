"""A remiss: checklist, what the referrer wrote, history, and what can be done."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.models import User
from accounts.rules import can_read_referrals
from core.formatting import (
    clock_at,
    date_iso,
    date_month,
    date_short,
    days_ago,
    local_date,
    moment_short,
)
from programmes.enums import CodeList
from programmes.services import code_labels
from referrals.enums import Offer, ReferralState
from referrals.forms import MessageForm
from referrals.models import Referral, ReferralEvent
from referrals.rules import income_needed_until, weeks_needed
from referrals.views.actions import actions_for
from referrals.views.around import body_of, calendar_url, crowding_words, other_part
from referrals.views.facts import (
    answers_of,
    assessment_words,
    consent_words,
    decision_of,
    facts_of,
    talk_of,
)
from referrals.views.notices import told_lines
from referrals.views.papers import papers_of
from referrals.views.shown import LOOKS, assessment_day, sentence, status_of, track
from referrals.views.thread import thread_of
from referrals.views.waits import waits_told

S = ReferralState
MARKS = {
    "send": "inbox",
    "take": "q1",
    "attach": "clip",
    "request_completion": "warn",
    "answer_completion": "inbox",
    "book_talk": "cal",
    "record_talk": "meet",
    "place": "group",
    "present": "meet",
    "transfer": "right",
    "receive": "inbox",
}


@door(can_read_referrals)
def referral_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The remiss for the programme's staff, or for the unit that sent it."""
    referral = open_record(request, records(request.user), pk)
    if referral.state == S.DRAFT:
        return redirect("referrals:referral_edit", pk=pk)
    return show_record(request, referral)


def records(user: User) -> QuerySet[Referral]:
    """The user's remisser with everything the page shows."""
    return Referral.objects.visible_to(user).select_related(
        "programme", "unit__organisation", "referrer", "coordinator", "forecast"
    )


def show_record(
    request: HttpRequest,
    referral: Referral,
    problems: list[str] | None = None,
    status: int = 200,
    message: MessageForm | None = None,
) -> HttpResponse:
    """The page, with `problems` at the top when something was just refused.

    `message` is the form of a message that could not be sent, with what was written.
    """
    works_there = referral.programme_id in request.user.scope.programmes
    events = list(referral.events.all())
    actions, refused = actions_for(referral, request.user)
    if not works_there:
        refused = []
    labels = code_labels(CodeList.SUPPORT)
    context: dict[str, Any] = {
        "referral": referral,
        "status": status_of(referral),
        "now": _now(referral, works_there),
        "facts": facts_of(referral, labels),
        "history": _history(events),
        "actions": actions,
        "refused": refused,
        "problems": problems or [],
        "answer": answers_of(referral),
        "decision": decision_of(referral, events),
        "papers": papers_of(referral, request.user),
        "thread": thread_of(referral, request.user, message),
        "told": told_lines(referral),
        "body": body_of(referral),
        "calendar_url": calendar_url(referral),
        "other_part": other_part(request.user, referral),
    }
    if works_there:
        context |= _for_staff(request.user, referral, events)
        return render(request, "referrals/referral_detail.html", context, status=status)
    context |= {
        "stops": track(referral, events),
        "words": sentence(referral),
        "another_url": _another(referral),
    }
    return render(request, "referrals/referral_detail_sender.html", context, status=status)


def _for_staff(user: User, referral: Referral, events: list[ReferralEvent]) -> dict[str, Any]:
    items = _checklist(referral, events)
    done = sum(item["state"] == "done" for item in items)
    return {
        "checklist": items,
        "checked": f"{done} av {len(items)} klara",
        "talk": talk_of(referral),
        "doubles": _doubles(user, referral),
        "waits": waits_told(referral, events, timezone.localdate()),
        "crowding": crowding_words(referral),
    }


def _another(referral: Referral) -> str:
    """A new remiss from the same unit to the same programme: the sender's particulars, nobody's else."""
    chosen = urlencode({"insats": referral.programme.slug, "enhet": referral.unit_id})
    return f"{reverse('referrals:referral_new')}?{chosen}"


def facts_on_paper(referral: Referral, *, works_there: bool) -> dict[str, Any]:
    """What a printed remiss shows: for the programme's own staff also what was said at the talk."""
    events = list(referral.events.all())
    current = [one for one in referral.attachments.all() if not one.is_withdrawn]
    said = [one for one in referral.messages.all() if one.text]
    panels = [
        ("Beslut", decision_of(referral, events)),
        ("Uppgifter från remittenten", facts_of(referral, code_labels(CodeList.SUPPORT))),
        ("Komplettering", answers_of(referral)),
        ("Inledande samtal", talk_of(referral) if works_there else []),
        ("Bilagor", [(one.get_kind_display(), one.name) for one in current]),
        ("Meddelanden", [(f"{one.author_name} {moment_short(one.at)}", one.text) for one in said]),
    ]
    return {
        "referral": referral,
        "status": status_of(referral),
        "now": _now(referral, works_there),
        "panels": [panel for panel in panels if panel[1]],
        "history": _history(events),
    }


def _now(referral: Referral, works_there: bool) -> str:
    today = timezone.localdate()
    if referral.state in (S.SENT, S.ASSESSING):
        told, is_late = assessment_day(referral, today)
        return f"{told}, över målet" if is_late and works_there else told
    if referral.state == S.TALK and referral.talk_at and not referral.talk_held_on:
        return f"Samtal {days_ago(referral.talk_at, today)}"
    return f"sedan {date_iso(referral.state_since)}"


def _doubles(user: User, referral: Referral) -> list[str]:
    """Other open remisser for the same number. A blank number matches nobody."""
    if not referral.personnummer_lookup:
        return []
    others = Referral.objects.visible_to(user).waiting().exclude(pk=referral.pk)
    same = others.filter(
        programme_id=referral.programme_id, personnummer_lookup=referral.personnummer_lookup
    )
    return list(same.order_by("pk").values_list("number", flat=True))


# --- what must be in place --------------------------------------------------------------------


def _item(text: str, note: str, state: str) -> dict[str, str]:
    return {"text": text, "note": note, "state": state, "link": "", "url": ""}


def _state(is_done: object) -> str:
    return "done" if is_done else "missing"


def _checklist(referral: Referral, events: list[ReferralEvent]) -> list[dict[str, str]]:
    return [
        _responsible(referral, events),
        _item(
            "Personen är informerad",
            f"Intygat av remittenten {date_iso(referral.sent_on)}",
            _state(referral.informed),
        ),
        _consent(referral),
        *_medical(referral),
        _held(referral),
        _accepted(referral),
        _income(referral),
    ]


def _responsible(referral: Referral, events: list[ReferralEvent]) -> dict[str, str]:
    if not referral.coordinator:
        return _item("Ansvarig koordinator", "Ingen har tagit remissen än", "missing")
    taken = next((event for event in events if event.verb in ("take", "reopen")), None)
    since = f" sedan {date_iso(taken.at)}" if taken else ""
    return _item("Ansvarig koordinator", f"{referral.coordinator.name}{since}", "done")


def _consent(referral: Referral) -> dict[str, str]:
    if referral.is_anonymous:
        return _item("Samtycke", "Personen är anonym: bara kön sparas", "done")
    return _item("Samtycke finns", consent_words(referral), "done")


def _medical(referral: Referral) -> list[dict[str, str]]:
    if not referral.on_sick_leave:
        return []
    told = assessment_words(referral)
    is_here = told.startswith(("Bifogad", "Finns"))
    return [_item("Medicinsk bedömning", told, "done" if is_here else "wait")]


def _held(referral: Referral) -> dict[str, str]:
    if referral.talk_held_on:
        return _item("Inledande samtal hållet", date_iso(referral.talk_held_on), "done")
    booked = date_short(referral.talk_at)
    note = f"Bokat {booked} {clock_at(referral.talk_at)}" if booked else "Inte bokat"
    return _item("Inledande samtal hållet", note, "missing")


def _accepted(referral: Referral) -> dict[str, str]:
    if not referral.offer:
        return _item("Personen tackar ja", "Antecknas efter samtalet", "missing")
    says = Offer(referral.offer)
    return _item("Personen tackar ja", says.label, _state(says == Offer.ACCEPTED))


def _income(referral: Referral) -> dict[str, str]:
    needed = income_needed_until(referral.programme, timezone.localdate())
    until = referral.support_until
    text = f"Försörjningen är säkrad i {weeks_needed(referral.programme)} veckor"
    note = f"Säkrad till {date_iso(until)}, behövs till {date_iso(needed)}"
    return _item(text, note, _state(until and until >= needed))


# --- what has happened ------------------------------------------------------------------------


def _history(events: list[ReferralEvent]) -> list[dict[str, str]]:
    lines, month = [], ""
    for event in events:
        this_month = date_month(local_date(event.at))
        icon, kind = LOOKS.get(event.to_state, ("info", ""))
        lines.append(
            {
                "month": this_month if this_month != month else "",
                "icon": MARKS.get(event.verb, icon),
                "kind": kind if kind in ("go", "soon") else "",
                "meta": f"{moment_short(event.at)} · {event.actor_name}",
                "title": event.label,
                "text": event.text,
            }
        )
        month = this_month
    return lines
