"""The work list: everything that is due is there, nothing that is done, and only one's own."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from activities.enums import AttendanceKind
from activities.models import Session
from activities.services import Mark, WeekEntry, cancel_session, log_hours, record_attendance
from participants.models import Enrolment
from participants.services import BeforeData, record_consent, register_before, write_note
from referrals.models import Referral
from tests.activities.conftest import fill_group, make_group, queue_people, sessions_of
from tests.activities.test_closure import close
from tests.activities.test_views import words
from tests.activities.test_work_trials import ongoing, plan
from tests.cast import bind

K = AttendanceKind
TUESDAY = "2026-09-15 12:00 +0000"


@pytest.fixture
def day(cast, client_for):
    """What somebody's page says on a moment: `day("karin", "2026-09-15 12:00 +0000")`."""

    def read(who="karin", moment=TUESDAY, shown=""):
        with time_machine.travel(moment, tick=False):
            client = client_for(cast.people[who])
            return words(client.get(reverse("activities:my_day"), {"visa": shown}))

    return read


def take_all(cast, group, enrolments, kinds):
    """Attendance at the group's first sessions, `kinds` for the first person."""
    for session, kind in zip(sessions_of(cast, group), kinds, strict=False):
        marks = [Mark(enrolments[0].pk, kind), *[Mark(one.pk, K.PRESENT) for one in enrolments[1:]]]
        with time_machine.travel(session.ends_at, tick=False), bind(cast.karin):
            record_attendance(session=session, marks=marks, user=cast.karin)


def register(cast, enrolments):
    """Complete in-registrations, so that they are nothing to do."""
    before = BeforeData(
        municipality="Kvarnby",
        education="2",
        months_in_support=24,
        supports={"SJP": 100},
        occupations={"SJK": None},
    )
    with bind(cast.karin):
        for one in enrolments:
            register_before(enrolment=one, before=before, user=cast.karin)


def test_three_absences_in_a_row_until_somebody_has_noted_a_contact(cast, running, day):
    group, enrolments = running
    take_all(cast, group, enrolments, [K.PRESENT, K.ABSENT, K.SICK, K.ABSENT])
    text = day()
    assert "Tre frånvaro i rad, två av dem utan anmälan i grupp 1" in text
    assert "Ring och anteckna" in text
    with bind(cast.karin):
        write_note(
            enrolment=enrolments[0], kind="call", text="Ringde", user=cast.karin, once_key=uuid4()
        )
    assert "frånvaro i rad" not in day()


def test_a_cancelled_session_breaks_no_row_and_adds_none(cast, running, day):
    group, enrolments = running
    take_all(cast, group, enrolments, [K.PRESENT, K.ABSENT, K.SICK, K.ABSENT])
    third = sessions_of(cast, group)[2]
    with bind(cast.karin):
        cancel_session(session=third, cancelled=True, user=cast.karin)
    assert "frånvaro i rad" not in day()


def test_attendance_nobody_took_is_overdue_the_next_day(cast, running, day):
    text = day()
    assert "Närvaron för tillfälle 1, mån 7 sep, är inte tagen" in text
    with bind(cast.karin):
        Session.objects.update(attendance_done_at=None, cancelled=True)
    assert "är inte tagen" not in day()


def test_todays_session_can_be_taken_while_it_goes_on(cast, running, day):
    text = day(moment="2026-09-15 07:30 +0000")
    assert "09.00 Grupp 1, tillfälle 5" in text
    assert "Nu: Grupp 1, tillfälle 5" in text
    assert "Nu: Grupp 1" not in day(moment="2026-09-16 07:30 +0000")


def test_a_referral_waits_for_assessment_and_is_overdue_after_the_goal(cast, day):
    (referral,) = queue_people(cast, 1)
    with bind(cast.ali):
        Referral.objects.filter(pk=referral.pk).update(
            state="sent", sent_on=date(2026, 9, 6), coordinator=None
        )
    text = day()
    assert "Remiss från Försäkringskassan har väntat på bedömning i 9 dagar, målet är 7" in text
    assert "2 dagar sen" in text
    assert "1 sak är försenad" in text


def test_a_talk_today_is_among_todays_times_and_tomorrow_it_must_be_noted(cast, day):
    (referral,) = queue_people(cast, 1)
    with bind(cast.ali):
        at = Session._meta.get_field("starts_at").to_python("2026-09-15 15:30:00+02:00")
        Referral.objects.filter(pk=referral.pk).update(state="talk", talk_at=at, talk_place="rum 3")
    assert "15.30 Inledande samtal Elif Yıldız, rum 3" in day()
    assert "Inledande samtalet tis 15 sep är inte antecknat" in day(moment="2026-09-16 08:00 +0000")


def test_missing_in_registration_is_there_until_it_is_complete(cast, running, day):
    _, enrolments = running
    assert day(shown="registrering").count("Inregistreringen är inte fullständig") == 3
    register(cast, enrolments[:2])
    assert day(shown="registrering").count("Inregistreringen är inte fullständig") == 1


def test_a_consent_that_runs_out_is_told_in_time(cast, running, day):
    _, enrolments = running
    with bind(cast.karin):
        record_consent(
            enrolment=enrolments[0],
            purpose="exchange",
            recipient="fk",
            given_on=date(2026, 9, 1),
            valid_to=date(2026, 9, 24),
            user=cast.karin,
        )
    assert "Ett samtycke löper ut om 9 dagar" in day()
    assert "löper ut" not in day(moment="2026-09-25 08:00 +0000")


def test_income_that_runs_out_is_told_two_weeks_before(cast, running, day):
    with bind(cast.karin):
        Referral.objects.update(support_until=date(2026, 9, 29))
    assert day().count("Försörjningen är säkrad till 2026-09-29") == 3
    assert "säkrad till" not in day(moment="2026-09-14 08:00 +0000")


def test_work_trials_ask_for_hours_answer_start_and_evaluation(cast, day):
    with time_machine.travel("2026-11-11 12:00 +0000", tick=False):
        one, two = fill_group(cast, make_group(cast), 2)
        trial = ongoing(cast, one)
        other, _ = plan(cast, two, name="Biblioteket")
    wednesday = "2026-11-11 12:00 +0000"
    assert "Inga timmar inlagda från Returbutiken v. 45" in day(moment=wednesday)
    with time_machine.travel(wednesday, tick=False), bind(cast.karin):
        monday = date(2026, 11, 2)
        entries = [WeekEntry(monday + timedelta(weeks=i), Decimal(4)) for i in range(2)]
        log_hours(trial=trial, entries=entries, user=cast.karin)
    assert "Inga timmar" not in day(moment=wednesday)
    assert "Inga timmar inlagda från Returbutiken den här veckan" in day(
        moment="2026-11-16 12:00 +0000"
    )
    assert "Arbetsprövningen på Returbutiken är slut" in day(moment="2026-12-28 12:00 +0000")
    with bind(cast.karin):
        type(other).objects.filter(pk=other.pk).update(state="proposed", version=2)
    text = day(moment=wednesday)
    assert "Arbetsprövningen på Biblioteket väntar på deltagarens godkännande" in text


def test_a_follow_up_comes_the_week_before_and_stays_until_noted(cast, running, day):
    _, enrolments = running
    close(cast, enrolments[0])
    assert "Uppföljning 6 månader" not in day(moment="2027-03-07 08:00 +0000")
    assert "Uppföljning 6 månader" in day(moment="2027-03-08 08:00 +0000")
    assert "15 dagar sen" in day(moment="2027-03-30 08:00 +0000")


def test_a_coordinator_sees_the_own_and_the_manager_everybodys(cast, running, day):
    _, enrolments = running
    with bind(cast.karin):
        Enrolment.objects.filter(pk=enrolments[0].pk).update(coordinator=cast.jonas)
    counts = {
        who: day(who, shown="registrering").count("Inregistreringen är inte fullständig")
        for who in ("karin", "jonas", "vera", "bo")
    }
    assert counts == {"karin": 2, "jonas": 1, "vera": 3, "bo": 0}


def test_places_and_the_next_group_in_one_sentence(cast, running, day):
    coming = make_group(cast, date(2026, 11, 16))
    fill_group(cast, coming, 2, first=20)
    text = day()
    assert "Rehabsteget har 5 av 40 platser fyllda." in text
    assert "Nästa gruppstart är v. 47, 2 av 15 platser är tilldelade." in text
    assert "Mina deltagare 5 personer" in text


def test_an_empty_day_says_what_comes_here(cast, day):
    text = day()
    assert "Allt är gjort" in text
    assert "inget är försenat" in text
    assert "Ingen ny grupp är planerad" in text
    assert "Inget av det slaget" in day(shown="provning")


def test_a_coordinator_whose_team_runs_no_programme_is_told_whom_to_ask(cast, day):
    cast.karin.memberships.update(unit=cast.units["it"])
    text = day()
    assert "Du har inget uppdrag i en insats just nu" in text
    assert "Vem frågar jag?" in text


def test_who_has_left_the_team_has_no_day(cast, client_for):
    cast.karin.memberships.update(ends_on=date(2026, 1, 1))
    with time_machine.travel(TUESDAY, tick=False):
        assert client_for(cast.karin).get(reverse("activities:my_day")).status_code == 403


def test_what_waits_in_the_queue_or_rests_is_there_when_its_people_are_reminded(cast, day):
    (referral,) = queue_people(cast, 1)

    def change(**fields):
        with bind(cast.ali):
            Referral.objects.filter(pk=referral.pk).update(**fields)

    change(queued_on=date(2026, 8, 17), support_until=date(2027, 9, 1))
    assert "Lång väntan i kön" not in day()
    assert "Lång väntan i kön. I kö sedan 2026-08-17" in day(moment="2026-09-16 08:00 +0000")
    change(support_until=date(2026, 9, 30))
    assert "Försörjningen tar slut under kötiden. Säkrad till 2026-09-30" in day()
    change(state="resting", review_on=date(2026, 9, 16))
    assert "vilande remissen" not in day()
    later = day(moment="2026-09-17 08:00 +0000")
    assert "Dags att se på den vilande remissen. Skulle ses på igen 2026-09-16" in later
    assert "1 dag sen" in later
