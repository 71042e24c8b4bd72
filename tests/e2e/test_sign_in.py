"""Signing in through the real form, with the real hashes, and landing where the day begins."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.e2e.actions import follow, heading, press
from tests.e2e.people import People, address_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

LANDINGS = {
    "karin": "Min dag",
    "vera": "Min dag",
    "ali": "Mina remisser",
    "stina": re.compile("översikt"),
    "frida": "Verksamhetsberättelser",
    "eva": re.compile("översikt"),
    "lova": re.compile("logg", re.IGNORECASE),
    "adam": "Upplägg",
}
CODE_SECONDS = 30


@pytest.mark.parametrize("name", LANDINGS)
def test_each_role_lands_on_its_own_page(people: People, name: str) -> None:
    visits = people.at_work(name)
    expect(heading(visits.page)).to_have_text(LANDINGS[name])
    visits.check()


def test_a_wrong_password_is_told_without_telling_who_exists(people: People) -> None:
    visits = people.new_page()
    page = visits.page
    visits.check()
    words = []
    for address in (address_of("karin"), "ingen@example.se"):
        page.get_by_label("E-postadress").fill(address)
        page.get_by_label("Lösenord").fill("fel lösenord")
        press(page, "Logga in")
        expect(page.get_by_label("E-postadress")).to_have_value(address)
        words.append(page.get_by_role("alert").inner_text())
    assert words[0] == words[1]
    visits.check()


def open_account(page: Page) -> None:
    page.get_by_text("konto").locator("xpath=ancestor::summary").click()


def test_codes_are_turned_on_and_then_asked_for(people: People) -> None:
    visits = people.new_page()
    page = visits.page
    sign_in(page, "adam")
    open_account(page)
    page.get_by_role("link", name="Säker inloggning").click()
    visits.check()
    follow(page, "Slå på engångskoder")
    expect(heading(page)).to_have_text("Bekräfta att det är du")
    visits.check()
    page.get_by_label("Lösenord").fill(PASSWORD)
    press(page, "Bekräfta")
    visits.check()
    codes = pyotp.TOTP(page.locator(".mono").inner_text())
    page.get_by_label("Engångskod").fill("000000")
    press(page, "Slå på engångskoder")
    expect(page.get_by_role("alert")).to_contain_text("Engångskoder är inte påslagna än")
    page.get_by_label("Engångskod").fill(codes.now())
    press(page, "Slå på engångskoder")
    visits.check()
    open_account(page)
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_label("E-postadress").fill(address_of("adam"))
    page.get_by_label("Lösenord").fill(PASSWORD)
    press(page, "Logga in")
    expect(heading(page)).to_have_text("Skriv engångskoden")
    visits.check()
    # A code counts once; the next one is accepted half a minute early.
    page.get_by_label("Engångskod").fill(codes.at(time.time() + CODE_SECONDS))
    press(page, "Logga in")
    expect(heading(page)).to_have_text("Upplägg")
