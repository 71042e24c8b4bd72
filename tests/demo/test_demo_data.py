"""What the demo municipality holds: real sizes, real rules, nobody real."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db.models import F, Max, Min, Q
from personnummer import personnummer

from accounts.models import Membership
from activities.enums import AttendanceKind, FollowUpState, TrialResult, WorkTrialState
from activities.models import (
    Attendance,
    AttendanceChange,
    FollowUp,
    Group,
    GroupMembership,
    Session,
    WorkTrial,
    WorkTrialWeek,
)
from activities.services import capacity_of, holiday_name
from core.lookup import lookup_hash
from core.personal_numbers import masked
from core.uploads import type_of
from participants.enums import EnrolmentState, Protection
from participants.models import (
    AnonymousStart,
    Consent,
    Enrolment,
    EnrolmentEvent,
    EnrolmentPhase,
    FactMark,
    Note,
    Participant,
    Registration,
    StatisticsFact,
)
from participants.services import missing_after, missing_before, write_fact
from programmes.models import Code, Programme
from referrals.enums import AttachmentKind, ReferralState, Side
from referrals.models import Attachment, Message, Referral, ReferralEvent
from referrals.rules import TABLE, unmet
from referrals.services import read_attachment
from tests.demo.conftest import LOADED, TODAY
from tests.demo.held_back import HeldBack

FIRST = date(2023, 1, 1)
WHOLE_YEARS = (2023, 2024, 2025)


def days() -> list[date]:
    """Every day of the demo and some weeks on."""
    return [FIRST + timedelta(days=number) for number in range((TODAY - FIRST).days + 80)]


# --- sizes and limits -------------------------------------------------------------------------


@pytest.mark.parametrize("year", WHOLE_YEARS)
def test_a_year_is_as_large_as_the_real_one(kvarnby: Programme, year: int):
    named = Enrolment.objects.counted().filter(starts_on__year=year).count()
    anonymous = AnonymousStart.objects.filter(year=year).count()
    assert 90 <= named + anonymous <= 120
    assert Group.objects.filter(starts_on__year=year).count() == 8


def test_never_more_than_forty_at_once(kvarnby: Programme):
    places = [
        (one.starts_on, one.ends_on)
        for one in Enrolment.objects.exclude(state=EnrolmentState.MISREGISTERED)
    ]
    wrong = Enrolment.objects.filter(state=EnrolmentState.MISREGISTERED)
    for one in wrong:
        marked = one.events.get(verb="misregister").at.date()
        places.append((one.starts_on, marked))
    groups = list(Group.objects.values_list("starts_on", "ends_on", "anonymous_members"))
    taken = {
        day: sum(first <= day and (last is None or day <= last) for first, last in places)
        + sum(count for first, last, count in groups if first <= day <= last)
        for day in days()
    }
    assert max(taken.values()) <= kvarnby.capacity
    assert max(taken.values()) >= kvarnby.capacity - 2, "the programme is nearly full at times"
    assert capacity_of(programme=kvarnby, today=TODAY).taken <= kvarnby.capacity


def test_groups_keep_their_size_and_their_hours(kvarnby: Programme):
    for group in Group.objects.prefetch_related("memberships", "sessions"):
        assert group.memberships.count() + group.anonymous_members <= kvarnby.group_size
        sessions = list(group.sessions.all())
        assert sum(one.hours for one in sessions) == 72
        assert not [one for one in sessions if holiday_name(one.starts_at.date())]
        assert group.starts_on == sessions[0].starts_at.date()
        assert group.ends_on == sessions[-1].starts_at.date()


def test_nothing_before_the_window_and_nothing_in_the_future(kvarnby: Programme):
    firsts = [
        Enrolment.objects.aggregate(day=Min("starts_on"))["day"],
        Group.objects.aggregate(day=Min("starts_on"))["day"],
        Referral.objects.aggregate(day=Min("sent_on"))["day"],
        Referral.objects.aggregate(at=Min("created_at"))["at"].date(),
        EnrolmentEvent.objects.aggregate(at=Min("at"))["at"].date(),
        Membership.objects.aggregate(day=Min("starts_on"))["day"],
    ]
    assert min(firsts) >= FIRST
    lasts = [
        EnrolmentEvent.objects.aggregate(at=Max("at"))["at"],
        ReferralEvent.objects.aggregate(at=Max("at"))["at"],
        AttendanceChange.objects.aggregate(at=Max("at"))["at"],
        Note.objects.aggregate(at=Max("signed_at"))["at"],
        Registration.objects.aggregate(at=Max("registered_at"))["at"],
    ]
    assert max(moment.date() for moment in lasts) < TODAY
    assert Enrolment.objects.aggregate(day=Max("ends_on"))["day"] < TODAY
    assert FollowUp.objects.aggregate(day=Max("done_on"))["day"] < TODAY


def test_it_takes_seconds(kvarnby: Programme):
    assert LOADED["seconds"] < 30


# --- nobody real ------------------------------------------------------------------------------


def in_test_series(number: str) -> bool:
    """Birth number 238 for a woman, 239 for a man, and a right check digit."""
    return len(number) == 12 and number[8:11] in ("238", "239") and personnummer.valid(number)


def test_every_personal_number_is_from_the_test_series(kvarnby: Programme):
    people = list(Participant.objects.all())
    numbers = [one.personnummer for one in people if one.personnummer]
    referred = [one.personnummer for one in Referral.objects.all() if one.personnummer]
    assert len(numbers) > 300
    assert not [number for number in {*numbers, *referred} if not in_test_series(number)]
    assert len(set(numbers)) == len(numbers)
    for one in people:
        if one.personnummer:
            assert one.gender == ("K" if one.personnummer[10] == "8" else "M")
            assert one.personnummer_lookup == lookup_hash(one.personnummer)
            assert f"{one.birth_date:%Y%m}" == one.personnummer[:6]


def test_some_are_protected_unnumbered_anonymous_or_come_back(kvarnby: Programme):
    people = Participant.objects.all()
    protected = people.exclude(protection=Protection.NONE)
    assert {one.protection for one in protected} == {"marking", "protected"}
    assert all(one.alias and one.family_name not in one.shown_name for one in protected)
    sent = Referral.objects.filter(enrolment__participant__in=protected)
    assert all(one.shown_name == one.enrolment.participant.alias for one in sent)
    assert people.filter(personnummer_lookup=None).exists()
    assert [one for one in people if one.personnummer and int(one.personnummer[6:8]) > 60]
    assert AnonymousStart.objects.count() > 10
    twice = Counter(Enrolment.objects.values_list("participant_id", flat=True))
    assert max(twice.values()) >= 2
    assert Referral.objects.exclude(language="").exists()


def test_names_come_in_many_alphabets_of_letters(kvarnby: Programme):
    letters = {letter for one in Participant.objects.all() for letter in one.family_name}
    assert {"Å", "Ö", "ä", "Ł", "ı"} <= letters | {"Ö"}
    assert not Participant.objects.filter(sort_name="").exists()


def test_an_anonymous_referral_leads_to_nobody(kvarnby: Programme):
    anonymous = Referral.objects.filter(consent="anonymous", programme=kvarnby)
    assert anonymous.filter(state=ReferralState.PLACED).count() > 10
    assert not anonymous.exclude(enrolment=None).exists()
    placed = anonymous.filter(state=ReferralState.PLACED)
    assert not placed.exclude(purpose="", need="", goal="", talk_summary="").exists()
    total = Group.objects.values_list("anonymous_members", flat=True)
    assert sum(total) == placed.count() == AnonymousStart.objects.count()


# --- every state, and everything that follows from it -----------------------------------------


@pytest.mark.parametrize(
    ("model", "name", "states"),
    [
        (Referral, "state", ReferralState.values),
        (Enrolment, "state", EnrolmentState.values),
        (WorkTrial, "state", WorkTrialState.values),
        (WorkTrial, "result", [*TrialResult.values, ""]),
        (FollowUp, "state", FollowUpState.values),
        (Attendance, "kind", AttendanceKind.values),
    ],
)
def test_every_state_is_there(kvarnby: Programme, model, name: str, states: list[str]):
    assert {*model.objects.values_list(name, flat=True)} == {*states}


def test_history_ends_in_the_state_and_follows_the_table(kvarnby: Programme):
    for referral in Referral.objects.prefetch_related("events"):
        events = sorted(referral.events.all(), key=lambda one: one.pk)
        state = "draft"
        if referral.transferred_from_id:
            assert [event.verb for event in events] == ["receive"]
            continue
        for event in events:
            transition = TABLE[event.verb]
            assert state in transition.sources
            assert (event.from_state, event.to_state) == (state, transition.leads_to(state))
            assert event.label == transition.done
            state = event.to_state
        assert state == referral.state
        assert referral.version == 1 + len(events)
        moments = [event.at for event in events]
        assert moments == sorted(set(moments))


def test_participations_have_their_history(kvarnby: Programme):
    for enrolment in Enrolment.objects.prefetch_related("events"):
        events = sorted(enrolment.events.all(), key=lambda one: (one.at, one.pk))
        assert events[0].verb == "open"
        assert enrolment.state in {event.to_state for event in events}
        verbs = Counter(event.verb for event in events)
        assert verbs["close"] == (enrolment.state == EnrolmentState.CLOSED)
        assert verbs["phase"] == EnrolmentPhase.objects.filter(enrolment=enrolment).count()
        assert all(event.actor_role and event.actor_organisation for event in events)


def test_sent_referrals_meet_every_demand(kvarnby: Programme):
    """What the form would have refused isn't in the demo either."""
    sent = Referral.objects.exclude(state__in=("draft", "declined", "withdrawn", "placed"))
    assert not {demand.sentence for one in sent for demand in unmet(one)}


def test_attendance_only_for_members_on_days_that_have_been(kvarnby: Programme):
    strangers = Attendance.objects.exclude(
        Q(enrolment__group_memberships__left_on=None)
        | Q(enrolment__group_memberships__left_on__gte=F("session__starts_at__date")),
        enrolment__group_memberships__group=F("session__group"),
        enrolment__group_memberships__joined_on__lte=F("session__starts_at__date"),
    )
    assert not strangers.exists()
    assert not Attendance.objects.filter(session__cancelled=True).exists()
    assert not Attendance.objects.filter(session__starts_at__date__gte=TODAY).exists()
    done = Session.objects.filter(cancelled=False, starts_at__date__lt=TODAY)
    assert not done.filter(attendance_done_at=None).exists()
    assert Session.objects.filter(cancelled=True).exists()
    assert AttendanceChange.objects.exclude(reason="").exists()


def test_trials_rise_toward_ten_hours_and_lie_within_the_participation(kvarnby: Programme):
    weeks = WorkTrialWeek.objects.all()
    assert weeks.filter(actual_hours__gte=10).exists()
    assert not weeks.filter(monday__gt=TODAY, actual_hours__isnull=False).exists()
    for trial in WorkTrial.objects.select_related("enrolment").prefetch_related("weeks"):
        planned = [week.planned_hours for week in trial.weeks.all()]
        assert planned == sorted(planned)
        assert trial.starts_on >= trial.enrolment.starts_on
        if trial.state == WorkTrialState.ONGOING:
            assert trial.enrolment.is_open


def test_closed_ones_have_outcomes_and_follow_ups(kvarnby: Programme):
    closed = Enrolment.objects.filter(state=EnrolmentState.CLOSED)
    reasons = Counter(
        Registration.objects.filter(occasion="after").values_list("reason", flat=True)
    )
    assert sum(reasons.values()) == closed.count()
    assert 0.34 <= reasons["FRE"] / closed.count() <= 0.5
    assert not GroupMembership.objects.filter(
        left_on=None, enrolment__state="closed", group__ends_on__gte=TODAY
    ).exists()
    asked = closed.exclude(registrations__reason__in=("SAM", "AVL", "FEL"))
    assert FollowUp.objects.count() == 2 * asked.distinct().count()


def test_some_registrations_lack_something_and_say_so(kvarnby: Programme):
    lacking = {"before": 0, "after": 0}
    for one in Registration.objects.prefetch_related("marks"):
        missing = missing_before if one.occasion == "before" else missing_after
        lacking[one.occasion] += bool(missing(one, list(one.marks.all())))
    closed = Enrolment.objects.filter(state=EnrolmentState.CLOSED).count()
    assert 0.03 <= (lacking["before"] + lacking["after"]) / closed <= 0.14
    assert min(lacking.values()) > 2
    gaps = EnrolmentEvent.objects.filter(verb="close").exclude(text="")
    assert gaps.count() == lacking["after"]
    assert set(gaps.values_list("actor_role", flat=True)) == {"manager"}


def test_registrations_use_known_codes(kvarnby: Programme):
    codes = {kind: set() for kind in ("support", "occupation")}
    for code_list, code in Code.objects.values_list("code_list", "code"):
        codes.setdefault(code_list, set()).add(code)
    for kind, code in FactMark.objects.values_list("kind", "code"):
        assert code in codes[kind]
    for reason in Registration.objects.filter(occasion="after").values_list("reason", flat=True):
        assert reason in codes["end_reason"]
    for code in Enrolment.objects.values_list("referrer_code", flat=True):
        assert code in codes["referrer"]
    declined = Referral.objects.filter(state=ReferralState.DECLINED)
    assert {*declined.values_list("decline_reason", flat=True)} <= codes["decline_reason"]


def test_no_support_stands_alone(kvarnby: Programme):
    for one in Registration.objects.prefetch_related("marks"):
        supports = [mark.code for mark in one.marks.all() if mark.kind == "support"]
        assert "ING" not in supports or len(supports) == 1
        assert sum(mark.extent or 0 for mark in one.marks.all() if mark.kind == "support") <= 100


def test_facts_are_those_the_service_writes(kvarnby: Programme):
    def snapshot() -> list:
        marks = FactMark.objects.values_list(
            "fact__enrolment_id", "occasion", "kind", "code", "extent"
        )
        return [*StatisticsFact.objects.order_by("pk").values_list(), *sorted(marks, key=str)]

    before = snapshot()
    for enrolment in Enrolment.objects.select_related("participant"):
        write_fact(enrolment=enrolment)
    assert snapshot() == before


def test_consents_are_given_refused_withdrawn_and_running_out(kvarnby: Programme):
    consents = Consent.objects.all()
    assert consents.filter(refused=True).exists()
    assert consents.exclude(withdrawn_on=None).exists()
    soon = consents.filter(
        valid_to__range=(TODAY, TODAY + timedelta(days=60)), enrolment__state="active"
    )
    assert soon.exists()
    assert not consents.filter(given_on__gte=TODAY).exists()


def test_budgets_of_every_year(kvarnby: Programme):
    for year in (*WHOLE_YEARS, 2026):
        lines = kvarnby.budgets.get(year=year).lines.all()
        assert sum(line.amount for line in lines) == 5_167_000
        spent = sum(line.outcome for line in lines)
        share = 10 / 12 if year == 2026 else 1
        assert 0.9 * share <= spent / 5_167_000 <= 1.06 * share


# --- papers and messages ----------------------------------------------------------------------


def test_remisser_that_wait_have_papers_that_open_and_people_who_talk(
    kvarnby: Programme, demo_files: Path, settings
):
    settings.FILES_DIR = demo_files
    papers = Attachment.objects.filter(programme=kvarnby).select_related("referral")
    assert {one.kind for one in papers} == {AttachmentKind.ASSESSMENT, AttachmentKind.CONSENT}
    for one in papers:
        assert type_of(read_attachment(one)).content_type == one.content_type
        assert not one.referral.is_anonymous
        assert one.added_at.date() <= TODAY
    talk = Message.objects.filter(programme=kvarnby).select_related("referral")
    assert {one.side for one in talk} == {Side.SENDER, Side.PROGRAMME}
    for one in talk:
        assert one.referral.sent_on <= one.at.date() < TODAY
        assert masked(one.text) == one.text


def test_the_forecast_would_have_held_in_the_years_held_back(kvarnby: Programme):
    """Learnt from the years before each day asked; four of five intervals held, and were narrow."""
    years = HeldBack(kvarnby)
    days = (date(2025, 9, 1) + timedelta(days=step) for step in range(0, 400, 16))
    told = [one for day in days for one in years.told(day)]
    assert len(told) > 100
    held = [
        outlook.early is not None and outlook.early <= happened <= (outlook.late or date.max)
        for outlook, happened in told
    ]
    assert sum(held) / len(held) >= 0.8
    widths = sorted(((one.late or date.max) - one.early).days for one, _ in told if one.early)
    assert widths[len(widths) // 2] <= 4 * 7


def test_those_who_wait_have_been_told_when(kvarnby: Programme):
    waiting = Referral.objects.filter(programme=kvarnby).queued()
    assert waiting.count() == waiting.exclude(forecast=None).count() > 0
