"""What the pages show and do."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Reading
from accounts.models import ReadEvent
from participants.models import Consent, Note, Participant, Registration
from participants.services import (
    AfterData,
    close_enrolment,
    record_consent,
    start_phase,
    write_note,
)
from participants.views.timeline import LENGTH, build_timeline
from tests.cast import bind
from tests.participants.conftest import NUMBERS, START

pytestmark = pytest.mark.django_db
SWEDEN = ZoneInfo("Europe/Stockholm")

ANSWERS = {
    "municipality": "Kvarnby",
    "education": "2",
    "months_in_support": "30",
    "supports": ["SJP", "FSS"],
    "support_SJP": "50 %",
    "support_FSS": "50",
    "occupations": ["ARB", "SJK"],
    "occupation_ARB": "25 %",
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 10, 15, 10, tzinfo=SWEDEN), tick=False):
        yield


@pytest.fixture
def page(client_for, karin, samira):
    """A page about Samira, opened by Karin: `page("note_new")`, `page("note_new", {...})`."""
    client = client_for(karin)

    def open_page(name: str, data: dict | None = None, *more: int, **kwargs):
        address = reverse(f"participants:{name}", args=[samira.pk, *more])
        if data is None:
            return client.get(address, **kwargs)
        return client.post(address, data, **kwargs)

    return open_page


def test_head_says_who_where_and_what_to_do(page, samira, karin):
    with bind(karin):
        start_phase(enrolment=samira, phase_code="grupp", on=START, user=karin)
    text = page("enrolment_detail").text
    assert "41 år" in text
    assert "19850412-XXXX" in text
    assert NUMBERS[0][-4:] not in text
    assert "Ärende RS-2026-0001" in text
    assert "v.\u00a06 av 8, till 11-01" in text
    assert "Inregistreringen saknas." in text
    assert "Fyll i inregistreringen" in text
    assert "Registrering för uppföljning: inte tillfrågad" in text


def test_a_protected_person_is_an_alias_without_number_and_phone(page, samira, karin):
    with bind(karin):
        Participant.objects.filter(pk=samira.participant_id).update(
            protection="marking", alias="Deltagare 7"
        )
    for name in ("enrolment_detail", "registration_detail", "note_new"):
        text = page(name).text
        assert "Deltagare 7" in text
        assert "Haddad" not in text
        assert "070-174" not in text
        assert "19850412" not in text
        assert NUMBERS[0][:8] not in text


def test_a_closed_enrolment_shows_its_end_and_offers_no_closing(page, registered, karin):
    with bind(karin):
        start_phase(enrolment=registered, phase_code="grupp", on=START, user=karin)
        out = AfterData("GEN", Decimal(12), {"ING": None}, {"ARB": Decimal(20)})
        close_enrolment(enrolment=registered, ends_on=date(2026, 10, 1), after=out, user=karin)
    text = page("enrolment_detail").text
    assert "2026-10-01, avslutsanledning gen" in text.lower()
    assert "klar, v.\u00a037–40" in text
    assert "Utregistrering klar" in text
    assert "inte använd" in text
    assert "Öppna igen" in text
    assert ">Avsluta<" not in text


def test_an_empty_timeline_and_no_phone_are_said(client_for, karin, enrol):
    bare = enrol(number="", birth_date=None)
    with bind(karin):
        assert bare.events.count() == 1
    text = client_for(karin).get(reverse("participants:enrolment_detail", args=[bare.pk])).text
    assert "Inget nummer" in text
    assert "XXXX" not in text


def test_long_names_stand_whole(client_for, karin, enrol):
    long = enrol(number="", given="Maria-Magdalena Þórunn Łucja", family="von Österreich-" * 6)
    text = client_for(karin).get(reverse("participants:enrolment_detail", args=[long.pk])).text
    assert "Maria-Magdalena Þórunn Łucja " + "von Österreich-" * 6 in text


def test_the_manager_reads_without_composer_or_buttons_to_write(client_for, vera, samira):
    text = client_for(vera).get(reverse("participants:enrolment_detail", args=[samira.pk])).text
    assert "composer" not in text
    assert "En koordinator fyller i den." in text


# --- timeline ---------------------------------------------------------------------------------


def test_the_timeline_follows_the_swedish_calendar_over_new_year(samira, karin):
    moments = [
        (datetime(2026, 12, 31, 23, 40, tzinfo=SWEDEN), "Före tolvslaget"),
        (datetime(2027, 1, 1, 0, 30, tzinfo=SWEDEN), "Efter tolvslaget"),
    ]
    for moment, text in moments:
        with time_machine.travel(moment, tick=False), bind(karin):
            write_note(enrolment=samira, kind="note", text=text, user=karin, once_key=uuid4())
    with bind(karin):
        items = build_timeline(enrolment=samira, user=karin, writable=True).items
    assert [(one.text, one.month) for one in items[:2]] == [
        ("Efter tolvslaget", "Januari 2027"),
        ("Före tolvslaget", "December 2026"),
    ]
    assert items[0].meta.startswith("fre\u00a01\u00a0jan 00.30")


def test_the_hour_that_comes_twice_keeps_its_order(samira, karin):
    first = datetime(2026, 10, 25, 2, 30, tzinfo=SWEDEN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=SWEDEN, fold=1)
    for moment, text in ((first, "Första"), (second, "Andra")):
        with time_machine.travel(moment, tick=False), bind(karin):
            write_note(enrolment=samira, kind="note", text=text, user=karin, once_key=uuid4())
    with bind(karin):
        items = build_timeline(enrolment=samira, user=karin, writable=True).items
    assert [one.text for one in items[:2]] == ["Andra", "Första"]


def test_pages_of_the_timeline_cover_every_line_once(samira, karin):
    written = []
    for number in range(2 * LENGTH + 5):
        moment = datetime(2026, 11, 1, 8, tzinfo=SWEDEN) + timedelta(hours=number // 2)
        with time_machine.travel(moment, tick=False), bind(karin):
            text = f"Rad {number}"
            write_note(enrolment=samira, kind="note", text=text, user=karin, once_key=uuid4())
            written.append(text)
    seen, older = [], ""
    with bind(karin):
        for _ in range(5):
            part = build_timeline(enrolment=samira, user=karin, writable=False, older_than=older)
            seen += [one.text for one in part.items if one.text.startswith("Rad")]
            older = part.older_than
            if not older:
                break
    assert sorted(seen) == sorted(written)
    assert not older


# --- notes ------------------------------------------------------------------------------------


def test_a_note_is_signed_in_one_post_and_only_once(page, karin, samira):
    data = {"once_key": str(uuid4()), "kind": "call", "text": "Orkar fler pass."}
    answers = [page("note_new", data) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    with bind(karin):
        assert Note.objects.count() == 1
        assert ReadEvent.objects.filter(reading=Reading.WRITE).count() == 3
    text = page("enrolment_detail").text
    assert "Orkar fler pass." in text
    assert "Telefonsamtal" in text


def test_a_blank_note_keeps_the_page_and_says_so(page, karin):
    response = page("note_new", {"once_key": str(uuid4()), "kind": "talk", "text": "  "})
    assert response.status_code == 200
    assert "Anteckningen är tom" in response.text
    with bind(karin):
        assert not Note.objects.exists()


def test_markup_in_a_note_is_text(page):
    page("note_new", {"once_key": str(uuid4()), "kind": "note", "text": "<script>1</script>"})
    assert "<script>1" not in page("enrolment_detail").text


def test_own_note_is_amended_and_the_first_stays(page, karin, samira):
    with bind(karin):
        note, _ = write_note(
            enrolment=samira, kind="note", text="Fel dag", user=karin, once_key=uuid4()
        )
    wrong = page("note_amend", {"once_key": str(uuid4()), "text": "Rätt dag"}, note.pk)
    assert "Skriv varför anteckningen rättas" in wrong.text
    assert "Rätt dag" in wrong.text
    data = {"once_key": str(uuid4()), "text": "Rätt dag", "reason": "Läste fel"}
    assert page("note_amend", data, note.pk).status_code == 302
    text = page("enrolment_detail").text
    for words in ("Fel dag", "Rätt dag", "Läste fel", "Rättad 2026-10-15"):
        assert words in text


# --- in-registration --------------------------------------------------------------------------


def test_the_in_registration_is_stored_and_counted(page, karin, samira):
    data = {**ANSWERS, "version": 1, "consent": "on", "consent_on": "20260907"}
    assert page("registration_before", data).status_code == 302
    with bind(karin):
        samira.refresh_from_db()
        assert samira.fact.before_complete
        assert samira.fact.hours_before == 10
        assert Consent.objects.get().purpose == "registration"
    text = page("registration_detail").text
    assert "Inregistrering klar" in text
    assert "20170101-2393" in text


def test_the_same_post_again_changes_nothing(page, karin, samira):
    data = {**ANSWERS, "version": 1}
    assert page("registration_before", data).status_code == 302
    assert page("registration_before", data).status_code == 302
    with bind(karin):
        assert Registration.objects.count() == 1
        assert samira.events.filter(verb="register_before").count() == 1


def test_what_is_missing_is_told_by_its_field_and_nothing_typed_is_lost(page, karin):
    data = {
        "version": 1,
        "municipality": "Kvarnby",
        "supports": ["SJP"],
        "support_SJP": "etthundra",
        "occupation_ARB": "12",
    }
    response = page("registration_before", data)
    assert response.status_code == 200
    for words in (
        "Inregistreringen är inte sparad än",
        "Välj högsta utbildning",
        "Fyll i tid i offentlig försörjning före",
        "Skriv ett helt tal",
        "Kryssa i sysselsättning ARB, eller ta bort omfattningen.",
        'value="etthundra"',
        'value="Kvarnby"',
    ):
        assert words in response.text
    with bind(karin):
        assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supports": ["ING", "SJP"]}, "kan inte stå med någon annan försörjning"),
        ({"support_SJP": "101"}, "högst 100"),
        ({"occupation_ARB": "41"}, "högst 40"),
        ({"support_FSS": ""}, "Skriv hur många procent"),
        ({"education": "77"}, "77"),
        ({"consent": "on"}, "Skriv vilken dag samtycket gavs"),
        ({"municipality": "x" * 81}, "80"),
    ],
)
def test_wrong_answers_get_a_sentence(page, karin, change, words):
    response = page("registration_before", {**ANSWERS, "version": 1, **change})
    assert response.status_code == 200
    assert words in response.text
    with bind(karin):
        assert not Registration.objects.exists()


def test_an_incomplete_registration_may_be_kept(page, karin, samira):
    data = {"version": 1, "municipality": "Kvarnby", "supports": ["SJP"], "save_and_close": "1"}
    assert page("registration_before", data).status_code == 302
    text = page("enrolment_detail").text
    assert "Inregistreringen är inte fullständig." in text
    assert "utbildning, tid i offentlig försörjning" in text
    assert "Fyll i resten" in text
    assert 'value="Kvarnby"' in page("registration_before").text


def test_a_change_on_an_old_page_is_told_and_keeps_what_was_typed(page, registered, karin):
    response = page("registration_before", {**ANSWERS, "municipality": "Åsbro", "version": 1})
    assert response.status_code == 200
    assert "har ändrat deltagandet sedan du öppnade sidan" in response.text
    assert 'value="Åsbro"' in response.text


# --- consents and states ----------------------------------------------------------------------


def test_a_consent_is_recorded_shown_and_withdrawn(page, karin, samira):
    data = {
        "purpose": "exchange",
        "recipient": "fk",
        "answer": "yes",
        "form": "signed",
        "given_on": "2026-10-01",
        "valid_to": "2026-10-24",
    }
    assert page("consent_new", data).status_code == 302
    assert "Försäkringskassan: löper ut om 9" in page("enrolment_detail").text
    with bind(karin):
        pk = Consent.objects.get().pk
    assert "Har deltagaren återkallat samtycket?" in page("consent_withdraw", None, pk).text
    assert page("consent_withdraw", {}, pk).status_code == 302
    assert "återkallat 2026-10-15" in page("enrolment_detail").text
    assert page("consent_withdraw", {}, pk).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"recipient": ""}, "Välj vem uppgifterna får utbytas med"),
        ({"valid_to": "2026-09-01"}, "Slutdatumet ligger före datumet"),
        ({"given_on": "2026-10-16"}, "Datumet får inte vara efter 2026-10-15"),
        ({"answer": ""}, "Välj deltagarens svar"),
    ],
)
def test_a_wrong_consent_gets_a_sentence(page, karin, change, words):
    data = {
        "purpose": "exchange",
        "recipient": "fk",
        "answer": "yes",
        "form": "signed",
        "given_on": "2026-10-01",
        **change,
    }
    assert words in page("consent_new", data).text
    with bind(karin):
        assert not Consent.objects.exists()


def test_states_change_with_words_and_once(page, karin, samira):
    pause = {"version": 1, "text": "Operation, åter i december"}
    assert page("enrolment_pause", pause).status_code == 302
    assert page("enrolment_pause", pause).status_code == 302
    text = page("enrolment_detail").text
    assert "Operation, åter i december" in text
    assert "Paus" in text
    assert "går inte nu" in page("enrolment_pause").text
    assert page("enrolment_resume", {"version": 2}).status_code == 302
    wrong = page("enrolment_pause", {"version": 3, "text": ""})
    assert "Svara på frågan: Varför, och när väntas personen tillbaka?" in wrong.text
    with bind(karin):
        assert samira.events.filter(verb="pause").count() == 1


def test_a_stale_change_says_who_was_first(page, samira, karin, jonas, client_for):
    address = reverse("participants:enrolment_pause", args=[samira.pk])
    client_for(jonas).post(address, {"version": 1, "text": "Sjuk"})
    answer = page("enrolment_pause", {"version": 1, "text": "Semester"})
    assert answer.status_code == 200
    assert "Jonas Ek hann före" in answer.text


def test_consents_are_read_on_the_day_of_reading(page, samira, karin, client_for):
    with bind(karin):
        record_consent(
            enrolment=samira,
            purpose="participation",
            given_on=date(2026, 9, 7),
            valid_to=date(2026, 12, 31),
            user=karin,
        )
    assert "badge--ok" in page("enrolment_detail").text
    with time_machine.travel(datetime(2027, 1, 1, 0, 5, tzinfo=SWEDEN), tick=False):
        address = reverse("participants:enrolment_detail", args=[samira.pk])
        assert "Delta i insatsen: gick ut 2026-12-31" in client_for(karin).get(address).text
