"""E-mails are rows first: written by a sweep, sent by a worker, tried again, parked with an alarm.

An e-mail says how many things wait and where to sign in. It holds no name, no case number and no
word of a case: it leaves the house in the open. Nothing here runs in a request, so a mail server
that is down or slow only makes the letter later.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import EmailKind, EmailState, NoticeEmail
from accounts.models import Email, Membership, Notice, User
from core.formatting import counted

WORKER = Scope(worker=True)
# Morning: before most people's day, on weekdays.
DIGEST_FROM = time(7)
FIRST_WEEKEND_DAY = 5
# What has waited longer than this without being mailed is no news: the person had e-mail off.
LOOK_BACK = timedelta(days=14)
# How long a worker may be silent with a letter in its hand; far more than the mail server's time.
LEASE = timedelta(minutes=10)
# Minutes until the next attempt after each failure; after the last one the e-mail is parked.
BACK_OFF_MINUTES = (1, 5, 15, 60, 240, 720)
# What is wrong with one letter; after anything else there is no use in trying the next one now.
ABOUT_ONE_LETTER = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    ValueError,
)
CLOSING = 421

logger = logging.getLogger(__name__)


# --- writing ----------------------------------------------------------------------------------


def write_emails() -> int:
    """Make the e-mails that are due now: the morning's digest, and what is urgent. How many.

    One digest a person and weekday at most, about what came before seven in the morning; later
    things wait for the next. May be called twice or by two at once.
    """
    if not settings.SENDS_EMAIL:
        return 0
    now = timezone.now()
    with bound_to(WORKER):
        people = list(_people_to_write_to(now))
    return sum(_write_to(person, now) for person in people)


def _unsaid(now: datetime) -> "Iterable[Notice]":
    return Notice.objects.open().filter(email=None, created_at__gte=now - LOOK_BACK)


def _people_to_write_to(now: datetime) -> Iterable[User]:
    """Those who have something unsaid, want e-mail, and have a role today."""
    today = timezone.localdate(now)
    roles = Membership.objects.valid_on(today).filter(user=OuterRef("pk"))
    unsaid = _unsaid(now).filter(recipient=OuterRef("pk"))  # type: ignore[attr-defined]
    return (
        User.objects.filter(Exists(unsaid), Exists(roles), is_active=True)
        .exclude(notice_email=NoticeEmail.OFF)
        .order_by("pk")
    )


def _write_to(person: User, now: datetime) -> int:
    """One person's e-mail, in a transaction of its own. The notices are locked: two can't say them."""
    with bound_to(WORKER):
        rows = list(
            _unsaid(now)  # type: ignore[attr-defined]
            .filter(recipient=person)
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))
        )
        if _is_digest_due(person, rows, now):
            return _write(person, EmailKind.DIGEST, rows, now)
        urgent = [one for one in rows if one.urgent]
        if urgent and person.notice_email == NoticeEmail.DIRECT:
            return _write(person, EmailKind.URGENT, urgent, now)
        return 0


def _is_digest_due(person: User, rows: list[Notice], now: datetime) -> bool:
    """A weekday's morning has come with something from before it, and the day has no digest yet."""
    here = timezone.localtime(now)
    morning = timezone.make_aware(datetime.combine(here.date(), DIGEST_FROM))
    is_time = here.weekday() < FIRST_WEEKEND_DAY and now >= morning
    if not is_time or not any(one.created_at < morning for one in rows):
        return False
    written = Email.objects.filter(recipient=person, kind=EmailKind.DIGEST, day=here.date())
    return not written.exists()


def _write(person: User, kind: EmailKind, rows: list[Notice], now: datetime) -> int:
    day = timezone.localdate(now)
    fields = {
        "recipient": person,
        "kind": kind,
        "day": day,
        "template": kind.value,
        "count": _count(person) if kind == EmailKind.DIGEST else len(rows),
        "next_try_at": now,
        "message_id": make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname),
    }
    if kind == EmailKind.DIGEST:
        email, created = Email.objects.get_or_create(
            recipient=person, kind=kind, day=day, defaults=fields
        )
    else:
        email, created = Email.objects.create(**fields), True
    if created:
        Notice.objects.filter(pk__in=[one.pk for one in rows]).update(email=email)
    return int(created)


def _count(person: User) -> int:
    return Notice.objects.open().filter(recipient=person).count()


# --- sending ----------------------------------------------------------------------------------


def send_emails() -> int:
    """Send every e-mail whose time has come. Returns how many went off.

    May be run by two workers: an e-mail is claimed by one at a time. When the mail server can't be
    reached the round ends, and the rest wait for the next.
    """
    sent = 0
    connection = get_connection()
    try:
        while email := _claim():
            try:
                _deliver(email, connection)
            except Exception as error:
                _failed(email, error)
                if not _is_about_one_letter(error):
                    break
            else:
                sent += _finish(email)
    finally:
        _close(connection)
    return sent


def _claim() -> Email | None:
    """Take the oldest e-mail that is due, for one attempt."""
    now = timezone.now()
    with bound_to(WORKER):
        email = (
            Email.objects.filter(
                state__in=(EmailState.WAITING, EmailState.FAILED), next_try_at__lte=now
            )
            .select_related("recipient")
            .order_by("next_try_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if email is None:
            return None
        email.attempts += 1
        email.next_try_at = now + LEASE
        email.save(update_fields=["attempts", "next_try_at"])
        return email


def _deliver(email: Email, connection: BaseEmailBackend) -> None:
    connection.open()
    letter_of(email, connection).send()


def letter_of(email: Email, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The e-mail as it is sent: plain text, and the same as simple HTML."""
    base = settings.PUBLIC_URL.rstrip("/")
    choice = f"{base}{reverse('notice_settings')}"
    context = {
        "things": counted(email.count, "sak", "saker").replace("\u00a0", " "),
        "url": f"{base}{reverse('notice_list')}",
        "settings_url": choice,
    }
    place = f"emails/{email.template}"
    letter = EmailMultiAlternatives(
        subject=render_to_string(f"{place}_subject.txt", context).strip(),
        body=render_to_string(f"{place}.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email.recipient.email],
        reply_to=[settings.EMAIL_REPLY_TO] if settings.EMAIL_REPLY_TO else None,
        connection=connection,
        headers={
            "Message-ID": email.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{choice}>",
        },
    )
    letter.attach_alternative(render_to_string(f"{place}.html", context), "text/html")
    return letter


def _standing(email: Email) -> "Iterable[Email]":
    """The row, as long as this attempt is still the latest."""
    return Email.objects.filter(pk=email.pk, attempts=email.attempts).exclude(
        state__in=(EmailState.SENT, EmailState.PARKED)
    )


def _finish(email: Email) -> int:
    with bound_to(WORKER):
        return _standing(email).update(  # type: ignore[attr-defined]
            state=EmailState.SENT, sent_at=timezone.now(), last_error=""
        )


def _failed(email: Email, error: Exception) -> None:
    """Later again, or parked with an alarm after the last attempt."""
    words = _kind_of(error)
    parked = email.attempts > len(BACK_OFF_MINUTES)
    state = EmailState.PARKED if parked else EmailState.FAILED
    wait = BACK_OFF_MINUTES[min(email.attempts, len(BACK_OFF_MINUTES)) - 1]
    later = timezone.now() + timedelta(minutes=wait)
    with bound_to(WORKER):
        _standing(email).update(  # type: ignore[attr-defined]
            state=state, next_try_at=later, last_error=words
        )
    if parked:
        logger.error("Mejl %s är parkerat efter %s försök: %s", email.pk, email.attempts, words)
    else:
        logger.warning("Mejl %s gick inte fram (försök %s): %s", email.pk, email.attempts, words)


def _code_of(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((answer[0] for answer in error.recipients.values()), None)
    return getattr(error, "smtp_code", None)


def _is_about_one_letter(error: Exception) -> bool:
    return isinstance(error, ABOUT_ONE_LETTER) and _code_of(error) != CLOSING


def _kind_of(error: Exception) -> str:
    """The error's name and the server's code. Never its words: they may quote the address."""
    code = _code_of(error)
    return " ".join(str(part) for part in (type(error).__name__, code) if part is not None)[:80]


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.warning("Förbindelsen till e-postservern gick inte att stänga.")


def retry_parked_emails() -> int:
    """Let every parked e-mail be tried from the beginning. Returns how many."""
    with bound_to(WORKER):
        return Email.objects.filter(state=EmailState.PARKED).update(
            state=EmailState.WAITING, attempts=0, next_try_at=timezone.now()
        )
