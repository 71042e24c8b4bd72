"""The messages in a remiss: as the page of the remiss shows them to both sides."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.formatting import moment_short
from referrals.enums import Side
from referrals.forms import MessageForm
from referrals.models import Message, MessageReading, Referral
from referrals.rules import messages_are_closed, side_of
from referrals.services import mark_messages_read

BLANKED = "Det som stod här är raderat. Personen är anonym och har börjat."
TO = {
    Side.SENDER: "Insatsens personal och din enhet läser det här. Skicka filer som bilagor.",
    Side.PROGRAMME: "Remittentens enhet och insatsens personal läser det här.",
}


@dataclass(frozen=True)
class Said:
    """One message as `components/thread.html` shows it."""

    who: str
    meta: str
    text: str
    is_own: bool
    is_new: bool
    anchor: str


def thread_of(
    referral: Referral, user: User, form: MessageForm | None = None, *, on_paper: bool = False
) -> dict[str, Any]:
    """The panel: what has been said, what of it is new, who has read it, and the form.

    Showing it is reading it: the user's mark moves forward.
    """
    side = side_of(user, referral)
    said = list(referral.messages.all())
    marks = list(referral.message_readings.select_related("reader"))
    seen = max(
        (one.last for one in marks if (one.reader_id, one.side) == (user.pk, side)), default=0
    )
    if any(one.side != side and one.pk > seen for one in said):
        mark_messages_read(referral=referral, user=user)
    closed = "" if on_paper else messages_are_closed(referral)
    return {
        "messages": [_said(one, side, seen) for one in said],
        "new": _new(said, side, seen),
        "read": _read(said, marks, side),
        "note": _note(said, side, seen),
        "closed": closed or "",
        "form": None if closed or on_paper else form or message_form(referral, side),
    }


def message_form(referral: Referral, side: str, data: Any = None) -> MessageForm:
    """The form of a message, which posts to an address of its own and comes back to the thread."""
    action = f"{reverse('referrals:message_post', args=[referral.pk])}#meddelanden"
    return MessageForm(data, initial={"once_key": uuid4()}, action=action, to=TO[Side(side)])


def _said(one: Message, side: str, seen: int) -> Said:
    role = Role(one.author_role).label if one.author_role in Role.values else ""
    where = ", ".join(word for word in (role.lower(), one.author_organisation) if word)
    return Said(
        who=one.author_name,
        meta=f"{where} · {moment_short(one.at)}",
        text=one.text or BLANKED,
        is_own=one.side == side,
        is_new=one.side != side and one.pk > seen,
        anchor=f"meddelande-{one.pk}",
    )


def _new(said: list[Message], side: str, seen: int) -> str:
    """Said at the top of the page, whose thread stands far down on a phone."""
    newest = next((one for one in reversed(said) if one.side != side and one.pk > seen), None)
    return f"Nytt meddelande från {newest.author_name}." if newest else ""


def _note(said: list[Message], side: str, seen: int) -> str:
    new = sum(one.side != side and one.pk > seen for one in said)
    if new:
        return "1 nytt" if new == 1 else f"{new} nya"
    return str(len(said)) if said else ""


def _read(said: list[Message], marks: list[MessageReading], side: str) -> str:
    """Whether the other side has read the newest of ours: by whom, and when."""
    own = [one.pk for one in said if one.side == side]
    readers = [one for one in marks if own and one.side != side and one.last >= own[-1]]
    first = min(readers, key=lambda one: one.at, default=None)
    if first:
        return f"Läst av {first.reader.name} {moment_short(first.at)}."
    return "Inte läst än." if own and own[-1] == said[-1].pk else ""
