"""What people do at a page, in the words they see: with roles and labels, never with addresses."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page


def heading(page: Page) -> Locator:
    """The page's one heading."""
    return page.get_by_role("heading", level=1)


def go(page: Page, door: str) -> None:
    """Through a door of the menu."""
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name=door).click()


def follow(page: Page, link: str | re.Pattern[str]) -> None:
    """Follow a link on the page."""
    page.locator("main").get_by_role("link", name=link).first.click()


def press(page: Page, button: str) -> None:
    """Press a button on the page, and wait until its answer has come."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()


def option(page: Page, question: str, answer: str) -> Locator:
    """One radio button or checkbox of a question."""
    name = re.compile(rf"^{re.escape(answer)}(\s|$)")
    asked = page.get_by_role("group", name=question)
    return asked.get_by_role("radio", name=name).or_(asked.get_by_role("checkbox", name=name)).first


def choose(page: Page, question: str, answer: str) -> None:
    """Answer a question that has radio buttons or checkboxes."""
    option(page, question, answer).check()


def answer_for(page: Page, name: str, word: str) -> None:
    """Tap one of the answers beside a person's name."""
    row = page.get_by_role("radiogroup", name=re.compile(f"^{name}"))
    row.get_by_text(word, exact=True).click()


def download(page: Page, link: str) -> Path:
    """Follow a link that is a file."""
    with page.expect_download() as waiting:
        page.locator("main").get_by_role("link", name=link).first.click()
    return Path(waiting.value.path())
