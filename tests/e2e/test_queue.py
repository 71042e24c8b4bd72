"""Reserved places and the order of the queue, by clicking; and the list narrowed on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.actions import choose, follow, go, heading, press
from tests.e2e.fill import NAMES
from tests.e2e.people import People, sign_in
from tests.e2e.visits import PHONE

# Stands in the queue whichever journeys have been before: the thin line has no place for them.
WAITING = NAMES[-1]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def test_the_manager_notes_a_decision_and_somebodys_turn(people: People) -> None:
    visits = people.at_work("vera")
    page = visits.page
    go(page, "Insatsen")
    follow(page, "Reserverade platser")
    expect(page.locator("main")).to_contain_text("Inga platser är reserverade")
    visits.check()
    follow(page, "Anteckna ett beslut")
    press(page, "Anteckna beslutet")
    expect(page.get_by_role("alert").first).to_contain_text("Beslutet är inte antecknat än")
    visits.check()
    choose(page, "Målgrupp", "Målgrupp UNG")
    choose(page, "Hur många platser?", "Ett antal platser i gruppen")
    page.get_by_label("Antal platser", exact=True).fill("4")
    page.get_by_label("Gäller grupper som startar från").fill("2090-01-01")
    page.get_by_label("Dag då styrgruppen beslutade").fill("2025-11-20")
    press(page, "Anteckna beslutet")
    expect(page.locator("main")).to_contain_text("tills vidare")
    visits.check()
    go(page, "Remisser")
    page.get_by_role("link", name=WAITING).first.click()
    follow(page, "Ändra turordningen")
    visits.check()
    choose(page, "Turordning", "Förtur")
    page.get_by_label("Varför?").fill("Försörjningen tar slut.")
    press(page, "Ändra turordningen")
    expect(page.locator("main")).to_contain_text("Förtur: Försörjningen tar slut.")
    visits.check()


def test_the_coordinator_puts_income_right_in_the_queue(people: People) -> None:
    visits = people.at_work("karin")
    page = visits.page
    go(page, "Remisser")
    page.get_by_role("link", name=WAITING).first.click()
    follow(page, "Ändra försörjningen")
    visits.check()
    page.get_by_label("Säkrad till och med").fill("2099-02-30")
    press(page, "Spara försörjningen")
    expect(page.get_by_role("alert").first).to_contain_text("Försörjningen är inte ändrad än")
    visits.check()
    page.get_by_label("Säkrad till och med").fill("2099-02-28")
    page.get_by_label("Vad bygger uppgiften på?").fill("Nytt beslut.")
    press(page, "Spara försörjningen")
    expect(page.locator("main")).to_contain_text("säkrad till 2099-02-28")
    visits.check()


def test_the_list_is_narrowed_on_a_phone_without_scripts(people: People) -> None:
    page = people.new_page(javascript=False, width=PHONE).page
    sign_in(page, "karin")
    page.get_by_role("navigation", name="Snabbmeny").get_by_role("link", name="Remisser").click()
    page.get_by_text("Urval", exact=True).click()
    page.get_by_label("Läge", exact=True).select_option(label="I kö")
    press(page, "Visa urvalet")
    expect(heading(page)).to_have_text("Remisser")
    expect(page.get_by_role("link", name="Ta bort urvalet")).to_be_visible()
    expect(page.get_by_role("link", name=WAITING).first).to_be_visible()
