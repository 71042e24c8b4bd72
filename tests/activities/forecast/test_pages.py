"""The page with the queue and its forecast, and what if."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ReadEvent
from programmes.enums import CodeList
from programmes.models import Code
from referrals.models import Referral
from tests.activities.conftest import fill_group, make_group, queue_people
from tests.cast import bind

QUEUE, WHAT_IF = reverse("activities:queue_forecast"), reverse("activities:queue_what_if")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-09-01 08:00 +0000", tick=False):
        yield


@pytest.fixture
def young(cast) -> str:
    """A target group of the code list, and one person of the queue in it."""
    values = {"label": "Unga vuxna", "order": 99, "valid_from": date(2005, 1, 1)}
    Code.objects.update_or_create(code_list=CodeList.TARGET_GROUP, code="UNG", defaults=values)
    return "UNG"


def read(client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def test_the_queue_with_everybodys_interval(cast, client_for) -> None:
    make_group(cast, date(2026, 9, 14), size=2)
    queue_people(cast, 3)
    page = read(client_for(cast.karin), QUEUE)
    names = ["Elif Yıldız", "Daniel Forsén", "Nadja Petrović"]
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)
    assert "3 personer i kö" in page
    assert page.count("v. 38") >= 2
    assert "över 95 %" in page
    assert "under 5 %" in page
    assert "Grupp 1" in page
    assert "Bara 0 avslutade deltaganden finns att räkna på." in page
    assert "Den som ställs i kö i dag börjar troligen v." in page
    with bind(cast.karin):
        line = ReadEvent.objects.filter(kind="kö och prognos").get()
        assert line.record_id == 3


def test_the_page_says_how_many_times_it_counted(cast, client_for) -> None:
    client = client_for(cast.karin)
    assert "fylls ur kön 3 000 gånger" in read(client, QUEUE)
    queue_people(cast, 240)
    assert "fylls ur kön 2 500 gånger" in read(client, QUEUE)
    assert "fylls ur kön 2 500 gånger" in read(client, WHAT_IF, kapacitet="55")


def test_nobody_in_the_queue_and_no_group(cast, client_for) -> None:
    page = read(client_for(cast.vera), QUEUE)
    assert "Ingen står i kö" in page
    assert "Platser vid kommande gruppstarter" in page


def test_a_programme_that_ends_says_so(cast, client_for) -> None:
    cast.programme.ends_on = date(2026, 9, 30)
    cast.programme.save(update_fields=["ends_on"])
    queue_people(cast, 1)
    page = read(client_for(cast.karin), QUEUE)
    assert "Ingen kommande gruppstart går att räkna med." in page
    assert "kan inte räkna med någon gruppstart inom två år" in page


def test_one_number_of_queries_and_few(cast, client_for) -> None:
    client = client_for(cast.karin)
    read(client, QUEUE)
    counts = []
    for more in (1, 30):
        group = make_group(cast, date(2026, 9, 7 + more % 9))
        fill_group(cast, group, 2, first=more * 10)
        queue_people(cast, more, first=400 + more)
        with CaptureQueriesContext(connection) as seen:
            read(client, QUEUE)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    # The shell's own: session, person, memberships, binding, notices.
    with CaptureQueriesContext(connection) as empty:
        read(client, reverse("help"))
    assert counts[0] - len(empty) <= 12


def test_what_if_shows_before_and_after_and_stores_nothing(cast, client_for, young) -> None:
    make_group(cast, date(2026, 9, 14))
    queued = queue_people(cast, 20)
    with bind(cast.karin):
        Referral.objects.filter(pk=queued[19].pk).update(target_group=young)
        before = list(Referral.objects.order_by("pk").values())
    client = client_for(cast.vera)
    assert "Sist i kön då" not in read(client, WHAT_IF)
    page = read(client, WHAT_IF, malgrupp="UNG", platser="", grupper="nasta")
    assert "Alla platser i nästa grupp reserveras: unga vuxna" in page
    assert "Sist i kön då" in page
    assert "senare" in page
    page = read(client, WHAT_IF, extra="2026-10-05", kapacitet="55")
    assert "En grupp till börjar 2026-10-05" in page
    assert "Insatsen har 55 platser" in page
    assert "tidigare" in page
    with bind(cast.karin):
        assert list(Referral.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"platser": "3"}, "Välj vilken målgrupp platserna är till för."),
        ({"malgrupp": "UNG", "platser": "16"}, "En grupp har högst 15 platser."),
        ({"malgrupp": "UNG", "platser": "många"}, "Skriv ett helt tal."),
        ({"extra": "2026-09-01"}, "Välj en dag från i morgon till om ett år."),
        ({"extra": "2026-13-01"}, "Det går inte att räkna än"),
        ({"kapacitet": "0"}, "En insats har minst en plats."),
        ({"grupper": "alla"}, "Välj en målgrupp, eller fyll i en gruppstart eller platser."),
        ({"malgrupp": "XXX"}, "Det går inte att räkna än"),
    ],
)
def test_what_cannot_be_counted_is_said(cast, client_for, young, asked, said) -> None:
    page = read(client_for(cast.karin), WHAT_IF, **asked)
    assert said in page
    assert "Sist i kön då" not in page


def test_both_pages_are_reached_by_clicking(cast, client_for) -> None:
    client = client_for(cast.karin)
    for address in ("/grupper/", "/remisser/", "/remisser/?vy=lista"):
        assert f'href="{QUEUE}"' in read(client, address)
    assert f'href="{WHAT_IF}"' in read(client, QUEUE)


def test_a_neighbour_sees_only_the_own_queue(cast, client_for) -> None:
    queue_people(cast, 2)
    page = read(client_for(cast.bo), QUEUE)
    assert "Elif" not in page
    assert "0 personer i kö" in page
