"""What every page needs from the product: the menu, who is signed in, the theme, the bell.

No queries, but for the bell's number: one, and only when a whole page is drawn.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Scope, Standing
from accounts.enums import OPERATIONAL, STAFF, Role
from accounts.models import User
from accounts.services import open_count
from core.formatting import counted, moment_iso
from rehabsteg import menus
from rehabsteg.demo.sign_in import codes_to_try, people_to_try

THEMES = (("system", "Som datorn", "screen"), ("light", "Ljust", "sun"), ("dark", "Mörkt", "moon"))
EXPLICIT = ("light", "dark")
MOST_IN_BELL = 100


def shell(request: HttpRequest) -> dict[str, Any]:
    """`theme` (light, dark or blank for the system's) and `shell`, None outside the shell."""
    theme = request.COOKIES.get("tema", "system")
    return {
        "theme": theme if theme in EXPLICIT else "",
        "shell": _shell(request, theme),
        **_demo(request),
    }


def _shell(request: HttpRequest, theme: str) -> dict[str, Any] | None:
    user = _user(request)
    if user is None:
        return None
    scope = user.scope
    menu = menus.links(menus.menu_of(scope.roles), request.path)
    foot = menus.links(menus.FOOT, request.path)
    front, rest = menus.doors(menu, foot)
    return {
        "home": reverse("home"),
        "menu": menu,
        "foot": foot,
        "doors": front,
        "rest": rest,
        "account": menus.links(_account(scope), request.path),
        "bell_url": reverse("notice_list") if scope.roles & OPERATIONAL else "",
        "bell": partial(_bell, user),
        "search_url": _search_url(scope),
        "theme_url": reverse("theme"),
        "themes": [
            {"value": value, "label": label, "icon": icon, "chosen": value == theme}
            for value, label, icon in THEMES
        ],
        "sign_out_url": reverse("account_logout"),
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "renew_url": reverse("help"),
        "now": moment_iso(timezone.now()),
        "name": user.name,
        "initials": user.initials,
        **_standing(scope.standings),
    }


def _account(scope: Scope) -> tuple[menus.Entry, ...]:
    return (menus.NOTICES, *menus.ACCOUNT) if scope.roles & OPERATIONAL else menus.ACCOUNT


def _bell(user: User) -> dict[str, str]:
    """The number beside the bell, and what is read out. An error page is drawn without a number."""
    try:
        number = open_count(user)
    except DatabaseError:
        number = 0
    shown = str(number) if number < MOST_IN_BELL else f"{MOST_IN_BELL - 1}+"
    told = counted(number, "ny avisering", "nya aviseringar") if number else "Inga nya aviseringar"
    return {"count": shown if number else "", "told": told}


def _user(request: HttpRequest) -> User | None:
    """Whoever is signed in. None on a page made outside the bound transaction, or while the
    database is away: an error page without a menu is better than none.
    """
    try:
        user = getattr(request, "user", None)
        if isinstance(user, User) and user.is_authenticated and user.scope:
            return user
    except (RuntimeError, DatabaseError):
        return None
    return None


def _standing(standings: tuple[Standing, ...]) -> dict[str, str]:
    """What the top of the menu says: the programme and whose it is, or the authority and the unit."""
    if not standings:
        return {"role": "Ingen roll", "organisation": "", "place": "Rehabsteget", "owner": ""}
    first = standings[0]
    in_programme = first.role in STAFF | {Role.STEERING, Role.EVALUATOR}
    place, owner = first.organisation, first.place
    if in_programme:
        place, owner = owner, place
    if first.role == Role.DIRECTOR:
        owner = counted(len(standings), "insats", "insatser")
    return {
        "role": first.role.label,
        "organisation": first.organisation,
        "place": place or "Rehabsteget",
        "owner": owner,
    }


def _demo(request: HttpRequest) -> dict[str, Any]:
    """In the demo: whom to try as on the sign-in page, and the codes of those who need one."""
    match = request.resolver_match
    if not settings.DEMO or match is None:
        return {}
    if match.view_name == "account_login":
        return {"demo_people": people_to_try()}
    if match.view_name == "mfa_authenticate":
        return {"demo_code": codes_to_try()}
    return {}


def _search_url(scope: Scope) -> str:
    return reverse("participants:search") if scope.roles & STAFF else ""
