"""R1–R3: the web server is killed, the answer is lost, the button is pressed ten times."""

import random
import threading
from uuid import uuid4

import pytest
import requests

from participants.models import Note
from tests.cast import bind

pytestmark = pytest.mark.faults
SEED = 4711
KILLS = 5


def notes(cast) -> list[str]:
    with bind(cast.karin):
        return sorted(Note.objects.values_list("text", flat=True))


def press(person, path: str, forms: list[dict[str, str]]) -> list[requests.Response]:
    """Send every form at the same moment."""
    answers: list[requests.Response] = []
    start = threading.Barrier(len(forms))

    def one(form: dict[str, str]) -> None:
        start.wait()
        answers.append(person.send(path, form))

    threads = [threading.Thread(target=one, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_ten_presses_are_one_note_and_everybody_gets_the_same_answer(
    machine, cast, enrolment, karins_browser
) -> None:
    machine.web()
    path = f"/deltagare/{enrolment.pk}/anteckning/"
    form = karins_browser.form(path) | {"kind": "note", "text": "En gång"}
    answers = press(karins_browser, path, [form] * 10)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert notes(cast) == ["En gång"]
    # The fault bites: the same presses without the key they share are ten notes.
    naive = [form | {"text": "Naivt", "once_key": str(uuid4())} for _ in range(10)]
    press(karins_browser, path, naive)
    assert notes(cast).count("Naivt") == 10


def test_a_lost_answer_can_be_sent_again(machine, cast, enrolment, karins_browser) -> None:
    machine.web()
    path = f"/deltagare/{enrolment.pk}/anteckning/"
    form = karins_browser.form(path) | {"kind": "note", "text": "Svaret kom bort"}
    first = karins_browser.send(path, form)
    again = karins_browser.send(path, form)
    assert (first.status_code, first.headers["Location"]) == (302, again.headers["Location"])
    assert notes(cast) == ["Svaret kom bort"]


def test_a_killed_web_server_saves_whole_or_not_at_all(
    machine, cast, enrolment, karins_browser
) -> None:
    """Success seen means saved; no success seen and sent again means saved once."""
    moment = random.Random(SEED)
    path = f"/deltagare/{enrolment.pk}/anteckning/"
    lost = 0
    for number in range(KILLS):
        web = machine.web()
        form = karins_browser.form(path) | {"kind": "note", "text": f"Anteckning {number}"}
        killed = threading.Timer(moment.uniform(0.0, 0.08), web.kill)
        killed.start()
        try:
            seen = karins_browser.send(path, form).status_code == 302
        except requests.RequestException:
            seen = False
        killed.join()
        saved = notes(cast).count(f"Anteckning {number}")
        assert saved == 1 if seen else saved in (0, 1), f"frö {SEED}, varv {number}"
        lost += not seen
        machine.web()
        assert karins_browser.send(path, form).status_code == 302
        assert notes(cast).count(f"Anteckning {number}") == 1, f"frö {SEED}, varv {number}"
    assert lost, "ingen av dödarna träffade ett anrop: felet bet inte"
