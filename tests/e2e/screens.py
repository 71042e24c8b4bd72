"""Pictures of every page, for looking at: `python -m tests.e2e.screens OUTDIR [ROLE …]`.

Wants `make run` to be up. Signs in as one demo person of each role, follows every link from where
the person lands, and takes each kind of page once: wide and phone, light and dark.
"""

import json
import re
import subprocess
import sys
from collections import deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from rehabsteg.launcher.places import ROOT
from tests.e2e.chromium import launch

WIDTHS = (1280, 390)
THEMES = ("light", "dark")
HEIGHT = 900
# Files, and addresses that lead away.
NOT_PAGES = re.compile(r"/hamta/|^mailto:|^tel:|^#|/static/")


def demo_people() -> list[dict[str, str]]:
    """One person of each role, as the product itself lists them."""
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_people", "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    first: dict[str, dict[str, str]] = {}
    for person in json.loads(done.stdout)["people"]:
        first.setdefault(person["role"], person)
    return list(first.values())


def sign_in(page: Page, person: dict[str, str]) -> None:
    """Through the form, with a code for those who need one."""
    page.goto("/konto/login/")
    page.locator("#id_login").fill(person["email"])
    page.locator("#id_password").fill(person["password"])
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    if person["totp_secret"]:
        page.get_by_label("Engångskod").fill(pyotp.TOTP(person["totp_secret"]).now())
        page.get_by_label("Engångskod").press("Enter")
        page.wait_for_url(lambda url: "/2fa/" not in url)


def kind_of(address: str) -> str:
    """The address with its numbers and names left out: pages of one kind look alike."""
    path = re.sub(r"/\d+/", "/n/", urlsplit(address).path)
    return path.strip("/").replace("/", "-") or "hem"


def links_on(page: Page) -> list[str]:
    """Where the page leads, within the product."""
    found = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    here = [urljoin(page.url, one) for one in found if not NOT_PAGES.search(one)]
    return [one for one in here if urlsplit(one).netloc == urlsplit(page.url).netloc]


def take_pictures(page: Page, file: Path) -> None:
    """Both widths, both themes; the whole page."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            end = "" if theme == "light" else "-mork"
            page.screenshot(path=f"{file}-{width}{end}.png", full_page=True)


def walk(browser: Browser, address: str, person: dict[str, str], place: Path) -> int:
    """Every kind of page the person can reach by links; returns how many."""
    context = browser.new_context(base_url=address, locale="sv-SE", reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, person)
    place.mkdir(parents=True, exist_ok=True)
    waiting, seen = deque([page.url]), set[str]()
    while waiting:
        url = waiting.popleft()
        kind = kind_of(url)
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(url)
        page.wait_for_load_state("networkidle")
        waiting.extend(links_on(page))
        take_pictures(page, place / kind)
    context.close()
    return len(seen)


def main(place: Path, roles: list[str]) -> None:
    """Pictures in `place`, a directory for each role."""
    address = (ROOT / "var" / "run.address").read_text().strip()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for person in demo_people():
            if roles and person["role"] not in roles:
                continue
            count = walk(browser, address, person, place / person["role"].replace(" ", "-"))
            print(f"{person['role']}: {count} sidor")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
