"""What every page visited by a journey must pass."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_accessible(page: Page) -> None:
    """No axe violation (WCAG 2.2 A and AA, and best practice), and no scrolling sideways."""
    result = Axe().run(page).response
    assert result["passes"], "axe did not look at anything"
    found = [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in result["violations"]
        for node in one["nodes"]
    ]
    assert found == []
    assert_no_sideways_scroll(page)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
