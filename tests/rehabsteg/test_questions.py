"""Lists of remisser and the queue ask the database few questions, and as many for one as for many."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes.services import note_reserved_places
from referrals.models import Referral
from tests.activities.conftest import fill_group, make_group
from tests.cast import Cast, bind
from tests.referrals.test_board import fill
from tests.referrals.test_messages import say
from tests.row_examples import add_notice

LIST, QUEUE = reverse("referrals:referral_list"), reverse("activities:queue_forecast")
# Everything a page asks: who is signed in and may what, the page's own, the bell, the read log.
MOST = 14
NO_QUESTIONS = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT")


def questions(client: Client, address: str) -> list[str]:
    """Every statement of one page, but those that only open and close transactions."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in seen if not one["sql"].startswith(NO_QUESTIONS)]


def more(cast: Cast, count: int, *, start: date, first: int) -> None:
    """`count` remisser in every state, one in the queue; messages both ways, a group, a notice."""
    fill(cast, count)
    with bind(cast.karin):
        everything = Referral.objects.order_by("-pk")[:count]
        queued = next((one for one in everything if one.state == "queued"), None)
        if queued is None:
            queued = Referral.objects.filter(programme=cast.programme, state="sent").latest("pk")
            Referral.objects.filter(pk=queued.pk).update(
                state="queued", queued_on=timezone.localdate(), target_group="UNG"
            )
        add_notice(cast.programme, cast.karin, occasion=str(queued.pk))
    say(queued, cast.ali)
    say(queued, cast.karin)
    fill_group(cast, make_group(cast, start), 2, first=first)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("ali", LIST),
        ("ali", f"{LIST}?visa=enheten"),
        ("karin", LIST),
        ("karin", f"{LIST}?vy=lista"),
        ("karin", f"{LIST}?sena=ja&lage=queued"),
        ("karin", f"{LIST}?visa=vilande"),
        ("vera", QUEUE),
        ("karin", QUEUE),
    ],
)
def test_a_page_asks_few_questions_for_one_and_for_a_hundred(
    who, address, cast, client_for
) -> None:
    today = timezone.localdate()
    with bind(cast.vera):
        note_reserved_places(
            programme=cast.programme, target_group="UNG", places=2, valid_from=today,
            valid_to=None, decided_on=today, user=cast.vera, once_key=uuid4(),
        )  # fmt: skip
    client = client_for(cast.people[who])
    more(cast, 1, start=today + timedelta(days=7), first=10)
    few = questions(client, address)
    more(cast, 100, start=today + timedelta(days=70), first=20)
    many = questions(client, address)
    assert len(few) <= MOST, "\n".join(few)
    assert len(many) <= MOST, "\n".join(many)
    # A single row can't stand in every lane; never more questions than that costs.
    if "lage" not in address and "visa=vilande" not in address:
        assert len(many) == len(few)
