"""The same work in a browser that runs no script at all: ordinary links and ordinary posts."""

import pytest
from playwright.sync_api import expect

from tests.e2e.actions import answer_for, choose, follow, go, heading, press
from tests.e2e.fill import FIRST_FREE, NEXT_DOOR, example_number
from tests.e2e.people import People, sign_in
from tests.e2e.remiss import write_consent, write_income, write_person
from tests.e2e.visits import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

INGRID = "Ingrid Valter"
NUMBER = example_number(FIRST_FREE + 11)


def test_a_remiss_is_written_and_sent(people: People) -> None:
    page = people.new_page(javascript=False).page
    sign_in(page, "siv")
    follow(page, "Ny remiss")
    follow(page, "Rehabsteget")
    # Every branch is open; what is answered decides what counts.
    expect(page.get_by_label("Hur mycket?")).to_be_visible()
    expect(page.get_by_label("Syfte", exact=True)).to_be_visible()
    choose(page, "Vilken verksamhet remitterar?", "Remittent KFS")
    choose(page, "Har personen personnummer eller samordningsnummer?", "Ja")
    write_person(page, NUMBER, INGRID)
    choose(page, "Är personen sjukskriven?", "Nej")
    for label in ("Syfte", "Mål", "Möjlighet"):
        page.get_by_label(label, exact=True).fill(f"{label} med insatsen.")
    press(page, "Skicka remissen")
    expect(page.get_by_role("alert")).to_contain_text("Beskriv personens behov av insatsen")
    page.get_by_role("alert").get_by_role("link", name="Beskriv personens behov").click()
    page.get_by_label("Behov", exact=True).fill("En lugn start.")
    write_income(page, "FSS")
    write_consent(page)
    press(page, "Skicka remissen")
    expect(heading(page)).to_have_text(f"{INGRID}, remiss")
    expect(page.get_by_role("status")).to_contain_text("Remissen är skickad.")


def test_attendance_is_taken(people: People) -> None:
    page = people.new_page(javascript=False, width=PHONE).page
    sign_in(page, "bo")
    page.get_by_role("navigation", name="Snabbmeny").get_by_role("link", name="Grupper").click()
    follow(page, "Grupp 1")
    follow(page, "Ta närvaro")
    answer_for(page, NEXT_DOOR[0], "Sen")
    answer_for(page, NEXT_DOOR[1], "Borta")
    why = page.get_by_role("radiogroup", name=f"Varför borta, {NEXT_DOOR[1]}")
    why.get_by_text("Sjuk", exact=True).click()
    press(page, "Klart för i dag")
    expect(page.get_by_role("status").first).to_contain_text("Närvaron är sparad.")
    for name, kept in zip(NEXT_DOOR, ("1 av 1", "0 av 1", "1 av 1"), strict=True):
        expect(page.get_by_role("row", name=name)).to_contain_text(kept)


def test_the_participant_page_shows_its_panels_as_links(people: People) -> None:
    page = people.new_page(javascript=False).page
    sign_in(page, "bo")
    go(page, "Deltagare")
    follow(page, NEXT_DOOR[0])
    for panel in ("närvaro", "timtrappan", "arbetsprövning"):
        page.locator("[hx-get]").get_by_role("link", name=panel).click()
        expect(heading(page)).to_have_text(f"{NEXT_DOOR[0]}, {panel}")
        follow(page, NEXT_DOOR[0])
