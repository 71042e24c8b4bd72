"""The cast at their browsers: signed in through the form, working from the page they land on."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cast import PASSWORD
from tests.e2e.visits import DESKTOP, HEIGHT, HtmlJudge, Visits

# Nothing on this machine takes longer, even when it is busy.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def address_of(name: str) -> str:
    """The e-mail address of somebody in the cast."""
    return f"{name}@example.se"


class People:
    """Browsers by name. Each person signs in once and stays signed in."""

    def __init__(self, browser: Browser, address: str, judge: HtmlJudge) -> None:
        self._browser, self._address, self._judge = browser, address, judge
        self._contexts: list[BrowserContext] = []
        self._visits: dict[str, Visits] = {}

    def new_page(self, *, width: int = DESKTOP, javascript: bool = True, **more: Any) -> Visits:
        """An empty browser at the product's door: nobody is signed in."""
        context = self._browser.new_context(
            base_url=self._address,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            color_scheme="light",
            reduced_motion="reduce",
            java_script_enabled=javascript,
            viewport={"width": width, "height": HEIGHT},
            **more,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        visits = Visits(context.new_page(), self._judge)
        visits.page.goto("/")
        return visits

    def at_work(self, name: str) -> Visits:
        """The person's browser on the page where the person's work begins."""
        if name not in self._visits:
            visits = self.new_page()
            sign_in(visits.page, name)
            self._visits[name] = visits
        else:
            go_home(self._visits[name].page)
        return self._visits[name]

    def leave(self) -> None:
        """Close every browser. What any of them complained about fails here."""
        complaints = [said for visits in self._visits.values() for said in visits.complaints]
        for context in self._contexts:
            context.close()
        assert not complaints, complaints


def sign_in(page: Page, name: str) -> None:
    """Sign in as somebody in the cast, through the form."""
    page.get_by_label("E-postadress").fill(address_of(name))
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("button", name="Logga in")).to_have_count(0)


def go_home(page: Page) -> None:
    """Back to the page one lands on, by the mark in the corner."""
    page.get_by_role("link", name="Rehabsteget").first.click()
