"""Groups and places: limits, all or nothing, and many who press at the same time."""

import threading
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from activities.models import Group, GroupMembership
from activities.services import (
    capacity_of,
    capacity_of_group,
    create_group,
    place_in_group,
    return_to_queue,
)
from core.states import Refused
from participants.enums import EnrolmentState
from participants.models import AnonymousStart, Enrolment
from referrals.models import Referral
from tests.activities.conftest import MONDAY, fill_group, make_group, queue_people
from tests.cast import bind, build_cast

BEFORE = "2026-09-01 08:00 +0000"


@pytest.fixture(autouse=True)
def _the_day_is_before_the_start():
    with time_machine.travel(BEFORE, tick=False):
        yield


def place(cast, group, referrals, **how):
    with bind(cast.karin):
        return place_in_group(group=group, referrals=referrals, user=cast.karin, **how)


def test_a_group_gets_the_next_number_and_starts_on_its_first_session(cast):
    first = make_group(cast, date(2026, 9, 5))
    second = make_group(cast, date(2026, 10, 5))
    assert (first.number, second.number) == (1, 2)
    assert first.starts_on == MONDAY
    assert first.ends_on == date(2026, 10, 29)


def test_pressing_create_twice_makes_one_group(cast):
    key = uuid4()
    with bind(cast.karin):
        made = [
            create_group(programme=cast.programme, starts_on=MONDAY, user=cast.karin, once_key=key)
            for _ in range(2)
        ]
        assert [created for _, created in made] == [True, False]
        assert Group.objects.count() == 1


def test_the_ninth_group_of_a_year_and_too_large_a_group_are_refused(cast):
    for month in range(1, 9):
        make_group(cast, date(2027, month, 11))
    with bind(cast.karin), pytest.raises(Refused) as refused:
        create_group(
            programme=cast.programme,
            starts_on=date(2027, 9, 6),
            user=cast.karin,
            once_key=uuid4(),
            size=16,
        )
    assert len(refused.value.reasons) == 2
    assert "mellan 1 och 15" in refused.value.reasons[0]
    assert "högst 8 nya grupper" in refused.value.reasons[1]


def test_a_group_before_the_programme_began_is_refused(cast):
    with bind(cast.karin), pytest.raises(Refused, match="Insatsen börjar 2020-01-01"):
        create_group(
            programme=cast.programme,
            starts_on=date(2019, 3, 4),
            user=cast.karin,
            once_key=uuid4(),
        )


def test_placing_opens_planned_participations_in_the_group(cast):
    group = make_group(cast)
    enrolments = fill_group(cast, group, 3)
    with bind(cast.karin):
        assert {one.state for one in enrolments} == {EnrolmentState.PLANNED}
        assert {one.starts_on for one in enrolments} == {MONDAY}
        assert group.memberships.count() == 3
        assert capacity_of(programme=cast.programme).taken == 3
        assert capacity_of_group(group=group).free == 12
        assert set(Referral.objects.values_list("state", flat=True)) == {"placed"}


def test_placing_in_a_group_that_has_begun_starts_the_group_phase_today(cast):
    with time_machine.travel("2026-09-15 08:00 +0000", tick=False):
        group = make_group(cast)
        placed = place(cast, group, queue_people(cast, 1))
        with bind(cast.karin):
            enrolment = Enrolment.objects.get(pk=placed[0].enrolment.pk)
            assert enrolment.starts_on == date(2026, 9, 15)
            assert enrolment.state == EnrolmentState.ACTIVE
            assert enrolment.phase.code == "grupp"


def test_a_full_group_refuses_everybody_and_says_how_many_places_are_left(cast):
    group = make_group(cast, size=4)
    fill_group(cast, group, 3)
    waiting = queue_people(cast, 2, first=10)
    with pytest.raises(Refused, match=r"3 av 4 platser fyllda. 1.plats är ledig, du har valt 2"):
        place(cast, group, waiting)
    with bind(cast.karin):
        assert group.memberships.count() == 3
        assert Referral.objects.filter(state="queued").count() == 2


def test_a_full_programme_refuses(cast):
    cast.programme.capacity = 5
    cast.programme.save()
    fill_group(cast, make_group(cast), 4)
    other = make_group(cast, date(2026, 10, 5))
    with pytest.raises(Refused, match=r"Rehabsteget har 4 av 5 platser"):
        place(cast, other, queue_people(cast, 2, first=10))


def test_every_person_who_cannot_be_placed_is_named_and_nobody_is_placed(cast):
    group = make_group(cast)
    good, taken, again = queue_people(cast, 3)
    with bind(cast.ali):
        Referral.objects.filter(pk=taken.pk).update(state="assessing")
    fill_group(cast, group, 1, first=20)
    with bind(cast.ali):
        same_person = Referral.objects.get(number="RE-2026-0020")
        Referral.objects.filter(pk=again.pk).update(
            personnummer=same_person.personnummer,
            personnummer_lookup=same_person.personnummer_lookup,
            same_person_on=date(2026, 8, 31),
        )
    with pytest.raises(Refused) as refused:
        place(cast, group, [good, taken, again])
    text = " ".join(refused.value.reasons)
    assert f"{taken.shown_name}: Det går inte från läget under bedömning." in text
    assert f"{again.shown_name}: Personen deltar redan" in text
    with bind(cast.karin):
        assert group.memberships.count() == 1
        assert Referral.objects.get(pk=good.pk).state == "queued"


def test_pressing_place_twice_keeps_one_place_each(cast):
    group = make_group(cast, size=3)
    waiting = queue_people(cast, 3)
    first = place(cast, group, waiting)
    with bind(cast.vera):
        again = place_in_group(group=group, referrals=waiting, user=cast.vera)
    assert [one.changed for one in first] == [True] * 3
    assert [one.changed for one in again] == [False] * 3
    with bind(cast.karin):
        assert GroupMembership.objects.count() == Enrolment.objects.count() == 3


def test_an_anonymous_person_takes_a_place_and_leaves_no_trace(cast):
    group = make_group(cast, size=2)
    waiting = queue_people(cast, 1, anonymous=True)
    place(cast, group, waiting)
    place(cast, group, waiting)
    with bind(cast.karin):
        group.refresh_from_db()
        assert group.anonymous_members == 1
        assert capacity_of_group(group=group).free == 1
        assert capacity_of(programme=cast.programme).taken == 1
        assert Enrolment.objects.count() == 0
        assert AnonymousStart.objects.count() == 1
    with pytest.raises(Refused, match=r"1.plats är ledig, du har valt 2"):
        place(cast, group, queue_people(cast, 2, first=5))


def test_anonymous_members_give_their_places_back_when_the_group_is_over(cast):
    group = make_group(cast)
    place(cast, group, queue_people(cast, 1, anonymous=True))
    with bind(cast.karin):
        assert capacity_of(programme=cast.programme, today=group.ends_on).taken == 1
        assert capacity_of(programme=cast.programme, today=date(2026, 10, 30)).taken == 0


def test_another_programmes_referral_is_not_placed(cast):
    group = make_group(cast)
    with bind(cast.bo), pytest.raises(Group.DoesNotExist):
        place_in_group(group=group, referrals=[], user=cast.bo)


def test_a_group_that_is_over_takes_nobody(cast):
    group = make_group(cast)
    with pytest.raises(Refused, match="Grupp 1 slutade 2026-10-29"):
        place(cast, group, queue_people(cast, 1), on=date(2026, 11, 2))


def test_nobody_chosen_is_said(cast):
    with pytest.raises(Refused, match="minst en person"):
        place(cast, make_group(cast), [])


def test_a_place_can_be_taken_back_before_the_start_and_given_again(cast):
    group = make_group(cast)
    (enrolment,) = fill_group(cast, group, 1)
    with bind(cast.karin):
        membership = group.memberships.get(enrolment=enrolment)
        return_to_queue(membership=membership, user=cast.karin)
        referral = Referral.objects.get()
        assert referral.state == "queued"
        assert referral.queued_on == date(2026, 6, 15)
        assert capacity_of(programme=cast.programme).taken == 0
    place(cast, group, [referral])
    with bind(cast.karin):
        assert capacity_of(programme=cast.programme).taken == 1


def test_a_place_cannot_be_taken_back_after_the_start(cast):
    group = make_group(cast)
    (enrolment,) = fill_group(cast, group, 1)
    with (
        time_machine.travel("2026-09-07 06:00 +0000", tick=False),
        bind(cast.karin),
        pytest.raises(Refused, match="redan börjat"),
    ):
        return_to_queue(membership=enrolment.group_memberships.get(), user=cast.karin)
    with bind(cast.karin):
        assert group.memberships.count() == 1


# --- at the same time --------------------------------------------------------------------------


def at_once(jobs: list) -> list:
    """Run every job in a thread and connection of its own, released together; their outcomes."""
    ready = threading.Barrier(len(jobs))
    outcomes: list = [None] * len(jobs)

    def run(index, job):
        try:
            ready.wait(20)
            outcomes[index] = job()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "någon väntar fortfarande på ett lås"
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_many_who_place_at_once_never_overfill_and_never_deadlock():
    cast = build_cast()
    cast.programme.capacity = 9
    cast.programme.save()
    groups = [make_group(cast, size=6), make_group(cast, date(2026, 10, 5), size=6)]
    waiting = queue_people(cast, 24)

    def placing(index):
        user = [cast.karin, cast.jonas, cast.vera][index % 3]
        # Every pair is asked for by two, in opposite order and in both groups.
        pair = waiting[index // 2 * 2 : index // 2 * 2 + 2]
        chosen = pair if index % 2 else pair[::-1]

        def job():
            with bind(user):
                return place_in_group(group=groups[index % 2], referrals=chosen, user=user)

        return job

    outcomes = at_once([placing(index) for index in range(24)])
    unexpected = [
        one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    assert unexpected == []
    with bind(cast.karin):
        taken = capacity_of(programme=cast.programme).taken
        sizes = [group.memberships.count() for group in groups]
        assert taken == sum(sizes) == Enrolment.objects.count() == 8
        assert max(sizes) <= 6
        assert Referral.objects.filter(state="placed").count() == 8
        assert Referral.objects.filter(state="queued").count() == 16
        assert GroupMembership.objects.values("enrolment").distinct().count() == 8


@pytest.mark.django_db(transaction=True)
def test_many_who_make_a_group_at_once_get_numbers_in_a_row_and_one_per_form():
    cast = build_cast()
    keys = [uuid4() for _ in range(4)]

    def making(index):
        def job():
            with bind(cast.karin):
                return create_group(
                    programme=cast.programme,
                    starts_on=MONDAY,
                    user=cast.karin,
                    once_key=keys[index % 4],
                )

        return job

    outcomes = at_once([making(index) for index in range(12)])
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sum(created for _, created in outcomes) == 4
    with bind(cast.karin):
        assert sorted(Group.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
        assert {group.sessions.count() for group in Group.objects.all()} == {24}
