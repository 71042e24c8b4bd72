"""A draft that saves itself: with signal, without, and after the session has ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.core.test_uploads import PDF
from tests.e2e.actions import choose

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

STATUS = "[data-autosave-status]"
ONLINE = "window.dispatchEvent(new Event('online'))"


@pytest.fixture
def draft(open_page, ali):
    """A new referral, as far as the form."""
    page = open_page("/remisser/ny/", user=ali)
    choice = page.locator("main").get_by_role("link", name="Rehabsteget")
    if choice.count():
        choice.click()
    choose(page, "Har personen skyddad identitet?", "Nej")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"Sparat \d\d\.\d\d"))
    return page


def test_what_is_written_is_saved_after_a_pause(draft) -> None:
    draft.get_by_label("Efternamn").fill("Nowicki")
    expect(draft.locator(STATUS)).to_have_text(re.compile(r"Sparat \d\d\.\d\d"))


def test_papers_are_to_be_removed_when_the_person_becomes_anonymous(draft) -> None:
    paper = {"name": "intyg.pdf", "mimeType": "application/pdf", "buffer": PDF}
    draft.get_by_label("Fil", exact=True).set_input_files(paper)
    draft.get_by_role("button", name="Bifoga filen").click()
    expect(draft.get_by_role("button", name="Ta bort intyg.pdf")).to_be_visible()
    choose(draft, "Har personen skyddad identitet?", "Ja")
    expect(draft.locator(STATUS)).to_contain_text("Ta bort bilagorna.")
    draft.reload()
    expect(draft.locator(".note--late")).to_contain_text("Ta bort bilagorna.")
    draft.get_by_role("button", name="Ta bort intyg.pdf").click()
    expect(draft.get_by_text("Ta bort bilagorna.")).to_have_count(0)


def test_without_signal_it_waits_and_is_saved_when_the_network_is_back(draft) -> None:
    draft.context.set_offline(True)
    draft.get_by_label("Efternamn").fill("Nowicki")
    expect(draft.locator(STATUS)).to_have_text("Ingen uppkoppling. 1 ändring väntar i webbläsaren.")
    draft.context.set_offline(False)
    expect(draft.locator(STATUS)).to_have_text(re.compile(r"Sparat \d\d\.\d\d"))


def test_signed_out_in_the_middle_loses_nothing(draft, client_for, ali) -> None:
    cookie = next(one for one in draft.context.cookies() if one["name"] == "sessionid")
    draft.context.clear_cookies(name="sessionid")
    draft.get_by_label("Efternamn").fill("Nowicki")
    expect(draft.locator(STATUS)).to_have_text(re.compile("Du är utloggad. Logga in i en ny flik."))
    expect(draft.get_by_label("Efternamn")).to_have_value("Nowicki")
    again = client_for(ali).cookies["sessionid"].value
    draft.context.add_cookies([{**cookie, "value": again}])
    draft.evaluate(ONLINE)
    expect(draft.locator(STATUS)).to_have_text(re.compile(r"Sparat \d\d\.\d\d"))
