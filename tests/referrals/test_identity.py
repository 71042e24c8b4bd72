"""Who the person is: any kind of number, none at all, or nobody we may know. And what they agreed to."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import ReadEvent
from participants.models import Consent, Participant
from referrals.models import Referral
from referrals.services import Identity, place_referral
from tests.cast import bind
from tests.referrals.pages import autosave, new_page, only, page, typed
from tests.referrals.people import person

# Skatteverket's test number of 1 January 2017, as a samordningsnummer: the day plus sixty.
COORDINATION = "201701612390"
WORDS = "Marek Nowicki har ont. Ring Nowickis syster, 20170101-2393."


def placed(cast, referral: Referral) -> Participant:
    start = timezone.localdate() + timedelta(days=14)
    with bind(cast.vera):
        return place_referral(
            referral=referral, starts_on=start, user=cast.vera
        ).record.enrolment.participant


# --- numbers ----------------------------------------------------------------------------------


def test_a_coordination_number_goes_all_the_way(desk, cast) -> None:
    referral = desk.queued(person(personnummer=COORDINATION))
    found = placed(cast, referral)
    assert found.personnummer == COORDINATION
    assert (found.birth_date, found.gender) == (date(2017, 1, 1), "M")


def test_two_without_any_number_are_two_people(desk, cast) -> None:
    alike = {"personnummer": "", "birth_date": date(1991, 9, 25), "gender": "K"}
    people = [placed(cast, desk.queued(person(**alike))) for _ in range(2)]
    assert people[0].pk != people[1].pk
    for one in people:
        assert (one.personnummer, one.personnummer_lookup) == (None, None)
        assert (one.birth_date, one.gender) == (date(1991, 9, 25), "K")


def test_a_blank_number_is_nobodys_double(desk, karin, client_for) -> None:
    alike = {"personnummer": "", "birth_date": date(1991, 9, 25), "gender": "K"}
    first, second = desk.sent(person(**alike)), desk.sent(person(**alike))
    shown = client_for(karin).get(page("referral_detail", second))
    assert first.number not in shown.content.decode()
    assert "en annan öppen remiss" not in shown.content.decode()


# --- protected and anonymous ------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{"protected": "yes"}, {"consent": "anonymous"}])
@pytest.mark.parametrize("how", ["autosave", "save"])
def test_nothing_that_identifies_is_kept_of_somebody_we_may_not_know(
    changed, how, cast, client_for
) -> None:
    client = client_for(cast.ali)
    mine = typed(sick_need=WORDS, phone="070-000 00 00", consent_representative="Greta Nowicka")
    client.post(autosave(cast), mine)
    assert only(cast).family_name == "Nowicki"
    if how == "autosave":
        client.post(autosave(cast), mine | changed)
    else:
        client.post(new_page(cast), mine | changed | {"save_and_close": "1"})
    draft = only(cast)
    with bind(cast.ali):
        stored = json.dumps(Referral.objects.filter(pk=draft.pk).values()[0], default=str)
    for word in ("Marek", "Nowick", "20170101", "2393", "070-000", "Greta"):
        assert word not in stored, word
    assert "[namn] har ont" in draft.need


def test_protected_identity_says_what_to_do_instead(cast, client_for) -> None:
    answer = client_for(cast.ali).post(new_page(cast), typed(protected="yes"))
    text = answer.content.decode()
    assert "Välj Remittera anonymt i del 4" in text
    assert "Ring Vera Sandell, verksamhetsledare" in text


def test_an_anonymous_text_may_not_name_the_person_either(cast, client_for) -> None:
    form = typed(consent="anonymous", anonymous_gender="M", sick_need="Marek vill vara med.")
    answer = client_for(cast.ali).post(new_page(cast), form)
    assert "personnumret eller namnet ur texten" in answer.context["form"].errors["sick_need"][0]
    assert "Marek vill vara med." in answer.content.decode()


def test_the_database_refuses_a_representative_of_nobody(desk, ali) -> None:
    referral = desk.draft(Identity.anonymous("K"), consent="anonymous", consent_on=None)
    with bind(ali), pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(consent_representative="Greta Ek")


# --- consent ----------------------------------------------------------------------------------


def test_a_consent_says_who_how_when_and_what(cast, client_for) -> None:
    form = typed(
        consent_form="electronic",
        consent_representative="Greta Ek",
        consent_purposes=["exchange", "registration"],
    )
    sent = client_for(cast.ali).post(new_page(cast), form, follow=True)
    today = timezone.localdate()
    text = sent.content.decode()
    assert f"Greta Ek, ställföreträdare {today}, e-legitimation, antecknat av Ali Rezaei" in text
    assert "Att insatsen läser remissen, utbyta uppgifter, registrering för uppföljning" in text


def test_what_was_consented_to_goes_along_to_the_participation(desk, cast) -> None:
    referral = desk.queued(consent_form="electronic", consent_purposes=["exchange", "evaluation"])
    placed(cast, referral)
    with bind(cast.vera):
        kept = Consent.objects.order_by("pk").values_list("purpose", "recipient", "form")
        assert set(kept) == {
            ("participation", "", "electronic"),
            ("exchange", "fk", "electronic"),
            ("evaluation", "", "electronic"),
        }


def test_registration_takes_a_written_consent(cast, client_for) -> None:
    form = typed(consent_form="oral", consent_purposes=["registration"])
    answer = client_for(cast.ali).post(new_page(cast), form)
    assert "kräver ett skriftligt samtycke" in answer.context["form"].errors["consent_purposes"][0]


# --- income, certificate, interpreter ---------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"sick_leave_percent": ""}, "support_percent", "Ange hur stor del"),
        ({"support_percent": "120"}, "support_percent", "högst 100"),
        ({"support_code": "GULD"}, "support_code", "giltigt"),
        (
            {"sick_leave_from": "2026-05-02", "sick_leave_until": "2026-05-01"},
            "sick_leave_until",
            "slutar innan det börjar",
        ),
        ({"sick_leave_until": "2026-02-30"}, "sick_leave_until", "Februari 2026 har 28 dagar"),
        ({"needs_adaptation": ""}, "needs_adaptation", "Behöver personen tolk eller anpassning?"),
        ({"needs_adaptation": "yes"}, "language", "vilken anpassning personen behöver"),
        ({"consent_form": ""}, "consent_form", "Ange hur samtycket gavs."),
        ({"consent_on": "2999-01-01"}, "consent_on", "får inte vara efter"),
        ({"assessment": "attached"}, "assessment", "bedömningen i del 5"),
    ],
)
def test_each_wrong_answer_has_its_sentence(changed, field, sentence, cast, client_for) -> None:
    answer = client_for(cast.ali).post(new_page(cast), typed(**changed))
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert only(cast).state == "draft"


def test_sick_pay_follows_the_sick_leave(cast, client_for) -> None:
    client_for(cast.ali).post(new_page(cast), typed(sick_leave_percent="50"))
    assert only(cast).support_percent == 50


def test_everything_the_referrer_said_is_on_the_page_and_on_paper(cast, client_for) -> None:
    form = typed(
        needs_adaptation="yes",
        language="Somaliska",
        accessibility="Hörselslinga",
        sick_leave_from="2026-01-10",
        sick_leave_until="2026-02-10",
        support_percent="25",
    )
    client_for(cast.ali).post(new_page(cast), form)
    referral = only(cast)
    for address in ("referral_detail", "referral_print"):
        for user in (cast.ali, cast.karin):
            text = client_for(user).get(page(address, referral)).content.decode()
            for word in ("Somaliska", "Hörselslinga", "2026-01-10 till 2026-02-10, har gått ut",
                         "25\u00a0%", "antecknat av Ali Rezaei"):  # fmt: skip
                assert word in text, (address, word)


def test_a_print_is_noted_as_a_print(desk, karin, client_for) -> None:
    referral = desk.sent()
    client_for(karin).get(page("referral_print", referral))
    with bind(karin):
        assert ReadEvent.objects.get(record_id=referral.pk, kind="remiss").reading == "print"


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["", "enheten"])
def test_a_hundred_remisser_take_as_many_questions_as_one(
    shown, desk, cast, client_for, django_assert_max_num_queries
) -> None:
    client, address = client_for(cast.ali), reverse("referrals:referral_list")
    desk.completion(), desk.draft()
    client.get(address, {"visa": shown})
    with django_assert_max_num_queries(30) as few:
        client.get(address, {"visa": shown})
    example = desk.sent()
    with bind(cast.ali):
        for number in range(98):
            example.pk, example.number, example.once_key = None, f"RE-{number}", uuid4()
            example.save(force_insert=True)
    with django_assert_max_num_queries(30) as many:
        assert client.get(address, {"visa": shown}).context["page"].paginator.count >= 100
    assert len(many) == len(few)
    # Who is signed in, the bell and the log ask the same on every page.
    own = [one for one in many.captured_queries if "referrals_" in one["sql"]]
    assert len(own) < 10, own
