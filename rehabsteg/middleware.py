"""The transaction around view and rendering, the idle limit, and the refusal of undeclared views."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.access import Scope, acting, bound_to
from programmes.services import scope_of
from rehabsteg.views import too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
NOBODY = Scope()

# Views of packages we trust to guard themselves: sign-in, second factor, identity provider.
GUARDED_ELSEWHERE = ("allauth.", "django.contrib.auth.")


class TooLargeMiddleware:
    """Answer a request that is too large before a byte of it is read: nothing lands in memory or on disk."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Weigh by the length the request itself declares; without one nothing is read anyway."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) <= settings.REQUEST_MAX_BYTES:
            return self.get_response(request)
        return too_large(request)


class IdleLimitMiddleware:
    """Sign out a person who hasn't done anything for `SESSION_IDLE_SECONDS`.

    The session itself ends `SESSION_COOKIE_AGE` after it began whatever happens: every write gives
    the cookie a new age, so the beginning is kept in the session. The moment is written at most
    once a minute, so that reading pages costs no write.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check, note, go on."""
        if request.user.is_authenticated:
            now = timezone.now()
            seen = parse_datetime(request.session.get("seen_at", "")) or now
            began = parse_datetime(request.session.setdefault("began_at", now.isoformat())) or now
            is_idle = now - seen > timedelta(seconds=settings.SESSION_IDLE_SECONDS)
            if is_idle or now - began > timedelta(seconds=settings.SESSION_COOKIE_AGE):
                logout(request)
            elif "seen_at" not in request.session or now - seen > timedelta(minutes=1):
                request.session["seen_at"] = now.isoformat()
        return self.get_response(request)


class BoundTransactionMiddleware:
    """One transaction around view *and* rendering, bound to the user's scope.

    Rolled back when the answer is an error of ours (status 500 and above). A streaming answer would
    be read after the transaction has ended and is refused.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind, answer, commit."""
        if request.user.is_authenticated:
            scope = scope_of(request.user, today=timezone.localdate())
            with acting(request.user, scope):
                return self._answer(request)
        with bound_to(NOBODY):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming:
            raise RuntimeError("Ett strömmat svar läses efter transaktionen och kan bli avkortat.")
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


class DenyByDefaultMiddleware:
    """A view that hasn't declared who may enter is for nobody."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Refuse a view without a declared door."""
        if not (hasattr(view, "door") or view.__module__.startswith(GUARDED_ELSEWHERE)):
            raise PermissionDenied("Sidan är inte öppnad för någon.")
