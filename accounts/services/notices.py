"""Telling people inside the product (aviseringar): each once about each occasion."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.enums import NoticeEmail
from accounts.models import Notice, NoticeQuerySet, User

# Nobody needs to know whether it is 100 or 300; the bell says "99+".
MOST_COUNTED = 100

Told = tuple[int, int, str, str]


def told_key(notice: Notice) -> Told:
    """What makes a notice about one kind of record the same: (recipient, record, rule, occasion)."""
    return notice.recipient_id, notice.record_id, notice.kind, notice.occasion


def tell(*, notices: Iterable[Notice]) -> int:
    """Store those that nobody has been told yet. All are about one kind of record. Returns how many.

    May be called twice or by two at once: the database holds each occasion once. Rows are written
    in one order, so that two who tell the same things wait for each other and never for ever.
    """
    rows = sorted(notices, key=told_key)
    if not rows:
        return 0
    known = set(
        Notice.objects.filter(
            subject=rows[0].subject,
            record_id__in={one.record_id for one in rows},
            kind__in={one.kind for one in rows},
        )
        .order_by()
        .values_list("recipient_id", "record_id", "kind", "occasion")
    )
    new = [one for one in rows if told_key(one) not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def settle_notices(*, among: NoticeQuerySet, still: Collection[Told]) -> int:
    """Take away what is no longer to be done: open notices of `among` that aren't in `still`.

    They stay in the list of who was told what. Returns how many.
    """
    over = [one.pk for one in among.open().order_by("pk") if told_key(one) not in still]
    return Notice.objects.open().filter(pk__in=over).update(settled_at=timezone.now())


def open_count(user: User) -> int:
    """How many notices wait for the user, at most `MOST_COUNTED`. One query."""
    return Notice.objects.visible_to(user).open().order_by()[:MOST_COUNTED].count()


def mark_read(*, notice: Notice) -> bool:
    """Note that the recipient has seen it. False when it was noted before."""
    changed = Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return bool(changed)


def mark_read_about(*, user: User, record: Model, kind: str) -> int:
    """The user has seen what notices of a rule told about a record. Returns how many there were."""
    own = Notice.objects.visible_to(user).filter(
        subject=record._meta.label_lower, record_id=record.pk, kind=kind, read_at=None
    )
    return own.update(read_at=timezone.now())


def mark_all_read(*, user: User, shown: Collection[int]) -> int:
    """Mark the user's own notices among those with the numbers `shown`. Returns how many.

    What the list didn't show stays unread, and what was done by itself stays as it is.
    """
    seen = Notice.objects.visible_to(user).open().filter(pk__in=shown)
    return seen.update(read_at=timezone.now())


def choose_notice_email(*, user: User, choice: NoticeEmail) -> None:
    """Let the user hear about notices by e-mail as they wish."""
    User.objects.filter(pk=user.pk).update(notice_email=choice)
    user.notice_email = choice
