"""The queue's forecast and what if, by clicking: with a mouse, and on a phone that runs no script."""

import pytest
from playwright.sync_api import expect

from tests.e2e.actions import choose, follow, go, heading, press
from tests.e2e.fill import NAMES
from tests.e2e.people import People, sign_in
from tests.e2e.visits import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def test_the_manager_sees_the_forecast_and_asks_what_if(people: People) -> None:
    visits = people.at_work("vera")
    page = visits.page
    go(page, "Grupper")
    follow(page, "Kö och prognos")
    expect(heading(page)).to_have_text("Kö och prognos")
    # Nobody has ended yet, and the page says what is assumed instead.
    expect(page.locator("main")).to_contain_text("Prognosen är osäker.")
    expect(page.get_by_role("link", name=NAMES[-1])).to_be_visible()
    visits.check()
    follow(page, "Tänk om")
    visits.check()
    page.get_by_label("Platser i gruppen").fill("40")
    press(page, "Räkna")
    expect(page.get_by_role("alert").first).to_contain_text("Det går inte att räkna än")
    expect(page.get_by_label("Platser i gruppen")).to_have_value("40")
    visits.check()
    page.get_by_label("Reservera platser för").select_option(index=1)
    page.get_by_label("Platser i gruppen").fill("")
    choose(page, "I vilka grupper?", "Nästa grupp")
    press(page, "Räkna")
    expect(page.get_by_role("heading", name="Väntan före och efter")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Alla platser i nästa grupp reserveras")
    visits.check()


def test_and_from_the_remisser_on_a_phone(people: People) -> None:
    page = people.new_page(javascript=False, width=PHONE).page
    sign_in(page, "karin")
    page.get_by_role("navigation", name="Snabbmeny").get_by_role("link", name="Remisser").click()
    follow(page, "Kö och prognos")
    follow(page, "Tänk om")
    page.get_by_label("Platser i insatsen").fill("10")
    press(page, "Räkna")
    expect(page.locator("main")).to_contain_text("Insatsen har 10 platser")
