"""The timeline: notes and history in one order, newest first, by the Swedish calendar."""

from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import User
from core.formatting import clock, date_iso, date_month, date_short, local_date
from participants.enums import NoteKind
from participants.models import Enrolment, EnrolmentEvent, Note

LENGTH = 30
NOTE_ICONS = {NoteKind.CALL: "meet", NoteKind.TALK: "meet", NoteKind.COORDINATION: "tools"}
# Other apps write lines too; the first part of their verb says what it is about.
EVENT_ICONS = {
    "open": "ph1",
    "start": "ph1",
    "phase": "q2",
    "close": "ok",
    "pause": "pause",
    "consent": "lock",
    "withdraw": "lock",
    "misregister": "no",
    "reopen": "undo",
    "register": "doc",
    "group": "group",
    "attendance": "group",
    "trial": "place",
    "hours": "clock",
    "talk": "meet",
    "follow": "cal",
}
GO = frozenset({"open", "start", "phase", "close", "reopen"})


@dataclass(frozen=True)
class Item:
    """One line of the timeline, ready to print. Blank where there is nothing to say."""

    at: datetime
    icon: str
    kind: str
    meta: str
    title: str
    text: str
    anchor: str = ""
    reason: str = ""
    amended: str = ""
    amended_url: str = ""
    amend_url: str = ""
    month: str = ""


@dataclass(frozen=True)
class Timeline:
    """A stretch of the timeline, and from which moment the older part begins (None: no more)."""

    items: list[Item]
    older_than: str


def build_timeline(
    *, enrolment: Enrolment, user: User, writable: bool, older_than: str = ""
) -> Timeline:
    """The newest `LENGTH` lines, or those before a moment. Two queries, however long the journal."""
    before = _moment(older_than)
    notes = [
        _note(one, enrolment, user, writable) for one in _notes(enrolment, before)[: LENGTH + 1]
    ]
    events = [_event(one) for one in _events(enrolment, before)[: LENGTH + 1]]
    merged = sorted([*notes, *events], key=attrgetter("at"), reverse=True)
    if len(merged) <= LENGTH:
        return Timeline(_with_months(merged), "")
    # What happened at the very same moment stays together, so that no line falls between pages.
    oldest = merged[LENGTH - 1].at
    shown = [one for one in merged if one.at >= oldest]
    more = len(shown) < len(merged)
    return Timeline(_with_months(shown), oldest.isoformat() if more else "")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _notes(enrolment: Enrolment, before: datetime | None) -> QuerySet[Any]:
    latest = Note.objects.filter(amends=OuterRef("pk")).order_by("-signed_at", "-pk")
    notes = enrolment.notes.select_related("author", "amends").annotate(
        amended_at=Subquery(latest.values("signed_at")[:1]),
        amended_by_note=Subquery(latest.values("pk")[:1]),
    )
    return notes.filter(signed_at__lt=before) if before else notes


def _events(enrolment: Enrolment, before: datetime | None) -> QuerySet[EnrolmentEvent]:
    events = enrolment.events.order_by("-at", "-pk")
    return events.filter(at__lt=before) if before else events


def _note(note: Any, enrolment: Enrolment, user: User, writable: bool) -> Item:
    own = writable and note.author_id == user.pk and note.amends is None
    amend = reverse("participants:note_amend", args=[enrolment.pk, note.pk]) if own else ""
    title = NoteKind(note.kind).label
    if note.amends:
        title = f"Rättelse av {title.lower()} {date_iso(note.amends.signed_at)}"
    return Item(
        at=note.signed_at,
        icon=NOTE_ICONS.get(NoteKind(note.kind), "pen"),
        kind="go",
        meta=f"{_when(note.signed_at)} · {note.author.name} · signerad",
        title=title,
        text=note.text,
        anchor=f"anteckning-{note.pk}",
        reason=f"Rättad därför att: {note.reason}" if note.amends else "",
        amended=f"Rättad {date_iso(note.amended_at)}" if note.amended_at else "",
        amended_url=f"#anteckning-{note.amended_by_note}" if note.amended_at else "",
        amend_url=amend,
    )


def _event(event: EnrolmentEvent) -> Item:
    verb = event.verb.split("_")[0]
    return Item(
        at=event.at,
        icon=EVENT_ICONS.get(verb, "check"),
        kind="go" if verb in GO else "",
        meta=f"{_when(event.at)} · {event.actor_name}",
        title=event.label,
        text=event.text,
    )


def _when(moment: datetime) -> str:
    return f"{date_short(moment)} {clock(moment)}"


def _with_months(items: list[Item]) -> list[Item]:
    """The same lines, the first of each Swedish calendar month with the month's name."""
    found, current = [], None
    for item in items:
        day = local_date(item.at)
        month = (day.year, day.month)
        found.append(item if month == current else replace(item, month=date_month(item.at)))
        current = month
    return found
