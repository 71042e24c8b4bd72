"""Every page: works, stranger 404, wrong role 403, wrong method 405; and what is typed is kept."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ReadEvent, SecurityEvent
from activities.enums import WorkTrialState
from activities.models import Attendance, FollowUp, Group, GroupMembership, Workplace, WorkTrial
from participants.models import Enrolment
from referrals.models import Referral
from tests.activities.conftest import fill_group, make_group, queue_people, sessions_of
from tests.activities.test_closure import WHOLE, close
from tests.activities.test_work_trials import START, ongoing, plan
from tests.cast import bind

NOW = "2026-11-11 12:00 +0000"


def url(name, *args):
    return reverse(f"activities:{name}", args=args)


def words(response):
    """The page's words, without markup, with ordinary spaces."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@pytest.fixture
def scene(cast):
    """Wednesday 11 November 2026: a group that is over, one that runs, one that comes; a trial."""
    with time_machine.travel(NOW, tick=False):
        over = make_group(cast, date(2026, 9, 7))
        people = fill_group(cast, over, 2)
        group = make_group(cast, date(2026, 11, 2))
        members = fill_group(cast, group, 3, first=5)
        coming = make_group(cast, date(2027, 1, 11))
        trial = ongoing(cast, people[0])
        close(cast, people[1], ends_on=date(2026, 11, 11))
        with bind(cast.karin):
            follow_up = FollowUp.objects.order_by("due_on").first()
        yield {
            "over": over,
            "group": group,
            "coming": coming,
            "members": members,
            "person": people[0],
            "closed": people[1],
            "trial": trial,
            "follow_up": follow_up,
            "session": sessions_of(cast, group)[0],
            "waiting": queue_people(cast, 3, first=20),
        }


PAGES = {
    "my_day": lambda s: [],
    "group_list": lambda s: [],
    "group_new": lambda s: [],
    "group_detail": lambda s: [s["group"].pk],
    "group_place": lambda s: [s["coming"].pk],
    "attendance": lambda s: [s["session"].pk],
    "trial_list": lambda s: [],
    "trial_new": lambda s: [s["members"][0].pk],
    "trial_detail": lambda s: [s["trial"].pk],
    "trial_approve": lambda s: [s["trial"].pk],
    "trial_evaluate": lambda s: [s["trial"].pk],
    "trial_interrupt": lambda s: [s["trial"].pk],
    "trial_propose": lambda s: [s["trial"].pk],
    "trial_start": lambda s: [s["trial"].pk],
    "trial_cancel": lambda s: [s["trial"].pk],
    "workplace_list": lambda s: [],
    "closure": lambda s: [s["person"].pk],
    "follow_up": lambda s: [s["follow_up"].pk],
    "attendance_panel": lambda s: [s["person"].pk],
    "hours_panel": lambda s: [s["person"].pk],
    "trial_panel": lambda s: [s["person"].pk],
}
LISTS = ("my_day", "group_list", "group_new", "trial_list", "workplace_list")
RECORDS = [name for name in PAGES if name not in LISTS]
POST_ONLY = {
    "session_cancel": lambda s: [s["session"].pk],
    "place_return": lambda s: [s["group"].pk, 1],
}
READ_ONLY = [
    "my_day", "group_list", "group_detail", "trial_list",
    "attendance_panel", "hours_panel", "trial_panel",
]  # fmt: skip


@pytest.mark.parametrize("who", ["karin", "vera"])
def test_every_page_works_for_the_staff(cast, scene, client_for, who):
    client = client_for(cast.people[who])
    for name, args in PAGES.items():
        answer = client.get(url(name, *args(scene)))
        assert (name, answer.status_code) == (name, 200)
        assert "<h1>" in answer.content.decode(), name


def test_every_page_is_closed_for_other_roles(cast, scene, client_for):
    for who in ("ali", "siv", "stina", "frida", "eva", "lova", "adam"):
        client = client_for(cast.people[who])
        for name, args in PAGES.items():
            answer = client.get(url(name, *args(scene)))
            assert (who, name, answer.status_code) == (who, name, 403)


def test_a_stranger_finds_no_record_and_leaves_a_trace(cast, scene, client_for):
    client = client_for(cast.bo)
    for name in RECORDS:
        args = PAGES[name](scene)
        assert (name, client.get(url(name, *args)).status_code) == (name, 404)
        view = f"activities:{name}"
        assert SecurityEvent.objects.filter(user=cast.bo, record_id=args[0], view=view).exists()


def test_a_strangers_lists_hold_nothing_of_ours(cast, scene, client_for):
    client = client_for(cast.bo)
    for name in ("my_day", "group_list", "trial_list", "workplace_list"):
        text = words(client.get(url(name)))
        assert "Grupp 1" not in text
        assert "Returbutiken" not in text
        assert "Elif" not in text


def test_wrong_methods_are_refused(cast, scene, client_for):
    client = client_for(cast.karin)
    for name, args in {**PAGES, **POST_ONLY}.items():
        wrong = [client.put, client.delete]
        if name in READ_ONLY:
            wrong.append(client.post)
        if name in POST_ONLY:
            wrong.append(client.get)
        codes = {method(url(name, *args(scene))).status_code for method in wrong}
        assert (name, codes) == (name, {405})


def test_who_is_not_signed_in_is_asked_to_sign_in(scene, client):
    for name, args in PAGES.items():
        answer = client.get(url(name, *args(scene)))
        assert (name, answer.status_code) == (name, 302)
        assert "/konto/" in answer["Location"]


def test_each_opened_record_is_logged_once(cast, scene, client_for):
    client = client_for(cast.karin)
    for name in RECORDS:
        with bind(cast.karin):
            before = ReadEvent.objects.count()
        client.get(url(name, *PAGES[name](scene)))
        with bind(cast.karin):
            assert (name, ReadEvent.objects.count()) == (name, before + 1)


def test_a_panel_is_a_part_for_htmx_and_a_page_without(cast, scene, client_for):
    client = client_for(cast.karin)
    for name in ("attendance_panel", "hours_panel", "trial_panel"):
        address = url(name, *PAGES[name](scene))
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert part.count("<section") == 1


# --- queries ----------------------------------------------------------------------------------


def own_queries(client, address):
    """The page's own queries: without session, binding, bell, and who is signed in."""
    shell = ("rls_", "SAVEPOINT", "django_session", "accounts_membership", "accounts_notice")
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return [query["sql"] for query in found if not any(word in query["sql"] for word in shell)]


def test_the_number_of_queries_is_small_and_does_not_grow(cast, scene, client_for):
    client = client_for(cast.vera)
    addresses = {
        url(name, *PAGES[name](scene)): most
        for name, most in (
            ("my_day", 12), ("group_list", 8), ("trial_list", 8), ("workplace_list", 8),
            ("group_detail", 8),
        )
    }  # fmt: skip
    before = {address: own_queries(client, address) for address in addresses}
    for address, most in addresses.items():
        assert len(before[address]) <= most, "\n".join(before[address])
    fill_group(cast, scene["group"], 8, first=40)
    for index, person in enumerate(scene["members"]):
        plan(cast, person, starts_on=date(2027, 1, 4), name=f"Plats {index}")
    for address in addresses:
        assert len(own_queries(client, address)) == len(before[address]), address


# --- groups -----------------------------------------------------------------------------------


def new_group(**changes):
    return {
        "once_key": str(uuid4()), "starts_on": "2027-03-01", "leader": "", "room": "sal Eken",
        "size": "12", **changes,
    }  # fmt: skip


def test_a_new_group_is_made_once_however_often_one_presses(cast, scene, client_for):
    client = client_for(cast.karin)
    form = new_group(leader=str(cast.jonas.pk))
    answers = [client.post(url("group_new"), form) for _ in range(3)]
    assert {one.status_code for one in answers} == {302}
    assert len({one["Location"] for one in answers}) == 1
    with bind(cast.karin):
        group = Group.objects.get(starts_on=date(2027, 3, 1))
        assert (group.leader, group.size, group.sessions.count()) == (cast.jonas, 12, 24)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_on": "2027-13-01"}, "Månaden finns inte"),
        ({"starts_on": ""}, "Fyll i start"),
        ({"size": "16"}, "mellan 1 och 15 platser"),
        ({"size": "femton"}, "Skriv ett helt tal"),
        ({"starts_on": "2015-03-02"}, "Insatsen börjar 2020-01-01"),
        ({"leader": "999999"}, "Välj"),
    ],
)
def test_a_group_that_cannot_be_says_why_and_keeps_what_was_typed(
    cast, scene, client_for, changes, sentence
):
    answer = client_for(cast.karin).post(url("group_new"), new_group(**changes))
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert 'value="sal Eken"' in answer.content.decode()
    with bind(cast.karin):
        assert Group.objects.count() == 3


def test_placing_from_the_queue(cast, scene, client_for):
    client = client_for(cast.karin)
    address = url("group_place", scene["coming"].pk)
    chosen = [one.pk for one in scene["waiting"][:2]]
    for _ in range(2):
        answer = client.post(address, {"remiss": chosen})
        assert answer.status_code == 302
    with bind(cast.karin):
        assert scene["coming"].memberships.count() == 2
        assert Referral.objects.filter(state="queued").count() == 1


def test_a_full_group_keeps_the_choice_and_says_how_many_places_are_left(cast, scene, client_for):
    with bind(cast.karin):
        Group.objects.filter(pk=scene["coming"].pk).update(size=1)
    chosen = [one.pk for one in scene["waiting"]]
    answer = client_for(cast.karin).post(url("group_place", scene["coming"].pk), {"remiss": chosen})
    text = words(answer)
    assert "Ingen har fått plats än" in text
    assert "Grupp 3 har 0 av 1 platser fyllda. 1 plats är ledig, du har valt 3." in text
    assert answer.content.decode().count("checked") == 3


def test_nobody_chosen_and_a_foreign_number_are_said(cast, scene, client_for):
    client = client_for(cast.karin)
    address = url("group_place", scene["coming"].pk)
    assert "Välj minst en person" in words(client.post(address))
    foreign = client.post(address, {"remiss": [scene["waiting"][0].pk, 999999]})
    assert "står inte längre i kön" in words(foreign)
    with bind(cast.karin):
        assert scene["coming"].memberships.count() == 0


def test_a_place_can_be_taken_back_twice_without_harm(cast, scene, client_for):
    (enrolment,) = fill_group(cast, scene["coming"], 1, first=60)
    with time_machine.travel("2026-11-11 12:00 +0000", tick=False), bind(cast.karin):
        membership = GroupMembership.objects.get(enrolment=enrolment)
    client = client_for(cast.karin)
    page = words(client.get(url("group_detail", scene["coming"].pk)))
    assert "Har inte börjat än" in page
    address = url("place_return", scene["coming"].pk, membership.pk)
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    with bind(cast.karin):
        assert scene["coming"].memberships.count() == 0


# --- attendance -------------------------------------------------------------------------------


def answers_for(members, **changes):
    data = {}
    for one in members:
        data |= {f"answer_{one.pk}": "present", f"why_{one.pk}": "absent", f"shown_{one.pk}": ""}
    return data | changes


def test_attendance_without_javascript(cast, scene, client_for):
    one, two, three = scene["members"]
    client = client_for(cast.karin)
    address = url("attendance", scene["session"].pk)
    page = client.get(address).content.decode()
    assert page.count('value="present" checked') == 3
    data = answers_for(
        scene["members"],
        **{f"answer_{one.pk}": "late", f"answer_{two.pk}": "away", f"why_{two.pk}": "child"},
    )
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    with bind(cast.karin):
        rows = Attendance.objects.filter(session=scene["session"])
        kinds = dict(rows.values_list("enrolment_id", "kind"))
    assert kinds == {one.pk: "late", two.pk: "child", three.pk: "present"}


def test_a_conflict_shows_both_answers_and_the_next_save_decides(cast, scene, client_for):
    one = scene["members"][0]
    address = url("attendance", scene["session"].pk)
    away = {f"answer_{one.pk}": "away", f"why_{one.pk}": "sick"}
    client_for(cast.karin).post(address, answers_for(scene["members"], **away))
    jonas = client_for(cast.jonas)
    answer = jonas.post(address, answers_for(scene["members"], **{f"answer_{one.pk}": "late"}))
    text = words(answer)
    assert "Karin Lindqvist satte Sjuk" in text
    assert "Du valde Sen" in text
    assert f'name="shown_{one.pk}" value="sick"' in answer.content.decode()
    decided = {f"answer_{one.pk}": "late", f"shown_{one.pk}": "sick", "reason": "Kom 09.20"}
    recorded = {f"shown_{other.pk}": "present" for other in scene["members"][1:]}
    assert (
        jonas.post(address, answers_for(scene["members"], **recorded, **decided)).status_code == 302
    )
    with bind(cast.karin):
        assert Attendance.objects.get(session=scene["session"], enrolment=one).kind == "late"


def test_a_correction_without_reason_keeps_everything(cast, scene, client_for):
    one = scene["members"][0]
    client = client_for(cast.karin)
    address = url("attendance", scene["session"].pk)
    client.post(address, answers_for(scene["members"]))
    recorded = {f"shown_{other.pk}": "present" for other in scene["members"]}
    change = {**recorded, f"answer_{one.pk}": "away", f"why_{one.pk}": "care"}
    answer = client.post(address, answers_for(scene["members"], **change))
    assert "Skriv varför du ändrar" in words(answer)
    assert 'value="care" checked' in answer.content.decode()


def test_a_coming_session_takes_announced_absence_and_asks_why(cast, scene, client_for):
    session = sessions_of(cast, scene["group"])[8]
    one = scene["members"][0]
    client = client_for(cast.karin)
    address = url("attendance", session.pk)
    data = {f"answer_{other.pk}": "expected" for other in scene["members"]}
    data |= {f"shown_{other.pk}": "" for other in scene["members"]}
    page = words(client.get(address))
    assert "Kommer" in page
    unsaid = client.post(address, {**data, f"answer_{one.pk}": "away"})
    assert "välj varför" in words(unsaid)
    told = {f"answer_{one.pk}": "away", f"why_{one.pk}": "authority"}
    assert client.post(address, {**data, **told}).status_code == 302
    faked = client.post(address, {**data, f"answer_{one.pk}": "present"})
    assert "välj ett av svaren" in words(faked)
    with bind(cast.karin):
        assert list(Attendance.objects.filter(session=session).values_list("kind", flat=True)) == [
            "authority"
        ]


def test_a_person_who_is_not_in_the_group_cannot_be_posted(cast, scene, client_for):
    data = answers_for([*scene["members"], scene["person"]])
    client_for(cast.karin).post(url("attendance", scene["session"].pk), data)
    with bind(cast.karin):
        assert not Attendance.objects.filter(enrolment=scene["person"]).exists()


def test_cancelling_a_session_and_taking_it_back(cast, scene, client_for):
    client = client_for(cast.karin)
    address = url("session_cancel", scene["session"].pk)
    page = client.post(address, follow=True)
    assert "Tillfället är inställt" in words(page)
    page = client.post(address, {"aterta": "1"}, follow=True)
    assert "Klart för i dag" in words(page)


# --- work trials ------------------------------------------------------------------------------


def new_trial(**changes):
    steps = {f"week_{index}": "4,5" for index in range(1, 9)}
    return {
        "once_key": str(uuid4()), "place": "new", "new_name": "Biblioteket", "new_contact": "",
        "new_phone": "", "supervisor": "Per Widell", "tasks": "Hyllor",
        "starts_on": "2026-11-16", **steps, **changes,
    }  # fmt: skip


def test_planning_a_trial_at_a_new_workplace(cast, scene, client_for):
    person = scene["members"][0]
    client = client_for(cast.karin)
    form = new_trial()
    answers = [client.post(url("trial_new", person.pk), form) for _ in range(2)]
    assert len({one["Location"] for one in answers}) == 1
    with bind(cast.karin):
        trial = WorkTrial.objects.get(enrolment=person)
        assert trial.workplace.name == "Biblioteket"
        assert {str(week.planned_hours) for week in trial.weeks.all()} == {"4.5"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"new_name": ""}, "Skriv vad arbetsplatsen heter"),
        ({"week_3": "81"}, "högst 80"),
        ({"week_3": "6,25"}, "högst en decimal"),
        ({"week_3": ""}, "Fyll i vecka 3"),
        ({"starts_on": "2026-10-01"}, "Deltagandet börjar"),
        ({"place": "424242"}, "Välj ett giltigt alternativ"),
    ],
)
def test_a_trial_that_cannot_be_says_why_and_keeps_what_was_typed(
    cast, scene, client_for, changes, sentence
):
    person = scene["members"][0]
    answer = client_for(cast.karin).post(url("trial_new", person.pk), new_trial(**changes))
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert "Hyllor" in answer.content.decode()
    with bind(cast.karin):
        assert not WorkTrial.objects.filter(enrolment=person).exists()


def test_hours_are_logged_with_decimal_comma(cast, scene, client_for):
    client = client_for(cast.karin)
    address = url("trial_detail", scene["trial"].pk)
    assert "hours_20261102" in client.get(address).content.decode()
    data = {
        "hours_20261102": "4,5", "shown_20261102": "", "comment_20261102": "Bra vecka",
        "hours_20261109": "", "shown_20261109": "",
        "hours_20261116": "9", "shown_20261116": "",
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    with bind(cast.karin):
        weeks = dict(scene["trial"].weeks.values_list("monday", "actual_hours"))
    assert str(weeks[START]) == "4.5"
    assert weeks[date(2026, 11, 16)] is None


def test_wrong_hours_keep_what_was_typed(cast, scene, client_for):
    address = url("trial_detail", scene["trial"].pk)
    data = {"hours_20261102": "fyra", "shown_20261102": "", "comment_20261102": "Bra vecka"}
    answer = client_for(cast.karin).post(address, data)
    assert "Timmarna är inte sparade än" in words(answer)
    assert 'value="fyra"' in answer.content.decode()
    assert 'value="Bra vecka"' in answer.content.decode()


def test_the_trial_goes_from_draft_to_evaluated_by_its_pages(cast, scene, client_for):
    trial, _ = plan(cast, scene["members"][0], starts_on=date(2026, 11, 9), name="Biblioteket")
    client = client_for(cast.karin)

    def press(verb, **data):
        page = client.get(url(f"trial_{verb}", trial.pk)).content.decode()
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        return client.post(url(f"trial_{verb}", trial.pk), {"version": version, **data})

    assert press("propose").status_code == 302
    assert press("approve", participant_on="2026-11-10", workplace_on="").status_code == 302
    assert "Föreslagen" in words(client.get(url("trial_detail", trial.pk)))
    assert (
        press("approve", participant_on="2026-11-10", workplace_on="2026-11-10").status_code == 302
    )
    assert press("start").status_code == 302
    short = press("evaluate", result="completed", evaluation="")
    assert "Skriv utvärderingen" in words(short)
    without = press("evaluate", result="completed", evaluation="Gick bra")
    assert "Inga timmar är inlagda" in words(without)
    assert "Gick bra" in without.content.decode()
    assert press("evaluate", result="no_show", evaluation="").status_code == 302
    with bind(cast.karin):
        trial.refresh_from_db()
        assert trial.state == WorkTrialState.EVALUATED


def test_an_old_page_of_a_trial_changes_nothing(cast, scene, client_for):
    answer = client_for(cast.karin).post(
        url("trial_interrupt", scene["trial"].pk), {"version": "1", "text": "Sjuk"}
    )
    assert "hann före" in words(answer)
    with bind(cast.karin):
        assert WorkTrial.objects.get(pk=scene["trial"].pk).state == WorkTrialState.ONGOING


def test_a_workplace_is_added_once(cast, scene, client_for):
    client = client_for(cast.karin)
    data = {"once_key": str(uuid4()), "name": "Växthuset", "kind": "", "contact": "", "phone": ""}
    for _ in range(2):
        client.post(url("workplace_list"), data)
    with bind(cast.karin):
        assert Workplace.objects.filter(name="Växthuset").count() == 1


# --- closure and follow-ups -------------------------------------------------------------------


def closing(enrolment, **changes):
    return {
        "version": enrolment.version, "ends_on": "2026-11-11", "reason": "FRE",
        "weekly_hours": "10,5", "occupations": ["PRA"], "occupation_PRA": "10",
        "supports": ["SJP"], "support_SJP": "50", **changes,
    }  # fmt: skip


def test_closing_by_the_form(cast, scene, client_for):
    person = scene["members"][0]
    with bind(cast.karin):
        person.refresh_from_db()
    client = client_for(cast.karin)
    for _ in range(2):
        assert client.post(url("closure", person.pk), closing(person)).status_code == 302
    with bind(cast.karin):
        assert Enrolment.objects.get(pk=person.pk).fact.weekly_hours == WHOLE.weekly_hours


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": "2026-10-01"}, "ligger före startdatumet"),
        ({"ends_on": "2026-11-12"}, "får inte vara efter"),
        ({"reason": ""}, "Välj avslutsanledning"),
        ({"weekly_hours": ""}, "Det här saknas: timmar i veckan"),
        ({"supports": ["SJP", "ING"]}, "kan inte stå med någon annan"),
        ({"occupations": []}, "eller ta bort omfattningen"),
        ({"support_SJP": "150"}, "högst 100"),
        ({"version": 1}, "har ändrat"),
    ],
)
def test_a_closure_that_cannot_be_says_why_and_keeps_what_was_typed(
    cast, scene, client_for, changes, sentence
):
    person = scene["members"][0]
    with bind(cast.karin):
        person.refresh_from_db()
    answer = client_for(cast.karin).post(url("closure", person.pk), closing(person, **changes))
    assert answer.status_code == 200
    assert sentence in words(answer)
    with bind(cast.karin):
        assert Enrolment.objects.get(pk=person.pk).is_open


def test_only_the_manager_is_asked_about_gaps(cast, scene, client_for):
    person = scene["members"][0]
    with bind(cast.karin):
        person.refresh_from_db()
    half = closing(person, weekly_hours="", gap="Svarar inte")
    refused = client_for(cast.karin).post(url("closure", person.pk), half)
    assert "Verksamhetsledaren kan avsluta ändå" in words(refused)
    assert client_for(cast.vera).post(url("closure", person.pk), half).status_code == 302


def test_noting_a_follow_up(cast, scene, client_for):
    client = client_for(cast.karin)
    address = url("follow_up", scene["follow_up"].pk)
    with time_machine.travel("2027-05-11 12:00 +0000", tick=False):
        data = {"shown": "planned", "state": "done", "done_on": "2027-05-11", "weekly_hours": "20"}
        client = client_for(cast.karin)
        assert "Välj sysselsättning" in words(client.post(address, data))
        assert client.post(address, {**data, "occupation": "ARB"}).status_code == 302
        other = client.post(address, {**data, "state": "declined"})
        assert "redan antecknad" in words(other)
