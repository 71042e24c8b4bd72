"""The read log as its reviewer sees it: who, what, when, from where; never what it said."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.urls import reverse

from accounts.access import log_list, log_reading
from accounts.enums import Reading
from accounts.models import ReadEvent
from accounts.services import PAGE_SIZE, LogFilter, read_log_page
from tests.cast import bind

ADDRESS = "/logg/"


class Record:
    """What `log_reading` needs of any record."""

    def __init__(self, programme, pk: int, participant: int | None = None):
        self.pk, self.participant_id = pk, participant
        self.programme_id, self.controller_id = programme.pk, programme.data_controller_id

    class _meta:  # noqa: N801
        verbose_name = "deltagande"


def read(who, programme, pk: int, participant: int | None = None) -> None:
    """`who` opens a record."""
    with bind(who):
        log_reading(who, Record(programme, pk, participant), Reading.VIEW)


@pytest.fixture
def events(cast) -> None:
    """Karin reads on two days, Vera on one; Bo reads at another controller."""
    for day, who, programme, pk in [
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), cast.karin, cast.programme, 11),
        (datetime(2026, 3, 1, 23, 1, tzinfo=UTC), cast.karin, cast.programme, 12),
        (datetime(2026, 3, 3, 9, 0, tzinfo=UTC), cast.vera, cast.programme, 13),
        (datetime(2026, 3, 3, 9, 5, tzinfo=UTC), cast.bo, cast.neighbour, 99),
    ]:
        with time_machine.travel(day, tick=False):
            read(who, programme, pk, participant=pk * 10)


def records(response) -> list[str]:
    """The record numbers on a page, in order."""
    return [row["record"] for row in response.context["rows"]]


def test_address():
    assert reverse("accounts:read_log") == ADDRESS


def test_reviewer_sees_who_what_when_and_from_where(client_for, lova, events):
    response = client_for(lova).get(ADDRESS)
    page = response.content.decode()
    assert records(response) == ["nr 13", "nr 12", "nr 11"]
    for words in ("Karin Lindqvist", "Rehabkoordinator", "Kvarnby kommun", "Öppnade", "deltagande"):
        assert words in page
    assert "2026-03-03 10.00" in page


def test_another_controllers_log_is_never_shown(client_for, lova, events):
    page = client_for(lova).get(ADDRESS).content.decode()
    assert "Bo Granat" not in page
    assert "nr 99" not in page
    assert records(client_for(lova).get(ADDRESS, {"deltagare": "990"})) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"fran": "2026-03-02"}, ["nr 13", "nr 12"]),
        ({"till": "2026-03-01"}, ["nr 11"]),
        ({"till": "2026-03-02"}, ["nr 12", "nr 11"]),
        ({"fran": "2026-03-03", "till": "2026-03-03"}, ["nr 13"]),
        ({"vem": "lindqvist karin"}, ["nr 12", "nr 11"]),
        ({"vem": "sandell"}, ["nr 13"]),
        ({"vem": "ingen"}, []),
        ({"deltagare": "120"}, ["nr 12"]),
        ({"vem": "karin", "fran": "2026-03-02"}, ["nr 12"]),
    ],
)
def test_filters_include_the_days_themselves(client_for, lova, events, asked, expected):
    assert records(client_for(lova).get(ADDRESS, asked)) == expected


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"fran": "2026-13-01"}, "Månaden finns inte"),
        ({"fran": "2026-03-02", "till": "2026-03-01"}, "ligger före från och med"),
        ({"deltagare": "Karin"}, "Skriv numret med siffror"),
        ({"deltagare": "9" * 40}, "Fel: "),
        ({"vem": "a\0b"}, "Fel: "),
    ],
)
def test_bad_filters_are_said_and_kept(client_for, lova, events, asked, sentence):
    response = client_for(lova).get(ADDRESS, asked)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert records(response) == []


@pytest.mark.parametrize("key", ["x", "-1", "9" * 40, "½", ""])
def test_any_key_is_a_page(client_for, lova, events, key):
    assert client_for(lova).get(ADDRESS, {"fore": key}).status_code == 200


@pytest.fixture
def many(cast) -> None:
    """More readings than two pages."""
    with bind(cast.karin) as scope:
        role, organisation = scope.acting_as(cast.programme.pk)
        ReadEvent.objects.bulk_create(
            ReadEvent(
                user=cast.karin,
                role=role,
                organisation=organisation,
                reading=Reading.VIEW,
                kind="deltagande",
                record_id=number,
                programme_id=cast.programme.pk,
                controller_id=cast.programme.data_controller_id,
            )
            for number in range(2 * PAGE_SIZE + 10)
        )


def test_pages_hold_every_reading_once_forth_and_back(client_for, lova, many):
    client = client_for(lova)
    forth, address = [], ADDRESS
    while address:
        response = client.get(address)
        forth.append(records(response))
        last, address = address, older(response)
    assert [len(page) for page in forth] == [PAGE_SIZE, PAGE_SIZE, 10]
    assert len({record for page in forth for record in page}) == 2 * PAGE_SIZE + 10

    back, address = [], last
    while address:
        response = client.get(address)
        back.append(records(response))
        address = newer(response)
    assert back[::-1] == forth


def older(response) -> str:
    """The address of the next page."""
    return ADDRESS + response.context["older"] if response.context["older"] else ""


def newer(response) -> str:
    """The address of the page before."""
    return ADDRESS + response.context["newer"] if response.context["newer"] else ""


def test_a_page_stays_the_same_while_new_lines_come_in(client_for, lova, karin, cast, many):
    client = client_for(lova)
    second = ADDRESS + client.get(ADDRESS).context["older"]
    before = records(client.get(second))
    read(karin, cast.programme, 12345)
    assert records(client.get(second)) == before


def test_the_filter_follows_to_the_next_page(client_for, lova, many):
    response = client_for(lova).get(ADDRESS, {"vem": "karin"})
    assert "vem=karin" in response.context["older"]


def test_a_list_says_how_many_it_showed(client_for, lova, karin, programme):
    with bind(karin):
        log_list(
            karin,
            "deltagande",
            {"programme_id": programme.pk, "controller_id": programme.data_controller_id},
            [1, 2, 3],
        )
    assert records(client_for(lova).get(ADDRESS)) == ["3 poster"]


def test_one_page_is_one_number_of_queries(lova, many, django_assert_num_queries):
    with bind(lova), django_assert_num_queries(1):
        assert len(read_log_page(user=lova, wanted=LogFilter()).events) == PAGE_SIZE


@pytest.mark.parametrize(
    "sql", ["UPDATE accounts_readevent SET record_id = 0", "DELETE FROM accounts_readevent"]
)
def test_the_log_can_be_neither_changed_nor_emptied(karin, events, sql):
    with (
        pytest.raises(DatabaseError, match=r"append_only|Cannot"),
        bind(karin),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize("who", ["karin", "vera", "ali", "stina", "frida", "eva", "adam", "bo"])
def test_only_the_reviewer_enters(cast, client_for, who):
    assert client_for(cast.people[who]).get(ADDRESS).status_code == 403


def test_the_wrong_method_gets_405(client_for, lova):
    assert client_for(lova).post(ADDRESS).status_code == 405


def test_signed_out_is_asked_to_sign_in(client, db):
    assert client.get(ADDRESS).status_code == 302
