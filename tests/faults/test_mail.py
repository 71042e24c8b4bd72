"""R7, R9, R26: the queue forgets, the worker is killed, the mail server hangs. The letter comes once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import EmailState, NoticeEmail
from accounts.models import Email
from accounts.services import choose_notice_email, send_emails
from referrals.models import Referral
from tests.cast import bind
from tests.faults.conftest import until
from tests.referrals.people import Desk
from tests.smtp_server import running_smtp

pytestmark = pytest.mark.faults


def emails() -> list[Email]:
    with bound_to(Scope(worker=True)):
        return list(Email.objects.all())


def test_a_reminder_is_mailed_once_whatever_breaks(machine, cast) -> None:
    referral = Desk(cast).sent()
    with bind(cast.ali):
        since = timezone.localdate() - timedelta(days=2)
        Referral.objects.filter(pk=referral.pk).update(state_since=since)
    with bind(cast.karin):
        choose_notice_email(user=cast.karin, choice=NoticeEmail.DIRECT)
    with running_smtp("hang") as smtp:
        machine.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp.port}"
        machine.redis.child.kill()
        machine.redis.stop()
        machine.redis.start()
        first = machine.worker()
        until(lambda: smtp.calls, first.last_lines)
        first.kill()
        assert [email.state for email in emails()] == [EmailState.WAITING], "felet bet inte"
        smtp.mood = "kind"
        # The killed worker's claim runs out after ten minutes; nobody waits for that here.
        with bound_to(Scope(worker=True)):
            Email.objects.update(next_try_at=timezone.now())
        second = machine.worker()
        until(lambda: emails()[0].state == EmailState.SENT, second.last_lines)
        assert send_emails() == 0, "ingenting är kvar att skicka"
        assert [recipient for recipient, _ in smtp.letters] == ["karin@example.se"]
