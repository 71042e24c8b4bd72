"""The shell: each role's own menu, the theme, and the pages that belong to no app."""

import re

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.enums import Role
from rehabsteg.menus import ACCOUNT, FOOT, MENUS, doors, links, menu_of
from rehabsteg.views import broken

EVERYBODY = ("karin", "vera", "ali", "siv", "bo", "stina", "frida", "eva", "lova", "adam")


@pytest.fixture(params=EVERYBODY)
def page(request, cast, client_for) -> str:
    """The component page as each of the cast sees it."""
    user = cast.people[request.param]
    return client_for(user).get(reverse("components")).content.decode()


def test_everybody_sees_who_and_where_they_are(page: str) -> None:
    assert '<nav class="nav" aria-label="Huvudmeny">' in page
    assert re.search(r'<p class="switcher"><span>[^<]+<small>[^<]+</small>', page)
    assert "Logga ut" in page


def test_every_entry_has_an_address() -> None:
    entries = {entry for menu in MENUS.values() for entry in menu} | set(FOOT) | set(ACCOUNT)
    assert [entry.name for entry in entries if not reverse(entry.name)] == []


def test_every_role_has_a_menu() -> None:
    assert set(MENUS) == set(Role)
    assert all(MENUS.values())


def test_two_roles_give_each_door_once() -> None:
    both = menu_of(frozenset({Role.COORDINATOR, Role.MANAGER}))
    assert len(both) == len({entry.name for entry in both})
    assert set(both) >= set(MENUS[Role.MANAGER])


def test_the_page_is_behind_the_most_precise_door() -> None:
    menu = links(MENUS[Role.REFERRER], reverse("referrals:referral_new"))
    assert [link.label for link in menu if link.current] == ["Ny remiss"]


def test_a_phone_has_four_doors_and_the_rest_behind_more() -> None:
    menu = links(MENUS[Role.MANAGER], "/")
    front, rest = doors(menu, links(FOOT, "/"))
    assert len(front) == 4
    assert [link.label for link in front + rest][: len(menu)] == [link.label for link in menu]


@pytest.mark.parametrize(
    ("chosen", "attribute"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"')]
)
def test_the_theme_is_remembered(client_for, karin, chosen: str, attribute: str) -> None:
    client = client_for(karin)
    answer = client.post(reverse("theme"), {"tema": chosen, "next": "/hjalp/"})
    assert answer["Location"] == "/hjalp/"
    assert attribute in client.get("/hjalp/").content.decode()


def test_the_theme_can_follow_the_computer_again(client_for, karin) -> None:
    client = client_for(karin)
    client.post(reverse("theme"), {"tema": "dark"})
    client.post(reverse("theme"), {"tema": "system"})
    assert "data-theme" not in client.get("/hjalp/").content.decode().split(">", 2)[1]


def test_a_theme_nobody_has_drawn_is_not_remembered(client_for, karin) -> None:
    answer = client_for(karin).post(reverse("theme"), {"tema": '"><b>', "next": "//evil.example/"})
    assert "tema" not in answer.cookies
    assert answer["Location"] == "/"


def test_only_staff_have_the_search(cast, client_for) -> None:
    for name in EVERYBODY:
        html = client_for(cast.people[name]).get(reverse("help")).content.decode()
        assert ('role="search"' in html) == (name in {"karin", "vera", "bo"}), name


@pytest.mark.django_db
def test_the_accessibility_statement_is_open_to_everyone() -> None:
    html = Client().get(reverse("accessibility")).content.decode()
    assert "WCAG 2.2" in html
    assert "Huvudmeny" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["components", "help"])
def test_other_pages_ask_for_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_what_is_not_there_says_so_in_swedish(client_for, karin) -> None:
    answer = client_for(karin).get("/finns-inte/")
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.content.decode()


def test_nothing_inline_reaches_the_browser(page: str) -> None:
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_ids_are_unique_on_the_component_page(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_an_error_page_can_be_made_without_a_database(rf) -> None:
    def gone() -> None:
        raise OperationalError("servern svarar inte")

    request = rf.get("/")
    request.user = SimpleLazyObject(gone)
    html = broken(request)
    assert html.status_code == 500
    assert "Det är ett fel hos oss" in html.content.decode()


def test_what_is_searched_for_never_stands_in_an_address(client_for, karin) -> None:
    html = client_for(karin).get(reverse("help")).content.decode()
    search = re.search(r'<form class="search"[^>]*>', html)[0]
    assert 'method="post"' in search
