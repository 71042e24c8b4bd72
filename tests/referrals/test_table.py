"""The transition table, every state × verb × role, against the process written out here by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.states import STAYS, refusals, steps
from programmes.services import scope_of
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral
from referrals.rules import DEMANDS, TABLE, unmet
from tests.cast import bind
from tests.referrals.people import NOT_ON_SICK_LEAVE, Desk, answers, person

S = ReferralState
ROLES = ("ali", "siv", "karin", "jonas", "vera", "bo", "stina", "frida", "eva", "lova", "adam")
COORDINATORS = ("karin", "jonas")
STAFF = (*COORDINATORS, "vera")
SENDER = ("ali",)
OPEN = set(WAITING_STATES)
TAKEN = OPEN - {S.SENT}

# verb: (from, to, who). The process "Remiss", row by row.
PROCESS = {
    "send": ({S.DRAFT}, S.SENT, SENDER),
    "take": ({S.SENT}, S.ASSESSING, COORDINATORS),
    "request_completion": ({S.SENT, S.ASSESSING}, S.COMPLETION, COORDINATORS),
    "answer_completion": ({S.COMPLETION}, S.ASSESSING, SENDER),
    "book_talk": ({S.ASSESSING, S.TALK}, S.TALK, COORDINATORS),
    "record_talk": ({S.TALK}, S.TALK, COORDINATORS),
    "miss_talk": ({S.TALK}, S.ASSESSING, COORDINATORS),
    "rebook_talk": ({S.TALK}, S.TALK, COORDINATORS),
    "decline_offer": ({S.TALK}, S.WITHDRAWN, COORDINATORS),
    "queue": ({S.TALK}, S.QUEUED, COORDINATORS),
    "present": ({S.TALK}, S.DECIDING, COORDINATORS),
    "body_accepts": ({S.DECIDING}, S.QUEUED, STAFF),
    "body_declines": ({S.DECIDING}, S.DECLINED, STAFF),
    "assign": ({S.SENT}, S.ASSESSING, STAFF),
    "reassign": (TAKEN, STAYS, STAFF),
    "prioritise": ({S.QUEUED}, STAYS, STAFF),
    "change_support": ({S.TALK, S.DECIDING, S.QUEUED}, STAYS, COORDINATORS),
    "set_target_group": (TAKEN, STAYS, COORDINATORS),
    "correct_number": (TAKEN, STAYS, COORDINATORS),
    "confirm_person": (TAKEN, STAYS, STAFF),
    "transfer": (OPEN, S.TRANSFERRED, ("vera",)),
    "rest": ({S.ASSESSING, S.TALK}, S.RESTING, COORDINATORS),
    "resume": ({S.RESTING}, S.ASSESSING, COORDINATORS),
    "place": ({S.QUEUED}, S.PLACED, STAFF),
    "unplace": ({S.PLACED}, S.QUEUED, COORDINATORS),
    "decline": (OPEN, S.DECLINED, STAFF),
    "withdraw": (OPEN, S.WITHDRAWN, (*SENDER, *COORDINATORS)),
    "reopen": ({S.DECLINED, S.WITHDRAWN}, S.ASSESSING, ("vera",)),
}
# Verbs that aren't there in every programme, or for every remiss.
WITH_BODY, WITHOUT_BODY = {"present"}, {"queue"}
WITH_EARLIER = {"confirm_person"}
# A talk that has been held keeps its time and cannot be missed; the guard has its own test.
BEFORE_TALK = {"book_talk", "miss_talk", "rebook_talk"}


@pytest.fixture
def whole(cast) -> Referral:
    """A remiss, not stored, that meets every guard; its state is set by the test."""
    for user in cast.people.values():
        user.scope = scope_of(user, today=timezone.localdate())
    today = timezone.localdate()
    return Referral(
        programme=cast.programme,
        controller=cast.programme.data_controller,
        unit=cast.units["fk"],
        referrer=cast.ali,
        coordinator=cast.karin,
        sent_on=today,
        talk_at=timezone.now(),
        talk_held_on=today,
        offer="accepted",
        **answers(),
        **person().columns(),
    )


def test_the_table_has_exactly_the_verbs_of_the_process() -> None:
    assert set(TABLE) == set(PROCESS)


@pytest.mark.parametrize("verb", PROCESS)
def test_every_state_and_role(verb, whole, cast) -> None:
    sources, target, who = PROCESS[verb]
    assert TABLE[verb].target == target
    cast.programme.deciding_body = "Remissgruppen" if verb in WITH_BODY else ""
    if verb in WITH_EARLIER:
        Desk(cast).sent()
    whole.talk_held_on = None if verb in BEFORE_TALK else timezone.localdate()
    for role in ROLES:
        with bind(cast.people[role]):
            for state in S:
                whole.state = state
                allowed = not refusals(TABLE[verb], whole, cast.people[role])
                assert allowed == (state in sources and role in who), (state, role)


@pytest.mark.parametrize("body", ["", "Remissgruppen"])
@pytest.mark.parametrize("state", S)
def test_the_screen_shows_the_verbs_that_start_here_and_no_others(body, state, whole, cast) -> None:
    whole.state, cast.programme.deciding_body = state, body
    hidden = WITH_EARLIER | (WITHOUT_BODY if body else WITH_BODY)
    with bind(cast.karin):
        shown = {step.verb for step in steps(TABLE, whole, cast.karin)}
    started = {verb for verb, (sources, _, _) in PROCESS.items() if state in sources}
    assert shown == started - hidden


def test_a_verb_that_does_not_apply_is_refused_as_well_as_hidden(whole, cast) -> None:
    whole.state = S.TALK
    with bind(cast.karin):
        assert refusals(TABLE["present"], whole, cast.karin) == ["Det gäller inte här."]
        assert refusals(TABLE["confirm_person"], whole, cast.karin) == ["Det gäller inte här."]


def test_every_verb_has_words() -> None:
    for verb, transition in TABLE.items():
        assert transition.button, verb
        assert transition.done, verb
        assert transition.ask.endswith("."), verb


# --- guards -----------------------------------------------------------------------------------


def test_queue_lists_every_reason(whole, cast) -> None:
    whole.state, whole.talk_held_on, whole.offer = S.TALK, None, "thinking"
    whole.support_until = timezone.localdate()
    Desk(cast).sent()
    with bind(cast.karin):
        reasons = refusals(TABLE["queue"], whole, cast.karin)
    assert len(reasons) == 4
    assert reasons[:2] == [
        "Det inledande samtalet är inte hållet.",
        "Personen har inte tackat ja.",
    ]
    assert reasons[3] == (
        "Personnumret finns sedan tidigare. Bekräfta först om det är samma person."
    )


@pytest.mark.parametrize(("days", "allowed"), [(16 * 7 - 1, True), (16 * 7 - 2, False)])
def test_income_must_last_the_programmes_weeks(days, allowed, whole, cast) -> None:
    whole.state = S.TALK
    whole.support_until = timezone.localdate() + timedelta(days=days)
    with bind(cast.karin):
        assert (not refusals(TABLE["queue"], whole, cast.karin)) == allowed


def test_a_held_talk_keeps_its_time(whole, cast) -> None:
    whole.state = S.TALK
    assert refusals(TABLE["book_talk"], whole, cast.karin) == [
        f"Samtalet hölls {whole.talk_held_on}."
    ]


def test_send_lists_everything_that_is_missing(whole, cast) -> None:
    empty = Referral(
        programme=whole.programme, controller=whole.controller, unit=whole.unit, referrer=cast.ali
    )
    reasons = refusals(TABLE["send"], empty, cast.ali)
    assert [demand.field for demand in unmet(empty)] == [
        "referrer_code", "personnummer", "family_name", "gender", "on_sick_leave",
        "support_code", "support_until", "needs_adaptation", "informed", "consent",
    ]  # fmt: skip
    assert reasons == [demand.sentence for demand in unmet(empty)]


TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)
LACKING = [
    ({"assessment": ""}, "assessment"),
    ({"assessment": "attached"}, "assessment"),
    ({"assessment": "promised", "assessment_on": None}, "assessment_on"),
    *[
        ({**NOT_ON_SICK_LEAVE, name: " "}, name)
        for name in ("purpose", "goal", "possibility", "need")
    ],
    ({"support_code": ""}, "support_code"),
    ({"support_until": None}, "support_until"),
    ({"support_until": YESTERDAY}, "support_until"),
    ({"support_percent": None}, "support_percent"),
    ({"sick_leave_from": TODAY, "sick_leave_until": YESTERDAY}, "sick_leave_until"),
    ({"needs_adaptation": None}, "needs_adaptation"),
    ({"needs_adaptation": True}, "language"),
    ({"consent_form": ""}, "consent_form"),
    ({"consent_form": "oral", "consent_purposes": ["registration"]}, "consent_purposes"),
    ({"informed": False}, "informed"),
    ({"consent": ""}, "consent"),
    ({"consent_on": None}, "consent_on"),
    ({"personnummer": "", "birth_date": None}, "personnummer"),
    ({"family_name": ""}, "family_name"),
    ({"gender": ""}, "gender"),
    ({"on_sick_leave": None}, "on_sick_leave"),
    ({"referrer_code": ""}, "referrer_code"),
]


@pytest.mark.parametrize(("changed", "field"), LACKING)
def test_each_demand_alone_stops_sending(changed, field, whole, cast) -> None:
    whole.state = S.DRAFT
    for name, value in changed.items():
        setattr(whole, name, value)
    assert [demand.field for demand in unmet(whole)] == [field]
    assert len(refusals(TABLE["send"], whole, cast.ali)) == 1


def test_every_demand_is_tested_above() -> None:
    about_files = {"attachment"}  # see test_attachments
    fields = {field for _, field in LACKING} | about_files
    assert {demand.field for demand in DEMANDS} == fields


def test_a_promised_assessment_with_a_date_is_enough(whole, cast) -> None:
    whole.state, whole.assessment = S.DRAFT, "promised"
    whole.assessment_on = timezone.localdate() + timedelta(days=10)
    assert refusals(TABLE["send"], whole, cast.ali) == []


def test_anonymous_needs_a_gender_and_no_identity(whole, cast) -> None:
    whole.state, whole.consent, whole.consent_on = S.DRAFT, "anonymous", None
    whole.personnummer, whole.family_name, whole.birth_date = "", "", None
    assert refusals(TABLE["send"], whole, cast.ali) == []
    whole.gender = ""
    assert [demand.field for demand in unmet(whole)] == ["gender"]


def test_an_anonymous_start_is_never_taken_back(whole, cast) -> None:
    whole.state, whole.consent = S.PLACED, "anonymous"
    assert refusals(TABLE["unplace"], whole, cast.karin) == [
        "En anonym start är räknad och kan inte tas tillbaka."
    ]
