"""Four questions per view: works, stranger 404, wrong role 403, wrong method 405. And what is shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Reading
from accounts.models import ReadEvent, SecurityEvent
from referrals.enums import ReferralState
from referrals.models import Referral
from tests.cast import bind
from tests.referrals.pages import new_page, only, page, typed
from tests.referrals.people import MAN, NOT_ON_SICK_LEAVE, income_until

PRESSED = ("take", "queue", "resume")
ASKED = ("request_completion", "book_talk", "record_talk", "rest")
# verb: who may come in at all, by role.
ALLOWED = {
    **dict.fromkeys((*PRESSED, *ASKED), ("karin",)),
    "decline": ("karin", "vera"),
    "withdraw": ("karin", "ali"),
    "answer_completion": ("ali",),
    "reopen": ("vera",),
}
EVERYBODY = ("karin", "vera", "ali", "siv", "bo", "stina", "frida", "eva", "lova", "adam")
SAME_ROLE = {"karin": ("bo",), "ali": ("siv",), "vera": ()}


@pytest.mark.parametrize("verb", ALLOWED)
def test_strangers_of_the_same_role_meet_404(verb, desk, cast, client_for) -> None:
    referral = desk.sent()
    for name in ALLOWED[verb]:
        for stranger in SAME_ROLE[name]:
            client = client_for(cast.people[stranger])
            before = SecurityEvent.objects.count()
            assert client.post(page(verb, referral), {"version": 2}).status_code == 404
            assert SecurityEvent.objects.count() == before + 1


@pytest.mark.parametrize("verb", ALLOWED)
def test_other_roles_meet_403(verb, desk, cast, client_for) -> None:
    referral = desk.sent()
    same = {one for name in ALLOWED[verb] for one in SAME_ROLE[name]}
    for name in EVERYBODY:
        if name not in ALLOWED[verb] and name not in same:
            answer = client_for(cast.people[name]).post(page(verb, referral))
            assert answer.status_code == 403, name


@pytest.mark.parametrize("verb", PRESSED)
def test_a_press_is_a_post(verb, desk, karin, client_for) -> None:
    assert client_for(karin).get(page(verb, desk.sent())).status_code == 405


@pytest.mark.parametrize("verb", [*ASKED, "decline"])
def test_pages_that_ask_for_words_open(verb, desk, karin, client_for) -> None:
    answer = client_for(karin).get(page(verb, desk.talk()))
    assert answer.status_code == 200
    assert "Marek Nowicki" in answer.content.decode()


def test_nobody_signed_in_meets_the_sign_in_page(desk, client) -> None:
    referral = desk.sent()
    for address in (reverse("referrals:referral_list"), page("referral_detail", referral)):
        assert client.get(address).status_code == 302


def test_the_senders_own_pages_are_closed_to_the_programme(desk, karin, client_for) -> None:
    client = client_for(karin)
    assert client.get(reverse("referrals:referral_new")).status_code == 403
    assert client.post(reverse("referrals:referral_autosave")).status_code == 403
    assert client.get(page("referral_edit", desk.draft())).status_code == 403
    assert client.post(page("referral_discard", desk.draft())).status_code == 403


def test_another_units_referrer_meets_404(desk, siv, client_for) -> None:
    client = client_for(siv)
    assert client.get(page("referral_detail", desk.sent())).status_code == 404
    assert client.get(page("referral_edit", desk.draft())).status_code == 404
    assert client.post(page("referral_discard", desk.draft())).status_code == 404


def test_a_draft_is_invisible_to_the_programme(desk, cast, client_for) -> None:
    draft = desk.draft()
    for user in (cast.karin, cast.vera):
        assert client_for(user).get(page("referral_detail", draft)).status_code == 404
        with bind(user):
            # Not by the query: the database itself doesn't show it.
            assert not Referral.objects.filter(pk=draft.pk).exists()
            assert not Referral.objects.filter(pk=draft.pk).update(family_name="x")


def test_wrong_methods(desk, ali, client_for) -> None:
    client = client_for(ali)
    assert client.post(reverse("referrals:referral_list")).status_code == 405
    assert client.get(reverse("referrals:referral_autosave")).status_code == 405
    assert client.get(page("referral_discard", desk.draft())).status_code == 405
    assert client.post(page("referral_detail", desk.sent())).status_code == 405


# --- what the pages say -----------------------------------------------------------------------

STATES = (
    "sent", "assessing", "completion", "answered", "talk", "talked", "queued", "resting", "placed",
    "declined", "withdrawn",
)  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_the_record_in_every_state_for_everyone(state, desk, cast, client_for) -> None:
    referral = getattr(desk, state)()
    for user in (cast.karin, cast.vera, cast.ali):
        answer = client_for(user).get(page("referral_detail", referral))
        assert answer.status_code == 200
        assert referral.number in answer.content.decode()


def test_the_record_says_every_reason_and_whom_to_ask(desk, karin, client_for) -> None:
    referral = desk.talk(support_until=timezone.localdate() + timedelta(weeks=3))
    text = client_for(karin).get(page("referral_detail", referral)).content.decode()
    for reason in (
        "Det inledande samtalet är inte hållet.",
        "Personen har inte tackat ja.",
        "det behövs till",
        "Fråga Ali Rezaei",
    ):
        assert reason in text


def test_the_talk_summary_stays_with_the_programme(desk, ali, karin, client_for) -> None:
    referral = desk.talked()
    assert (
        "Vill börja." in client_for(karin).get(page("referral_detail", referral)).content.decode()
    )
    assert (
        "Vill börja." not in client_for(ali).get(page("referral_detail", referral)).content.decode()
    )


def test_reading_a_record_is_logged_once(desk, karin, client_for) -> None:
    referral = desk.sent()
    client_for(karin).get(page("referral_detail", referral))
    with bind(karin):
        events = ReadEvent.objects.filter(record_id=referral.pk, kind="remiss")
        assert [(one.user, one.reading) for one in events] == [(karin, Reading.VIEW)]


def test_the_staffs_list_is_logged(desk, karin, client_for) -> None:
    desk.sent()
    client_for(karin).get(reverse("referrals:referral_list"))
    with bind(karin):
        event = ReadEvent.objects.get(reading=Reading.LIST)
        assert (event.record_id, event.programme_id) == (1, desk.programme.pk)


def test_the_board_puts_the_oldest_first_and_marks_the_late(
    desk, karin, client_for, time_machine
) -> None:
    start = timezone.now()
    time_machine.move_to(start - timedelta(days=9))
    late = desk.sent()
    time_machine.move_to(start)
    desk.sent()
    answer = client_for(karin).get(reverse("referrals:referral_list"))
    lane = answer.context["lanes"][0]
    assert [ticket.status.label for ticket in lane.tickets] == ["dag 9 av 7", "dag 0 av 7"]
    assert lane.tickets[0].url.endswith(f"/{late.pk}/")
    assert answer.context["facts"] == ["2 öppna", "1 över målet 7\u00a0dagar"]


@pytest.mark.parametrize("shown", ["", "mina", "vilande", "placerade", "avslutade"])
def test_every_filter_opens(shown, desk, karin, client_for) -> None:
    desk.resting(), desk.declined(), desk.placed(), desk.sent()
    address = reverse("referrals:referral_list")
    for view in ("", "lista"):
        answer = client_for(karin).get(address, {"visa": shown, "vy": view})
        assert answer.status_code == 200


@pytest.mark.parametrize("shown", ["", "enheten", "avslutade"])
def test_the_senders_filters(shown, desk, ali, client_for) -> None:
    for state in STATES:
        getattr(desk, state)() if state != "placed" else None
    desk.draft()
    answer = client_for(ali).get(reverse("referrals:referral_list"), {"visa": shown})
    headings = [bundle.heading for bundle in answer.context["bundles"]]
    expected = (
        ["Avslutade utan plats"] if shown == "avslutade" else ["Väntar på dig", "Utkast", "På väg"]
    )
    assert headings == expected


@pytest.mark.parametrize("view", ["", "lista"])
def test_lists_ask_the_same_number_of_questions(
    view, desk, cast, client_for, django_assert_max_num_queries
) -> None:
    def questions(user) -> int:
        client = client_for(user)
        address = reverse("referrals:referral_list")
        client.get(address, {"vy": view})
        with django_assert_max_num_queries(30) as seen:
            assert client.get(address, {"vy": view}).status_code == 200
        return len(seen)

    desk.sent(), desk.talk()
    one = {user: questions(user) for user in (cast.karin, cast.ali)}
    for _ in range(2):
        desk.sent(), desk.assessing(), desk.completion(), desk.talk(), desk.queued(), desk.draft()
    assert {user: questions(user) for user in (cast.karin, cast.ali)} == one


# --- through the pages, from draft to queue ---------------------------------------------------


def test_send_a_remiss_for_somebody_on_sick_leave(cast, client_for) -> None:
    answer = client_for(cast.ali).post(new_page(cast), typed(), follow=True)
    referral = only(cast)
    assert referral.state == ReferralState.SENT
    assert referral.personnummer == MAN
    assert referral.typed is None or referral.typed == ""
    assert f"Ärendenumret är {referral.number}" in answer.content.decode()


def test_send_a_remiss_for_somebody_not_on_sick_leave(cast, client_for) -> None:
    words = {name: text for name, text in NOT_ON_SICK_LEAVE.items() if name != "on_sick_leave"}
    client_for(cast.ali).post(
        new_page(cast), typed(on_sick_leave="no", assessment="", support_percent="100", **words)
    )
    assert only(cast).state == ReferralState.SENT


def test_ten_presses_make_one_remiss(cast, client_for) -> None:
    client, form = client_for(cast.ali), typed()
    answers = [client.post(new_page(cast), form) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert only(cast).state == ReferralState.SENT


def test_errors_stand_by_their_fields_and_everything_is_saved(cast, client_for) -> None:
    form = typed(personnummer="1979021-2393", support_until="", informed="")
    answer = client_for(cast.ali).post(new_page(cast), form)
    shown = answer.context["form"]
    assert set(shown.errors) == {"personnummer", "support_until", "informed"}
    assert "siffra för lite" in shown.errors["personnummer"][0]
    assert 'value="1979021-2393"' in answer.content.decode()
    assert [step["state"] for step in answer.context["steps"]] == [
        "error",
        "done",
        "error",
        "error",
        "done",
    ]
    draft = only(cast)
    assert draft.state == ReferralState.DRAFT
    again = client_for(cast.ali).get(page("referral_edit", draft)).content.decode()
    assert 'value="1979021-2393"' in again
    assert "Nowicki" in again


def test_what_does_not_apply_is_not_asked_for(cast, client_for) -> None:
    form = typed(assessment_promised_on="någon gång", birth_date="12", purpose="Blev inte så.")
    client_for(cast.ali).post(new_page(cast), form)
    referral = only(cast)
    assert referral.state == ReferralState.SENT
    assert referral.purpose == ""


def test_somebody_without_any_number(cast, client_for) -> None:
    form = typed(has_number="no", birth_date="1991-09-25", gender="K")
    client_for(cast.ali).post(new_page(cast), form)
    referral = only(cast)
    assert referral.state == ReferralState.SENT
    assert (referral.birth_date.isoformat(), referral.gender) == ("1991-09-25", "K")
    assert referral.personnummer_lookup is None


def test_a_coordination_number_is_a_number(cast, client_for) -> None:
    client_for(cast.ali).post(new_page(cast), typed(personnummer="20170161-2390"))
    referral = only(cast)
    assert referral.birth_date.isoformat() == "2017-01-01"


def test_protected_identity_stops_and_keeps_nothing_that_identifies(cast, client_for) -> None:
    answer = client_for(cast.ali).post(new_page(cast), typed(protected="yes"))
    assert "Välj Remittera anonymt" in answer.context["form"].errors["protected"][0]
    draft = only(cast)
    assert draft.state == ReferralState.DRAFT
    assert (draft.family_name, draft.personnummer, draft.personnummer_lookup) == ("", None, None)
    assert "Nowicki" not in draft.typed


def test_an_anonymous_remiss_stores_no_identity(cast, client_for) -> None:
    form = typed(consent="anonymous", anonymous_gender="K", protected="yes", phone="070-000 00 00")
    client_for(cast.ali).post(new_page(cast), form)
    referral = only(cast)
    assert referral.state == ReferralState.SENT
    assert referral.shown_name == "Anonym person"
    stored = (referral.personnummer, referral.given_name, referral.family_name, referral.phone,
              referral.birth_date, referral.sort_name, referral.typed or "")  # fmt: skip
    assert [value for value in stored if value] == []
    assert referral.gender == "K"


def test_choosing_anonymity_erases_what_the_draft_knew(cast, client_for) -> None:
    client, page = client_for(cast.ali), typed(save_and_close="1")
    client.post(new_page(cast), page)
    assert only(cast).family_name == "Nowicki"
    client.post(new_page(cast), page | {"consent": "anonymous"})
    assert only(cast).family_name == ""
    assert "Nowicki" not in only(cast).typed


def test_an_anonymous_text_may_not_name_anybody(cast, client_for) -> None:
    form = typed(consent="anonymous", anonymous_gender="K", sick_need="Gäller 20170101-2393.")
    answer = client_for(cast.ali).post(new_page(cast), form)
    assert "Ta bort personnumret" in answer.context["form"].errors["sick_need"][0]


def test_autosave_keeps_what_is_typed_without_a_whole_form(cast, client_for) -> None:
    client = client_for(cast.ali)
    address = f"{reverse('referrals:referral_autosave')}?insats={cast.programme.slug}"
    page = {"once_key": str(uuid4()), "page_key": str(uuid4()), "version": "1"}
    for name in ("No", "Nowicki"):
        answer = client.post(address, page | {"family_name": name, "birth_date": "19"})
        assert answer.status_code == 200
    assert answer.json()["saved_at"].count(".") == 1
    assert only(cast).family_name == "Nowicki"
    page_text = client.get(new_page(cast)).content.decode()
    assert "Du har ett påbörjat utkast:" in page_text


def test_an_older_page_never_overwrites_a_saved_draft(desk, cast, client_for) -> None:
    draft = desk.draft()
    client = client_for(cast.ali)
    first = typed(once_key=str(draft.once_key), version=str(draft.version), save_and_close="1")
    client.post(page("referral_edit", draft), first)
    second = first | {"family_name": "Annat", "page_key": str(uuid4())}
    answer = client.post(page("referral_edit", draft), second)
    assert "från ett annat ställe" in answer.content.decode()
    assert 'value="Annat"' in answer.content.decode()
    assert only(cast).family_name == "Nowicki"
    client.post(
        page("referral_edit", draft), second | {"version": answer.context["form"].data["version"]}
    )
    assert only(cast).family_name == "Annat"


def test_a_discarded_draft_is_gone_and_a_sent_one_stays(desk, ali, client_for) -> None:
    draft, sent = desk.draft(), desk.sent()
    client = client_for(ali)
    for one in (draft, sent):
        assert client.post(page("referral_discard", one)).status_code == 302
    with bind(ali):
        assert list(Referral.objects.values_list("pk", flat=True)) == [sent.pk]


def test_from_sent_to_queue_through_the_pages(desk, cast, client_for) -> None:
    referral = desk.sent()
    karin, ali = client_for(cast.karin), client_for(cast.ali)
    soon = (timezone.localdate() + timedelta(days=5)).isoformat()

    def press(client, verb: str, **words: str):
        with bind(cast.karin):
            referral.refresh_from_db()
        answer = client.post(page(verb, referral), {"version": referral.version, **words})
        assert answer.status_code == 302, answer.content.decode()

    press(karin, "take")
    press(karin, "request_completion", other="Vem följer med?", by=soon)
    with bind(cast.ali):
        (item,) = referral.completion_items.all()
    press(ali, "answer_completion", **{f"svar_{item.pk}": "Jag gör det."})
    press(karin, "book_talk", on=soon, clock="13.00", place="rum 3", company="Ali Rezaei")
    press(karin, "book_talk", on=soon, clock="14.30", place="rum 4", company="Ali Rezaei")
    today = timezone.localdate().isoformat()
    press(karin, "record_talk", held_on=today, offer="thinking", summary="Vill tänka.")
    press(karin, "record_talk", held_on=today, offer="accepted", summary="Vill.")
    press(karin, "queue")
    with bind(cast.karin):
        referral.refresh_from_db()
        assert referral.state == ReferralState.QUEUED
        assert (referral.talk_place, referral.talk_summary) == ("rum 4", "Vill.")
        assert timezone.localtime(referral.talk_at).strftime("%H.%M") == "14.30"


def test_the_other_endings_through_the_pages(desk, cast, client_for) -> None:
    with bind(cast.karin):
        pass
    resting = desk.assessing()
    karin, vera = client_for(cast.karin), client_for(cast.vera)
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    words = {"version": resting.version, "why": "Väntar på vård.", "review_on": later}
    assert karin.post(page("rest", resting), words).status_code == 302
    assert karin.post(page("resume", resting), {"version": resting.version + 1}).status_code == 302
    no = {"version": resting.version + 2, "reason": "MAL", "text": "Nej.", "alternative": "Vård."}
    assert vera.post(page("decline", resting), no).status_code == 302
    again = {"version": resting.version + 3, "why": "Fel skäl.", "coordinator": cast.jonas.pk}
    assert vera.post(page("reopen", resting), again).status_code == 302
    with bind(cast.karin):
        resting.refresh_from_db()
        assert (resting.state, resting.coordinator) == (ReferralState.ASSESSING, cast.jonas)
    back = {"version": resting.version, "why": "Har flyttat."}
    assert client_for(cast.ali).post(page("withdraw", resting), back).status_code == 302


# --- two at the same time ---------------------------------------------------------------------


def test_the_second_coordinator_learns_who_was_first_and_when(desk, cast, client_for) -> None:
    referral = desk.sent()
    seen = {"version": referral.version}
    client_for(cast.karin).post(page("take", referral), seen)
    answer = client_for(cast.jonas).post(page("take", referral), seen)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Karin Lindqvist hann före" in text
    assert "under bedömning" in text
    with bind(cast.karin):
        referral.refresh_from_db()
        assert referral.coordinator == cast.karin


def test_the_second_keeps_every_word_typed(desk, cast, client_for) -> None:
    referral = desk.assessing()
    seen = referral.version
    client_for(cast.karin).post(
        page("request_completion", referral),
        {"version": seen, "other": "Intyg.", "by": income_until().isoformat()},
    )
    words = {"version": seen, "reason": "MAL", "text": "Mina ord", "alternative": "Något annat"}
    answer = client_for(cast.vera).post(page("decline", referral), words)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Karin Lindqvist hann före" in text
    assert "Mina ord" in text
    assert "Något annat" in text
    with bind(cast.karin):
        referral.refresh_from_db()
        assert referral.state == ReferralState.COMPLETION


@pytest.mark.parametrize("name", ["Å" * 80, "ليلى الحداد", "Åsa-Łukasik", "İpek ß"])
def test_every_name_is_stored_and_shown(name, cast, client_for) -> None:
    client_for(cast.ali).post(new_page(cast), typed(family_name=name))
    text = client_for(cast.karin).get(reverse("referrals:referral_list")).content.decode()
    assert f"Marek {name}" in text


def test_the_senders_list_is_noted_like_every_other_list(desk, cast, client_for) -> None:
    desk.sent()
    client_for(cast.ali).get(reverse("referrals:referral_list"))
    with bind(cast.ali):
        event = ReadEvent.objects.get(reading=Reading.LIST)
        assert (event.user, event.kind, event.record_id) == (cast.ali, "remiss", 1)
        assert event.controller_id == cast.programme.data_controller_id
