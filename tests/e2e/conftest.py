"""A real browser against the real product: Debian's chromium, the test's own server and database."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from rehabsteg.launcher.postgres import Cluster
from rehabsteg.launcher.redis import RedisServer
from tests.conftest import PRISTINE
from tests.e2e.chromium import launch
from tests.e2e.people import People
from tests.e2e.product import Product, running_product
from tests.e2e.visits import HtmlJudge


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for the whole run."""
    # Playwright keeps an event loop in this thread, and Django then refuses the test's own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def judge() -> Iterator[HtmlJudge]:
    """html-validate, started once."""
    running = HtmlJudge()
    yield running
    running.close()


@pytest.fixture(scope="session")
def product(
    cluster: Cluster, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The whole product, started as in production and filled with the cast."""
    directory: Path = tmp_path_factory.mktemp("product")
    with running_product(directory, cluster, redis_server, template=PRISTINE) as running:
        yield running


@pytest.fixture(scope="module")
def people(product: Product, browser: Browser, judge: HtmlJudge) -> Iterator[People]:
    """Everybody in the cast, each in a browser of one's own for as long as the journey lasts."""
    everybody = People(browser, product.address, judge)
    yield everybody
    everybody.leave()


def is_complaint(said: ConsoleMessage) -> bool:
    """An error in the console; a network that the test itself cut is none."""
    return said.type == "error" and "ERR_INTERNET_DISCONNECTED" not in said.text


@pytest.fixture
def open_page(browser: Browser, live_server, client_for) -> Iterator[Callable[..., Page]]:
    """`open_page("/hjalp/", user=karin, theme="dark", width=390)`: a page of one's own.

    Anything the browser complains about (a script error, a refused inline style, a missing file)
    fails the test.
    """
    complaints: list[str] = []
    contexts = []

    def go(
        path: str, *, user=None, theme: str = "light", width: int = 1280, javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            color_scheme=theme,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        if user is not None:
            cookie = client_for(user).cookies["sessionid"]
            context.add_cookies(
                [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if is_complaint(said) else None,
        )
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
