"""Four questions per page: works, stranger 404, wrong role 403, wrong method 405."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import Reading
from accounts.models import ReadEvent, SecurityEvent
from participants.services import record_consent, write_note
from tests.cast import bind

pytestmark = pytest.mark.django_db

READ = (
    "enrolment_detail",
    "registration_detail",
    "consent_list",
    "enrolment_log",
)
WRITE = ("registration_before", "note_new", "consent_new", "enrolment_pause", "enrolment_resume")
STAFF = ("enrolment_start", "enrolment_reopen")
CHILD = ("note_amend", "consent_withdraw")
EVERY = (*READ, *WRITE, *STAFF, *CHILD)
NO_STAFF = ("ali", "siv", "stina", "frida", "eva", "lova", "adam")


@pytest.fixture
def url(samira, karin):
    """The address of a page about Samira."""
    with bind(karin):
        note, _ = write_note(
            enrolment=samira, kind="note", text="Kanariefågel", user=karin, once_key=uuid4()
        )
        consent = record_consent(
            enrolment=samira, purpose="participation", given_on=date(2026, 9, 7), user=karin
        )
    children = {"note_amend": note.pk, "consent_withdraw": consent.pk}

    def address(name: str) -> str:
        more = [children[name]] if name in children else []
        return reverse(f"participants:{name}", args=[samira.pk, *more])

    return address


def test_the_own_coordinator_opens_every_page(url, client_for, karin):
    client = client_for(karin)
    for name in EVERY:
        response = client.get(url(name))
        assert response.status_code == 200, name
        assert "Samira Haddad" in response.text


def test_the_manager_opens_the_pages_of_her_role(url, client_for, vera):
    client = client_for(vera)
    for name in (*READ, *STAFF):
        assert client.get(url(name)).status_code == 200, name


def test_the_manager_does_not_write_in_the_record(url, client_for, vera):
    client = client_for(vera)
    refused = (*WRITE, *CHILD)
    for name in refused:
        assert client.get(url(name)).status_code == 403, name
        assert client.post(url(name), {"text": "x"}).status_code == 403, name
    with bind(vera):
        assert SecurityEvent.objects.filter(user=vera).count() == 2 * len(refused)
        assert not ReadEvent.objects.filter(user=vera).exists()


def test_another_controllers_coordinator_meets_pages_that_do_not_exist(url, client_for, bo):
    client = client_for(bo)
    for name in EVERY:
        response = client.get(url(name))
        assert response.status_code == 404, name
        assert "Samira" not in response.text
        if name not in READ:
            answer = client.post(url(name), {"version": 1, "text": "x"})
            assert answer.status_code == 404, name
    with bind(bo):
        assert not ReadEvent.objects.filter(user=bo).exists()


@pytest.mark.parametrize("who", NO_STAFF)
def test_the_other_roles_are_refused(who, url, client_for, cast):
    client = client_for(cast.people[who])
    for name in EVERY:
        response = client.get(url(name))
        assert response.status_code == 403, name
        assert "Samira" not in response.text
    for name in ("participant_list", "search"):
        assert client.get(reverse(f"participants:{name}")).status_code == 403, name


def test_not_signed_in_goes_to_sign_in(url, client):
    for name in EVERY:
        assert client.get(url(name)).status_code == 302, name


def test_a_wrong_method_is_told(url, client_for, karin):
    client = client_for(karin)
    for name in READ:
        assert client.post(url(name)).status_code == 405, name
    for name in (*WRITE, *STAFF, *CHILD):
        assert client.delete(url(name)).status_code == 405, name


def test_the_log_belongs_to_the_own_coordinator_and_the_manager(url, client_for, jonas):
    response = client_for(jonas).get(url("enrolment_log"))
    assert response.status_code == 403
    assert "egen koordinator" in response.text


def test_every_reading_is_logged_once_and_seen_in_the_log(url, client_for, karin, jonas, samira):
    client_for(jonas).get(url("enrolment_detail"))
    with bind(karin):
        event = ReadEvent.objects.get(user=jonas)
        assert (event.reading, event.record_id) == (Reading.VIEW, samira.pk)
        assert event.participant_id == samira.participant_id
    log = client_for(karin).get(url("enrolment_log")).text
    assert "Jonas Ek" in log
    assert "Rehabkoordinator, Kvarnby kommun" in log


def test_a_child_of_another_journal_does_not_exist(url, client_for, karin, enrol):
    other = enrol(number="", given="Ali", family="Annan")
    note_pk = url("note_amend").split("/")[-3]
    swapped = reverse("participants:note_amend", args=[other.pk, int(note_pk)])
    response = client_for(karin).get(swapped)
    assert response.status_code == 404
    assert "Kanariefågel" not in response.text
