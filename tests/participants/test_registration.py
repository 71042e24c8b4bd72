"""In- and out-registration, notes, consents, and the fact beside the records."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from core.states import Refused, Stale
from participants.enums import EnrolmentState, Occasion
from participants.models import Enrolment, EnrolmentEvent, FactMark, Note, RegistrationMark
from participants.services import (
    BeforeData,
    amend_note,
    missing_before,
    record_consent,
    register_before,
    withdraw_consent,
    write_fact,
    write_note,
)
from tests.cast import bind
from tests.participants.conftest import COMPLETE, NUMBERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NOON = date(2026, 10, 15)


@pytest.fixture
def today():
    with time_machine.travel(NOON, tick=False):
        yield NOON


def test_complete_registration_says_so_in_record_and_fact(registered, karin):
    with bind(karin):
        registration = registered.registrations.get()
        assert missing_before(registration, list(registration.marks.all())) == []
        fact = registered.fact
    assert fact.before_complete
    assert (fact.education, fact.months_in_support, fact.hours_before) == ("2", 30, 10)


def test_facts_marks_are_the_registrations_marks(registered, karin):
    with bind(karin):
        fields = ("kind", "code", "extent")
        marks = sorted(RegistrationMark.objects.values_list(*fields), key=str)
        facts = FactMark.objects.filter(occasion=Occasion.BEFORE).values_list(*fields)
        assert sorted(facts, key=str) == marks
        assert len(marks) == 4


def test_writing_the_fact_again_changes_no_row(registered, karin):
    with bind(karin):
        before = list(FactMark.objects.order_by("pk").values())
        fact = list(type(registered.fact).objects.values())
        write_fact(enrolment=registered)
        assert list(FactMark.objects.order_by("pk").values()) == before
        assert list(type(registered.fact).objects.values()) == fact


def test_a_correction_rewrites_the_fact(registered, karin):
    with bind(karin):
        corrected = BeforeData("Kvarnby", "3", 0, {"ING": None}, {"STU": Decimal(40)})
        register_before(enrolment=registered, before=corrected, user=karin)
        fact = type(registered.fact).objects.get()
        codes = set(FactMark.objects.values_list("code", flat=True))
    assert codes == {"ING", "STU"}
    assert (fact.hours_before, fact.months_in_support, fact.before_complete) == (40, 0, True)


def test_the_same_answers_again_change_nothing(registered, karin):
    with bind(karin):
        lines = EnrolmentEvent.objects.count()
        register_before(enrolment=registered, before=COMPLETE, user=karin, version=1)
        assert EnrolmentEvent.objects.count() == lines
        assert Enrolment.objects.get().version == registered.version


def test_other_answers_on_an_old_version_are_stale(registered, jonas):
    with bind(jonas):
        with pytest.raises(Stale, match="Karin Lindqvist"):
            register_before(enrolment=registered, before=BeforeData("Åsbro"), user=jonas, version=1)
        assert registered.registrations.get().municipality == "Kvarnby"


def test_registration_begins_a_planned_enrolment(enrol, karin):
    with time_machine.travel(date(2026, 9, 1), tick=False):
        planned = enrol(number=NUMBERS[1])
    assert planned.state == EnrolmentState.PLANNED
    with bind(karin):
        register_before(enrolment=planned, before=COMPLETE, user=karin)
        assert Enrolment.objects.get(pk=planned.pk).state == EnrolmentState.ACTIVE


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (BeforeData(supports={"ING": None, "SJP": 100}), "tillsammans"),
        (BeforeData(supports={"SJP": 101}), "0–100"),
        (BeforeData(supports={"SJP": -1}), "0–100"),
        (BeforeData(supports={"XYZ": 1}), "XYZ"),
        (BeforeData(occupations={"ARB": Decimal("40.5")}), "40 timmar"),
        (BeforeData(education="7"), "7"),
        (BeforeData(months_in_support=-1), "månader"),
    ],
)
def test_wrong_answers_are_refused_and_nothing_is_stored(samira, karin, before, sentence):
    with bind(karin):
        with pytest.raises(Refused, match=sentence):
            register_before(enrolment=samira, before=before, user=karin)
        assert not samira.registrations.exists()


@pytest.mark.parametrize(
    ("before", "missing"),
    [
        (BeforeData(), ["kommun", "utbildning", "tid i offentlig försörjning",
                        "försörjning före", "sysselsättning före"]),
        (BeforeData("Kvarnby", "2", 0, {"SJP": None}, {"ARB": None}),
         ["försörjningens omfattning före", "sysselsättningens timmar före"]),
        (BeforeData("Kvarnby", "2", 0, {"ING": None}, {"SOK": None}), []),
    ],
)  # fmt: skip
def test_an_incomplete_registration_is_kept_and_names_what_is_missing(
    samira, karin, before, missing
):
    with bind(karin):
        registration = register_before(enrolment=samira, before=before, user=karin)
        assert missing_before(registration, list(registration.marks.all())) == missing
        assert write_fact(enrolment=samira).before_complete == (missing == [])


def test_a_note_is_written_once_however_often_it_is_sent(samira, karin):
    key = uuid4()
    with bind(karin):
        first = write_note(
            enrolment=samira, kind="call", text=" Orkar mer. ", user=karin, once_key=key
        )
        second = write_note(
            enrolment=samira, kind="call", text="Orkar mer.", user=karin, once_key=key
        )
        assert (first[1], second[1], first[0].pk == second[0].pk) == (True, False, True)
        assert Note.objects.get().text == "Orkar mer."


def test_an_old_form_with_other_words_is_another_note(samira, enrol, karin, jonas):
    """A browser that goes back shows the old form with its old key: nothing written is lost."""
    key = uuid4()
    other = enrol(number=NUMBERS[1])
    with bind(karin):
        write_note(enrolment=samira, kind="note", text="Ett", user=karin, once_key=key)
        write_note(enrolment=samira, kind="note", text="Två", user=karin, once_key=key)
        write_note(enrolment=other, kind="note", text="Ett", user=karin, once_key=key)
    with bind(jonas):
        note, created = write_note(
            enrolment=samira, kind="note", text="Ett", user=jonas, once_key=key
        )
        assert created
        assert note.author == jonas
        assert Note.objects.count() == 4


def test_blank_note_is_refused(samira, karin):
    with bind(karin), pytest.raises(Refused, match="tom"):
        write_note(enrolment=samira, kind="note", text=" \n", user=karin, once_key=uuid4())


def test_an_amendment_says_why_and_leaves_the_first(samira, karin, jonas):
    with bind(karin):
        note, _ = write_note(
            enrolment=samira, kind="note", text="Fel dag", user=karin, once_key=uuid4()
        )
        with pytest.raises(Refused, match="varför"):
            amend_note(note=note, text="Rätt dag", reason="", user=karin, once_key=uuid4())
        amendment, _ = amend_note(
            note=note, text="Rätt dag", reason="Fel datum", user=karin, once_key=uuid4()
        )
        later, _ = amend_note(
            note=amendment, text="Helt rätt", reason="Igen", user=karin, once_key=uuid4()
        )
        assert amendment.amends == later.amends == note
        assert Note.objects.get(pk=note.pk).text == "Fel dag"
    with bind(jonas), pytest.raises(Refused, match="Bara den som skrev"):
        amend_note(note=note, text="x", reason="y", user=jonas, once_key=uuid4())


def test_consent_holds_from_giving_to_withdrawal(samira, karin):
    with bind(karin):
        consent = record_consent(
            enrolment=samira,
            purpose="exchange",
            recipient="fk",
            given_on=date(2026, 9, 7),
            valid_to=date(2027, 3, 1),
            user=karin,
        )
        same = record_consent(
            enrolment=samira,
            purpose="exchange",
            recipient="fk",
            given_on=date(2026, 9, 7),
            valid_to=date(2027, 3, 1),
            user=karin,
        )
        valid = samira.consents.valid_on
        assert same.pk == consent.pk
        assert valid(date(2026, 9, 7)).exists()
        assert not valid(date(2026, 9, 6)).exists()
        assert valid(date(2027, 3, 1)).exists()
        assert not valid(date(2027, 3, 2)).exists()
        withdraw_consent(consent=consent, on=NOON, user=karin)
        assert not valid(NOON).exists()
        assert (
            samira.events.first().label
            == "Samtycke återkallat: Utbyta uppgifter, Försäkringskassan"
        )


def test_refused_and_wrong_consents(samira, karin):
    with bind(karin):
        record_consent(
            enrolment=samira, purpose="evaluation", given_on=NOON, refused=True, user=karin
        )
        assert not samira.consents.valid_on(NOON).exists()
        with pytest.raises(Refused) as refused:
            record_consent(
                enrolment=samira,
                purpose="okänt",
                recipient="granne",
                given_on=NOON,
                valid_to=date(2026, 1, 1),
                user=karin,
            )
    assert len(refused.value.reasons) == 3
