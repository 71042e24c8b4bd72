"""What every page that a journey visits must pass, in both themes and on every width."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Literal

from playwright.sync_api import ConsoleMessage, Page, Response, expect

from rehabsteg.launcher.places import ROOT
from tests.e2e.accessibility import (
    COLOURS,
    STANDARDS,
    Rules,
    assert_accessible,
    assert_no_sideways_scroll,
)

DESKTOP, PHONE, NARROWEST = 1280, 390, 320
HEIGHT = 900
# The themes differ in colours alone: everything in the first, the colours in the other.
THEMES: dict[Literal["light", "dark"], Rules] = {"light": STANDARDS, "dark": COLOURS}
# The product's own answer when somebody else was first; the browser calls it an error.
OWN_ANSWERS = ("the server responded with a status of 409",)


class HtmlJudge:
    """html-validate, kept running."""

    def __init__(self) -> None:
        beside = Path(sys.executable).with_name("node")
        node = str(beside) if beside.exists() else shutil.which("node")
        assert node, "node saknas; make test installerar den"
        self._process = subprocess.Popen(
            [node, ROOT / "tests" / "e2e" / "validate.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def faults(self, html: str) -> list[str]:
        """What is wrong with the markup, in words."""
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page:
            page.write(html)
            page.flush()
            _pipe(self._process.stdin).write(f"{page.name}\n")
            _pipe(self._process.stdin).flush()
            return json.loads(_pipe(self._process.stdout).readline())

    def close(self) -> None:
        """End the program."""
        _pipe(self._process.stdin).close()
        self._process.wait(10)
        _pipe(self._process.stdout).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


class Visits:
    """Follows one page: what the browser complains about, and what the server sent last."""

    def __init__(self, page: Page, judge: HtmlJudge) -> None:
        self.page, self._judge = page, judge
        self.complaints: list[str] = []
        self._document: Response | None = None
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.on("response", self._remember)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not any(own in said.text for own in OWN_ANSWERS):
            self.complaints.append(said.text)

    def _remember(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and response.status not in range(
            300, 400
        )
        if is_page and response.frame == self.page.main_frame:
            self._document = response

    def check(self) -> None:
        """Fails when the page as it stands is not fit for everybody. Leaves it as it was."""
        page = self.page
        expect(page.locator("[hx-trigger=load]")).to_have_count(0)
        assert page.evaluate("document.documentElement.lang") == "sv", page.url
        assert page.title().strip(), page.url
        headings = page.get_by_role("heading", level=1).all_inner_texts()
        assert len(headings) == 1, f"{page.url} har rubrikerna {headings}"
        assert headings[0].strip(), page.url
        self._check_markup()
        before = page.viewport_size
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for theme, rules in THEMES.items():
                page.emulate_media(color_scheme=theme)
                self._check_looks(rules, f"{page.url} {width} {theme}")
        page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
        assert_no_sideways_scroll(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before or {"width": DESKTOP, "height": HEIGHT})
        assert not self.complaints, self.complaints

    def _check_looks(self, rules: Rules, where: str) -> None:
        try:
            assert_accessible(self.page, rules)
        except AssertionError as error:
            error.add_note(where)
            raise

    def _check_markup(self) -> None:
        assert self._document is not None
        faults = self._judge.faults(self._document.text())
        assert not faults, "\n".join([self.page.url, *faults])
