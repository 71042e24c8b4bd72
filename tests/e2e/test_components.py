"""The component page in a real browser: both themes, every width, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import assert_accessible, assert_no_sideways_scroll

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

PAGE = "/komponenter/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_component_is_accessible(open_page, karin, theme: str, width: int) -> None:
    page = open_page(PAGE, user=karin, theme=theme, width=width)
    assert_accessible(page)


@pytest.mark.parametrize("path", ["/konto/login/", "/tillganglighet/", "/konto/password/reset/"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_pages_are_accessible(open_page, cast, path: str, theme: str) -> None:
    assert_accessible(open_page(path, theme=theme))


def test_no_width_scrolls_sideways(open_page, karin) -> None:
    page = open_page(PAGE, user=karin)
    for width in (320, 390, 768, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_sideways_scroll(page)


def test_an_answer_opens_its_fields(open_page, karin) -> None:
    page = open_page(PAGE, user=karin)
    form = page.locator("#formular form")
    certificate, purpose = form.get_by_label("När kommer läkarintyget?"), form.get_by_label("Syfte")
    expect(certificate).to_be_hidden()
    form.get_by_text("Ja, helt eller delvis").click()
    expect(certificate).to_be_visible()
    expect(purpose).to_be_hidden()
    form.get_by_text("Nej", exact=True).click()
    expect(certificate).to_be_hidden()
    expect(purpose).to_be_visible()


def test_without_javascript_everything_is_open(open_page, karin) -> None:
    page = open_page(PAGE, user=karin, javascript=False)
    form = page.locator("#formular form")
    expect(form.get_by_label("När kommer läkarintyget?")).to_be_visible()
    expect(form.get_by_label("Syfte")).to_be_visible()


def test_focus_moves_to_the_error_summary_and_on_to_the_field(open_page, karin) -> None:
    page = open_page(PAGE, user=karin)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Startdatum: månaden finns inte").click()
    expect(page.locator("#fel_start_on")).to_be_focused()


def test_the_theme_changes_at_once_and_is_remembered(open_page, karin) -> None:
    page = open_page("/hjalp/", user=karin)
    page.locator("summary.account").click()
    with page.expect_response(lambda answer: answer.url.endswith("/tema/")):
        page.get_by_role("button", name="Mörkt").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 21)"


def test_menus_theme_and_sign_out_work_without_javascript(open_page, karin) -> None:
    page = open_page("/hjalp/", user=karin, width=390, javascript=False)
    page.locator("summary.account").click()
    page.get_by_role("button", name="Mörkt").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("/hjalp/$"))
    page.get_by_text("Mer", exact=True).click()
    page.locator(".bottombar__panel").get_by_role("link", name="Tillgänglighet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tillgänglighet")
    page.locator("summary.account").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


def test_escape_closes_the_menu_and_gives_focus_back(open_page, karin) -> None:
    page = open_page("/hjalp/", user=karin)
    account = page.locator("summary.account")
    account.click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
    page.get_by_role("button", name="Ljust").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Logga ut")).to_be_hidden()
    expect(account).to_be_focused()


def test_the_first_tab_skips_to_the_content(open_page, karin) -> None:
    page = open_page("/hjalp/", user=karin)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#innehall")).to_be_focused()


COUNT_SENDINGS = """button => {
    let sent = 0;
    window.addEventListener("submit", event => {
        if (!event.defaultPrevented) sent += 1;
        event.preventDefault();
    });
    for (const press of [1, 2, 3]) button.click();
    return sent;
}"""


@pytest.mark.parametrize(("path", "times"), [(PAGE, 1), ("no guard", 3)])
def test_a_second_press_does_not_send_again(open_page, karin, path: str, times: int) -> None:
    page = open_page("about:blank") if path == "no guard" else open_page(path, user=karin)
    if path == "no guard":
        page.set_content('<form method="post"><button name="x">Skicka remissen</button></form>')
    button = page.locator("#formular form button, body > form button").first
    assert button.evaluate(COUNT_SENDINGS) == times


def test_a_button_that_sends_says_it_is_busy(open_page, karin) -> None:
    page = open_page(PAGE, user=karin)
    button = page.locator("#formular form").get_by_role("button", name="Skicka remissen")
    button.evaluate(COUNT_SENDINGS)
    expect(button).to_have_attribute("aria-busy", "true")


def test_everything_is_reached_with_the_keyboard(open_page, karin) -> None:
    page = open_page("/hjalp/", user=karin)
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText.trim()"))
    assert "Hjälp och kontakt" in seen
    assert any("Karin Lindqvist" in text for text in seen)


@pytest.mark.parametrize("chosen", [None, "dark"])
def test_paper_is_light_whatever_the_screen_is(open_page, karin, chosen: str | None) -> None:
    page = open_page("/hjalp/", user=karin, theme="dark")
    if chosen:
        page.evaluate(f"document.documentElement.dataset.theme = '{chosen}'")
    ink = "getComputedStyle(document.body).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    assert on_screen == "rgb(236, 233, 225)"
    expect(page.get_by_text("Utskriven")).to_be_visible()
    expect(page.get_by_role("navigation", name="Huvudmeny")).to_be_hidden()
