"""What a notice about a remiss says: made when it is read, from what the reader may see then."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from accounts.enums import EmailState, Role
from accounts.models import Email, Notice, User
from core.formatting import date_iso, days, days_left, moment_short
from referrals.models import Referral
from referrals.rules import REMINDERS
from referrals.rules.reminders import MESSAGE
from referrals.rules.waits import assess_by, draft_ends_on
from referrals.views.reading import note_reading
from referrals.views.shown import sentence

# What is added to the title while the matter still stands; the rest say where the remiss is now.
_WORDS: dict[str, Callable[[Referral, date], str]] = {
    "draft": lambda one, today: f"Tas bort {date_iso(draft_ends_on(one))} om ingen fortsätter",
    "unassigned": lambda one, today: f"{one.unit.organisation.name}, {_sent(one, today)}",
    "assessment": lambda one, today: f"Ska vara bedömd {date_iso(assess_by(one))}, "
    f"{days_left(assess_by(one), today)}",
    "completion": lambda one, today: f"Svara senast {date_iso(one.completion_by)}",
    "completion_due": lambda one, today: f"Svaret skulle komma senast {date_iso(one.completion_by)}, "
    f"{days_left(one.completion_by, today)}",
    "review": lambda one, today: f"Skulle ses på igen {date_iso(one.review_on)}",
    "queue_wait": lambda one, today: f"I kö sedan {date_iso(one.queued_on)}",
    "assessment_promised": lambda one, today: f"Utlovad till {date_iso(one.assessment_on)}",
    "income": lambda one, today: f"Säkrad till {date_iso(one.support_until)}",
}  # fmt: skip


def _sent(referral: Referral, today: date) -> str:
    passed = (today - referral.sent_on).days if referral.sent_on else 0
    return f"skickad för {days(passed)} sedan" if passed else "skickad i dag"


def title_of(kind: str) -> str:
    """What the rule is about, in a few words without a person."""
    if kind == MESSAGE:
        return "Nytt meddelande"
    rule = REMINDERS.get(kind)
    return rule.title if rule else "Något har hänt i remissen"


def words_of(kind: str, referral: Referral, today: date) -> str:
    """What the rule says about the remiss as it stands, after its title."""
    words = _WORDS.get(kind)
    return words(referral, today) if words else sentence(referral)


# How the sentence about a state begins where the title has already named the state.
_SAID_BY_TITLE = {"queued": "I kö ", "resting": "Vilar. ", "placed": "Har fått plats."}


def _after_title(kind: str, referral: Referral, words: str) -> str:
    """The words without the state, when the title above them says it."""
    said = _SAID_BY_TITLE.get(kind, "")
    if referral.state != kind or not said or not words.startswith(said):
        return words
    rest = words.removeprefix(said)
    return rest[:1].upper() + rest[1:]


def notice_words(user: User, notices: Iterable[Notice]) -> Mapping[int, dict[str, str]]:
    """title, name, text and url by notice. A remiss the user no longer reaches has no words.

    One query; that the list was seen is noted in the read log.
    """
    rows = list(notices)
    asked = {one.record_id for one in rows}
    found = (
        Referral.objects.visible_to(user)
        .filter(pk__in=asked)
        .select_related("programme", "unit__organisation", "coordinator")
    )
    referrals = {one.pk: one for one in found.order_by("pk")}
    if referrals:
        note_reading(user, referrals.values())
    today = timezone.localdate()
    return {
        one.pk: _words(one, referrals[one.record_id], today)
        for one in rows
        if one.record_id in referrals
    }


def _words(notice: Notice, referral: Referral, today: date) -> dict[str, str]:
    words = words_of("" if notice.settled_at else notice.kind, referral, today)
    text = _after_title(notice.kind, referral, words)
    return {
        "title": title_of(notice.kind),
        "name": _name(referral),
        "text": text,
        "url": reverse("referrals:referral_detail", args=[referral.pk]),
    }


def _name(referral: Referral) -> str:
    return f"{referral.shown_name}, {referral.shown_number}"


# --- who was told what, on the remiss's own page ----------------------------------------------


def told_lines(referral: Referral) -> list[dict[str, str]]:
    """Who was told what about the remiss: newest first, for components/timeline.html. One query."""
    rows = Notice.objects.about(referral).select_related("recipient", "email").reverse()
    found = []
    for (at, kind), together in groupby(rows, lambda one: (moment_short(one.created_at), one.kind)):
        lines = [_told(one) for one in together]
        found.append(
            {
                "month": "",
                "icon": "bell",
                "kind": "",
                "meta": at,
                "title": title_of(kind),
                "text": "\n".join(reversed(lines)),
            }
        )
    return found


def _told(notice: Notice) -> str:
    """Karin Lindqvist, rehabkoordinator: läst ons 18 nov 08.10, mejl skickat ons 18 nov 07.00."""
    read = f"läst {moment_short(notice.read_at)}" if notice.read_at else "inte läst"
    email = f", {_email_words(notice.email)}" if notice.email else ""
    role = Role(notice.role).label.lower()
    return f"{notice.recipient.name}, {role}: {read}{email}."


def _email_words(email: Email) -> str:
    return {
        EmailState.WAITING: "mejl på väg",
        EmailState.SENT: f"mejl skickat {moment_short(email.sent_at)}",
        EmailState.FAILED: "mejlet gick inte fram och försöks igen",
        EmailState.PARKED: "mejlet kom inte fram",
    }[EmailState(email.state)]
