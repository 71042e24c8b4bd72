"""What every page visited by a journey must pass."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Rules = dict[str, Any]
# The rules of WCAG 2.2 (target size) are run only when they are asked for by name.
STANDARDS: Rules = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What may differ between two themes of the same page.
COLOURS: Rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """async rules => {
    const result = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return {
        passed: result.passes.length,
        found: result.violations.flatMap(one =>
            one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`)),
    };
}"""
SCRIPT = Axe().axe_script


def assert_accessible(page: Page, rules: Rules = STANDARDS) -> None:
    """No axe violation (WCAG 2.2 A and AA, and best practice), and no scrolling sideways."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    result = page.evaluate(RUN, rules)
    assert result["passed"] or result["found"], "axe did not look at anything"
    assert not result["found"], "\n".join(result["found"])
    assert_no_sideways_scroll(page)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than the window."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"sidan är {wide} bred i ett fönster på {window}"
