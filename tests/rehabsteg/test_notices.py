"""The bell and its page: one's own notices, said in words made when they are read."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import NoticeEmail, Reading
from accounts.models import Notice, ReadEvent, User
from accounts.services import send_emails, write_emails
from referrals.services import remind_programme, take_referral
from referrals.views.notices import notice_words
from tests.cast import Cast, bind
from tests.referrals.people import Desk
from tests.row_examples import add_notice


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Remisser in any state."""
    return Desk(cast)


def sweep(cast: Cast) -> None:
    remind_programme(programme=cast.programme, today=timezone.localdate())


def bell(client: Client) -> str:
    """What is read out at the bell; blank when there is none."""
    html = client.get(reverse("help")).content.decode()
    found = re.search(r'class="[^"]*\bbell\b.*?<span class="sr-only">([^<]+)</span>', html)
    return unescape(found[1]).replace("\u00a0", " ") if found else ""


def page(client: Client) -> str:
    html = client.get(reverse("notice_list")).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.split("<main")[1])).split())


def own(user: User) -> list[Notice]:
    with bind(user):
        return list(Notice.objects.visible_to(user))


def test_those_who_work_with_cases_have_a_bell(cast, client_for) -> None:
    with_bell = {name for name, user in cast.people.items() if bell(client_for(user))}
    assert with_bell == {"karin", "jonas", "vera", "ali", "siv", "tomas", "maria", "bo"}


def test_the_bell_counts_what_waits(cast, desk, client_for) -> None:
    client = client_for(cast.karin)
    assert bell(client) == "Inga nya aviseringar"
    desk.sent()
    sweep(cast)
    assert bell(client) == "1 ny avisering"
    desk.sent()
    sweep(cast)
    assert bell(client) == "2 nya aviseringar"
    assert bell(client_for(cast.bo)) == "Inga nya aviseringar"


def test_a_great_many_are_not_counted_one_by_one(cast, client_for) -> None:
    with bind(cast.karin):
        for number in range(105):
            add_notice(cast.programme, cast.karin, occasion=str(number))
    html = client_for(cast.karin).get(reverse("help")).content.decode()
    assert '<span class="bell__count" aria-hidden="true">99+</span>' in html


def test_the_bell_costs_one_query_however_much_waits(cast, client_for) -> None:
    client = client_for(cast.karin)
    client.get(reverse("help"))
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("help"))
        counts.append([q["sql"] for q in seen if "accounts_notice" in q["sql"]])
        with bind(cast.karin):
            add_notice(cast.programme, cast.karin, occasion=str(number))
    assert [len(one) for one in counts] == [1, 1, 1]


def test_the_words_are_made_when_they_are_read(cast, desk, client_for) -> None:
    referral = desk.sent()
    sweep(cast)
    client = client_for(cast.karin)
    text = page(client)
    assert "Ingen har tagit remissen" in text
    assert f"Marek Nowicki, {referral.number}. Försäkringskassan, skickad i dag" in text
    with bind(cast.karin):
        take_referral(referral=referral, user=cast.karin)
    sweep(cast)
    text = page(client)
    assert "Inget nytt" in text
    assert "Karin Lindqvist bedömer." in text
    assert "Klart," in text


def test_a_lost_right_shows_nothing(cast, desk, client_for) -> None:
    referral = desk.completion()
    sweep(cast)
    (notice,) = own(cast.ali)
    cast.ali.memberships.update(unit=cast.units["af"])
    client = client_for(cast.ali)
    text = page(client)
    assert "Ärendet ingår inte längre i ditt uppdrag" in text
    assert referral.number not in text
    assert "Nowicki" not in text
    answer = client.post(reverse("notice_open", args=[notice.pk]))
    assert answer["Location"] == reverse("notice_list")


def test_opening_marks_as_read_and_leads_to_the_remiss(cast, desk, client_for) -> None:
    referral = desk.sent()
    sweep(cast)
    (notice,) = own(cast.karin)
    client = client_for(cast.karin)
    answer = client.post(reverse("notice_open", args=[notice.pk]))
    assert answer["Location"] == reverse("referrals:referral_detail", args=[referral.pk])
    (read,) = own(cast.karin)
    assert read.read_at is not None
    assert bell(client) == "Inga nya aviseringar"
    client.post(reverse("notice_read", args=[notice.pk]))
    assert own(cast.karin)[0].read_at == read.read_at, "den första läsningen gäller"


def test_marking_all_leaves_what_has_come_since(cast, desk, client_for) -> None:
    desk.sent()
    sweep(cast)
    client = client_for(cast.karin)
    html = client.get(reverse("notice_list")).content.decode()
    shown = re.findall(r'name="shown" value="(\d+)"', html)
    desk.sent()
    sweep(cast)
    for _ in range(2):
        client.post(reverse("notices_read"), {"shown": shown})
        assert bell(client) == "1 ny avisering"
    assert all(one.read_at is None for one in own(cast.jonas))


def test_marking_all_leaves_what_the_page_did_not_show(cast, client_for) -> None:
    with bind(cast.karin):
        for number in range(60):
            add_notice(cast.programme, cast.karin, occasion=str(number))
        first, *_ = Notice.objects.order_by("pk")
        Notice.objects.filter(pk=first.pk).update(urgent=True)
    client = client_for(cast.karin)
    html = client.get(reverse("notice_list")).content.decode()
    assert "50 av 60 nya" in unescape(html).replace("\u00a0", " ")
    assert "Markera de visade som lästa" in html
    shown = re.findall(r'name="shown" value="(\d+)"', html)
    assert (len(shown), str(first.pk)) == (50, shown[0])
    client.post(reverse("notices_read"), {"shown": shown})
    assert bell(client) == "10 nya aviseringar"
    html = client.get(reverse("notice_list")).content.decode()
    assert "10 nya" in unescape(html).replace("\u00a0", " ")
    assert "Markera alla som lästa" in html


def test_nobody_marks_anothers_notices_or_what_is_settled(cast, client_for) -> None:
    with bind(cast.karin):
        jonas = add_notice(cast.programme, cast.jonas, occasion="jonas")
        settled = add_notice(cast.programme, cast.karin, occasion="settled")
        Notice.objects.filter(pk=settled.pk).update(settled_at=timezone.now())
    client_for(cast.karin).post(reverse("notices_read"), {"shown": [jonas.pk, settled.pk]})
    assert all(one.read_at is None for one in [*own(cast.jonas), *own(cast.karin)])


@pytest.mark.parametrize("kind", ["queued", "resting", "placed"])
def test_a_row_does_not_say_the_state_twice(kind, cast, desk) -> None:
    referral = getattr(desk, kind)()
    with bind(cast.ali):
        notice = Notice(pk=1, record_id=referral.pk, kind=kind)
        said = notice_words(cast.ali, [notice])[1]
    assert not said["text"].startswith(("I kö", "Vilar", "Har fått plats"))
    assert said["text"] == "" or said["text"][0].isupper()


def test_a_draft_has_no_number_that_people_read(cast, desk, client_for) -> None:
    draft = desk.draft()
    with bind(cast.ali):
        words = notice_words(cast.ali, [Notice(pk=1, record_id=draft.pk, kind="draft")])[1]
    assert draft.number not in words["name"]
    assert (draft.shown_number, desk.sent().shown_number[:3]) == ("utkast", "RE-")
    for name in ("referral_edit", "withdraw", "referral_detail"):
        url = reverse(f"referrals:{name}", args=[draft.pk])
        assert draft.number not in client_for(cast.ali).get(url, follow=True).content.decode(), name


@pytest.mark.parametrize("shown", ["", "x", "-1", "9" * 40, "¹"])
def test_marking_all_with_nonsense_breaks_nothing(cast, client_for, shown) -> None:
    assert client_for(cast.karin).post(reverse("notices_read"), {"shown": shown}).status_code == 302


def test_nobody_opens_anothers_notice(cast, desk, client_for) -> None:
    desk.sent()
    sweep(cast)
    (karins,) = own(cast.karin)
    for name in ("jonas", "vera", "ali", "bo"):
        for view in ("notice_open", "notice_read"):
            answer = client_for(cast.people[name]).post(reverse(view, args=[karins.pk]))
            assert answer.status_code == 404, (name, view)
    assert own(cast.karin)[0].read_at is None


def test_that_the_list_was_seen_is_in_the_read_log(cast, desk, client_for) -> None:
    desk.sent()
    sweep(cast)
    page(client_for(cast.karin))
    with bind(cast.karin):
        (event,) = ReadEvent.objects.filter(user=cast.karin, reading=Reading.LIST)
        assert (event.kind, event.record_id) == ("remiss", 1)


def test_the_page_asks_as_much_for_one_as_for_many(
    cast, desk, client_for, django_assert_max_num_queries
) -> None:
    desk.sent()
    sweep(cast)
    client = client_for(cast.karin)
    page(client)
    with django_assert_max_num_queries(15) as one:
        page(client)
    for _ in range(6):
        desk.sent()
    sweep(cast)
    with django_assert_max_num_queries(len(one)):
        page(client)


def test_everybody_chooses_how_to_hear_by_e_mail(cast, client_for) -> None:
    client = client_for(cast.ali)
    url = reverse("notice_settings")
    assert "ali@example.se" in client.get(url).content.decode()
    assert client.post(url, {"notice_email": "sometimes"}).status_code == 422
    assert client.post(url, {"notice_email": "direct"}).status_code == 302
    assert User.objects.get(pk=cast.ali.pk).notice_email == NoticeEmail.DIRECT
    assert User.objects.get(pk=cast.siv.pk).notice_email == NoticeEmail.DAILY


def test_without_a_mail_server_the_choice_says_so(cast, client_for, settings) -> None:
    settings.SENDS_EMAIL = False
    html = client_for(cast.ali).get(reverse("notice_settings")).content.decode()
    assert "E-post är inte påslagen här" in html


def test_who_was_told_is_on_the_remiss_for_both_sides(cast, desk, client_for) -> None:
    referral = desk.sent()
    sweep(cast)
    (karins,) = own(cast.karin)
    client_for(cast.karin).post(reverse("notice_open", args=[karins.pk]))
    url = reverse("referrals:referral_detail", args=[referral.pk])
    for name in ("vera", "ali"):
        html = client_for(cast.people[name]).get(url).content.decode()
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
        part = text.split("Vem som fått veta")[1]
        assert "Ingen har tagit remissen" in part
        assert "Jonas Ek, rehabkoordinator: inte läst." in part
        assert "Karin Lindqvist, rehabkoordinator: läst " in part


def test_how_the_letter_went_is_on_the_remiss(cast, desk, client_for) -> None:
    with time_machine.travel("2026-03-02 05:00 +0000", tick=False):
        referral = desk.sent()
        sweep(cast)
    url = reverse("referrals:referral_detail", args=[referral.pk])
    with time_machine.travel("2026-03-02 07:00 +0000", tick=False):
        client = client_for(cast.karin)
        assert "mejl på" not in page_of(client, url)
        write_emails()
        assert "mejl på väg" in page_of(client, url)
        send_emails()
        assert "mejl skickat mån 2 mars 08.00" in page_of(client, url)


def page_of(client: Client, url: str) -> str:
    html = client.get(url).content.decode().split("Vem som fått veta")[1]
    return unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_old_notices_are_not_forgotten_when_read(cast, desk, client_for) -> None:
    desk.declined()
    sweep(cast)
    client = client_for(cast.ali)
    assert "Remissen är avböjd" in page(client).split("Tidigare")[0]
    (notice,) = own(cast.ali)
    client.post(reverse("notice_read", args=[notice.pk]))
    assert "Remissen är avböjd" in page(client).split("Tidigare")[1]
    assert timezone.now() - own(cast.ali)[0].read_at < timedelta(minutes=5)
