"""E-mails are rows first, hold nothing of a case, and arrive in spite of the mail server."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import EmailKind, EmailState, NoticeEmail
from accounts.models import Email, Notice, User
from accounts.services import (
    choose_notice_email,
    mark_read,
    retry_parked_emails,
    send_emails,
    tell,
    write_emails,
)
from accounts.services.emails import BACK_OFF_MINUTES
from accounts.tasks import sweep_emails
from referrals.services import remind_everybody
from tests.cast import Cast, bind
from tests.referrals.people import MAN, Desk, person
from tests.referrals.test_concurrency import at_once
from tests.smtp_server import SmtpServer, running_smtp

WORKER = Scope(worker=True)
MONDAY_EARLY, MONDAY = "2026-03-02 05:00 +0000", "2026-03-02 06:30 +0000"
CANARY = "Kanariefågel"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Six in the morning, Swedish time, a Monday."""
    with time_machine.travel(MONDAY_EARLY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def smtp(settings) -> Iterator[SmtpServer]:
    """The mail server that e-mails go to."""
    with running_smtp() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 0.4
        settings.DEFAULT_FROM_EMAIL = "Rehabsteget <rehabsteget@kvarnby.example>"
        settings.PUBLIC_URL = "https://rehabsteget.kvarnby.example"
        yield server


def notice(cast: Cast, who: User, number: int = 1, *, urgent: bool = False) -> Notice:
    """Something that waits for somebody."""
    with bind(cast.programme):
        tell(
            notices=[
                Notice(
                    recipient=who,
                    role="coordinator",
                    kind="unassigned",
                    occasion=f"prov {number}",
                    subject="referrals.referral",
                    record_id=number,
                    programme_id=cast.programme.pk,
                    controller_id=cast.programme.data_controller_id,
                    urgent=urgent,
                )
            ]
        )
        return Notice.objects.get(recipient=who, record_id=number)


def emails() -> list[Email]:
    with bound_to(WORKER):
        return list(Email.objects.order_by("pk").select_related("recipient"))


def fresh(email: Email) -> Email:
    with bound_to(WORKER):
        return Email.objects.get(pk=email.pk)


def morning(clock: time_machine.Traveller) -> None:
    clock.move_to(MONDAY)


# --- when -------------------------------------------------------------------------------------


def test_one_digest_in_the_morning_counts_everything(cast, clock) -> None:
    for number in (1, 2, 3):
        notice(cast, cast.karin, number)
    assert write_emails() == 0, "klockan är inte sju"
    morning(clock)
    assert write_emails() == 1
    assert write_emails() == 0
    (email,) = emails()
    assert (email.recipient, email.kind, email.count) == (cast.karin, EmailKind.DIGEST, 3)
    with bind(cast.karin):
        assert set(Notice.objects.values_list("email", flat=True)) == {email.pk}


def test_what_comes_during_the_day_waits_for_the_next_morning(cast, clock) -> None:
    notice(cast, cast.karin)
    morning(clock)
    write_emails()
    clock.shift(timedelta(hours=2))
    notice(cast, cast.karin, 2)
    assert write_emails() == 0
    clock.shift(timedelta(days=1))
    assert write_emails() == 1
    assert [email.count for email in emails()] == [1, 2], "båda väntar fortfarande"


def test_a_late_notice_does_not_hold_back_what_is_urgent(cast, clock) -> None:
    choose_notice_email(user=cast.karin, choice=NoticeEmail.DIRECT)
    notice(cast, cast.karin)
    morning(clock)
    assert write_emails() == 1
    # Made before seven, but not seen until the morning's digest was written.
    clock.move_to(MONDAY_EARLY)
    notice(cast, cast.karin, 2)
    clock.move_to("2026-03-02 09:00 +0000")
    notice(cast, cast.karin, 3, urgent=True)
    assert write_emails() == 1
    assert [one.kind for one in emails()] == [EmailKind.DIGEST, EmailKind.URGENT]


def test_nothing_at_the_weekend(cast, clock) -> None:
    clock.move_to("2026-03-07 09:00 +0000")
    notice(cast, cast.karin)
    clock.move_to("2026-03-08 09:00 +0000")
    assert write_emails() == 0
    clock.move_to("2026-03-09 09:00 +0000")
    assert write_emails() == 1


def test_a_clock_that_was_stopped_all_morning_writes_when_it_goes_again(cast, clock) -> None:
    notice(cast, cast.karin)
    clock.move_to("2026-03-02 14:00 +0000")
    assert write_emails() == 1


def test_what_has_been_read_is_not_mailed(cast, clock) -> None:
    one = notice(cast, cast.karin)
    with bind(cast.karin):
        mark_read(notice=one)
    morning(clock)
    assert write_emails() == 0


@pytest.mark.parametrize(
    ("choice", "at_once_", "in_the_morning"),
    [(NoticeEmail.OFF, 0, 0), (NoticeEmail.DAILY, 0, 1), (NoticeEmail.DIRECT, 1, 1)],
)
def test_everybody_chooses(cast, clock, choice, at_once_, in_the_morning) -> None:
    with bind(cast.karin):
        choose_notice_email(user=cast.karin, choice=choice)
    notice(cast, cast.karin, 1, urgent=True)
    notice(cast, cast.karin, 2)
    assert write_emails() == at_once_
    assert write_emails() == 0
    morning(clock)
    assert write_emails() == in_the_morning


def test_somebody_without_a_role_or_a_key_gets_no_letter(cast, clock) -> None:
    notice(cast, cast.karin)
    notice(cast, cast.jonas)
    cast.karin.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    User.objects.filter(pk=cast.jonas.pk).update(is_active=False)
    morning(clock)
    assert write_emails() == 0


def test_without_a_mail_server_nothing_is_written(cast, clock, settings) -> None:
    settings.SENDS_EMAIL = False
    notice(cast, cast.karin)
    morning(clock)
    assert write_emails() == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_write_one_digest_each(transactional_db, cast, clock) -> None:
    for who in (cast.karin, cast.jonas, cast.vera):
        notice(cast, who)
    morning(clock)
    results = at_once(*[write_emails] * 4)
    assert sum(results) == 3, results
    assert {email.recipient for email in emails()} == {cast.karin, cast.jonas, cast.vera}
    with bind(cast.programme):
        assert not Notice.objects.filter(email=None).exists()


# --- what it says -----------------------------------------------------------------------------


def test_a_letter_says_how_many_and_where_in_text_and_html(cast, clock, smtp) -> None:
    for number in (1, 2, 3):
        notice(cast, cast.karin, number)
    morning(clock)
    sweep_emails()
    ((recipient, letter),) = smtp.letters
    assert recipient == "karin@example.se"
    assert letter["Subject"] == "Du har 3 saker att göra i Rehabsteget"
    assert letter["From"] == "Rehabsteget <rehabsteget@kvarnby.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    choice = "https://rehabsteget.kvarnby.example/aviseringar/mejl/"
    assert letter["List-Unsubscribe"] == f"<{choice}>"
    assert letter["Message-ID"].strip() == emails()[0].message_id
    plain, html = (letter.get_body([kind]).get_content() for kind in ("plain", "html"))
    for body in (plain, html):
        assert "Du har 3 saker att göra i Rehabsteget." in body
        assert "https://rehabsteget.kvarnby.example/aviseringar/" in body
        assert choice in body
    assert plain.startswith("Hej!")


def test_one_thing_is_one_thing(cast, clock, smtp) -> None:
    notice(cast, cast.karin)
    morning(clock)
    sweep_emails()
    assert smtp.letters[0][1]["Subject"] == "Du har 1 sak att göra i Rehabsteget"


def test_an_answer_goes_where_the_installation_says(cast, clock, smtp, settings) -> None:
    settings.EMAIL_REPLY_TO = "kansliet@kvarnby.example"
    notice(cast, cast.karin)
    morning(clock)
    sweep_emails()
    assert smtp.letters[0][1]["Reply-To"] == "kansliet@kvarnby.example"


def test_nothing_of_a_case_leaves_the_house(cast, clock, smtp) -> None:
    """Canaries in every text a remiss has; every rule's first steps told by every kind of e-mail."""
    desk = Desk(cast)
    who = person(given_name=CANARY, family_name=CANARY)
    secret = dict.fromkeys(("purpose", "goal", "possibility", "need", "accessibility"), CANARY)
    numbers = []
    for make in (desk.sent, desk.talk, desk.queued):
        numbers.append(make(who, **secret).number)
    numbers.append(desk.completion().number)
    with bind(cast.ali):
        choose_notice_email(user=cast.ali, choice=NoticeEmail.DIRECT)
    for _ in range(12):
        remind_everybody()
        sweep_emails()
        clock.shift(timedelta(days=1, hours=3))
    said = "\n".join(letter.as_string() for _, letter in smtp.letters)
    kinds = {email.kind for email in emails()}
    assert kinds == set(EmailKind), kinds
    assert {email.recipient for email in emails()} >= {cast.karin, cast.vera, cast.ali}
    words = "\n".join(
        part.get_content()
        for _, letter in smtp.letters
        for part in letter.walk()
        if part.get_content_maintype() == "text"
    )
    names = [one.name.split()[1] for one in (cast.karin, cast.ali, cast.vera)]
    for canary in (CANARY, MAN, MAN[2:], "remiss", *numbers, *names):
        assert canary.lower() not in words.lower()
        assert canary not in said
    assert not re.search(r"\d{6,8}[-+ ]?\d{4}", words)


def test_the_row_holds_no_more_than_the_letter(cast) -> None:
    """Columns that could hold words about a case don't exist."""
    texts = {
        field.name
        for field in Email._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField", "JSONField")
    }
    assert texts == {"kind", "template", "state", "last_error", "message_id"}


# --- the mail server's moods ------------------------------------------------------------------


@pytest.fixture
def waiting(cast, clock, smtp) -> Email:
    """An e-mail to Karin that is to be sent."""
    notice(cast, cast.karin)
    morning(clock)
    write_emails()
    return emails()[0]


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("refuse", "SMTPRecipientsRefused 550"),
        ("busy", "SMTPConnectError 421"),
        ("cut", "SMTPServerDisconnected"),
        ("hang", "SMTPServerDisconnected"),
    ],
)
def test_a_letter_that_fails_is_tried_again_later(
    waiting, clock, smtp, caplog, mood, error
) -> None:
    smtp.mood = mood
    assert send_emails() == 0
    failed = fresh(waiting)
    assert (failed.state, failed.attempts, failed.last_error) == (EmailState.FAILED, 1, error)
    assert send_emails() == 0, "den väntar på nästa försök"
    assert fresh(waiting).attempts == 1
    smtp.mood = "kind"
    clock.shift(timedelta(minutes=BACK_OFF_MINUTES[0], seconds=1))
    assert send_emails() == 1
    sent = fresh(waiting)
    assert (sent.state, sent.last_error, sent.sent_at) == (EmailState.SENT, "", timezone.now())
    assert len(smtp.letters) == 1
    assert "example.se" not in caplog.text


def test_a_mail_server_that_is_gone(waiting, clock, smtp, settings) -> None:
    settings.EMAIL_PORT = 1
    assert send_emails() == 0
    assert fresh(waiting).last_error == "ConnectionRefusedError"
    settings.EMAIL_PORT = smtp.port
    clock.shift(timedelta(hours=1))
    assert send_emails() == 1


def test_a_dead_server_is_asked_once_a_round_but_one_bad_address_stops_nobody(
    cast, clock, smtp
) -> None:
    for who in (cast.karin, cast.jonas, cast.vera):
        notice(cast, who)
    morning(clock)
    write_emails()
    smtp.mood = "hang"
    send_emails()
    assert sorted(email.attempts for email in emails()) == [0, 0, 1]
    smtp.mood = "refuse"
    clock.shift(timedelta(hours=1))
    send_emails()
    assert sorted(email.attempts for email in emails()) == [1, 1, 2]


def test_a_letter_that_never_gets_through_is_parked_with_an_alarm(
    waiting, clock, smtp, caplog
) -> None:
    smtp.mood = "refuse"
    for _ in range(len(BACK_OFF_MINUTES) + 3):
        send_emails()
        clock.shift(timedelta(days=1))
    parked = fresh(waiting)
    assert (parked.state, parked.attempts) == (EmailState.PARKED, len(BACK_OFF_MINUTES) + 1)
    (alarm,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert f"Mejl {parked.pk} är parkerat" in alarm.getMessage()
    assert "example.se" not in caplog.text
    smtp.mood = "kind"
    said = StringIO()
    call_command("retry_emails", stdout=said)
    assert said.getvalue() == "1\u00a0mejl försöks igen.\n"
    assert retry_parked_emails() == 0
    assert send_emails() == 1


def test_a_worker_that_died_with_the_letter_in_its_hand(waiting, clock, smtp) -> None:
    from accounts.services.emails import _claim

    assert _claim() == waiting
    assert send_emails() == 0, "någon annan har brevet"
    clock.shift(timedelta(minutes=11))
    assert send_emails() == 1
    assert fresh(waiting).attempts == 2


def test_the_worker_that_came_too_late_changes_nothing(waiting, clock, smtp) -> None:
    """It was slow, another one sent the letter meanwhile; its failure must not undo that."""
    from accounts.services.emails import _claim, _failed

    slow = _claim()
    clock.shift(timedelta(minutes=11))
    assert send_emails() == 1
    _failed(slow, TimeoutError())
    assert fresh(waiting).state == EmailState.SENT
    clock.shift(timedelta(days=1))
    assert send_emails() == 0
    assert len(smtp.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(transactional_db, cast, clock, smtp) -> None:
    for who in (cast.karin, cast.jonas, cast.vera, cast.ali, cast.siv):
        notice(cast, who)
    morning(clock)
    assert write_emails() == 5
    results = at_once(*[send_emails] * 3)
    assert sum(results) == 5, results
    assert len({recipient for recipient, _ in smtp.letters}) == len(smtp.letters) == 5
    assert {email.attempts for email in emails()} == {1}


# --- who reads the rows -----------------------------------------------------------------------


def test_the_policies_let_the_one_who_is_told_and_the_case_read(cast, clock) -> None:
    notice(cast, cast.karin)
    morning(clock)
    write_emails()
    seen = {}
    for name in ("karin", "jonas", "vera", "ali", "bo", "stina", "frida", "lova", "adam"):
        with bind(cast.people[name]):
            seen[name] = (Notice.objects.count(), Email.objects.count())
    colleagues = dict.fromkeys(("karin", "jonas", "vera"), (1, 1))
    assert seen == dict.fromkeys(seen, (0, 0)) | colleagues


def test_only_the_worker_writes_letters(cast, clock) -> None:
    from django.db import ProgrammingError, transaction

    notice(cast, cast.karin)
    morning(clock)
    write_emails()
    with bind(cast.karin), pytest.raises(ProgrammingError), transaction.atomic():
        Email.objects.update(state=EmailState.PARKED)


def test_a_notice_about_a_draft_is_the_senders_alone(cast) -> None:
    one = notice(cast, cast.ali)
    with bound_to(WORKER):
        Notice.objects.filter(pk=one.pk).update(sender_only=True, unit_id=cast.units["fk"].pk)
    for name, count in (("ali", 1), ("karin", 0), ("vera", 0), ("siv", 0)):
        with bind(cast.people[name]):
            assert Notice.objects.count() == count, name
