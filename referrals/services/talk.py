"""What the two sides say to each other in a remiss, and what each has not read yet."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Max, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice, User
from accounts.services import mark_read_about, tell
from core.once import create_once
from core.personal_numbers import masked
from core.states import Refused
from referrals.enums import Side
from referrals.models import Message, MessageReading, Referral
from referrals.rules import messages_are_closed, side_of
from referrals.rules.reminders import MESSAGE
from referrals.services.change import lock
from referrals.services.complete import NAMES_SOMEBODY
from referrals.services.remind import notice_to, people_asked

LONGEST_MESSAGE = 4000


@transaction.atomic
def post_message(
    *, referral: Referral, text: str, user: User, once_key: UUID
) -> tuple[Message, bool]:
    """Say something in the remiss: (message, posted). The same words from the same form are one.

    Seen by both sides, never changed. The other side is told. Raises `Refused` with every reason.
    """
    words = text.strip()
    # Under the lock: an anonymous person who begins at the same moment must be forgotten whole.
    if reasons := _reasons_against(lock(referral), words):
        raise Refused(reasons)
    role, organisation = user.acting_as(referral.programme_id)
    message, posted = create_once(
        Message,
        # A browser that goes back shows the form with its old key: other words are another message.
        uuid5(once_key, f"{referral.pk}\x1f{user.pk}\x1f{words}"),
        referral=referral,
        side=side_of(user, referral),
        text=words,
        author=user,
        author_name=user.name,
        author_role=role,
        author_organisation=organisation,
        **referral.owned(),
    )
    if posted:
        _tell(message)
    return message, posted


def _reasons_against(referral: Referral, words: str) -> list[str]:
    reasons = [closed] if (closed := messages_are_closed(referral)) else []
    if not words:
        reasons.append("Skriv ett meddelande.")
    if len(words) > LONGEST_MESSAGE:
        reasons.append(
            f"Meddelandet är {len(words)} tecken, och {LONGEST_MESSAGE} får plats. Dela upp det."
        )
    if referral.is_anonymous and masked(words) != words:
        reasons.append(NAMES_SOMEBODY)
    return reasons


def message_recipients(message: Message) -> list[User]:
    """Whom a message is for: the referrer, or the responsible coordinator; all of them before that."""
    asked = people_asked(message.referral, _role_of(_other(message.side)))
    return list(User.objects.filter(pk__in=asked).order_by("name", "pk"))


def _tell(message: Message) -> None:
    """A notice for the other side; once, until they have read what is new."""
    referral, role = message.referral, _role_of(_other(message.side))
    waiting = Notice.objects.about(referral).open().filter(kind=MESSAGE)
    told = set(waiting.order_by().values_list("recipient", flat=True))
    notices = [
        notice_to(referral, one.pk, role, MESSAGE, str(message.pk))
        for one in message_recipients(message)
        if one.pk not in told
    ]
    tell(notices=notices)


def _role_of(side: str) -> Role:
    return Role.REFERRER if side == Side.SENDER else Role.COORDINATOR


def mark_messages_read(*, referral: Referral, user: User) -> bool:
    """Remember that the user has seen all the other side's messages; False when nothing was new."""
    side = side_of(user, referral)
    newest = _newest([referral.pk], _other(side)).get(referral.pk)
    if newest is None:
        return False
    mark_read_about(user=user, record=referral, kind=MESSAGE)
    moved = {"last": newest, "at": timezone.now()}
    reading, is_first = MessageReading.objects.get_or_create(
        referral=referral, reader=user, side=side, defaults=moved | referral.owned()
    )
    # Forward only, whichever of two tabs comes last.
    behind = MessageReading.objects.filter(pk=reading.pk, last__lt=newest)
    return is_first or bool(behind.update(**moved))


def _other(side: str) -> Side:
    return Side.SENDER if side == Side.PROGRAMME else Side.PROGRAMME


def _newest(referrals: Iterable[int], side: str) -> dict[int, int]:
    """The number of the newest message of a side, by remiss."""
    said = Message.objects.filter(referral__in=list(referrals), side=side)
    return dict(said.order_by().values_list("referral").annotate(Max("pk")))


def unread_messages(*, referrals: Iterable[Referral], user: User) -> set[int]:
    """The numbers of the remisser with something new for the user, in one query per side.

    New for the one who is responsible (the referrer, the coordinator) until read by that person;
    for colleagues until somebody of the side has read it.
    """
    by_side: dict[Side, list[Referral]] = {}
    for one in referrals:
        by_side.setdefault(side_of(user, one), []).append(one)
    return {pk for side, found in by_side.items() for pk in _unread(found, side, user)}


def _unread(referrals: list[Referral], side: Side, user: User) -> set[int]:
    readings = MessageReading.objects.filter(referral=OuterRef("referral"), side=side)
    read = ArraySubquery(readings.values(told=JSONObject(reader="reader_id", last="last")))
    said = Message.objects.filter(referral__in=[one.pk for one in referrals], side=_other(side))
    found = said.order_by().values("referral").annotate(newest=Max("pk"), read=read)
    newest = {row["referral"]: row["newest"] for row in found}
    read_by = {
        row["referral"]: {one["reader"]: one["last"] for one in row["read"]} for row in found
    }
    return {
        one.pk
        for one in referrals
        if one.pk in newest
        and newest[one.pk] > _read_up_to(read_by.get(one.pk, {}), _responsible(one, side), user)
    }


def _responsible(referral: Referral, side: Side) -> int | None:
    return referral.referrer_id if side == Side.SENDER else referral.coordinator_id


def _read_up_to(read: dict[int, int], responsible: int | None, user: User) -> int:
    if responsible == user.pk:
        return read.get(user.pk, 0)
    return max(read.values(), default=0)


def erase_messages(referral: Referral) -> int:
    """Blank what was said about somebody who must be forgotten. Who said something, and when, stays."""
    return referral.messages.exclude(text="").update(text="")
