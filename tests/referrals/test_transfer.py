"""Handing over to a programme with another controller: written, and not seen by the one who did it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import ReadEvent
from core.states import Refused
from programmes.enums import CodeList
from programmes.models import Code
from referrals.models import Referral, ReferralEvent
from referrals.services import TransferConsent, set_target_group, transfer_referral
from referrals.services.transfer import _handing_over
from tests.cast import bind
from tests.referrals.people import NOT_ON_SICK_LEAVE, Identity


def hand_over(cast, referral: Referral, **changed: object):
    fields = {
        "to": cast.neighbour,
        "consent": TransferConsent(timezone.localdate(), "signed"),
        "why": "Bor i Åsbro sedan i höst.",
        "once_key": uuid4(),
        "version": referral.version,
        **changed,
    }
    with bind(cast.vera):
        return transfer_referral(referral=referral, user=cast.vera, **fields)


def test_the_other_programme_gets_a_new_remiss_and_the_unit_sees_both(desk, cast) -> None:
    referral = desk.talked(target_group="UNG", **NOT_ON_SICK_LEAVE)
    outcome = hand_over(cast, referral)
    assert outcome.changed
    with bind(cast.vera):
        ended = Referral.objects.get()
        assert ended.state == "transferred"
        line = ended.events.first()
        assert line.verb == "transfer"
        assert "Till Stegvis, Åsbro kommun." in line.text
        assert ReferralEvent.objects.filter(verb="receive").count() == 0
    with bind(cast.bo):
        new = Referral.objects.get()
        assert (new.state, new.coordinator, new.programme) == ("sent", None, cast.neighbour)
        assert new.controller_id == cast.neighbour.data_controller_id
        assert new.number == f"RE-{timezone.localdate().year}-{new.pk:04d}"
        assert (new.personnummer, new.family_name) == (referral.personnummer, "Nowicki")
        assert (new.purpose, new.target_group) == (NOT_ON_SICK_LEAVE["purpose"], "UNG")
        assert (new.talk_summary, new.talk_at, new.offer) == ("", None, "")
        assert (new.consent, new.consent_on) == ("signed", timezone.localdate())
        event = new.events.get()
        assert "Från Rehabsteget, Kvarnby kommun" in event.text
    with bind(cast.ali):
        assert Referral.objects.count() == 2
        assert Referral.objects.get(state="sent").transferred_from.state == "transferred"


def test_the_key_opens_one_row_and_only_while_it_lasts(desk, cast) -> None:
    key = uuid4()
    hand_over(cast, desk.assessing(), once_key=key)
    desk.sent()
    with bind(cast.vera):
        with _handing_over(key):
            assert Referral.objects.filter(programme=cast.neighbour).count() == 1
        assert not Referral.objects.filter(programme=cast.neighbour).exists()
        with _handing_over(uuid4()):
            assert not Referral.objects.filter(programme=cast.neighbour).exists()
    with bind(cast.siv):
        assert not Referral.objects.exists()


def test_without_a_key_nothing_can_be_written_next_door(desk, cast) -> None:
    referral = desk.assessing()
    refused = pytest.raises(DatabaseError, match="row-level security")
    with bind(cast.vera), refused, transaction.atomic():
        Referral.objects.create(
            number="RE-1",
            unit_id=referral.unit_id,
            referrer_id=referral.referrer_id,
            state="sent",
            sent_on=timezone.localdate(),
            transferred_from=referral,
            once_key=uuid4(),
            **cast.neighbour.owned(),
        )


def test_pressing_twice_makes_one_new_remiss(desk, cast) -> None:
    referral, key = desk.assessing(), uuid4()
    first = hand_over(cast, referral, once_key=key)
    again = hand_over(cast, referral, once_key=key)
    assert (first.changed, again.changed) == (True, False)
    with bind(cast.bo):
        assert Referral.objects.count() == 1


def test_refused_with_every_reason_and_nothing_is_written(desk, cast) -> None:
    referral = desk.assessing()
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        hand_over(cast, referral, to=cast.programme, consent=TransferConsent(tomorrow, ""))
    assert len(refused.value.reasons) == 3
    anonymous = desk.assessing(
        Identity.anonymous("K"), consent="anonymous", consent_on=None, **NOT_ON_SICK_LEAVE
    )
    with pytest.raises(Refused, match="Ingen kan ha lämnat samtycke"):
        hand_over(cast, anonymous)
    with bind(cast.bo):
        assert not Referral.objects.exists()


def test_a_target_group_that_the_programme_judged_stays(desk, cast) -> None:
    values = {"label": "Unga vuxna", "order": 99, "valid_from": date(2005, 1, 1)}
    Code.objects.update_or_create(code_list=CodeList.TARGET_GROUP, code="UNG", defaults=values)
    referral = desk.assessing()
    with bind(cast.karin):
        referral = set_target_group(
            referral=referral, target_group="UNG", why="Från samtalet.", user=cast.karin
        ).record
    hand_over(cast, referral)
    with bind(cast.bo):
        assert Referral.objects.get().target_group == ""


def test_a_key_of_another_remiss_is_refused(desk, cast, client_for) -> None:
    referral, other = desk.assessing(), desk.sent()
    with pytest.raises(Refused, match="Sidan hör till en annan remiss"):
        hand_over(cast, referral, once_key=other.once_key)
    form = {
        "version": referral.version,
        "once_key": str(other.once_key),
        "programme": str(cast.neighbour.pk),
        "given_on": timezone.localdate().isoformat(),
        "consent_form": "oral",
        "why": "Har flyttat.",
    }
    answer = client_for(cast.vera).post(reverse("referrals:transfer", args=[referral.pk]), form)
    assert answer.status_code == 409
    assert "Sidan hör till en annan remiss" in answer.content.decode()
    with bind(cast.bo):
        assert not Referral.objects.exists()


def test_the_page_says_that_dates_go_as_they_stand(desk, cast, client_for) -> None:
    address = reverse("referrals:transfer", args=[desk.assessing().pk])
    text = client_for(cast.vera).get(address).content.decode()
    assert "datum och kontaktuppgifter som de står nu" in text


def test_only_the_manager_hands_over(desk, cast, client_for) -> None:
    referral = desk.assessing()
    address = reverse("referrals:transfer", args=[referral.pk])
    for who in ("karin", "ali", "stina"):
        assert client_for(cast.people[who]).post(address, {}).status_code == 403
    form = {
        "version": referral.version,
        "once_key": str(uuid4()),
        "programme": str(cast.neighbour.pk),
        "given_on": timezone.localdate().isoformat(),
        "consent_form": "oral",
        "why": "Har flyttat.",
    }
    client = client_for(cast.vera)
    assert "Stegvis, Åsbro kommun" in client.get(address).content.decode()
    assert client.post(address, {**form, "consent_form": ""}).status_code == 200
    assert client.post(address, form).status_code == 302
    page = reverse("referrals:referral_detail", args=[referral.pk])
    seen = client_for(cast.ali).get(page).content.decode()
    assert "Överförd till Stegvis" in seen
    assert "Överförd till Stegvis" not in client.get(page).content.decode()
    with bind(cast.bo):
        new = Referral.objects.get()
        assert not ReadEvent.objects.filter(record_id=new.pk, user=cast.vera).exists()
    new_page = reverse("referrals:referral_detail", args=[new.pk])
    assert client.get(new_page).status_code == 404
    assert "Kom från Rehabsteget" in client_for(cast.ali).get(new_page).content.decode()
    assert client_for(cast.bo).get(new_page).status_code == 200
