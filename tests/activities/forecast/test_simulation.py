"""The simulation by itself: what must hold whoever waits, whatever is planned."""

from dataclasses import replace
from datetime import date, timedelta
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.services.forecast import (
    Arrivals,
    Change,
    ComingGroup,
    Occupant,
    Outlook,
    Picture,
    Reservation,
    Waiting,
    changed,
    estimate_stays,
    rhythm_of,
    runs_for,
    simulate,
    what_if,
)
from activities.services.forecast.stays import Lengths
from programmes.services import Reserved

TODAY = date(2026, 11, 22)
FAR = date.max
STAYS = estimate_stays(
    observed=[(20 + 7 * (number % 25), True) for number in range(150)]
    + [(number, False) for number in range(1, 40)],
    planned_days=112,
)


def rhythm(**more):
    return rhythm_of(
        today=TODAY,
        starts=[TODAY - timedelta(days=10 + 45 * number) for number in range(16)],
        per_year=8,
        is_open=lambda day: day.isoweekday() in (1, 2, 4),
        **more,
    )


RHYTHM = rhythm()


def picture(waiting: int = 20, taken: int = 38, **more) -> Picture:
    return replace(
        Picture(
            today=TODAY,
            capacity=40,
            group_size=15,
            group_days=56,
            queue=tuple(Waiting() for _ in range(waiting)),
            occupants=tuple(Occupant(-(number * 3) % 120) for number in range(-taken, 0)),
            groups=(ComingGroup(day=50, size=15, members=("", "", ""), number=20),),
            rhythm=RHYTHM,
            stays=STAYS,
            newcomers=(Waiting(), Waiting("UNG")),
        ),
        **more,
    )


def days(outlook: Outlook) -> tuple[date, date, date]:
    return tuple(day or FAR for day in (outlook.early, outlook.likely, outlook.late))


def all_later_or_same(outlooks, others) -> bool:
    pairs = zip(outlooks, others, strict=True)
    return all(one >= other for a, b in pairs for one, other in zip(days(a), days(b), strict=True))


mixed = st.lists(st.sampled_from(["", "", "UNG", "SJU"]), max_size=45)
reserved = st.lists(
    st.tuples(st.sampled_from(["UNG", "SJU"]), st.one_of(st.none(), st.integers(1, 9))), max_size=2
)


@st.composite
def pictures(draw, leaving: float = 0.0) -> Picture:
    return picture(
        taken=draw(st.integers(0, 40)),
        capacity=draw(st.integers(5, 60)),
        queue=tuple(Waiting(target) for target in draw(mixed)),
        groups=tuple(
            ComingGroup(day=day, size=draw(st.integers(1, 15)), number=30 + number)
            for number, day in enumerate(sorted(draw(st.sets(st.integers(1, 120), max_size=3))))
        ),
        reservations=tuple(Reservation(Reserved(*one)) for one in draw(reserved)),
        arrivals=(Arrivals(0.2), Arrivals(0.05, "UNG")),
        leaving_per_day=draw(st.sampled_from([0.0, leaving])),
    )


@settings(max_examples=25)
@given(pictures(leaving=0.004))
def test_the_order_of_the_queue_is_kept_within_a_target_group(drawn: Picture) -> None:
    forecast = simulate(drawn, runs=20)
    for outlooks in forecast.by_target.values():
        assert all_later_or_same(outlooks[1:], outlooks[:-1])
        # And in front of whoever joins today.
    for newcomer, outlook in zip(drawn.newcomers, forecast.newcomers, strict=True):
        mine = forecast.by_target.get(newcomer.target)
        assert not mine or all_later_or_same([outlook], [mine[-1]])


@settings(max_examples=25)
@given(pictures(), st.integers(1, 12))
def test_more_places_never_lengthen_a_wait(drawn: Picture, more: int) -> None:
    """With the same luck, and nothing kept for some: kept places let one pass another."""
    drawn = replace(drawn, reservations=())
    larger = replace(drawn, capacity=drawn.capacity + more)
    as_is, as_it_would_be = simulate(drawn, runs=20), simulate(larger, runs=20)
    assert all_later_or_same(as_is.outlooks, as_it_would_be.outlooks)
    assert all_later_or_same(as_is.newcomers, as_it_would_be.newcomers)


@settings(max_examples=25)
@given(pictures(leaving=0.004))
def test_what_is_said_is_an_interval_with_its_share(drawn: Picture) -> None:
    forecast = simulate(drawn, runs=20)
    assert len(forecast.outlooks) == len(drawn.queue)
    for one in (*forecast.outlooks, *forecast.newcomers):
        early, likely, late = days(one)
        assert TODAY < early <= likely <= late
        assert sum(one.chances) <= 1 + 1e-9
    for group in forecast.groups:
        assert 0 <= group.fewest <= group.middle <= group.most <= 15
        assert group.joining <= group.most + 1e-9
    starts = [group.likely for group in forecast.groups]
    assert starts == sorted(starts)


def test_the_same_picture_gives_the_same_forecast() -> None:
    first = simulate(picture(30), runs=500)
    simulate.cache_clear()
    again = simulate(picture(30), runs=500)
    assert again is not first
    assert again == first


def test_another_seed_tells_nearly_the_same() -> None:
    one, other = simulate(picture(45), seed=1, runs=1500), simulate(picture(45), seed=2, runs=1500)
    apart = [
        abs((a - b).days)
        for x, y in zip(one.outlooks, other.outlooks, strict=True)
        for a, b in zip(days(x), days(y), strict=True)
    ]
    assert max(apart) <= 50
    assert sum(apart) / len(apart) < 3


def test_a_made_group_with_room_is_certain() -> None:
    forecast = simulate(picture(5, taken=0))
    assert {days(one) for one in forecast.outlooks} == {(TODAY + timedelta(days=50),) * 3}
    assert forecast.outlooks[0].chances == (1.0,)
    assert forecast.groups[0].number == 20
    assert (forecast.groups[0].fewest, forecast.groups[0].most) == (12, 12)


def test_places_taken_in_a_coming_group_are_not_given_again() -> None:
    """Twelve of fifteen are left: the thirteenth in the queue waits for the next group."""
    outlooks = simulate(picture(13, taken=0)).outlooks
    assert outlooks[11].chances[0] == 1.0
    assert outlooks[12].chances[0] == 0.0


def test_nobody_in_the_queue() -> None:
    forecast = simulate(picture(0))
    assert forecast.outlooks == ()
    assert all(one.can_say for one in forecast.newcomers)


def test_no_group_is_planned_and_the_programme_ends() -> None:
    ending = picture(3, groups=(), rhythm=rhythm(last_day=TODAY))
    forecast = simulate(ending, runs=50)
    assert not any(one.can_say for one in forecast.outlooks)
    assert [one.number for one in forecast.groups] == []
    assert days(forecast.outlooks[0]) == (FAR, FAR, FAR)


def test_no_group_is_planned_but_they_come_as_they_use_to() -> None:
    """The last began ten days ago and they come every 45 days: the next in about five weeks."""
    first = simulate(picture(1, taken=0, groups=())).outlooks[0]
    assert TODAY + timedelta(days=28) <= first.early
    assert first.late <= TODAY + timedelta(days=45)


def test_a_group_that_nobody_has_made_is_not_tomorrow() -> None:
    late = rhythm_of(
        today=TODAY,
        starts=[TODAY - timedelta(days=90 + 45 * number) for number in range(9)],
        per_year=8,
        is_open=lambda day: True,
    )
    first = simulate(picture(1, taken=0, groups=(), rhythm=late), runs=50).outlooks[0]
    assert first.early == TODAY + timedelta(days=14)


def test_a_year_has_no_more_groups_than_the_programme_allows() -> None:
    full = rhythm_of(
        today=date(2026, 6, 1),
        starts=[date(2026, 1, 12) + timedelta(days=15 * number) for number in range(8)],
        per_year=8,
        is_open=lambda day: day.weekday() == 0,
    )
    drawn = picture(1, taken=0, groups=(), rhythm=full, today=date(2026, 6, 1))
    assert simulate(drawn, runs=50).outlooks[0].early == date(2027, 1, 4)


def test_all_places_are_kept_for_others() -> None:
    kept = (Reservation(Reserved("UNG", None)),)
    queue = (Waiting(), Waiting("UNG"), Waiting())
    forecast = simulate(picture(taken=0, queue=queue, reservations=kept), runs=100)
    assert [one.can_say for one in forecast.outlooks] == [False, True, False]
    assert [one.can_say for one in forecast.newcomers] == [False, True]


def test_kept_places_hold_only_while_the_decision_holds() -> None:
    kept = (Reservation(Reserved("UNG", None), first=0, last=60),)
    first = simulate(picture(1, taken=0, reservations=kept), runs=100).outlooks[0]
    assert first.early > TODAY + timedelta(days=60)


def test_those_who_joined_later_pass_when_places_are_kept_for_them() -> None:
    queue = (*(Waiting() for _ in range(20)), Waiting("UNG"))
    as_is, would_be = what_if(
        picture=picture(taken=0, queue=queue), change=Change(target="UNG", places=2)
    )
    assert days(would_be.outlooks[-1]) < days(as_is.outlooks[-1])
    assert days(would_be.outlooks[9]) == days(as_is.outlooks[9])
    assert days(would_be.outlooks[11]) > days(as_is.outlooks[11])


def test_one_group_more_and_another_capacity() -> None:
    base = picture(40, taken=40)
    sooner = changed(picture=base, change=Change(extra_on=TODAY + timedelta(days=30)))
    assert len(sooner.groups) == 2
    larger = changed(picture=base, change=Change(capacity=60))
    one, two, three = (simulate(each, runs=300) for each in (base, sooner, larger))
    assert days(two.outlooks[0]) < days(one.outlooks[0])
    assert all_later_or_same(one.outlooks, three.outlooks)
    assert days(three.outlooks[-1]) < days(one.outlooks[-1])


def test_only_those_who_wait_are_left_in_the_queue() -> None:
    """Nobody who is only asked about, and nobody who has left without being reached."""
    asked = tuple(Waiting(target) for target in ("", "UNG", "SJU", "LAN"))
    full = {"taken": 0, "capacity": 0, "newcomers": asked}
    assert simulate(picture(0, **full)).groups[0].waiting == 0
    assert simulate(picture(7, **full)).groups[0].waiting == 7
    # The group on day 50 reaches twelve of those who are still there.
    assert simulate(picture(20, taken=0, newcomers=asked)).groups[0].waiting == 8
    # Half are gone after fifty days; nobody is given a place.
    left = simulate(picture(100, leaving_per_day=log(2) / 50, **full)).groups[0].waiting
    assert left == pytest.approx(50, abs=2)
    # Those who come later are counted: one a day, for fifty days.
    later = simulate(picture(0, arrivals=(Arrivals(1.0),), **full)).groups[0].waiting
    assert later == pytest.approx(50, abs=2)


def test_those_who_give_up_make_room() -> None:
    staying, leaving = picture(40, taken=0), picture(40, taken=0, leaving_per_day=0.01)
    one, other = simulate(staying, runs=300), simulate(leaving, runs=300)
    assert all_later_or_same(one.outlooks, other.outlooks)
    assert days(other.outlooks[-1]) < days(one.outlooks[-1])


def test_a_higher_rank_goes_first() -> None:
    queue = (*(Waiting(rank=1) for _ in range(15)), Waiting(rank=0))
    outlooks = simulate(picture(taken=0, queue=queue), runs=100).outlooks
    assert outlooks[-1].chances[0] == 1.0
    later = simulate(
        picture(13, taken=0, queue=(Waiting(rank=1),) * 12, arrivals=(Arrivals(0.5, rank=0),)),
        runs=100,
    )
    assert sum(later.outlooks[-1].chances[:1]) < 0.1


def test_somebody_who_is_only_counted_leaves_with_the_group() -> None:
    named, counted = (Waiting(),) * 12, (Waiting(is_anonymous=True),) * 12
    after = [
        simulate(picture(taken=0, capacity=12, queue=(*first, *named)), runs=200).outlooks[-1]
        for first in (named, counted)
    ]
    assert days(after[1]) < days(after[0])


def test_a_thousand_in_the_queue() -> None:
    forecast = simulate(picture(1000))
    assert forecast.runs == runs_for(1000) == 600
    assert forecast.outlooks[0].can_say
    assert not forecast.outlooks[-1].can_say
    assert runs_for(0) == runs_for(60) == 3000


# --- lengths of stay --------------------------------------------------------------------------


def test_too_few_have_ended_and_the_blueprint_is_used() -> None:
    few = estimate_stays(observed=[(100, True)] * 11 + [(50, False)] * 9, planned_days=112)
    assert few.is_assumed
    assert (few.ended, few.ongoing) == (11, 9)
    assert estimate_stays(observed=[], planned_days=112).days == few.days
    assert not estimate_stays(observed=[(100, True)] * 12, planned_days=112).is_assumed
    assert simulate(picture(5, stays=few), runs=50).outlooks[0].can_say


def test_those_who_are_still_there_count() -> None:
    """Kaplan and Meier's own small example: 6, 6, 6, 7, 10 ended; 6, 9, 10, 11 still there."""
    rows = [(6, True)] * 3 + [(7, True), (10, True)] + [(6, False), (9, False), (10, False)]
    rows = rows * 3 + [(11, False)] * 3
    stays = estimate_stays(observed=rows, planned_days=112)
    assert stays.days == (6, 7, 10)
    assert stays.left == pytest.approx((6 / 9, 6 / 9 * 4 / 5, 6 / 9 * 4 / 5 * 2 / 3))


@given(
    st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=15, max_size=120),
    st.integers(0, 900),
)
def test_nobody_has_already_left(rows, spent) -> None:
    from random import Random

    stays = estimate_stays(observed=rows, planned_days=112)
    assert list(stays.left) == sorted(stays.left, reverse=True)
    drawn = Lengths(stays).draw(Random(1), 50, spent=spent)
    assert all(length > spent for length in drawn)


def test_nobody_waits_for_a_programme_without_a_group_phase() -> None:
    assert simulate(picture(2, capacity=0), runs=20).outlooks[0].early is None
