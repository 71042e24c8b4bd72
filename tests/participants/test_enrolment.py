"""Opening, phases, closing and undoing a participation."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from core.states import Refused, Stale
from participants.enums import EnrolmentState
from participants.models import AnonymousStart, Enrolment, EnrolmentPhase, Participant
from participants.services import (
    AfterData,
    close_enrolment,
    count_anonymous_start,
    find_person,
    misregister_enrolment,
    next_case_number,
    open_enrolment,
    pause_enrolment,
    reopen_enrolment,
    resume_enrolment,
    start_enrolment,
    start_phase,
)
from tests.cast import bind
from tests.participants.conftest import NUMBERS, START, enrol_in, identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

OUT = AfterData("GEN", Decimal("12.5"), {"FSS": 50}, {"ARB": Decimal(20)})


@pytest.fixture
def today():
    """A Thursday in the middle of the group phase."""
    with time_machine.travel(date(2026, 10, 15), tick=False):
        yield date(2026, 10, 15)


def test_enrolment_gets_case_number_state_and_fact(samira, karin):
    with bind(karin):
        assert samira.case_number == "RS-2026-0001"
        assert samira.state == EnrolmentState.ACTIVE
        assert samira.participant.shown_name == "Samira Haddad"
        assert samira.fact.age_at_start == 41
        assert not samira.fact.before_complete


def test_case_numbers_follow_programme_and_year(samira, enrol, cast):
    later = enrol(number=NUMBERS[1], starts_on=date(2027, 1, 11))
    assert later.case_number == "RS-2027-0001"
    assert later.state == EnrolmentState.PLANNED
    with bind(cast.karin):
        assert next_case_number(cast.programme, 2026) == "RS-2026-0002"
    with bind(cast.bo):
        other = enrol_in(cast.neighbour, cast.bo, identity())
    assert other.case_number == "RS-2026-0001"


def test_case_number_goes_past_9999(samira, cast):
    with bind(cast.karin):
        for number in ("RS-2026-9999", "RS-2026-10000"):
            samira.case_number = number
            samira.save()
        assert next_case_number(cast.programme, 2026) == "RS-2026-10001"


def test_overlap_is_refused_with_the_other_case(samira, enrol):
    with pytest.raises(Refused, match="RS-2026-0001"):
        enrol(starts_on=START + timedelta(weeks=2))


def test_overlap_is_refused_by_the_database_too(samira, karin):
    refused = pytest.raises(IntegrityError, match="enrolments_do_not_overlap")
    with bind(karin), refused, transaction.atomic():
        Enrolment.objects.create(
            participant=samira.participant,
            case_number="RS-2026-0099",
            referrer_code="FK",
            starts_on=START,
            sort_name="x",
            **samira.owned(),
        )


def test_same_person_again_after_closure_is_one_person(samira, enrol, karin):
    with bind(karin):
        close_enrolment(enrolment=samira, ends_on=date(2026, 9, 30), after=OUT, user=karin)
    again = enrol(given="Helt", family="Annan", starts_on=date(2026, 10, 1))
    assert again.participant_id == samira.participant_id


def test_wrong_number_missing_name_and_gender_are_all_told(enrol):
    with pytest.raises(Refused) as refused:
        enrol(number="201701012394")
    assert "Kontrollsiffran" in refused.value.reasons[0]
    with pytest.raises(Refused) as refused:
        enrol(given=" ", family="", gender="")
    assert len(refused.value.reasons) == 2


def test_start_before_the_programme_is_refused(enrol):
    with pytest.raises(Refused, match="Insatsen började"):
        enrol(starts_on=date(2019, 5, 1))


def test_blank_number_never_matches_anybody(enrol, cast):
    one, two = enrol(number=""), enrol(number="", given="Ali")
    assert one.participant_id != two.participant_id
    with bind(cast.karin):
        assert find_person(controller_id=one.controller_id, personnummer="") is None
        assert find_person(controller_id=one.controller_id, personnummer="  ") is None


def test_person_of_the_controllers_other_programme_is_found_and_joined(cast, samira):
    from tests.cast import build_person, build_programme

    team = cast.units["social"]
    second = build_programme(
        cast.programme.association, cast.programme.data_controller, team, "Vidare", "vidare"
    )
    liv = build_person("Liv Ask", "coordinator", team)
    with bind(liv):
        assert not Participant.objects.filter(pk=samira.participant_id).exists()
        found = find_person(controller_id=samira.controller_id, personnummer=NUMBERS[0])
        assert found.pk == samira.participant_id
        assert not Participant.objects.filter(pk=samira.participant_id).exists()
        again = enrol_in(second, liv, identity())
        assert again.participant_id == samira.participant_id
        assert Participant.objects.get().programme_ids == sorted([cast.programme.pk, second.pk])


def test_another_controllers_person_is_never_found(cast, samira):
    with bind(cast.bo):
        assert find_person(controller_id=samira.controller_id, personnummer=NUMBERS[0]) is None
        other = enrol_in(cast.neighbour, cast.bo, identity())
    assert other.participant_id != samira.participant_id


def test_anonymous_start_keeps_gender_and_year(cast):
    with bind(cast.karin):
        count_anonymous_start(programme=cast.programme, gender="K", year=2026)
        row = AnonymousStart.objects.values().get()
        with pytest.raises(Refused):
            count_anonymous_start(programme=cast.programme, gender="", year=2026)
    assert set(row) == {"id", "programme_id", "controller_id", "gender", "year"}


def test_planned_enrolment_starts_when_the_day_has_come(enrol, cast):
    later = enrol(starts_on=date(2026, 10, 20))
    with bind(cast.karin):
        with pytest.raises(Refused, match="2026-10-20"):
            start_enrolment(enrolment=later, user=cast.karin)
        with time_machine.travel(date(2026, 10, 20), tick=False):
            outcome = start_enrolment(enrolment=later, user=cast.karin, version=1)
        assert outcome.record.state == EnrolmentState.ACTIVE


def test_next_phase_ends_the_one_before_the_day_before(samira, karin):
    with bind(karin):
        start_phase(enrolment=samira, phase_code="grupp", on=START, user=karin)
        begun = start_phase(
            enrolment=samira, phase_code="provning", on=date(2026, 10, 12), user=karin
        )
        again = start_phase(
            enrolment=samira, phase_code="provning", on=date(2026, 10, 13), user=karin
        )
        dates = list(samira.phases.values_list("phase__code", "started_on", "ended_on"))
        samira.refresh_from_db()
    assert again.pk == begun.pk
    assert dates == [
        ("grupp", START, date(2026, 10, 11)),
        ("provning", date(2026, 10, 12), None),
    ]
    assert samira.phase.code == "provning"
    assert begun.week_on(date(2026, 10, 19)) == 2


def test_phase_before_start_or_unknown_is_refused(samira, karin):
    with bind(karin):
        with pytest.raises(Refused, match="före deltagandets start"):
            start_phase(enrolment=samira, phase_code="grupp", on=date(2026, 9, 1), user=karin)
        with pytest.raises(Refused, match="ingen fas"):
            start_phase(enrolment=samira, phase_code="finns-inte", on=START, user=karin)
        assert not EnrolmentPhase.objects.exists()


def test_closing_ends_the_phase_and_writes_the_outcome(registered, karin):
    with bind(karin):
        start_phase(enrolment=registered, phase_code="grupp", on=START, user=karin)
        outcome = close_enrolment(
            enrolment=registered, ends_on=date(2026, 10, 14), after=OUT, user=karin
        )
        again = close_enrolment(
            enrolment=registered, ends_on=date(2026, 10, 14), after=OUT, user=karin
        )
        fact = outcome.record.fact
        phase = outcome.record.phases.get()
    assert (outcome.changed, again.changed) == (True, False)
    assert phase.ended_on == date(2026, 10, 14)
    assert fact.after_complete
    assert (fact.reason, fact.weekly_hours, fact.hours_after) == ("GEN", Decimal("12.5"), 20)
    assert fact.hours_before == 10


def test_phase_that_had_not_begun_when_it_ended_never_happened(samira, karin):
    with bind(karin):
        start_phase(enrolment=samira, phase_code="grupp", on=START, user=karin)
        start_phase(enrolment=samira, phase_code="provning", on=date(2026, 11, 2), user=karin)
        close_enrolment(enrolment=samira, ends_on=date(2026, 10, 10), after=OUT, user=karin)
        samira.refresh_from_db()
        left = list(samira.phases.values_list("phase__code", "ended_on"))
    assert left == [("grupp", date(2026, 10, 10))]
    assert samira.phase.code == "grupp"


@pytest.mark.parametrize("ends_on", [date(2026, 9, 6), date(2026, 10, 16)])
def test_end_before_start_or_in_the_future_is_refused(samira, karin, ends_on):
    with bind(karin), pytest.raises(Refused, match="Slutdatumet"):
        close_enrolment(enrolment=samira, ends_on=ends_on, after=OUT, user=karin)


def test_missing_answers_stop_the_closure_unless_the_manager_says_why(samira, karin, vera):
    thin = AfterData("UTE", None, {}, {})
    end = date(2026, 10, 14)
    with bind(karin), pytest.raises(Refused, match="försörjning efter, sysselsättning efter"):
        close_enrolment(enrolment=samira, ends_on=end, after=thin, user=karin, gap="Svarar ej")
    with bind(vera):
        outcome = close_enrolment(
            enrolment=samira, ends_on=end, after=thin, user=vera, gap="Går inte att nå"
        )
        assert outcome.record.state == EnrolmentState.CLOSED
        assert not outcome.record.fact.after_complete
        assert outcome.record.events.first().text == "Går inte att nå"


def test_of_the_deceased_nothing_more_is_asked(samira, karin):
    with bind(karin):
        outcome = close_enrolment(
            enrolment=samira, ends_on=date(2026, 10, 1), after=AfterData("AVL"), user=karin
        )
        assert outcome.changed
        assert not outcome.record.fact.after_complete


def test_closing_on_an_old_version_is_stale_and_changes_nothing(samira, karin, jonas):
    with bind(jonas):
        pause_enrolment(enrolment=samira, user=jonas, version=1, text="Till november")
    with bind(karin):
        with pytest.raises(Stale, match="Jonas Ek hann före"):
            close_enrolment(
                enrolment=samira, ends_on=date(2026, 10, 1), after=OUT, user=karin, version=1
            )
        assert resume_enrolment(enrolment=samira, user=karin).changed
        assert not samira.registrations.exists()


def test_reopening_within_thirty_days_undoes_the_closure(registered, karin):
    with bind(karin):
        start_phase(enrolment=registered, phase_code="grupp", on=START, user=karin)
        close_enrolment(enrolment=registered, ends_on=date(2026, 10, 1), after=OUT, user=karin)
        outcome = reopen_enrolment(enrolment=registered, user=karin)
        fact = outcome.record.fact
        assert outcome.record.phases.get().ended_on is None
    assert (outcome.record.state, outcome.record.ends_on) == (EnrolmentState.ACTIVE, None)
    assert (fact.ended_on, fact.reason, fact.hours_after) == (None, "", None)


def test_reopening_after_thirty_days_or_beside_a_later_one_is_refused(samira, enrol, karin):
    with bind(karin):
        close_enrolment(enrolment=samira, ends_on=date(2026, 10, 1), after=OUT, user=karin)
        november = time_machine.travel(date(2026, 11, 15), tick=False)
        with november, pytest.raises(Refused, match="30 dagar"):
            reopen_enrolment(enrolment=samira, user=karin)
    enrol(starts_on=date(2026, 10, 5))
    with bind(karin), pytest.raises(Refused, match="senare deltagande, RS-2026-0002"):
        reopen_enrolment(enrolment=samira, user=karin)


def test_wrong_registration_counts_nowhere_and_frees_the_time(registered, enrol, karin):
    with bind(karin):
        outcome = close_enrolment(
            enrolment=registered, ends_on=date(2026, 10, 1), after=AfterData("FEL"), user=karin
        )
        assert outcome.record.state == EnrolmentState.MISREGISTERED
        assert outcome.record.fact.misregistered
        assert not Enrolment.objects.counted().exists()
        assert not misregister_enrolment(enrolment=registered, user=karin).changed
    assert enrol(starts_on=START).pk != registered.pk


def test_a_person_outside_the_programme_changes_nothing(samira, cast):
    with bind(cast.bo), pytest.raises(Enrolment.DoesNotExist):
        start_phase(enrolment=samira, phase_code="grupp", on=START, user=cast.bo)


def test_the_role_decides_even_inside_the_programme(samira, cast):
    with bind(cast.vera), pytest.raises(Refused, match="koordinator"):
        pause_enrolment(enrolment=samira, user=cast.vera)


def test_connection_without_a_binding_cannot_open(cast):
    with pytest.raises(Exception, match="inte bunden"), transaction.atomic():
        open_enrolment(
            programme=cast.programme,
            identity=identity(),
            referrer_code="FK",
            referring_unit=None,
            coordinator=None,
            starts_on=START,
            user=cast.karin,
        )
    assert connection.is_usable()
