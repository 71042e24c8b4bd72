"""Papers and messages of a remiss: on a phone, without JavaScript, and with what it makes better."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.core.test_uploads import PDF, picture
from tests.e2e.actions import choose, download, follow, press
from tests.e2e.visits import PHONE, Visits
from tests.referrals.people import Desk

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

LETTER = {"name": "Läkarintyg.pdf", "mimeType": "application/pdf", "buffer": PDF}
PICTURE = {"name": "samtycke.jpeg", "mimeType": "image/jpeg", "buffer": picture("JPEG")}
NO_PAPER = {"name": "intyg.docx", "mimeType": "application/pdf", "buffer": b"PK\x03\x04"}


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Remisser in any state."""
    return Desk(cast)


@pytest.fixture
def visited(judge) -> Callable[[Page], None]:
    """Everything a visited page must pass, of the page as the address gives it."""

    def check(page: Page) -> None:
        visits = Visits(page, judge)
        page.emulate_media(reduced_motion="reduce")
        page.reload()
        visits.check()

    return check


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_in_the_draft_is_stored_at_once(
    open_page, desk: Desk, ali, visited, javascript: bool
) -> None:
    draft = desk.draft(assessment="", assessment_on=None)
    page = open_page(f"/remisser/{draft.pk}/utkast/", user=ali, width=PHONE, javascript=javascript)
    choose(page, "Har personen skyddad identitet?", "Nej")
    page.get_by_label("Efternamn").fill("Nowicki")
    page.get_by_label("Säkrad till och med").fill("nästa vår")
    page.get_by_label("Vad är det för fil?").select_option(label="Medicinsk bedömning")
    page.get_by_label("Fil", exact=True).set_input_files(NO_PAPER)
    press(page, "Bifoga filen")
    expect(page.get_by_role("alert").first).to_contain_text("varken PDF, JPEG eller PNG")
    page.get_by_label("Vad är det för fil?").select_option(label="Medicinsk bedömning")
    page.get_by_label("Fil", exact=True).set_input_files(LETTER)
    press(page, "Bifoga filen")
    papers = page.get_by_role("list", name="Bifogade filer")
    expect(papers).to_contain_text("Läkarintyg.pdf")
    expect(papers).to_contain_text("Medicinsk bedömning")
    expect(page.get_by_label("Säkrad till och med")).to_have_value("nästa vår")
    if javascript:
        visited(page)
    # Enter in a field sends, as before; it never presses a button that removes.
    page.get_by_label("Efternamn").press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Remissen är inte skickad än")
    expect(papers).to_contain_text("Läkarintyg.pdf")
    press(page, "Ta bort Läkarintyg.pdf")
    expect(papers).to_have_count(0)
    expect(page.get_by_label("Säkrad till och med")).to_have_value("nästa vår")


def test_a_file_that_is_too_large_never_leaves_the_browser(open_page, desk: Desk, ali) -> None:
    page = open_page(f"/remisser/{desk.draft().pk}/utkast/", user=ali)
    large = {"name": "film.pdf", "mimeType": "application/pdf", "buffer": PDF + b" " * 10_500_000}
    page.get_by_label("Fil", exact=True).set_input_files(large)
    expect(page.get_by_text("Filen är större än 10 MB.")).to_be_visible()
    expect(page.get_by_label("Fil", exact=True)).to_have_value("")
    page.get_by_label("Fil", exact=True).set_input_files(LETTER)
    expect(page.get_by_text("Filen är större än 10 MB.")).to_have_count(0)


def test_the_sender_attaches_and_writes_without_javascript_and_is_answered(
    open_page, desk: Desk, ali, karin, visited
) -> None:
    referral = desk.assessing()
    address = f"/remisser/{referral.pk}/"
    sender = open_page(address, user=ali, width=PHONE, javascript=False)
    follow(sender, "Bifoga en fil")
    choose(sender, "Vad är det för fil?", "Undertecknat samtycke")
    sender.get_by_label("Fil", exact=True).set_input_files(PICTURE)
    press(sender, "Bifoga filen")
    sender.get_by_label("Skriv ett meddelande").fill(
        "Samtycket är undertecknat i dag.\nHör av dig!"
    )
    press(sender, "Skicka meddelandet")
    expect(sender.locator("#meddelanden")).to_contain_text("Inte läst än.")
    staff = open_page("/remisser/", user=karin, width=PHONE)
    expect(staff.locator("main")).to_contain_text("nytt meddelande")
    visited(staff)
    follow(staff, referral.shown_name)
    expect(staff.locator("#meddelanden")).to_contain_text("1 nytt")
    assert download(staff, "samtycke.jpg").read_bytes() == picture("JPEG")
    staff.get_by_label("Skriv ett meddelande").fill("Tack, jag ringer i morgon.")
    press(staff, "Skicka meddelandet")
    visited(staff)
    sender.goto("/remisser/")
    expect(sender.locator("main")).to_contain_text("nytt meddelande")
    follow(sender, referral.shown_name)
    expect(sender.locator("#meddelanden")).to_contain_text("jag ringer i morgon")
    follow(sender, "Återta samtycke.jpg")
    sender.get_by_label("Varför återtas bilagan?").fill("Fel person.")
    press(sender, "Återta bilagan")
    expect(sender.locator("#bilagor")).to_contain_text("Fel person.")


def test_the_senders_pages_are_for_everybody(open_page, desk: Desk, ali, visited) -> None:
    referral = desk.assessing()
    page = open_page(f"/remisser/{referral.pk}/bifoga/", user=ali)
    visited(page)
    choose(page, "Vad är det för fil?", "Annat underlag")
    page.get_by_label("Fil", exact=True).set_input_files(LETTER)
    press(page, "Bifoga filen")
    visited(page)
    follow(page, "Återta Läkarintyg.pdf")
    visited(page)
    page.get_by_label("Varför återtas bilagan?").fill("Fel person.")
    press(page, "Återta bilagan")
    visited(page)
