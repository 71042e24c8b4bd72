"""Signing in through the real form, with the real hashes, and landing where the day begins."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.e2e.people import People, address_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

LANDINGS = {
    "karin": "Min dag",
    "vera": "Min dag",
    "ali": "Mina remisser",
    "stina": re.compile("översikt"),
    "frida": "Verksamhetsberättelser",
    "lova": re.compile("logg", re.IGNORECASE),
    "adam": "Upplägg",
}


@pytest.mark.parametrize("name", LANDINGS)
def test_each_role_lands_on_its_own_page(people: People, name: str) -> None:
    visits = people.at_work(name)
    expect(visits.page.get_by_role("heading", level=1)).to_have_text(LANDINGS[name])
    visits.check()
