"""Signing in, engångskoder and passwords: our words, our look, every page reached by clicking."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.urls import reverse

from rehabsteg.demo.sign_in import codes_to_try, current_code

PASSWORD = "ett riktigt langt losenord"


@pytest.fixture
def karin_with_password(karin):
    karin.set_password(PASSWORD)
    karin.save(update_fields=["password"])
    return karin


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.django_db
def test_the_sign_in_page_has_labels_and_no_placeholders() -> None:
    html = Client().get(reverse("account_login")).content.decode()
    assert '<label class="field__label" for="id_login">E-postadress</label>' in html
    assert "placeholder" not in html
    assert "Jag har glömt lösenordet" in html


@pytest.mark.django_db
def test_a_wrong_password_is_said_first_and_nothing_about_who_exists(karin_with_password) -> None:
    def answer(email: str) -> str:
        data = {"login": email, "password": "fel"}
        return words(Client().post(reverse("account_login"), data).content.decode())

    known, unknown = answer(karin_with_password.email), answer("ingen@exempel.se")
    assert "Du är inte inloggad" in known
    assert known == unknown


@pytest.mark.django_db
def test_signing_in_and_out(karin_with_password) -> None:
    client = Client()
    data = {"login": karin_with_password.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), data).status_code == 302
    assert "_auth_user_id" in client.session
    assert "Vill du logga ut?" in client.get(reverse("account_logout")).content.decode()
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_turning_on_codes_and_signing_in_with_one(karin_with_password) -> None:
    client = Client()
    data = {"login": karin_with_password.email, "password": PASSWORD}
    client.post(reverse("account_login"), data)
    assert "Inte påslagna" in client.get(reverse("mfa_index")).content.decode()
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Bekräfta att det är du" in asked.content.decode()
    wrong = client.post(asked.redirect_chain[-1][0], {"password": "fel"}).content.decode()
    assert "Det gick inte att bekräfta" in wrong
    html = client.post(
        asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True
    ).content.decode()
    secret = re.search(r'<span class="mono">([A-Z2-7]+)</span>', html)[1]
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert "Engångskoder är inte påslagna än" in wrong
    secret = re.search(r'<span class="mono">([A-Z2-7]+)</span>', wrong)[1]
    shown = client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)}, follow=True)
    assert "Koder du inte har använt" in shown.content.decode()
    recovery = re.findall(r"<li>([0-9a-f]{8})</li>", shown.content.decode())
    assert len(recovery) == 10

    client.post(reverse("account_logout"))
    asked = client.post(reverse("account_login"), data, follow=True).content.decode()
    assert "Skriv engångskoden" in asked
    assert "_auth_user_id" not in client.session
    answer = client.post(reverse("mfa_authenticate"), {"code": recovery[0]})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    assert "Påslagna" in client.get(reverse("mfa_index")).content.decode()
    asked = client.get(reverse("mfa_deactivate_totp"), follow=True)
    assert "Skriv en engångskod" in client.get(reverse("mfa_reauthenticate")).content.decode()
    again = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert "Stäng av engångskoder?" in again.content.decode()
    generate = client.get(reverse("mfa_generate_recovery_codes")).content.decode()
    assert "Gör nya reservkoder?" in generate
    off = client.post(reverse("mfa_deactivate_totp"), follow=True).content.decode()
    assert "Engångskoder är avstängda." in off


def test_changing_the_password(karin_with_password) -> None:
    client = Client()
    client.post(
        reverse("account_login"), {"login": karin_with_password.email, "password": PASSWORD}
    )
    page = reverse("account_change_password")
    new = {"password1": "ett annat langt losenord", "password2": "ett annat langt losenord"}
    wrong = client.post(page, {"oldpassword": "fel", **new}).content.decode()
    assert "Lösenordet är inte bytt" in wrong
    done = client.post(page, {"oldpassword": PASSWORD, **new}, follow=True).content.decode()
    assert "Lösenordet är bytt." in done


@pytest.mark.django_db
def test_without_a_mail_server_the_page_says_so(karin_with_password, settings, caplog) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    data = {"email": karin_with_password.email}
    answer = Client().post(reverse("account_reset_password"), data, follow=True)
    assert answer.status_code == 200
    assert "Det går inte att skicka mejl just nu" in answer.content.decode()
    assert karin_with_password.email not in caplog.text


@pytest.mark.django_db
def test_a_new_password_by_e_mail(karin_with_password) -> None:
    client = Client()
    sent = client.post(
        reverse("account_reset_password"), {"email": karin_with_password.email}, follow=True
    )
    assert "Titta i din e-post" in sent.content.decode()
    body = mail.outbox[0].body
    assert "Karin" not in body
    link = re.search(r"https?://[^/]+(/\S+)", body)[1]
    form = client.get(link, follow=True)
    assert "Välj ett nytt lösenord" in form.content.decode()
    address = form.redirect_chain[-1][0]
    new = {"password1": "ett annat langt losenord", "password2": "ett annat langt losenord"}
    assert "Lösenordet är bytt" in client.post(address, new, follow=True).content.decode()
    again = Client().get(link, follow=True).content.decode()
    assert "Länken gäller inte längre" in again


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_signup", "account_inactive", "socialaccount_login_error"]
)
def test_dead_ends_say_whom_to_ask(name: str) -> None:
    assert "administratör" in words(Client().get(reverse(name)).content.decode())


@pytest.mark.django_db
def test_the_demo_offers_one_of_each_kind_to_try_as() -> None:
    html = Client().get(reverse("account_login")).content.decode()
    assert "Prova som" in html
    for name in ("Karin Lindqvist", "Vera Sandell", "Ali Rezaei", "Bo Ekman", "Adam Grip"):
        assert f'Logga in<span class="sr-only"> som {name}</span>' in html


@pytest.mark.django_db
def test_nobody_is_offered_where_there_is_no_demo(settings) -> None:
    settings.DEMO = False
    html = Client().get(reverse("account_login")).content.decode()
    assert "Prova som" not in html
    assert "Karin Lindqvist" not in html


@time_machine.travel(datetime(2026, 11, 19, 10, 0, tzinfo=UTC), tick=False)
def test_the_shown_code_is_the_one_the_phone_shows() -> None:
    secret = "KVARNBYADMINSTEG67ABCDEFGHIJKLMN"
    assert totp.validate_totp_code(secret, current_code(secret))
    assert f"Adam Grip {current_code(secret)}" in codes_to_try()
