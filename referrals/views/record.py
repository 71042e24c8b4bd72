"""A remiss: checklist, what the referrer wrote, history, and what can be done."""

from datetime import date
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
    percent,
    person_number,
)
from participants.enums import ConsentForm, ConsentPurpose, Gender
from programmes.enums import CodeList
from programmes.services import code_labels
from referrals.enums import MedicalAssessment, Offer, ReferralState
from referrals.forms import MessageForm
from referrals.models import Referral, ReferralEvent
from referrals.rules import income_needed_until, weeks_needed
from referrals.views.actions import actions_for
from referrals.views.notices import told_lines
from referrals.views.papers import papers_of
from referrals.views.shown import LOOKS, assessment_day, sentence, status_of, track
from referrals.views.thread import thread_of

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
        "facts": _facts(referral, labels),
        "history": _history(events),
        "actions": actions,
        "refused": refused,
        "problems": problems or [],
        "answer": _answer(referral),
        "decision": _decision(referral, events),
        "papers": papers_of(referral, request.user),
        "thread": thread_of(referral, request.user, message),
        "told": told_lines(referral),
    }
    if works_there:
        items = _checklist(referral, events)
        done = sum(item["state"] == "done" for item in items)
        context |= {
            "checklist": items,
            "checked": f"{done} av {len(items)} klara",
            "talk": _talk(referral),
            "doubles": _doubles(request.user, referral),
        }
        return render(request, "referrals/referral_detail.html", context, status=status)
    context |= {
        "stops": track(referral, events),
        "words": sentence(referral),
        "another_url": _another(referral),
    }
    return render(request, "referrals/referral_detail_sender.html", context, status=status)


def _another(referral: Referral) -> str:
    """A new remiss from the same unit to the same programme: the sender's particulars, nobody's else."""
    chosen = urlencode({"insats": referral.programme.slug, "enhet": referral.unit_id})
    return f"{reverse('referrals:referral_new')}?{chosen}"


def facts_on_paper(referral: Referral, *, works_there: bool) -> dict[str, Any]:
    """What a printed remiss shows: for the programme's own staff also what was said at the talk."""
    events = list(referral.events.all())
    return {
        "referral": referral,
        "status": status_of(referral),
        "now": _now(referral, works_there),
        "facts": _facts(referral, code_labels(CodeList.SUPPORT)),
        "answer": _answer(referral),
        "decision": _decision(referral, events),
        "talk": _talk(referral) if works_there else [],
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


# --- what is known ----------------------------------------------------------------------------


def _facts(referral: Referral, supports: dict[str, str]) -> list[tuple[str, str]]:
    rows = [
        ("Person", _person(referral)),
        ("Mobilnummer", referral.phone),
        ("Remittent", f"{referral.referrer.name}, {referral.unit}"),
        ("Skickad", f"{date_iso(referral.sent_on)}, {days_ago(referral.sent_on)}"),
        ("Sjukskriven", _sick_leave(referral)),
        ("Medicinsk bedömning", _assessment(referral)),
        ("Läkarintyg", _certificate(referral)),
        ("Försörjning", _support(referral, supports)),
        ("Syfte", referral.purpose),
        ("Mål", referral.goal),
        ("Möjlighet", referral.possibility),
        ("Behov", referral.need),
        ("Särskild målgrupp", _target_group(referral)),
        ("Tolk", referral.language or _needs_none(referral)),
        ("Anpassning", referral.accessibility),
        ("Samtycke", _consented(referral)),
        ("Samtycket omfattar", _covers(referral)),
        ("Koordinator", referral.coordinator.name if referral.coordinator else "Ingen än"),
    ]
    return [row for row in rows if row[1]]


def _person(referral: Referral) -> str:
    gender = Gender(referral.gender).label.lower() if referral.gender else ""
    if referral.is_anonymous:
        return f"Anonym, {gender}"
    number = person_number(referral.personnummer) or f"född {date_iso(referral.birth_date)}"
    age = _age(referral.birth_date)
    return ", ".join(word for word in (referral.shown_name, age, gender, number) if word)


def _age(born: date | None) -> str:
    if born is None:
        return ""
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years} år"


def _sick_leave(referral: Referral) -> str:
    if not referral.on_sick_leave:
        return "Nej"
    extent = percent(referral.sick_leave_percent)
    return f"Ja, {extent}" if extent else "Ja"


def _certificate(referral: Referral) -> str:
    first, last = referral.sick_leave_from, referral.sick_leave_until
    if not referral.on_sick_leave or not (first or last):
        return ""
    if last is None:
        return f"Från {date_iso(first)}"
    has_ended = ", har gått ut" if last < timezone.localdate() else ""
    return f"{date_iso(first)} till {date_iso(last)}{has_ended}".strip().capitalize()


def _support(referral: Referral, supports: dict[str, str]) -> str:
    kind = supports.get(referral.support_code, referral.support_code)
    until = f"säkrad till {date_iso(referral.support_until)}"
    return ", ".join(word for word in (kind, percent(referral.support_percent), until) if word)


def _target_group(referral: Referral) -> str:
    if not referral.target_group:
        return ""
    labels = code_labels(CodeList.TARGET_GROUP)
    return labels.get(referral.target_group, referral.target_group)


def _needs_none(referral: Referral) -> str:
    return "Behövs inte" if referral.needs_adaptation is False else ""


def _consented(referral: Referral) -> str:
    if referral.is_anonymous:
        return "Nej, remissen är anonym"
    if not referral.consent:
        return ""
    who = referral.consent_representative
    by = f"{who}, ställföreträdare" if who else "Personen själv"
    form = ConsentForm(referral.consent_form).label.lower() if referral.consent_form else ""
    given = f"{by} {date_iso(referral.consent_on)}"
    return ", ".join(w for w in (given, form, f"antecknat av {referral.referrer.name}") if w)


def _covers(referral: Referral) -> str:
    if not referral.consent or referral.is_anonymous:
        return ""
    more = [ConsentPurpose(one).label.lower() for one in referral.consent_purposes]
    return ", ".join(["Att insatsen läser remissen", *more])


def _assessment(referral: Referral) -> str:
    if not referral.on_sick_leave:
        return ""
    if referral.assessment == MedicalAssessment.PROMISED:
        return f"Utlovad till {date_iso(referral.assessment_on)}"
    word = "Bifogad" if referral.assessment == MedicalAssessment.ATTACHED else "Finns"
    dated = f", daterad {date_iso(referral.assessment_on)}" if referral.assessment_on else ""
    return f"{word}{dated}"


def _answer(referral: Referral) -> list[tuple[str, str]]:
    """What was asked for and what was answered, in the order it was asked for."""
    if not referral.completion_request:
        return []
    waits = f"Inget svar än, begärt till {date_iso(referral.completion_by)}"
    items = [(one.text, one.answer or waits) for one in referral.completion_items.all()]
    asked = ("Koordinatorn frågade", referral.completion_request)
    return items or [asked, ("Svar", referral.completion_answer or waits)]


def _decision(referral: Referral, events: list[ReferralEvent]) -> list[tuple[str, str]]:
    """What the referrer is told about a remiss that ended without a place."""
    if referral.state not in (S.DECLINED, S.WITHDRAWN) or not events:
        return []
    reason = code_labels(CodeList.DECLINE_REASON).get(referral.decline_reason, "")
    rows = [
        ("Beslut", f"{referral.get_state_display()} {date_iso(referral.state_since)}"),
        ("Av", f"{events[0].actor_name}, {events[0].actor_organisation}"),
        ("Skäl", reason),
        ("Förklaring", events[0].text),
        ("Förslag i stället", referral.alternative),
    ]
    return [row for row in rows if row[1]]


def _talk(referral: Referral) -> list[tuple[str, str]]:
    if not referral.talk_at:
        return []
    rows = [
        ("Tid", f"{date_short(referral.talk_at)} {clock_at(referral.talk_at)}"),
        ("Plats", referral.talk_place),
        ("Med", referral.talk_with),
        ("Hölls", date_iso(referral.talk_held_on)),
        ("Svar", Offer(referral.offer).label if referral.offer else ""),
        ("Från samtalet", referral.talk_summary),
    ]
    return [row for row in rows if row[1]]


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
    return _item("Samtycke finns", _consented(referral), "done")


def _medical(referral: Referral) -> list[dict[str, str]]:
    if not referral.on_sick_leave:
        return []
    waits = referral.assessment == MedicalAssessment.PROMISED
    return [_item("Medicinsk bedömning", _assessment(referral), "wait" if waits else "done")]


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
