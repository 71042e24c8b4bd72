"""A remiss from sign-in to sent without touching the mouse."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD
from tests.e2e.actions import heading, option
from tests.e2e.fill import FIRST_FREE, example_number
from tests.e2e.people import People, address_of

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

NUMBER = example_number(FIRST_FREE + 12)
MOST_STEPS = 60
HAS_FOCUS = "one => one === document.activeElement"
SHOWS_FOCUS = """() => {
    const one = document.activeElement;
    const marked = one.closest(".choice, .chip, .segment label") ?? one;
    return [one, marked].some(each => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until `wanted` has the focus, and see that it shows."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate(HAS_FOCUS):
            break
    expect(wanted).to_be_focused()
    assert page.evaluate(SHOWS_FOCUS), f"fokus syns inte på {wanted}"


def write(page: Page, label: str, text: str) -> None:
    """Tab to a field and write in it."""
    tab_to(page, page.get_by_label(label).first)
    page.keyboard.type(text)


def mark(page: Page, question: str, answer: str) -> None:
    """Tab to a question and choose with the space bar, or with the arrows from the first answer."""
    wanted = option(page, question, answer)
    first = page.get_by_role("group", name=question).get_by_role("radio").first
    tab_to(page, first)
    page.keyboard.press("Space")
    while not wanted.evaluate(HAS_FOCUS):
        page.keyboard.press("ArrowDown")
        assert not first.evaluate(HAS_FOCUS), f"{question}: {answer} gick inte att nå"
    expect(wanted).to_be_checked()


def follow_by_key(page: Page, link: Locator) -> None:
    """Tab to a link and follow it."""
    tab_to(page, link)
    page.keyboard.press("Enter")


def test_a_remiss_by_keyboard_alone(people: People) -> None:
    page = people.new_page().page
    write(page, "E-postadress", address_of("ali"))
    write(page, "Lösenord", PASSWORD)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Mina remisser")
    follow_by_key(page, page.locator("main").get_by_role("link", name="Ny remiss").first)
    follow_by_key(page, page.locator("main").get_by_role("link", name="Rehabsteget"))
    mark(page, "Har personen skyddad identitet?", "Nej")
    write(page, "Personnummer", NUMBER)
    write(page, "Förnamn", "Signe")
    write(page, "Efternamn", "Tång")
    mark(page, "Behöver personen tolk eller anpassning?", "Nej")
    mark(page, "Är personen sjukskriven?", "Ja, helt eller delvis")
    mark(page, "Medicinsk bedömning från läkare", "Den finns")
    tab_to(page, page.get_by_label("Vad lever personen på?"))
    page.keyboard.press("ArrowDown")
    write(page, "Omfattning", "100")
    write(page, "Säkrad till och med", f"{date.today() + timedelta(weeks=60)}")
    tab_to(page, page.get_by_label("Personen har fått muntlig och skriftlig information"))
    page.keyboard.press("Space")
    mark(page, "Samtycke att insatsen får ta del av remissen", "Ja, personen har samtyckt")
    write(page, "Vilken dag gavs det?", f"{date.today()}")
    mark(page, "Hur gavs det?", "Underskrivet papper")
    tab_to(page, page.get_by_role("button", name="Skicka remissen"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Signe Tång, remiss")
