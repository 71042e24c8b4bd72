"""What is being written is never lost: old tabs, ended sessions, wrong fields. Nor kept for ever."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from referrals.models import Message, Referral
from referrals.services import (
    discard_draft,
    remind_about_drafts,
    remind_everybody,
    remove_expired_drafts,
    save_draft,
)
from tests.cast import SINCE, bind
from tests.referrals.pages import autosave, new_page, only, page, typed
from tests.referrals.people import Desk, answers, person
from tests.waiting import until_it_waits

OURS = {"origin": "http://testserver"}
THEIRS = {"origin": "https://exempel.invalid"}


# --- several pages open -----------------------------------------------------------------------


def test_the_page_that_saves_may_go_on_saving(cast, client_for) -> None:
    client, mine = client_for(cast.ali), typed()
    for word in ("Vill", "Vill prova", "Vill prova en vecka"):
        answer = client.post(autosave(cast), mine | {"sick_need": word})
        assert answer.status_code == 200, answer.json()
    assert only(cast).need == "Vill prova en vecka"


def test_an_old_new_page_never_overwrites_in_silence(cast, client_for) -> None:
    client, first = client_for(cast.ali), typed(save_and_close="1")
    client.post(new_page(cast), first)
    draft = only(cast)
    newer = first | {"page_key": str(uuid4()), "version": draft.version, "family_name": "Nyare"}
    client.post(page("referral_edit", draft), newer)
    for version in ("", "1", "många"):
        old = first | {"version": version, "family_name": "Äldre"}
        answer = client.post(autosave(cast), old)
        assert answer.status_code == 409, version
        assert "från ett annat ställe" in answer.json()["reasons"][0]
    assert only(cast).family_name == "Nyare"


def test_both_versions_are_shown_field_by_field(cast, client_for) -> None:
    client, first = client_for(cast.ali), typed(save_and_close="1")
    client.post(new_page(cast), first)
    draft = only(cast)
    newer = first | {"page_key": str(uuid4()), "version": draft.version, "support_code": "REH"}
    client.post(page("referral_edit", draft), newer)
    answer = client.post(page("referral_edit", draft), first | {"family_name": "Nowicka"})
    problems = " ".join(answer.context["problems"])
    assert "Efternamn: i det sparade utkastet står det ”Nowicki”." in problems
    assert "står det ”Försörjning REH”." in problems
    assert 'value="Nowicka"' in answer.content.decode()
    again = dict(answer.context["form"].data) | {"save_and_close": "1"}
    assert client.post(page("referral_edit", draft), again).status_code == 302
    assert (only(cast).family_name, only(cast).support_code) == ("Nowicka", "SJP")


def test_an_answer_that_was_lost_on_the_way_is_no_conflict(cast, client_for) -> None:
    client, mine = client_for(cast.ali), typed()
    client.post(autosave(cast), mine)
    again = mine | {"page_key": str(uuid4()), "version": "1"}
    assert client.post(autosave(cast), again).status_code == 200


def test_somebody_elses_key_begins_a_draft_of_ones_own(desk, cast, client_for) -> None:
    theirs = desk.draft()
    mine = typed(once_key=str(theirs.once_key), save_and_close="1", family_name="Annan")
    answer = client_for(cast.siv).post(new_page(cast), mine)
    assert answer.status_code == 200
    assert 'value="Annan"' in answer.content.decode()
    assert answer.context["form"].data["once_key"] != str(theirs.once_key)
    assert only(cast).family_name == "Nowicki"


# --- the session ended ------------------------------------------------------------------------


def test_signed_out_in_the_middle_gives_everything_back(cast, client_for) -> None:
    mine = typed(family_name="Łukasik", consent_purposes=["exchange", "evaluation"])
    answer = Client().post(new_page(cast), mine, headers=OURS)
    text = answer.content.decode()
    assert answer.status_code == 401
    assert answer["Cache-Control"] == "no-store"
    assert "det du skrev är inte skickat än" in text
    assert 'name="family_name" value="Łukasik"' in text
    assert text.count('name="consent_purposes"') == 2
    kept = {name: value for name, value in answer.context["fields"] if name != "consent_purposes"}
    purposes = {"consent_purposes": ["exchange", "evaluation"]}
    sent = client_for(cast.ali).post(new_page(cast), kept | purposes, follow=True)
    assert "Remissen är skickad." in sent.content.decode()


def test_what_another_site_sends_is_not_repeated(cast) -> None:
    for headers in (THEIRS, {}, {"referer": "https://exempel.invalid/remisser/"}):
        answer = Client().post(new_page(cast), typed(), headers=headers)
        assert (answer.status_code, "Nowicki" in answer.content.decode()) == (302, False)


def test_a_scripts_own_call_is_only_told_to_sign_in(cast) -> None:
    headers = OURS | {"sec-fetch-mode": "cors"}
    assert Client().post(autosave(cast), typed(), headers=headers).status_code == 302


def test_an_old_token_gives_the_words_back_too(desk, cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.karin, backend="django.contrib.auth.backends.ModelBackend")
    words = {"version": "1", "text": "Mina ord", "csrfmiddlewaretoken": "x" * 64}
    address = page("decline", desk.assessing())
    answer = client.post(address, words, headers=OURS)
    assert answer.status_code == 403
    assert 'value="Mina ord"' in answer.content.decode()
    assert "Mina ord" not in client.post(address, words, headers=THEIRS).content.decode()


def test_a_password_is_never_given_back(cast) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in = {"login": "ali@example.se", "password": "det-hemliga-ordet"}
    answer = client.post(reverse("account_login"), sign_in, headers=OURS)
    assert answer.status_code == 403
    assert "det-hemliga-ordet" not in answer.content.decode()


# --- from which unit --------------------------------------------------------------------------


@pytest.fixture
def two_units(cast) -> None:
    """Ali works at Arbetsförmedlingen too."""
    Membership.objects.create(
        user=cast.ali, unit=cast.units["af"], role=Role.REFERRER, starts_on=SINCE
    )


def test_with_two_units_the_sender_chooses(two_units, cast, client_for) -> None:
    client = client_for(cast.ali)
    chosen = str(cast.units["fk"].pk)
    refused = client.post(new_page(cast), typed())
    assert "Välj vilken enhet" in refused.context["form"].errors["unit"][0]
    client.post(new_page(cast), typed(unit=chosen))
    with bind(cast.ali):
        sent = Referral.objects.get(state="sent")
    assert (str(sent.unit_id), sent.referrer_code) == (chosen, "FK")
    again = client.get(new_page(cast)).context["form"]
    assert again.initial["unit"] == chosen


def test_a_kind_of_sender_fits_its_unit(two_units, cast, client_for) -> None:
    form = typed(unit=str(cast.units["af"].pk), referrer_code="FK")
    client_for(cast.ali).post(new_page(cast), form)
    assert only(cast).referrer_code == "AF"


def test_nobody_writes_from_a_unit_that_is_not_theirs(cast, client_for) -> None:
    client_for(cast.ali).post(new_page(cast), typed(unit=str(cast.units["social"].pk)))
    assert only(cast).unit == cast.units["fk"]


def test_one_more_keeps_the_senders_particulars_and_nobody_elses(cast, client_for) -> None:
    client = client_for(cast.siv)
    sent = client.post(new_page(cast), typed(referrer_code="KSO"), follow=True)
    assert "Remittera en till" in sent.content.decode()
    shown = client.get(sent.context["another_url"])
    initial = shown.context["form"].initial
    assert (initial["referrer_code"], initial["unit"]) == ("KSO", str(cast.units["social"].pk))
    assert not {"personnummer", "family_name", "given_name", "phone"} & set(initial)
    assert "Nowicki" not in shown.content.decode()


# --- not for ever -----------------------------------------------------------------------------


def days_later(number: int) -> datetime:
    return timezone.now() + timedelta(days=number)


def test_the_list_warns_before_a_draft_is_removed(desk, cast, client_for, time_machine) -> None:
    desk.draft()
    for days, warned in ((0, False), (22, False), (23, True), (29, True)):
        time_machine.move_to(days_later(0) if not days else start_of(desk, cast, days))
        text = client_for(cast.ali).get(reverse("referrals:referral_list")).content.decode()
        assert ("Tas bort" in text) == warned, days


def start_of(desk, cast, days: int) -> datetime:
    return only(cast).saved_at + timedelta(days=days)


def test_an_untouched_draft_is_removed_and_nothing_else(desk, cast, time_machine) -> None:
    old, sent = desk.draft(), desk.sent()
    saved = only_draft(cast, old).saved_at
    time_machine.move_to(saved + timedelta(days=23))
    assert remind_about_drafts() == 1
    time_machine.move_to(saved + timedelta(days=29))
    young = desk.draft()
    assert remove_expired_drafts() == 0
    time_machine.move_to(saved + timedelta(days=31))
    assert remove_expired_drafts() == 1
    assert remove_expired_drafts() == 0
    with bind(cast.ali):
        assert set(Referral.objects.values_list("pk", flat=True)) == {young.pk, sent.pk}


def test_to_save_is_to_keep(cast, client_for, time_machine) -> None:
    client, mine = client_for(cast.ali), typed()
    client.post(autosave(cast), mine)
    time_machine.move_to(days_later(25))
    client_for(cast.ali).post(autosave(cast), mine | {"family_name": "Ek"})
    time_machine.move_to(days_later(20))
    assert remove_expired_drafts() == 0


def both_sweeps(cast, time_machine, day: datetime) -> tuple[int, int]:
    """(told, removed) by the sweeps of a day."""
    time_machine.move_to(day)
    return remind_everybody(), remove_expired_drafts()


def test_day_by_day_a_draft_is_warned_about_and_then_removed(desk, cast, time_machine) -> None:
    saved = only_draft(cast, desk.draft()).saved_at
    days = {day: both_sweeps(cast, time_machine, saved + timedelta(days=day)) for day in range(32)}
    assert {day: found for day, found in days.items() if found != (0, 0)} == {
        23: (1, 0),
        30: (0, 1),
    }


@pytest.mark.parametrize("begins_again", [30, 33, 60])
def test_no_draft_is_removed_unwarned(begins_again, desk, cast, time_machine) -> None:
    """The sweeps have been down since before the warning: the week begins when somebody is told."""
    saved = only_draft(cast, desk.draft()).saved_at
    time_machine.move_to(saved + timedelta(days=begins_again))
    assert remove_expired_drafts() == 0
    days = range(begins_again, begins_again + 10)
    told = {day: both_sweeps(cast, time_machine, saved + timedelta(days=day)) for day in days}
    assert {day: found for day, found in told.items() if found != (0, 0)} == {
        begins_again: (1, 0),
        begins_again + 7: (0, 1),
    }


def test_a_draft_that_is_saved_after_the_warning_is_warned_about_anew(
    desk, cast, time_machine
) -> None:
    draft = desk.draft()
    time_machine.move_to(days_later(23))
    assert remind_about_drafts() == 1
    save_again(cast, draft)
    saved = only_draft(cast, draft).saved_at
    assert both_sweeps(cast, time_machine, saved + timedelta(days=40)) == (1, 0)
    assert both_sweeps(cast, time_machine, saved + timedelta(days=46)) == (0, 0)
    assert both_sweeps(cast, time_machine, saved + timedelta(days=47)) == (0, 1)


def save_again(cast, draft: Referral) -> None:
    with bind(cast.ali):
        save_draft(referral=draft, identity=person(), answers=answers(), typed={})


def test_with_nobody_left_to_warn_a_draft_is_not_kept_for_ever(desk, cast, time_machine) -> None:
    desk.draft()
    cast.ali.memberships.update(ends_on=timezone.localdate())
    time_machine.move_to(days_later(29))
    assert remove_expired_drafts() == 0
    time_machine.move_to(days_later(1))
    assert remove_expired_drafts() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_while_the_sweep_looks_is_kept(transactional_db, cast, time_machine) -> None:
    draft = Desk(cast).draft()
    time_machine.move_to(days_later(23))
    assert remind_about_drafts() == 1
    time_machine.move_to(days_later(8))
    with bind(cast.ali):
        save_draft(referral=draft, identity=person(), answers=answers(), typed={})
        job = until_it_waits(remove_expired_drafts)
    assert job.result() == 0
    assert only(cast) == draft


def test_ones_own_draft_is_thrown_away_at_once(desk, cast) -> None:
    draft = desk.draft()
    with bind(cast.ali):
        discard_draft(referral=draft)
        assert not Referral.objects.exists()


@pytest.fixture
def broken_and_whole(desk, cast) -> tuple[Referral, Referral]:
    """A draft in each of two units, the one the sweeps come to first and the one after."""
    first, second = sorted([desk.draft(by=cast.ali), desk.draft(by=cast.siv)], key=unit_of)
    return first, second


def unit_of(draft: Referral) -> int:
    return draft.unit_id


def test_a_unit_whose_draft_cannot_be_removed_stops_no_other(
    broken_and_whole, cast, time_machine, caplog
) -> None:
    """A message in a draft, which no page lets through, keeps the row from being removed."""
    broken, _ = broken_and_whole
    with bind(broken.referrer):
        Message.objects.create(
            referral=broken, side="sender", text="Hej", author=broken.referrer,
            author_name="Ali", once_key=uuid4(), **broken.owned(),
        )  # fmt: skip
    time_machine.move_to(days_later(23))
    assert remind_about_drafts() == 2
    time_machine.move_to(days_later(8))
    assert remove_expired_drafts() == 1
    assert f"Utkasten hos enhet {broken.unit_id} kunde inte tas bort" in caplog.text


def test_a_unit_that_cannot_be_reminded_stops_no_other(
    broken_and_whole, time_machine, caplog
) -> None:
    """A time beyond the calendar, which no form lets through."""
    broken, _ = broken_and_whole
    with bind(broken.referrer):
        beyond = datetime(9999, 12, 31, 23, tzinfo=UTC)
        Referral.objects.filter(pk=broken.pk).update(saved_at=beyond)
    time_machine.move_to(days_later(23))
    assert remind_about_drafts() == 1
    assert f"hos enhet {broken.unit_id} kunde inte göras" in caplog.text


def only_draft(cast, draft: Referral) -> Referral:
    with bind(cast.ali):
        return Referral.objects.get(pk=draft.pk)


def test_the_new_page_tells_of_the_drafts_in_one_line(desk, cast, client_for) -> None:
    client, one = client_for(cast.ali), desk.draft()
    assert client.get(new_page(cast)).context["unfinished"]["url"] == page("referral_edit", one)
    newest = desk.draft(by=cast.ali)
    told = client.get(new_page(cast)).context["unfinished"]
    assert told["strong"] == "Du har 2 påbörjade utkast."
    assert told["url"] == page("referral_edit", newest)
