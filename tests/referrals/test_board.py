"""The programme's list: filters, days in each step, and the same few questions for one and a hundred."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import ReadEvent
from referrals.models import Referral, ReferralEvent
from referrals.services import assign_referral
from referrals.views.waits import days_by_step
from tests.cast import bind
from tests.referrals.people import WOMAN, person

LIST = reverse("referrals:referral_list")
MOST_QUESTIONS = 15
STATES = ("sent", "assessing", "completion", "talk", "deciding", "queued", "resting")


def fill(cast, count: int) -> None:
    """`count` remisser in every waiting state, with a line of history each."""
    today = timezone.localdate()
    with bind(cast.ali):
        made = Referral.objects.bulk_create(
            Referral(
                number=f"RE-1-{uuid4().hex[:10]}",
                unit=cast.units["fk"],
                referrer=cast.ali,
                coordinator=cast.karin,
                state=STATES[index % len(STATES)],
                sent_on=today,
                state_since=today,
                queued_on=today,
                family_name="Ek",
                once_key=uuid4(),
                **cast.programme.owned(),
            )
            for index in range(count)
        )
        ReferralEvent.objects.bulk_create(
            ReferralEvent(
                referral=one,
                verb="send",
                label="Skickade remissen",
                to_state="sent",
                actor=cast.ali,
                actor_name=cast.ali.name,
                **cast.programme.owned(),
            )
            for one in made
        )


def questions(client, address: str) -> list[str]:
    """Every statement of one page."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in seen]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?vy=lista", f"{LIST}?sena=ja&lage=queued"])
def test_one_and_a_hundred_ask_the_same_few_questions(address, cast, client_for) -> None:
    client = client_for(cast.karin)
    fill(cast, 7)
    few = questions(client, address)
    fill(cast, 100)
    many = questions(client, address)
    assert len(many) == len(few), len(many)
    asked = [sql for sql in many if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))]
    assert len(asked) < MOST_QUESTIONS, asked


def test_filters_narrow_the_list_and_unknown_ones_are_ignored(desk, cast, client_for) -> None:
    karins = desk.assessing()
    waiting = desk.sent(person(personnummer=WOMAN, family_name="Ek"))
    jonas = desk.sent(person(personnummer="", birth_date=date(1990, 1, 1), gender="K"))
    with bind(cast.vera):
        assign_referral(referral=jonas, coordinator=cast.jonas, user=cast.vera)
    client = client_for(cast.karin)

    def shown(**chosen: object) -> set[int]:
        rows = client.get(LIST, {"vy": "lista", **chosen}).context["rows"]
        return {int(row.url.rstrip("/").rsplit("/", 1)[1]) for row in rows}

    everybody = {karins.pk, waiting.pk, jonas.pk}
    assert shown() == everybody
    assert shown(koordinator=cast.jonas.pk) == {jonas.pk}
    assert shown(koordinator="ingen") == {waiting.pk}
    assert shown(lage="assessing") == {karins.pk, jonas.pk}
    fk = cast.units["fk"].organisation_id
    assert shown(part=fk) == everybody
    assert shown(part=cast.units["social"].organisation_id) == set()
    assert shown(lage="assessing", koordinator=cast.karin.pk) == {karins.pk}
    assert shown(sena="ja") == set()
    for strange in ({"lage": "state__in"}, {"koordinator": "1 OR 1"}, {"malgrupp": "UNG"}):
        assert shown(**strange) == everybody
    with bind(cast.karin):
        assert ReadEvent.objects.filter(reading="list").exists()


def test_days_are_counted_in_each_step() -> None:
    first = date(2026, 9, 1)
    seen = [
        ("sent", first),
        ("assessing", first + timedelta(days=2)),
        ("completion", first + timedelta(days=5)),
        ("assessing", first + timedelta(days=9)),
        ("queued", first + timedelta(days=10)),
    ]
    found = days_by_step(seen, first + timedelta(days=30))
    assert {str(state): days for state, days in found.items()} == {
        "sent": 2,
        "assessing": 4,
        "completion": 4,
        "queued": 20,
    }
