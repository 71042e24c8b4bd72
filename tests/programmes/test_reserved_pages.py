"""The pages of reserved places: who sees, who notes, and that two presses are one decision."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityEvent
from programmes.models import ReservedPlaces, ReservedPlacesEnd

LIST = reverse("programmes:reserved_list", args=["rehabsteget"])
NEW = reverse("programmes:reserved_new", args=["rehabsteget"])


def answers(**changed: object) -> dict:
    return {
        "once_key": str(uuid4()),
        "target_group": "UNG",
        "extent": "antal",
        "places": "4",
        "group_number": "",
        "valid_from": "2026-10-01",
        "valid_to": "",
        "decided_on": "2026-08-20",
        "words": "§ 9",
        **changed,
    }


@pytest.fixture
def noted(client_for, vera) -> ReservedPlaces:
    client_for(vera).post(NEW, answers())
    return ReservedPlaces.objects.get()


def end_url(noted: ReservedPlaces, slug: str = "rehabsteget") -> str:
    return reverse("programmes:reserved_end", args=[slug, noted.pk])


@pytest.mark.parametrize("who", ["karin", "vera", "stina", "frida", "eva"])
def test_staff_and_steering_group_see_the_decisions(who, cast, client_for, noted) -> None:
    page = client_for(cast.people[who]).get(LIST).content.decode()
    assert "Målgrupp UNG: 4" in page
    assert "tills vidare" in page
    assert "antecknat av Vera Sandell. § 9" in page
    assert ("Anteckna ett beslut" in page) == (who == "vera")


@pytest.mark.parametrize("who", ["ali", "lova", "adam"])
def test_other_roles_do_not(who, cast, client_for) -> None:
    assert client_for(cast.people[who]).get(LIST).status_code == 403


def test_only_the_programmes_own_manager_notes(cast, client_for, noted) -> None:
    for who in ("karin", "stina", "frida", "bo", "ali"):
        client = client_for(cast.people[who])
        assert client.post(NEW, answers()).status_code == 403
        assert client.post(end_url(noted), {}).status_code == 403
    before = SecurityEvent.objects.count()
    neighbours = reverse("programmes:reserved_new", args=["stegvis"])
    assert client_for(cast.vera).post(neighbours, answers()).status_code == 404
    assert client_for(cast.vera).post(end_url(noted, "stegvis"), {}).status_code == 404
    assert client_for(cast.bo).get(LIST).status_code == 404
    assert SecurityEvent.objects.count() == before + 3
    assert ReservedPlaces.objects.count() == 1
    assert client_for(cast.vera).put(NEW).status_code == 405


def test_pressing_twice_notes_one_decision(client_for, vera) -> None:
    form = answers()
    client = client_for(vera)
    sent = [client.post(NEW, form) for _ in range(3)]
    assert {answer.status_code for answer in sent} == {302}
    assert ReservedPlaces.objects.count() == 1


def test_the_whole_group_for_a_time_in_one_group(client_for, vera) -> None:
    form = answers(extent="hela", places="", group_number="7", valid_to="2026-12-31")
    client_for(vera).post(NEW, form)
    noted = ReservedPlaces.objects.get()
    assert (noted.places, noted.group_number) == (None, 7)
    page = client_for(vera).get(LIST).content.decode()
    assert "Hela gruppen" in page
    assert "Grupp 7" in page
    assert "till och med 2026-12-31" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"places": ""}, "Skriv hur många platser som är reserverade."),
        ({"places": "16"}, "En grupp har högst 15"),
        ({"target_group": ""}, "Välj målgrupp."),
        ({"valid_from": "i höst"}, "ÅÅÅÅ-MM-DD"),
        ({"valid_to": "2026-09-01"}, "Slutdatumet ligger före startdatumet."),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_stays(changed, words, client_for, vera) -> None:
    answer = client_for(vera).post(NEW, answers(**changed, words="Paragraf nio"))
    text = answer.content.decode()
    assert answer.status_code in (200, 409)
    assert words in text
    assert "Paragraf nio" in text
    assert not ReservedPlaces.objects.exists()


def test_ending_is_a_decision_of_its_own(client_for, vera, noted) -> None:
    form = {
        "once_key": str(uuid4()),
        "last_on": timezone.localdate().isoformat(),
        "decided_on": "2026-09-01",
        "words": "§ 3",
    }
    client = client_for(vera)
    assert {client.post(end_url(noted), form).status_code for _ in range(2)} == {302}
    assert ReservedPlacesEnd.objects.count() == 1
    page = client.get(LIST).content.decode()
    assert "Upphör, beslutat 2026-09-01, antecknat av Vera Sandell. § 3" in page
    again = client.post(end_url(noted), {**form, "once_key": str(uuid4())})
    assert again.status_code == 409
    assert "har redan antecknat" in again.content.decode()
