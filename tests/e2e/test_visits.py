"""What judges the pages must itself be judged: each fault is found, and a sound page passes."""

import pytest

from tests.e2e.people import People

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

SOUND = """<!DOCTYPE html>
<html lang="sv"><head><meta charset="utf-8"><title>Deltagare</title>
<style>body { background: white; color: black; }</style></head>
<body><main><h1>Deltagare</h1><p>Ingen än.</p></main></body></html>
"""
DARK = "@media (prefers-color-scheme: dark) { body { background: black; color: #333; } }"
TEXT = "<p>Ingen än.</p>"
# What is changed to what, and the words that the fault is told in.
FAULTS = {
    "another language": ('lang="sv"', 'lang="en"', "/prov/"),
    "no title": ("<title>Deltagare</title>", "<title></title>", "/prov/"),
    "two headings": (TEXT, "<h1>En till</h1>", "har rubrikerna"),
    "no heading": ("h1>", "h2>", "har rubrikerna"),
    "markup that browsers mend": (TEXT, "<p><div>Ingen än.</div></p>", "no-implicit-close"),
    "an input without words": (TEXT, '<p><input type="text" name="q"></p>', "label"),
    "pale in the dark": ("</style>", f"{DARK}</style>", "color-contrast"),
    "too wide": ("</style>", "p { inline-size: 330px; }</style>", "i ett fönster på 320"),
    "an error in a script": ("</main>", "</main><script>no.thing();</script>", "not defined"),
    "a missing file": ("</main>", '</main><script src="/static/a.js"></script>', "404"),
    "what the policy refuses": ("</main>", '</main><img src="/b.png" alt="">', "Security Policy"),
}


def _show(people: People, html: str) -> None:
    visits = people.new_page()
    headers = {"Content-Type": "text/html", "Content-Security-Policy": "img-src 'none'"}
    visits.page.route("**/prov/", lambda route: route.fulfill(body=html, headers=headers))
    visits.page.goto("/prov/")
    visits.check()


def test_a_sound_page_passes(people: People) -> None:
    _show(people, SOUND)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(people: People, fault: str) -> None:
    old, new, words = FAULTS[fault]
    assert old in SOUND
    with pytest.raises(AssertionError, match=words):
        _show(people, SOUND.replace(old, new))
