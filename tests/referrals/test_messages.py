"""What is said in a remiss: by both sides, once, never changed, and new until it is read."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice
from core.states import Refused
from referrals.models import Message, MessageReading, Referral
from referrals.services import (
    LONGEST_MESSAGE,
    attach_file,
    mark_messages_read,
    message_recipients,
    place_referral,
    post_message,
    unread_messages,
)
from tests.cast import bind, build_person
from tests.core.test_uploads import PDF
from tests.referrals.people import MAN, NOT_ON_SICK_LEAVE, person


def say(referral: Referral, user, text: str = "Hej!", key: UUID | None = None):
    with bind(user):
        return post_message(referral=referral, text=text, user=user, once_key=key or uuid4())


def said(referral: Referral, user) -> list[str]:
    with bind(user):
        return list(referral.messages.values_list("text", flat=True))


def news(referral: Referral, user) -> bool:
    with bind(user):
        return unread_messages(referrals=[Referral.objects.get(pk=referral.pk)], user=user) != set()


def read(referral: Referral, user) -> bool:
    with bind(user):
        return mark_messages_read(referral=referral, user=user)


def test_a_message_says_who_it_was_then(desk, ali, karin) -> None:
    referral = desk.sent()
    message, posted = say(referral, ali, " Personen kommer gärna på förmiddagen. ")
    assert posted
    assert message.text == "Personen kommer gärna på förmiddagen."
    assert (message.side, message.author_name, message.author_organisation) == (
        "sender", "Ali Rezaei", "Försäkringskassan",
    )  # fmt: skip
    answer, _ = say(referral, karin, "Det går bra.")
    assert answer.side == "programme"
    assert said(referral, ali) == said(referral, karin) == [message.text, "Det går bra."]


def test_ten_clicks_are_one_message_and_other_words_another(desk, ali) -> None:
    referral, key = desk.sent(), uuid4()
    assert len({say(referral, ali, "Hej", key)[0].pk for _ in range(10)}) == 1
    # The arrow back shows the old form: what is written in it then is not thrown away.
    assert say(referral, ali, "Och en sak till", key)[1]
    assert said(referral, ali) == ["Hej", "Och en sak till"]


@pytest.mark.parametrize(("text", "because"), [(" \n", "Skriv ett"), ("x" * 4001, "Dela upp det")])
def test_nothing_and_too_much_are_refused(text, because, desk, ali) -> None:
    referral = desk.sent()
    with pytest.raises(Refused, match=because):
        say(referral, ali, text)
    assert say(referral, ali, "x" * LONGEST_MESSAGE)[1]


def test_nobody_can_answer_in_a_draft(desk, ali) -> None:
    with pytest.raises(Refused, match="inte skickad än"):
        say(desk.draft(), ali)


def anonymous(desk) -> Referral:
    who = {"personnummer": "", "given_name": "", "family_name": "", "gender": "K"}
    return desk.queued(person(**who), consent="anonymous", consent_on=None, **NOT_ON_SICK_LEAVE)


def test_nothing_said_outlives_the_start_of_somebody_anonymous(desk, ali, vera) -> None:
    referral = anonymous(desk)
    with pytest.raises(Refused, match="Ta bort personnumret"):
        say(referral, ali, f"Det är {MAN}.")
    say(referral, ali, "Har ont i ryggen.")
    with bind(vera):
        place_referral(referral=referral, starts_on=timezone.localdate(), user=vera)
        referral.refresh_from_db()
    assert said(referral, ali) == [""]
    with pytest.raises(Refused, match="Personen är anonym och har börjat"):
        say(referral, ali)


def test_what_was_said_is_never_changed(desk, ali) -> None:
    message, _ = say(desk.sent(), ali)
    for change in (
        lambda own: own.update(text="Något annat"),
        lambda own: own.update(text="", author_name="Någon annan"),
        lambda own: own.delete(),
    ):
        with bind(ali), pytest.raises(DatabaseError), transaction.atomic():
            change(Message.objects.filter(pk=message.pk))


def test_it_is_for_the_other_sides_responsible(desk, ali, karin, jonas) -> None:
    waiting, taken = desk.sent(), desk.assessing()
    for referral, user, expected in (
        (waiting, karin, [ali]), (taken, ali, [karin]), (waiting, ali, [jonas, karin]),
    ):  # fmt: skip
        message, _ = say(referral, user)
        with bind(user):
            assert message_recipients(message) == expected


def test_it_is_new_until_it_is_read(desk, ali, karin) -> None:
    referral = desk.assessing()
    say(referral, ali)
    assert news(referral, karin)
    assert not news(referral, ali)
    assert read(referral, karin)
    assert not news(referral, karin)
    assert not read(referral, karin)
    say(referral, ali, "En sak till")
    assert news(referral, karin)
    # An old tab does not move the mark back.
    read(referral, karin)
    with bind(karin):
        newest = MessageReading.objects.get().last
        assert newest == Message.objects.latest("pk").pk


def test_a_colleagues_reading_does_not_hide_it_from_the_responsible(
    desk, ali, karin, jonas, vera
) -> None:
    referral = desk.assessing()
    say(referral, ali)
    assert news(referral, jonas)
    read(referral, jonas)
    assert news(referral, karin)
    assert not news(referral, vera)


def test_lists_count_with_few_queries(desk, ali, karin, django_assert_num_queries) -> None:
    some = [desk.sent() for _ in range(3)]
    for referral in some[:2]:
        say(referral, ali)
    with bind(karin):
        rows = list(Referral.objects.filter(programme=desk.programme))
        with django_assert_num_queries(1):
            assert unread_messages(referrals=rows, user=karin) == {one.pk for one in some[:2]}
        with django_assert_num_queries(1):
            unread_messages(referrals=some[:1], user=karin)


# --- the pages --------------------------------------------------------------------------------


def page(name: str, referral: Referral) -> str:
    return reverse(f"referrals:{name}", args=[referral.pk])


def test_both_sides_talk_on_the_page(desk, ali, karin, client_for) -> None:
    referral = desk.assessing()
    sent = {"once_key": str(uuid4()), "text": "När kan hen börja?\n<b>Tack</b>"}
    answer = client_for(ali).post(page("message_post", referral), sent)
    assert answer["Location"] == f"{page('referral_detail', referral)}#meddelanden"
    again = client_for(ali).post(page("message_post", referral), sent)
    assert again["Location"] == answer["Location"]
    lists = reverse("referrals:referral_list")
    assert "nytt meddelande" in client_for(karin).get(lists).content.decode()
    assert "nytt meddelande" in client_for(karin).get(f"{lists}?vy=lista").content.decode()
    assert "nytt meddelande" not in client_for(ali).get(lists).content.decode()
    text = client_for(karin).get(page("referral_detail", referral)).content.decode()
    assert "När kan hen börja?<br>&lt;b&gt;Tack&lt;/b&gt;" in text
    assert "1 nytt" in text
    assert "Nytt meddelande från Ali Rezaei." in text
    assert "1 nytt" not in client_for(karin).get(page("referral_detail", referral)).content.decode()
    assert "nytt meddelande" not in client_for(karin).get(lists).content.decode()
    assert (
        "Läst av Karin Lindqvist"
        in client_for(ali).get(page("referral_detail", referral)).content.decode()
    )
    client_for(karin).post(
        page("message_post", referral), {"once_key": str(uuid4()), "text": "I mars."}
    )
    assert "nytt meddelande" in client_for(ali).get(lists).content.decode()


def test_the_printed_remiss_holds_what_was_said_and_attached(desk, ali, karin, client_for) -> None:
    referral = desk.assessing()
    say(referral, ali, "Har ett nytt intyg.")
    with bind(ali):
        attach_file(referral=referral, kind="other", name="intyg", content=PDF, user=ali)
    for user in (ali, karin):
        text = client_for(user).get(page("referral_print", referral)).content.decode()
        assert "Har ett nytt intyg." in text
        assert "intyg.pdf" in text
        assert "Skicka meddelandet" not in text
        assert "Bifoga en fil" not in text
        assert "Återta<span" not in text


def test_what_was_written_stays_when_it_is_refused(desk, ali, client_for) -> None:
    referral = desk.sent()
    long = "Så här är det. " * 400
    answer = client_for(ali).post(
        page("message_post", referral), {"once_key": str(uuid4()), "text": long}
    )
    assert answer.status_code == 409
    assert "Dela upp det" in answer.content.decode()
    assert long.strip() in answer.content.decode()
    empty = client_for(ali).post(
        page("message_post", referral), {"once_key": str(uuid4()), "text": ""}
    )
    assert "Skriv ett meddelande." in empty.content.decode()
    keyless = client_for(ali).post(page("message_post", referral), {"text": "Hej"})
    assert "Hej</textarea>" in keyless.content.decode().replace("\r\n", "")
    assert said(referral, ali) == []


def test_strangers_hear_nothing(desk, ali, siv, bo, client_for) -> None:
    referral = desk.sent()
    say(referral, ali, "Hemligt")
    for user in (siv, bo):
        answer = client_for(user).post(
            page("message_post", referral), {"once_key": str(uuid4()), "text": "Hej"}
        )
        assert answer.status_code == 404
        with bind(user):
            assert not Message.objects.exists()
            assert not MessageReading.objects.exists()
    assert said(referral, ali) == ["Hemligt"]


def test_a_key_from_another_remiss_says_nothing_there(desk, ali) -> None:
    first, second, key = desk.sent(), desk.sent(), uuid4()
    say(first, ali, "Samma ord", key)
    assert say(second, ali, "Samma ord", key)[1]
    assert said(first, ali) == said(second, ali) == ["Samma ord"]


def test_a_colleague_of_the_sender_reads_for_the_unit(desk, cast, ali, karin) -> None:
    colleague = build_person("Nils Modig", Role.REFERRER, cast.units["fk"])
    referral = desk.assessing()
    say(referral, karin)
    assert news(referral, colleague)
    read(referral, colleague)
    assert not news(referral, colleague)
    assert news(referral, ali)


def test_the_other_side_gets_one_notice_until_it_is_read(desk, cast, ali, karin, jonas) -> None:
    referral = desk.assessing()
    for words in ("Hej", "En sak till"):
        say(referral, ali, words)
    assert notices(cast) == [("karin", None)]
    assert read(referral, karin)
    ((_, read_at),) = notices(cast)
    assert read_at is not None
    say(referral, ali, "Och en till")
    assert [name for name, _ in notices(cast)] == ["karin", "karin"]
    say(referral, karin, "Tack")
    assert [name for name, _ in notices(cast)] == ["karin", "karin", "ali"]


def test_when_the_responsible_one_has_left_the_others_hear(desk, cast, ali, karin) -> None:
    referral = desk.assessing()
    karin.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    say(referral, ali)
    assert notices(cast) == [("jonas", None)]


def notices(cast) -> list[tuple[str, object]]:
    """(who, when it was read) of every notice about a message."""
    with bind(cast.programme):
        rows = Notice.objects.filter(kind="message").order_by("pk").select_related("recipient")
        return [(one.recipient.email.split("@")[0], one.read_at) for one in rows]
