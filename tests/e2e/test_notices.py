"""The bell: what waits is told, opened, read and chosen, on a computer, on a phone and without scripts."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals.services import remind_programme
from tests.cast import Cast
from tests.e2e.accessibility import assert_accessible
from tests.e2e.visits import DESKTOP, PHONE
from tests.referrals.people import Desk

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def told(transactional_db, cast: Cast) -> Cast:
    """Two remisser that nobody has taken, and the sweep that tells about them."""
    desk = Desk(cast)
    desk.sent()
    desk.sent()
    remind_programme(programme=cast.programme, today=timezone.localdate())
    return cast


def bell(page: Page, words: str) -> None:
    expect(page.get_by_role("link", name=re.compile(words))).to_be_visible()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_bell_and_its_page_are_for_everybody(told, open_page, width, theme) -> None:
    page = open_page("/aviseringar/", user=told.karin, width=width, theme=theme)
    bell(page, "2.nya aviseringar")
    assert_accessible(page)
    page.goto("/aviseringar/mejl/")
    assert_accessible(page)


def test_the_pages_are_sound_html(told, open_page, judge) -> None:
    page = open_page("/aviseringar/", user=told.karin)
    remiss = page.get_by_role("button", name="Öppna").first
    remiss.click()
    for address in ("/aviseringar/", "/aviseringar/mejl/", page.url):
        assert judge.faults(page.request.get(address).text()) == [], address


@pytest.mark.parametrize("javascript", [True, False])
def test_what_waits_is_opened_and_read(told, open_page, javascript) -> None:
    page = open_page("/aviseringar/", user=told.karin, javascript=javascript)
    page.get_by_role("button", name="Öppna").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marek Nowicki, remiss")
    expect(page.get_by_role("heading", name="Vem som fått veta")).to_be_visible()
    told_here = page.locator("section", has=page.get_by_role("heading", name="Vem som fått veta"))
    expect(told_here).to_contain_text("Jonas Ek, rehabkoordinator: inte läst.")
    expect(told_here).to_contain_text(re.compile("Karin Lindqvist, rehabkoordinator: läst "))
    page.get_by_role("link", name=re.compile("1.ny avisering")).click()
    page.get_by_role("button", name="Markera alla som lästa").click()
    expect(page.get_by_role("heading", name="Inget nytt")).to_be_visible()
    bell(page, "Inga nya aviseringar")


def test_somebody_chooses_when_to_be_mailed(told, open_page) -> None:
    page = open_page("/aviseringar/", user=told.ali, width=PHONE)
    page.get_by_role("link", name="Mejl om aviseringar").first.click()
    page.get_by_role("radio", name=re.compile("^Genast")).check()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("status")).to_contain_text("Ditt val är sparat.")
    expect(page.get_by_role("radio", name=re.compile("^Genast"))).to_be_checked()
