"""Who gets in where: every address × every role × every method, generated from the URLconf.

The expected answer comes from the rule a view declares, asked as a plain function; what is tested is
that the whole stack gives that answer, and that ids from outside the scope answer as ids that don't
exist. A view nobody has declared fails in test_architecture.
"""

import pytest
from django.apps import apps
from django.db import connection
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.access import Scope, bound_to
from accounts.models import SecurityEvent
from tests.cast import Cast, bind
from tests.row_examples import fill_programme

PEOPLE = ("karin", "vera", "ali", "siv", "bo", "stina", "frida", "eva", "lova", "adam")
METHODS = ("get", "post", "put", "patch", "delete")
NOWHERE = 987_654_321
MINE, THEIRS = "own", "neighbour"

# The record each address asks for by number. A new address with an id must be named here.
RECORD_OF = {
    "referrals": "referrals.Referral",
    "participants": "participants.Enrolment",
    "activities": "participants.Enrolment",
    "reporting": "reporting.AnnualReport",
    "programmes": "programmes.Programme",
}
RECORD_OF_VIEW = {
    "notice_open": "accounts.Notice",
    "notice_read": "accounts.Notice",
    "activities:group_detail": "activities.Group",
    "activities:group_place": "activities.Group",
    "activities:attendance": "activities.Session",
    "activities:session_cancel": "activities.Session",
    "activities:trial_detail": "activities.WorkTrial",
    "activities:trial_propose": "activities.WorkTrial",
    "activities:trial_approve": "activities.WorkTrial",
    "activities:trial_start": "activities.WorkTrial",
    "activities:trial_evaluate": "activities.WorkTrial",
    "activities:trial_interrupt": "activities.WorkTrial",
    "activities:trial_cancel": "activities.WorkTrial",
    "activities:follow_up": "activities.FollowUp",
    "participants:note_amend": "participants.Note",
    "referrals:attachment_download": "referrals.Attachment",
    "referrals:attachment_withdraw": "referrals.Attachment",
    "reporting:job_detail": "reporting.Job",
    "reporting:job_download": "reporting.Job",
    "reporting:job_retry": "reporting.Job",
    "reporting:sus_document": "participants.Enrolment",
    "reporting:import_detail": "reporting.RegistrationImport",
    "reporting:import_confirm": "reporting.RegistrationImport",
    "reporting:import_discard": "reporting.RegistrationImport",
    "reporting:import_undo": "reporting.RegistrationImport",
    "reporting:import_rejects": "reporting.RegistrationImport",
}


def addresses(patterns=None, namespace: str = "", converters=()):
    """(view name, view, names of its parameters) for every address of ours."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, inner, converters)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "door"):
            yield f"{namespace}{entry.name}", entry.callback, tuple(entry.pattern.converters)


ADDRESSES = list(addresses())
WITHOUT_ID = [(name, view) for name, view, parameters in ADDRESSES if not parameters]
WITH_ID = [(name, view) for name, view, parameters in ADDRESSES if parameters == ("pk",)]
GUARDED = [(name, view) for name, view in WITHOUT_ID if view.door.rule is not None]


def test_every_address_is_in_the_matrix() -> None:
    """Addresses with other parameters than `pk` need a line of their own below."""
    assert {parameters for _, _, parameters in ADDRESSES} <= {(), ("pk",)} | OTHER_PARAMETERS


OTHER_PARAMETERS = {
    ("slug",),
    ("slug", "pk"),
    ("pk", "membership_pk"),
    ("pk", "note_pk"),
    ("pk", "consent_pk"),
}


@pytest.fixture
def world(cast: Cast) -> dict[str, dict[str, int]]:
    """One row of everything in both programmes: model label → whose → id."""
    found: dict[str, dict[str, int]] = {}
    for whose, programme, person in (
        (MINE, cast.programme, cast.karin), (THEIRS, cast.neighbour, cast.bo)
    ):  # fmt: skip
        fill_programme(programme, person, cast)
        with bind(person):
            for app in (*RECORD_OF, "accounts"):
                for model in apps.get_app_config(app).get_models():
                    rows = model._default_manager.all()
                    if "programme_id" in {f.attname for f in model._meta.concrete_fields}:
                        rows = rows.filter(programme_id=programme.pk)
                    elif model._meta.label == "programmes.Programme":
                        rows = rows.filter(pk=programme.pk)
                    if row := rows.first():
                        found.setdefault(model._meta.label, {})[whose] = row.pk
    return found


def record_of(name: str) -> str:
    return RECORD_OF_VIEW.get(name, RECORD_OF.get(name.split(":")[0], ""))


# Says in its address which programme it is about, and here it says none.
NAMES_A_PROGRAMME = {"referrals:referral_autosave"}


def tried_methods(view, person: str, cast: Cast) -> list[str]:
    """The view's own methods for everybody. The others for one the rule lets in and one it doesn't.

    The door asks the rule first and then the method, of no one in particular.
    """
    alike = [one for one in PEOPLE if may_enter(view, one, cast) == may_enter(view, person, cast)]
    return [one for one in METHODS if one.upper() in view.door.methods or person == alike[0]]


def may_enter(view, person: str, cast: Cast) -> bool:
    return bool(view.door.rule(cast.people[person]))


def expected_without_id(name: str, view, user, method: str) -> set[int]:
    if not view.door.rule(user):
        return {403}
    if method.upper() not in view.door.methods:
        return {405}
    # A form sent empty, or about nothing, is answered and changes nothing.
    answers = {200, 302, 400, 409, 422} if method == "post" else {200, 302}
    return answers | {404} if name in NAMES_A_PROGRAMME else answers


@pytest.mark.parametrize(("name", "view"), GUARDED, ids=[name for name, _ in GUARDED])
def test_pages_answer_by_role_and_method(cast, client_for, name, view) -> None:
    for person in PEOPLE:
        user = cast.people[person]
        client = client_for(user)
        for method in tried_methods(view, person, cast):
            answer = getattr(client, method)(reverse(name))
            allowed = expected_without_id(name, view, user, method)
            assert answer.status_code in allowed, (person, method, answer.status_code)


@pytest.mark.parametrize(("name", "view"), GUARDED, ids=[name for name, _ in GUARDED])
def test_nobody_gets_in_without_signing_in(db, client, name, view) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def may_reach(label: str, person: str, whose: str) -> bool:
    """Whether the person's scope holds the record, by the table of roles in docs/arkitektur.md."""
    if label in ("referrals.Referral", "referrals.Attachment"):
        staff = {MINE: {"karin", "vera"}, THEIRS: {"bo"}}[whose]
        return person in staff | {"ali"}  # both examples were sent by Ali's unit
    if label == "accounts.Notice":
        return person == {MINE: "karin", THEIRS: "bo"}[whose]  # nobody else's, whatever the role
    if label == "programmes.Programme":
        inside = {MINE: {"karin", "vera", "stina", "eva"}, THEIRS: {"bo"}}[whose]
        return person in inside | {"frida"}
    if label == "reporting.AnnualReport":
        inside = {MINE: {"karin", "vera", "stina", "eva"}, THEIRS: {"bo"}}[whose]
        return person in inside | {"frida"}
    return person in {MINE: {"karin", "vera"}, THEIRS: {"bo"}}[whose]


# Within reach, and still not there: nobody has made the file of the examples.
NOT_THERE_YET = {
    "reporting:report_detail",
    "reporting:report_download",
    "reporting:job_download",
    "reporting:import_rejects",
    "referrals:talk_calendar",
    "referrals:attachment_download",
}


def answers_within_reach(name: str, method: str) -> set[int]:
    """A page within reach opens. A verb sent without its words or version is answered, not obeyed."""
    answers = {200, 302} if method == "get" else {200, 302, 400, 409, 422}
    return answers | {404} if name in NOT_THERE_YET else answers


@pytest.mark.parametrize(("name", "view"), WITH_ID, ids=[name for name, _ in WITH_ID])
def test_records_answer_by_role_and_scope(cast, client_for, world, name, view) -> None:
    label = record_of(name)
    assert label in world, f"{name}: säg i RECORD_OF_VIEW vilken post adressen gäller"
    for person in PEOPLE:
        user = cast.people[person]
        client = client_for(user)
        method = "get" if "GET" in view.door.methods else "post"
        for whose in (MINE, THEIRS):
            status = getattr(client, method)(reverse(name, args=[world[label][whose]])).status_code
            case = (person, method, whose, status)
            if not view.door.rule(user):
                assert status == 403, case
            elif not may_reach(label, person, whose):
                assert status == 404, case
            else:
                assert status in answers_within_reach(name, method), case
        if view.door.rule(user):
            missing = getattr(client, method)(reverse(name, args=[NOWHERE]))
            assert missing.status_code == 404, (person, missing.status_code)
        for wrong in tried_methods(view, person, cast):
            if wrong.upper() not in view.door.methods:
                answer = getattr(client, wrong)(reverse(name, args=[NOWHERE]))
                assert answer.status_code == (405 if view.door.rule(user) else 403), (person, wrong)


@pytest.mark.parametrize(("name", "view"), WITH_ID, ids=[name for name, _ in WITH_ID])
def test_a_foreign_id_leaves_one_security_event_and_changes_nothing(
    cast, client_for, world, name, view
) -> None:
    label = record_of(name)
    if not view.door.rule(cast.karin) or may_reach(label, "karin", THEIRS):
        return
    before, events = digest(cast), SecurityEvent.objects.count()
    for method in view.door.methods:
        if method in ("GET", "POST"):
            getattr(client_for(cast.karin), method.lower())(
                reverse(name, args=[world[label][THEIRS]])
            )
    tried = len({"GET", "POST"} & set(view.door.methods))
    assert SecurityEvent.objects.count() == events + tried
    assert digest(cast) == before


def test_the_digest_sees_every_table_with_personal_data(cast, world) -> None:
    """The proof above must not be blind: a table it cannot read would look unchanged."""
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    seen = digest(cast)
    assert [table for table in closed_tables() if seen[table] == empty] == []


def closed_tables() -> list[str]:
    from tests.test_row_security import CLOSED

    return [model._meta.db_table for model in CLOSED if model._meta.db_table not in LOGS]


@pytest.mark.parametrize(("name", "view"), WITH_ID, ids=[name for name, _ in WITH_ID])
def test_reading_changes_nothing_but_the_log(cast, client_for, world, name, view) -> None:
    if "GET" not in view.door.methods:
        return
    before = digest(cast)
    for person in ("karin", "vera", "ali", "frida"):
        client_for(cast.people[person]).get(reverse(name, args=[world[record_of(name)][MINE]]))
    assert digest(cast) == before


# How far somebody has read the messages of a remiss is a log of reading too.
LOGS = {
    "accounts_readevent", "accounts_securityevent", "django_session", "accounts_user",
    "referrals_messagereading",
}  # fmt: skip


def digest(cast: Cast) -> dict[str, str]:
    """A checksum per table of everything in the database but the logs and the sessions."""
    tables = sorted(set(connection.introspection.table_names()) - LOGS)
    rows = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    found = {}
    with bound_to(everything(cast)), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(rows.format(table))
            found[table] = cursor.fetchone()[0]
    return found


def everything(cast: Cast) -> Scope:
    """A scope no person has: both programmes, the referring units, the worker's view of jobs."""
    staff = [
        one for name in ("karin", "bo", "ali", "siv") for one in cast.people[name].scope.standings
    ]
    return Scope(standings=tuple(staff), worker=True)


def test_signed_out_people_find_only_the_open_doors(db, client) -> None:
    open_doors = {name for name, view, _ in ADDRESSES if view.door.rule is None}
    assert open_doors == {"health", "theme", "accessibility", "closed"}


def test_no_address_leads_to_an_administration_site() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
