"""Who has been told what in the demo: the product's own sweep, and the last morning's e-mails."""

from datetime import date, timedelta
from random import Random

from accounts.access import Scope, bound_to
from accounts.enums import EmailKind, EmailState
from accounts.models import Email, Notice
from referrals.services import remind_programme
from rehabsteg.demo.days import at
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.rows import new_key

WORKER = Scope(worker=True)
# Of ten notices about what somebody did, how many have been read already.
READ_OF_TEN = 7


def write_notices(*, place: Place, last: date, today: date, rng: Random) -> None:
    """Tell everybody what the rules say today, as if it had been told on the last working day."""
    remind_programme(programme=place.programme, today=today)
    with bound_to(WORKER):
        notices = list(Notice.objects.filter(programme_id=place.programme.pk).order_by("pk"))
        # A sender may have been told about another programme in the same e-mail.
        sent = Email.objects.filter(kind=EmailKind.DIGEST, day=last)
        emails = {one.recipient_id: one for one in sent.order_by("pk")}
        for one in notices:
            one.created_at = at(last, 6, 30)
            if one.recipient_id not in emails:
                emails[one.recipient_id] = _email(one.recipient_id, last, rng)
            one.email = emails[one.recipient_id]
            one.email.count += 1
            if rng.randrange(10) < READ_OF_TEN and not one.urgent:
                one.read_at = at(last, rng.randint(8, 15), rng.randrange(0, 60, 5))
        Email.objects.bulk_create([one for one in emails.values() if one.pk is None])
        Email.objects.bulk_update(list(emails.values()), ["count"], batch_size=500)
        for one in notices:
            one.email_id = emails[one.recipient_id].pk
        Notice.objects.bulk_update(notices, ["created_at", "email", "read_at"], batch_size=500)


def _email(recipient_id: int, day: date, rng: Random) -> Email:
    sent_at = at(day, 7) + timedelta(seconds=rng.randint(5, 55))
    return Email(
        recipient_id=recipient_id,
        kind=EmailKind.DIGEST,
        day=day,
        template=EmailKind.DIGEST,
        count=0,
        state=EmailState.SENT,
        attempts=1,
        next_try_at=sent_at,
        created_at=at(day, 7),
        sent_at=sent_at,
        message_id=f"<{new_key(rng)}@kvarnby.example>",
    )
