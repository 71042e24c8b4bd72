"""How long a session lasts, and that nobody changes the address they are known by."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.conf import settings
from django.urls import reverse

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def is_signed_in(client) -> bool:
    return client.get(reverse("help")).status_code == 200


def test_somebody_who_works_all_day_is_signed_out_when_the_session_is_over(
    cast, client_for
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_for(cast.karin)
        for _ in range(settings.SESSION_COOKIE_AGE // 1200):
            assert is_signed_in(client)
            clock.shift(timedelta(minutes=20))
        assert is_signed_in(client)
        clock.shift(timedelta(minutes=1))
        assert not is_signed_in(client)


def test_somebody_who_went_away_is_signed_out(cast, client_for) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_for(cast.karin)
        assert is_signed_in(client)
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1))
        assert not is_signed_in(client)


def test_nobody_changes_the_address_they_are_known_by(cast, client_for) -> None:
    client, before = client_for(cast.karin), cast.karin.email
    page = reverse("account_email")
    assert client.get(page).status_code == 404
    data = {"email": "annan@exempel.se", "action_add": ""}
    assert client.post(page, data).status_code == 404
    cast.karin.refresh_from_db()
    assert cast.karin.email == before


def test_a_number_larger_than_any_record_is_not_found(cast, client_for) -> None:
    client = client_for(cast.karin)
    address = reverse("participants:enrolment_detail", args=[10**30])
    assert client.get(address).status_code == 404


def test_a_year_in_other_digits_is_no_error(cast, client_for) -> None:
    page = reverse("programmes:programme_detail", args=[cast.programme.slug])
    assert client_for(cast.karin).get(page, {"ar": "²"}).status_code == 200
