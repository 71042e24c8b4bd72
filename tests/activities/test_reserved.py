"""Reserved places when places are given out: one at a time, many at once, and against the rules."""

import threading
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from activities.services import place_in_group, places_of
from core.states import Refused
from programmes.services import note_reserved_places
from referrals.models import Referral
from tests.activities.conftest import make_group, queue_people
from tests.cast import bind, build_cast

BEFORE = "2026-09-01 08:00 +0000"


@pytest.fixture(autouse=True)
def _the_day_is_before_the_start():
    with time_machine.travel(BEFORE, tick=False):
        yield


def reserve(cast, places: int | None, target_group: str = "UNG", **changed):
    fields = {"valid_from": date(2026, 9, 1), "decided_on": date(2026, 8, 20), **changed}
    with bind(cast.vera):
        return note_reserved_places(
            programme=cast.programme,
            target_group=target_group,
            places=places,
            user=cast.vera,
            once_key=uuid4(),
            **fields,
        )


def queue(cast, count: int, target_group: str = "", **how) -> list[Referral]:
    found = queue_people(cast, count, **how)
    with bind(cast.ali):
        Referral.objects.filter(pk__in=[one.pk for one in found]).update(target_group=target_group)
        return list(Referral.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def place(cast, group, referrals, user=None):
    user = user or cast.karin
    with bind(user):
        return place_in_group(group=group, referrals=referrals, user=user)


def test_nobody_else_gets_a_reserved_place_not_even_from_the_manager(cast) -> None:
    reserve(cast, 2)
    group = make_group(cast, size=5)
    others = queue(cast, 4)
    for user in (cast.karin, cast.vera):
        with pytest.raises(Refused) as refused:
            place(cast, group, others, user)
        assert others[-1].shown_name in refused.value.reasons[0]
        assert (
            "2\u00a0platser är reserverade för Målgrupp UNG, 2 av dem lediga."
            in (refused.value.reasons[0])
        )
    place(cast, group, others[:3])
    young = queue(cast, 2, "UNG", first=10)
    place(cast, group, young)
    with bind(cast.karin):
        assert group.memberships.count() == 5


def test_an_ended_named_or_later_decision_keeps_nothing_here(cast) -> None:
    reserve(cast, None, group_number=7, valid_to=date(2026, 11, 30))
    reserve(cast, 2, "PSY", valid_from=date(2026, 12, 1))
    group = make_group(cast, size=2)
    assert len(place(cast, group, queue(cast, 2))) == 2


def test_an_anonymous_person_takes_an_open_place(cast) -> None:
    reserve(cast, 1)
    group = make_group(cast, size=2)
    first, second = queue(cast, 2, "UNG", anonymous=True)
    place(cast, group, [first])
    with pytest.raises(Refused, match="ingen öppen plats för Anonym person"):
        place(cast, group, [second])
    with bind(cast.karin):
        group.refresh_from_db()
        assert places_of(group=group).free_for("UNG") == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_take_a_reserved_place_nor_overfill_nor_deadlock() -> None:
    cast = build_cast()
    groups = [make_group(cast, size=6), make_group(cast, date(2026, 10, 5), size=6)]
    young, others = queue(cast, 8, "UNG"), queue(cast, 16, first=20)
    ready = threading.Barrier(25)
    outcomes: list = [None] * 25

    def run(index: int, job) -> None:
        try:
            ready.wait(30)
            outcomes[index] = job()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    def placing(index: int):
        who = (cast.karin, cast.jonas, cast.vera)[index % 3]
        return lambda: place(cast, groups[index % 2], [[*young, *others][index]], who)

    # The steering group's decision is noted in the middle of it all.
    jobs = [*(placing(index) for index in range(24)), lambda: reserve(cast, 4)]
    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert not any(thread.is_alive() for thread in threads), "någon väntar fortfarande på ett lås"
    wrong = [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert wrong == []
    with bind(cast.karin):
        for group in groups:
            assert len(places_of(group=group).taken) <= 6
        # Whoever was refused is refused again: nobody was turned away from a place that was free.
        for referral in Referral.objects.queued().filter(target_group=""):
            for group in groups:
                with pytest.raises(Refused):
                    place_in_group(group=group, referrals=[referral], user=cast.karin)
