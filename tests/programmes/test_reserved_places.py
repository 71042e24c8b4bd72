"""Places kept for a target group: decisions that are noted, end, add up, and share a group."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.states import Refused
from programmes.models import ReservedPlaces, ReservedPlacesEnd
from programmes.services import (
    Reserved,
    end_reserved_places,
    free_for,
    note_reserved_places,
    reserved_in_group,
    reserved_on,
)

TODAY = "2026-09-01 08:00 +0000"
FIRST = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _the_first_of_september():
    with time_machine.travel(TODAY, tick=False):
        yield


def note(cast, **changed):
    fields = {
        "target_group": "UNG",
        "places": 5,
        "valid_from": FIRST,
        "decided_on": date(2026, 8, 20),
        "once_key": uuid4(),
        **changed,
    }
    return note_reserved_places(programme=cast.programme, user=cast.vera, **fields)


def end(cast, reserved, last_on, **changed):
    fields = {"decided_on": date(2026, 8, 25), "once_key": uuid4(), **changed}
    return end_reserved_places(reserved=reserved, last_on=last_on, user=cast.vera, **fields)


def on(cast, day):
    return reserved_on(programme=cast.programme, day=day)


# --- noting -----------------------------------------------------------------------------------


def test_a_decision_holds_from_its_first_day_until_further_notice(cast) -> None:
    noted, created = note(cast, words="§ 12")
    assert created
    assert (noted.noted_by, noted.noted_by_name) == (cast.vera, "Vera Sandell")
    assert on(cast, FIRST - timedelta(days=1)) == []
    assert on(cast, FIRST) == on(cast, date(2040, 1, 1)) == [Reserved("UNG", 5)]
    assert reserved_on(programme=cast.neighbour, day=FIRST) == []


def test_a_decision_for_a_time_holds_on_its_last_day_and_not_after(cast) -> None:
    note(cast, places=None, valid_to=date(2026, 12, 31))
    assert on(cast, date(2026, 12, 31)) == [Reserved("UNG", None)]
    assert on(cast, date(2027, 1, 1)) == []


def test_pressing_twice_notes_one_decision(cast) -> None:
    key = uuid4()
    first, again = note(cast, once_key=key), note(cast, once_key=key)
    assert (first[1], again[1]) == (True, False)
    assert first[0] == again[0]
    assert ReservedPlaces.objects.count() == 1


def test_everything_wrong_is_said_at_once(cast) -> None:
    with pytest.raises(Refused) as refused:
        note(
            cast,
            target_group="XYZ",
            places=16,
            valid_to=date(2026, 9, 30),
            decided_on=date(2026, 9, 2),
        )
    assert [reason.split(".")[0] for reason in refused.value.reasons] == [
        "Välj en målgrupp i listan",
        "En grupp har högst 15\u00a0platser",
        "Slutdatumet ligger före startdatumet",
        "Beslutet kan inte vara fattat en dag som inte har varit",
    ]
    assert not ReservedPlaces.objects.exists()


def test_zero_places_are_no_reservation(cast) -> None:
    with pytest.raises(Refused, match="minst en plats"):
        note(cast, places=0)


def test_a_retired_target_group_cannot_be_chosen(cast) -> None:
    from programmes.models import Code

    Code.objects.filter(code="UNG").update(valid_to=date(2026, 8, 31))
    with pytest.raises(Refused, match="Välj en målgrupp"):
        note(cast)


def test_decisions_may_not_ask_for_more_than_a_group(cast) -> None:
    note(cast, places=10)
    note(cast, target_group="PSY", places=5, valid_from=date(2026, 11, 1))
    with pytest.raises(Refused, match="Från 2026-11-01 skulle 16 platser vara reserverade"):
        note(cast, target_group="SJU", places=1)
    with pytest.raises(Refused, match="25 platser vara reserverade i grupp 7"):
        note(cast, target_group="SJU", places=None, group_number=7)
    note(cast, target_group="SJU", places=5, valid_to=date(2026, 10, 31))


def test_two_named_groups_do_not_share_places(cast) -> None:
    note(cast, places=None, group_number=7)
    note(cast, target_group="PSY", places=None, group_number=8)
    assert len(on(cast, FIRST)) == 2


def test_what_has_been_noted_is_never_changed_or_removed(cast) -> None:
    noted, _ = note(cast)
    ended, _ = end(cast, noted, date(2026, 11, 1))
    for change in (
        lambda: ReservedPlaces.objects.filter(pk=noted.pk).update(places=1),
        lambda: ReservedPlacesEnd.objects.filter(pk=ended.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


# --- ending -----------------------------------------------------------------------------------


def test_an_ended_reservation_holds_on_its_last_day_and_makes_room_after(cast) -> None:
    noted, _ = note(cast, places=None)
    _, created = end(cast, noted, date(2026, 11, 30))
    assert created
    assert on(cast, date(2026, 11, 30)) == [Reserved("UNG", None)]
    assert on(cast, date(2026, 12, 1)) == []
    note(cast, target_group="PSY", places=None, valid_from=date(2026, 12, 1))


def test_a_reservation_can_end_before_it_began(cast) -> None:
    noted, _ = note(cast)
    end(cast, noted, FIRST - timedelta(days=1))
    assert on(cast, FIRST) == []


def test_pressing_end_twice_notes_one_decision_and_another_end_is_refused(cast) -> None:
    noted, _ = note(cast)
    key = uuid4()
    first = end(cast, noted, date(2026, 11, 30), once_key=key)
    again = end(cast, noted, date(2026, 11, 30), once_key=key)
    assert (first[0], first[1], again[1]) == (again[0], True, False)
    with pytest.raises(Refused, match="Vera Sandell har redan antecknat"):
        end(cast, noted, date(2026, 12, 30))


def test_an_end_that_changes_nothing_and_a_decision_of_tomorrow_are_refused(cast) -> None:
    noted, _ = note(cast, valid_to=date(2026, 12, 31))
    with pytest.raises(Refused) as refused:
        end(cast, noted, date(2027, 1, 31), decided_on=date(2026, 9, 2))
    assert len(refused.value.reasons) == 2


# --- sharing a group --------------------------------------------------------------------------


def test_a_group_keeps_what_holds_for_every_group_and_for_its_own_number() -> None:
    decisions = [Reserved("UNG", 4), Reserved("PSY", None, 7)]
    assert reserved_in_group(decisions, size=15, number=6) == {"UNG": 4}
    assert reserved_in_group(decisions, size=15, number=7) == {"UNG": 4, "PSY": 11}
    assert reserved_in_group(decisions, size=15) == {"UNG": 4}
    assert reserved_in_group(decisions, size=3, number=7) == {"UNG": 3}


def test_somebody_outside_the_target_group_takes_open_places_only() -> None:
    kept = {"UNG": 5}
    assert free_for("", size=15, kept=kept, taken=[]) == 10
    assert free_for("UNG", size=15, kept=kept, taken=[]) == 15
    assert free_for("PSY", size=15, kept=kept, taken=[""] * 10) == 0
    assert free_for("UNG", size=15, kept=kept, taken=[""] * 10) == 5
    assert free_for("UNG", size=15, kept=kept, taken=["UNG"] * 5 + [""] * 10) == 0


def test_the_target_group_uses_its_own_places_first() -> None:
    assert free_for("", size=15, kept={"UNG": 5}, taken=["UNG"] * 3) == 10
    assert free_for("", size=15, kept={"UNG": 5}, taken=["UNG"] * 7) == 8


def test_a_decision_that_came_late_takes_nobodys_place() -> None:
    assert free_for("", size=15, kept={"UNG": 15}, taken=[""] * 12) == 0
    assert free_for("UNG", size=15, kept={"UNG": 15}, taken=[""] * 12) == 3


codes = st.sampled_from(["", "UNG", "PSY", "SJU"])


@given(
    size=st.integers(0, 15),
    kept=st.dictionaries(codes.filter(bool), st.integers(0, 15)),
    comers=st.lists(codes, max_size=30),
)
def test_whoever_comes_in_whatever_order_reserved_places_stay(size, kept, comers) -> None:
    """Let everybody in for whom there is room: never too many, never on a place kept for others."""
    decisions = [Reserved(code, places) for code, places in kept.items() if places]
    kept = reserved_in_group(decisions, size=size)
    inside: list[str] = []
    for code in comers:
        if free_for(code, size=size, kept=kept, taken=inside):
            inside.append(code)
    assert len(inside) <= size
    for code, places in kept.items():
        others = [one for one in inside if one != code]
        assert len(others) <= size - places
        waiting = comers.count(code) - inside.count(code)
        assert not waiting or inside.count(code) >= places
