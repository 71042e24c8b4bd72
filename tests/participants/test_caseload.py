"""The caseload and the search: right rows, one cost, everything logged."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Reading
from accounts.models import ReadEvent
from participants.models import Enrolment, Participant
from participants.services import AfterData, close_enrolment, find_enrolments
from participants.views import listing
from tests.cast import bind
from tests.participants.conftest import NUMBERS, enrol_in, identity

pytestmark = pytest.mark.django_db
LIST = "/deltagare/"
MOST_QUERIES = 10
NAMES = ("Åberg", "Ärlig", "Öberg", "Zetterlund", "Abrahamsson", "Łukasik", "de la Cruz")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(date(2026, 10, 15), tick=False):
        yield


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    ends = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [one["sql"] for one in captured if not one["sql"].startswith(ends)]


def test_mine_all_and_closed_with_counts(client_for, enrol, karin, jonas):
    enrol(number=NUMBERS[0], family="Haddad")
    enrol(number=NUMBERS[1], family="Ek", given="Liv", coordinator=jonas)
    gone = enrol(number=NUMBERS[2], family="Borta", given="Bo")
    with bind(karin):
        close_enrolment(
            enrolment=gone, ends_on=date(2026, 10, 1), after=AfterData("AVL"), user=karin
        )
    client = client_for(karin)
    mine, everyone, closed = (
        client.get(LIST, {"visa": chosen}).text for chosen in ("mina", "alla", "avslutade")
    )
    assert ("Haddad" in mine, "Ek" in mine.replace("Jonas Ek", ""), "Borta" in mine) == (
        True, False, False,
    )  # fmt: skip
    assert "Liv Ek" in everyone
    assert "Bo Borta" in closed
    assert "Avslutad 2026-10-01" in closed
    assert "Utregistrering saknas" not in mine
    assert client.get(LIST).context["chosen"] == "mina"


def test_another_programmes_list_is_its_own(client_for, samira, bo, cast):
    with bind(bo):
        enrol_in(cast.neighbour, bo, identity(family="Granne"))
    text = client_for(bo).get(LIST, {"insats": samira.programme_id}).text
    assert "Granne" in text
    assert "Haddad" not in text


def test_an_empty_list_says_what_comes_here(client_for, karin, vera):
    assert "Här kommer dina deltagare" in client_for(karin).get(LIST).text
    assert "Här kommer deltagarna" in client_for(vera).get(LIST).text


def test_the_list_is_logged_as_one_line_with_its_count(client_for, samira, karin):
    client_for(karin).get(LIST)
    with bind(karin):
        event = ReadEvent.objects.get(reading=Reading.LIST)
    assert (event.record_id, event.programme_id) == (1, samira.programme_id)


def test_three_rows_cost_what_one_costs_and_it_is_little(client_for, enrol, karin):
    enrol(number=NUMBERS[0])
    client = client_for(karin)
    client.get(LIST)
    one = queries(client, LIST)
    enrol(number=NUMBERS[1], family="Ek")
    enrol(number=NUMBERS[2], family="Ask")
    three = queries(client, LIST)
    assert len(three) == len(one) <= MOST_QUERIES, "\n".join(three)


def test_the_participant_page_costs_the_same_however_much_is_written(
    client_for, samira, registered, karin
):
    from uuid import uuid4

    from participants.services import record_consent, start_phase, write_note

    client = client_for(karin)
    address = reverse("participants:enrolment_detail", args=[samira.pk])
    client.get(address)
    few = queries(client, address)
    with bind(karin):
        for number in range(3):
            write_note(
                enrolment=samira, kind="note", text=str(number), user=karin, once_key=uuid4()
            )
            record_consent(
                enrolment=samira,
                purpose="exchange",
                recipient=("fk", "af", "region")[number],
                given_on=date(2026, 9, 7),
                user=karin,
            )
        start_phase(enrolment=samira, phase_code="grupp", on=date(2026, 9, 7), user=karin)
    assert len(queries(client, address)) == len(few)


def test_keyset_pages_cover_every_row_exactly_once_both_ways(client_for, enrol, karin, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_ROWS", 2)
    made = {enrol(number="", family=name, given="Kim").pk for name in (*NAMES, "Ek", "Ek", "Ek")}
    client = client_for(karin)
    pages, address = [], LIST
    while address:
        page = client.get(address).context["page"]
        pages.append([one["url"] for one in page.rows])
        address = page.following
        last = page
    forward = [url for page in pages for url in page]
    assert len(forward) == len(set(forward)) == len(made)
    assert {int(url.split("/")[-2]) for url in forward} == made
    backward, address = [pages[-1]], last.previous
    while address:
        page = client.get(address).context["page"]
        backward.insert(0, [one["url"] for one in page.rows])
        address = page.previous
    assert [url for page in backward for url in page] == forward


def test_rows_stand_in_swedish_order(client_for, enrol, karin):
    for name in NAMES:
        enrol(number="", family=name, given="Kim")
    rows = client_for(karin).get(LIST).context["page"].rows
    assert [one["name"] for one in rows] == [
        "Kim Abrahamsson", "Kim de la Cruz", "Kim Łukasik", "Kim Zetterlund",
        "Kim Åberg", "Kim Ärlig", "Kim Öberg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "efter=999999",
        "fore=999999",
        "efter=x",
        "efter=99999999999999999999",
        "visa=allt",
        "insats=0",
    ],
)
def test_a_strange_address_leads_to_a_list(client_for, samira, karin, query):
    response = client_for(karin).get(f"{LIST}?{query}", follow=True)
    assert response.status_code == 200
    assert "Samira Haddad" in response.text


def test_many_closed_are_said_without_being_counted(client_for, samira, karin, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED_AT_MOST", 1)
    assert "Mina, minst 1" in client_for(karin).get(LIST).text


def test_deep_pages_are_one_range_of_the_index(samira, karin):
    with bind(karin):
        everything = Enrolment.objects.filter(programme_id=samira.programme_id).open()
        sliced = listing._slice(everything, samira.pk, None).values("pk")[:51]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        plan = sliced.explain()
    assert "ROW(" in plan
    assert "Index Cond" in plan
    assert "Filter: (ROW(" not in plan


# --- search -----------------------------------------------------------------------------------


def find(client, text):
    return client.post(reverse("participants:search"), {"q": text})


WAYS = (
    "hadd",
    "HADDAD",
    "Haddad Samira",
    "samira haddad",
    "20170101-2393",
    "170101-2393",
    "201701012393",
    "RS-2026-0001",
    "rs-2026-1",
    "rs20260001",
)


def test_found_by_name_number_or_case_and_every_hit_is_logged(client_for, samira, karin):
    client = client_for(karin)
    for text in WAYS:
        assert "Samira Haddad" in find(client, text).text, text
    with bind(karin):
        events = ReadEvent.objects.filter(reading=Reading.SEARCH)
        assert events.count() == len(WAYS)
        assert set(events.values_list("record_id", "participant_id")) == {
            (samira.pk, samira.participant_id)
        }


NO_HITS = (
    ("Haddat", "Ingen träff på ”Haddat”"),
    ("addad", "Ingen träff"),
    ("samira", "Börja med efternamnet"),
    ("070-174 06 05", "Ingenting är sökt än"),
    ("Kvarnby", "Ingen träff"),
    ("2017", "Ingenting är sökt än"),
    ("20170101-2394", "Kontrollsiffran"),
    ("h", "minst två bokstäver"),
    ("", "Namn, personnummer eller ärendenummer"),
    ("%", "minst två bokstäver"),
    ("RS-2026-0099", "exakt ärendenummer"),
    ("\x00hadd\x00x", "Ingen träff"),
)


def test_no_hit_says_what_was_searched_and_how(client_for, samira, karin):
    client = client_for(karin)
    for text, words in NO_HITS:
        response = find(client, text)
        assert words in response.text, text
        assert "Samira Haddad" not in response.text, text
    with bind(karin):
        assert not ReadEvent.objects.filter(reading=Reading.SEARCH).exists()


def test_a_stranger_finds_nobody(client_for, samira, bo):
    for text in ("haddad", NUMBERS[0], "RS-2026-0001"):
        assert "Samira" not in find(client_for(bo), text).text


def test_a_protected_person_is_found_by_case_number_only(client_for, samira, karin):
    with bind(karin):
        person = Participant.objects.get(pk=samira.participant_id)
        person.protection, person.alias = "protected", "Deltagare 7"
        person.save()
    client = client_for(karin)
    for text in ("haddad", "Deltagare", NUMBERS[0]):
        assert f"/deltagare/{samira.pk}/" not in find(client, text).text
    assert "Deltagare 7" in find(client, "RS-2026-0001").text


def test_twenty_hits_are_shown_and_logged_and_more_are_said(enrol, cast):
    for number in range(22):
        enrol(number="", family="Ek", given=f"Kim {number}")
    with bind(cast.karin):
        found = find_enrolments(user=cast.karin, text="ek")
    assert (len(found.hits), found.more) == (20, True)


def test_blank_number_never_matches(enrol, cast):
    enrol(number="")
    with bind(cast.karin):
        assert find_enrolments(user=cast.karin, text="0").hits == []
        assert find_enrolments(user=cast.karin, text=" ").hits == []
