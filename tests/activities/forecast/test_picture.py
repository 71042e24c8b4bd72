"""The forecast from the tables: what is counted, for whom it is written down, what it may not tell."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from activities.services.forecast import (
    ComingGroup,
    Occupant,
    picture_of,
    queue_of,
    refresh_forecast,
    refresh_forecasts,
)
from activities.tasks import sweep_forecasts
from participants.models import StatisticsFact
from programmes.models import ClosingDay, Phase
from programmes.services import note_reserved_places
from referrals.enums import Priority
from referrals.models import QueueForecast, Referral
from referrals.services import forecast_words, start_words, withdraw_referral
from tests.activities.conftest import fill_group, make_group, queue_people
from tests.cast import bind
from tests.row_examples import add_referral

TODAY = date(2026, 9, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    with time_machine.travel("2026-09-01 08:00 +0000", tick=False):
        yield TODAY


def picture(cast, **more):
    with bind(cast.karin):
        queue = queue_of(programme=cast.programme)
        return picture_of(programme=cast.programme, today=TODAY, queue=queue, **more)


def test_the_picture_holds_what_the_tables_say(cast, now) -> None:
    begun = make_group(cast, date(2026, 6, 29))
    with time_machine.travel("2026-06-29 08:00 +0000", tick=False):
        fill_group(cast, begun, 2)
    coming = make_group(cast, date(2026, 9, 7), size=12)
    fill_group(cast, coming, 3, first=20)
    queue_people(cast, 4, first=40)
    queue_people(cast, 1, first=60, anonymous=True)
    seen = picture(cast)
    assert [one.is_anonymous for one in seen.queue].count(True) == 1
    assert len(seen.queue) == 5
    assert sorted(one.since for one in seen.occupants) == [-64, -64, 6, 6, 6]
    assert seen.groups == (ComingGroup(day=6, size=12, members=("", "", ""), number=2),)
    assert (seen.capacity, seen.group_size, seen.group_days) == (40, 15, 56)
    assert seen.rhythm.taken == ((2026, 2),)
    assert seen.rhythm.is_assumed
    assert seen.stays.is_assumed
    assert sum(one.per_day for one in seen.arrivals) == pytest.approx(10 / 365)


def test_somebody_only_counted_holds_a_place_until_the_group_is_over(cast, now) -> None:
    group = make_group(cast, date(2026, 9, 7))
    with bind(cast.karin):
        group.anonymous_members = 2
        group.save(update_fields=["anonymous_members"])
    until = (group.ends_on - TODAY).days + 1
    seen = picture(cast)
    assert seen.occupants == (Occupant(6, until),) * 2
    assert seen.groups[0].members == ("", "")


def test_closed_days_and_holidays_start_no_group(cast, now) -> None:
    ClosingDay.objects.create(programme=cast.programme, day=date(2026, 9, 21), reason="Planering")
    days = {seen.day(one) for seen in [picture(cast)] for one in seen.rhythm.open_days}
    assert date(2026, 9, 28) in days
    assert {date(2026, 9, 21), date(2026, 12, 24), date(2027, 3, 29)}.isdisjoint(days)
    assert {day.isoweekday() for day in days} == {1, 2, 4}


def test_lengths_come_from_person_free_facts(cast, now) -> None:
    with bind(cast.karin):
        rows = [(100, False)] * 14 + [(30, False)] * 6 + [(5, True)] * 9
        for length, wrong in rows:
            started = TODAY - timedelta(days=300)
            StatisticsFact.objects.create(
                gender="K", referrer="FK", started_on=started, misregistered=wrong,
                ended_on=started + timedelta(days=length), **cast.programme.owned(),
            )  # fmt: skip
        StatisticsFact.objects.create(
            gender="M", referrer="FK", started_on=TODAY - timedelta(days=50),
            **cast.programme.owned(),
        )  # fmt: skip
    stays = picture(cast).stays
    assert not stays.is_assumed
    assert (stays.days, stays.ended, stays.ongoing) == ((30, 100), 20, 1)


def test_decisions_about_reserved_places_are_counted(cast, now) -> None:
    with bind(cast.vera):
        note_reserved_places(
            programme=cast.programme, target_group="UNG", places=4, valid_from=TODAY,
            valid_to=TODAY + timedelta(days=90), decided_on=TODAY, user=cast.vera, once_key=uuid4(),
        )  # fmt: skip
    (kept,) = picture(cast, targets=["UNG"]).reservations
    assert (kept.reserved.target_group, kept.reserved.places) == ("UNG", 4)
    assert (kept.first, kept.last) == (0, 90)
    assert [one.target for one in picture(cast, targets=["UNG"]).newcomers] == ["", "UNG"]


def test_one_number_of_queries_whatever_waits(cast, now, django_assert_num_queries) -> None:
    for more in (1, 20):
        group = make_group(cast, date(2026, 9, 7) + timedelta(weeks=more))
        fill_group(cast, group, 2, first=more * 10)
        queue_people(cast, more, first=300 + more)
        with bind(cast.karin):
            queue = queue_of(programme=cast.programme)
            with django_assert_num_queries(5):
                picture_of(programme=cast.programme, today=TODAY, queue=queue)


def test_those_who_wait_are_told_and_nobody_else(cast, now) -> None:
    make_group(cast, date(2026, 9, 14), size=2)
    queue_people(cast, 3)
    assert refresh_forecasts(today=TODAY) == 3
    with bind(cast.ali):
        told = list(QueueForecast.objects.order_by("referral__queued_on", "referral"))
        first, _, third = told
        assert (first.earliest, first.latest, first.based_on) == (
            date(2026, 9, 14), date(2026, 9, 14), 0,
        )  # fmt: skip
        assert third.earliest > first.latest
        gone = first.referral
    with bind(cast.siv):
        assert not QueueForecast.objects.exists()
    with bind(cast.bo):
        assert not QueueForecast.objects.exists()
    with bind(cast.ali):
        withdraw_referral(referral=gone, user=cast.ali, why="Flyttar.")
    assert refresh_forecasts(today=TODAY) == 2
    with bind(cast.ali):
        assert QueueForecast.objects.count() == 2
        assert not QueueForecast.objects.filter(referral=gone).exists()


def test_sweeping_again_changes_nothing(cast, now) -> None:
    make_group(cast, date(2026, 9, 14))
    queue_people(cast, 3)
    found = []
    for _ in range(2):
        sweep_forecasts()
        with bind(cast.karin):
            found.append(list(QueueForecast.objects.order_by("pk").values()))
    assert len(found[0]) == 3
    assert found[0] == found[1]


def test_the_sender_reads_and_does_not_write(cast, now) -> None:
    queue_people(cast, 1)
    refresh_forecast(programme=cast.programme, today=TODAY)
    with bind(cast.ali):
        one = QueueForecast.objects.get()
        with pytest.raises(ProgrammingError), transaction.atomic():
            QueueForecast.objects.filter(pk=one.pk).update(latest=date(2030, 1, 1))


def test_the_words() -> None:
    def said(first, last):
        return start_words(first, last, today=TODAY).replace("\u00a0", " ")

    assert said(date(2026, 9, 14), date(2026, 9, 14)) == "troligen gruppstart v. 38"
    assert said(date(2026, 9, 14), date(2026, 11, 2)) == "troligen gruppstart v. 38–45"
    assert said(date(2026, 12, 14), date(2027, 2, 1)) == "troligen gruppstart v. 51–v. 5 2027"
    assert said(date(2027, 1, 11), date(2027, 2, 1)) == "troligen gruppstart v. 2–5 2027"
    # The first days of January may belong to the old year's last week.
    assert said(date(2027, 1, 1), date(2027, 1, 2)) == "troligen gruppstart v. 53"
    assert said(date(2027, 1, 11), None) == "gruppstart tidigast v. 2 2027"
    assert said(None, None) == ""


def test_an_old_forecast_says_nothing() -> None:
    told = QueueForecast(counted_on=TODAY, earliest=TODAY, latest=TODAY + timedelta(days=30))
    assert forecast_words(told, today=TODAY + timedelta(days=7))
    assert forecast_words(told, today=TODAY + timedelta(days=8)) == ""
    assert forecast_words(None, today=TODAY) == ""


def test_no_week_that_has_passed_is_told() -> None:
    """TODAY is a Tuesday."""

    def said(first: int, last: int | None) -> str:
        told = QueueForecast(
            counted_on=TODAY - timedelta(days=7),
            earliest=TODAY + timedelta(days=first),
            latest=None if last is None else TODAY + timedelta(days=last),
        )
        return forecast_words(told, today=TODAY).replace("\u00a0", " ")

    assert said(-5, -1) == ""
    assert said(-5, 0) == "troligen gruppstart v. 36"
    assert said(-5, 14) == "troligen gruppstart v. 36–38"
    assert said(7, 14) == "troligen gruppstart v. 37–38"
    assert said(-5, None) == "gruppstart tidigast v. 36"
    assert Referral._meta.get_field("forecast").one_to_one


def test_the_referrer_reads_it_on_the_line(cast, client_for, now) -> None:
    make_group(cast, date(2026, 9, 14))
    (one,) = queue_people(cast, 1)
    client = client_for(cast.ali)
    page = client.get(f"/remisser/{one.pk}/").content.decode().replace("\u00a0", " ")
    assert "I kö sedan 78 dagar." in page
    refresh_forecast(programme=cast.programme, today=TODAY)
    for address in (f"/remisser/{one.pk}/", "/remisser/"):
        page = client.get(address).content.decode().replace("\u00a0", " ")
        assert "I kö sedan 78 dagar, troligen gruppstart v. 38." in page


def test_the_order_between_persons_is_counted(cast, now) -> None:
    make_group(cast, date(2026, 9, 14), size=1)
    first, second = queue_people(cast, 2)
    with bind(cast.karin):
        Referral.objects.filter(pk=second.pk).update(priority=Priority.FIRST)
    refresh_forecast(programme=cast.programme, today=TODAY)
    with bind(cast.karin):
        told = {one.referral_id: one.latest for one in QueueForecast.objects.order_by("pk")}
    assert told[second.pk] == date(2026, 9, 14) < told[first.pk]
    assert [one.rank for one in picture(cast).queue] == [Priority.FIRST, Priority.NORMAL]


def test_a_programme_that_fails_stops_no_other(cast, now, caplog) -> None:
    """Weeks beyond the calendar, which no blueprint holds, are enough to break the neighbour's."""
    queue_people(cast, 2)
    with bind(cast.ali):
        add_referral(cast.neighbour, cast.ali, cast.units["fk"].pk)
        Referral.objects.filter(programme=cast.neighbour).update(
            state="queued", queued_on=TODAY, coordinator=cast.bo
        )
    Phase.objects.bulk_create(
        Phase(
            programme=cast.neighbour,
            order=90 + at,
            code=f"lang-{at}",
            name=str(at),
            kind="group",
            weeks=30000,
        )
        for at in range(5)
    )
    cast.neighbour.ends_on = TODAY + timedelta(days=400)
    cast.neighbour.save(update_fields=["ends_on"])
    assert refresh_forecasts(today=TODAY) == 2
    assert f"insats {cast.neighbour.pk}" in caplog.text
