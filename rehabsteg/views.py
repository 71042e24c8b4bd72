"""Pages that belong to no app: where each role lands, health, theme, help and errors."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import door
from accounts.enums import Role
from accounts.rules import is_signed_in
from core.kept import give_back, wants_it_back
from rehabsteg.showcase import everything

# Each role lands on the page that answers "what do I do now?". The first held counts.
LANDINGS = {
    Role.COORDINATOR: "activities:my_day",
    Role.MANAGER: "activities:my_day",
    Role.REFERRER: "referrals:referral_list",
    Role.STEERING: "reporting:dashboard",
    Role.DIRECTOR: "reporting:report_list",
    Role.EVALUATOR: "reporting:dashboard",
    Role.LOG_REVIEWER: "accounts:read_log",
    Role.ADMINISTRATOR: "programmes:blueprint_list",
}
THEMES = ("system", "light", "dark")
YEAR_SECONDS = 60 * 60 * 24 * 365


@door(is_signed_in)
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to its own first page."""
    for role, name in LANDINGS.items():
        if request.user.scope.has(role):
            return redirect(name)
    return render(request, "core/no_role.html")


@door(None)
def health(request: HttpRequest) -> HttpResponse:
    """200 when the web process reaches the database. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@door(None, methods=("POST",))
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's choice in a cookie, and go back."""
    chosen = request.POST.get("tema", "system")
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    response = redirect(back if safe else "/")
    if chosen in THEMES:
        response.set_cookie(
            "tema", chosen, YEAR_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


@door(is_signed_in)
def components(request: HttpRequest) -> HttpResponse:
    """Every component and state on one page, itself tested."""
    return render(request, "core/components.html", everything())


@door(is_signed_in)
def help_page(request: HttpRequest) -> HttpResponse:
    """Help and whom to ask."""
    return render(request, "core/help.html")


@door(None)
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (lagen om tillgänglighet till digital offentlig service)."""
    return render(request, "core/accessibility.html")


@door(None, methods=("GET", "POST"))
def closed(request: HttpRequest) -> HttpResponse:
    """A page of allauth that we don't have: who vouched for an address also changes it."""
    raise Http404


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: what is missing and whom to ask."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: nothing is saved, and how to go on.

    What was written on a page of our own is given back. The pages where one signs in are no such
    pages: a password is never written into an answer.
    """
    match = request.resolver_match
    rule = getattr(getattr(match.func, "door", None), "rule", None) if match else None
    if rule is not None and wants_it_back(request):
        return give_back(request, status=403)
    sentence = "Sidan hade legat öppen för länge. Gå tillbaka, läs om den och skicka igen."
    return render(request, "403.html", {"reason": sentence}, status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than anybody needs to send at once, and what to do instead.

    Comes before anybody is known and before any of the request is read.
    """
    chosen = request.COOKIES.get("tema", "")
    theme = chosen if chosen in THEMES[1:] else ""
    return HttpResponse(render_to_string("413.html", {"theme": theme}), status=413)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same answer for what doesn't exist and what lies outside one's work."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault, said so, with nothing of the case in it."""
    return render(request, "500.html", status=500)
