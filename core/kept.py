"""What somebody wrote comes with them when a form can't be taken: nothing typed is thrown away.

When the session ended while a form was being filled in, or its token had grown old, the answer is a
page that holds everything that was posted. After signing in, one press sends it again. Nothing is
stored on the server: the words are on the page of the one who wrote them, and nowhere else.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOKEN = "csrfmiddlewaretoken"  # noqa: S105


def wants_it_back(request: HttpRequest) -> bool:
    """True for a form that somebody filled in on our own page and pressed send on.

    Not for a script's own calls, and never for a form that comes from another site.
    """
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    written = any(name != TOKEN for name in request.POST)
    return request.method == "POST" and mode == "navigate" and written and _is_our_own(request)


def _is_our_own(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def give_back(request: HttpRequest, *, status: int) -> HttpResponse:
    """A page with everything that was posted, which sends it again to the same address."""
    context = {
        "address": request.get_full_path(),
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name != TOKEN
        ],
        "has_files": bool(request.FILES),
    }
    response = render(request, "core/given_back.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
