"""Debian's chromium, started the way it works everywhere."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
# As root in a container, and without a word to anybody outside.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """A browser with a profile of its own, gone when it closes."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
