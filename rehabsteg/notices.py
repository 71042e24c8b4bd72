"""The bell's page: what somebody has been told, whichever app told it. Glue: it knows them all."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door, open_record
from accounts.enums import NoticeEmail
from accounts.models import Notice, User
from accounts.rules import gets_notices
from accounts.services import choose_notice_email, mark_all_read, mark_read
from core.formatting import counted, moment_short
from core.forms import Choices, form_helper
from referrals.views.notices import notice_words

Words = Callable[[User, Iterable[Notice]], Mapping[int, dict[str, str]]]
# Who has the words for notices about each kind of record, and where a record is opened.
WORDS: dict[str, Words] = {"referrals.referral": notice_words}
MOST_SHOWN = 50
GONE = {
    "title": "Ärendet ingår inte längre i ditt uppdrag",
    "name": "",
    "text": "Därför visas inget om det.",
    "url": "",
}


@door(gets_notices)
def notice_list(request: HttpRequest) -> HttpResponse:
    """One's own notices: what waits first, then the latest of the rest."""
    own = Notice.objects.visible_to(request.user)
    waiting = list(own.open().order_by("-urgent", "-pk")[:MOST_SHOWN])
    earlier = list(own.exclude(read_at=None, settled_at=None)[:MOST_SHOWN])
    words = _words(request.user, [*waiting, *earlier])
    context = {
        "waiting": [_row(one, words) for one in waiting],
        "earlier": [_row(one, words) for one in earlier],
        "told": _told(len(waiting), own.open().count()),
        "is_part": len(waiting) == MOST_SHOWN,
    }
    return render(request, "core/notice_list.html", context)


def _told(shown: int, waiting: int) -> str:
    """3 nya, or 50 av 120 nya when the page doesn't hold them all."""
    all_of_them = counted(waiting, "ny", "nya")
    return all_of_them if shown == waiting else f"{shown} av {all_of_them}"


def _words(user: User, notices: Iterable[Notice]) -> dict[int, dict[str, str]]:
    by_subject = sorted(notices, key=lambda one: one.subject)
    found: dict[int, dict[str, str]] = {}
    for subject, rows in groupby(by_subject, key=lambda one: one.subject):
        found |= WORDS[subject](user, list(rows))
    return found


def _row(notice: Notice, words: Mapping[int, dict[str, str]]) -> dict[str, Any]:
    said = words.get(notice.pk, GONE)
    state = "Läst" if notice.read_at else "Klart" if notice.settled_at else ""
    return {
        "pk": notice.pk,
        "at": moment_short(notice.created_at),
        "urgent": notice.urgent,
        "state": state,
        **said,
    }


@door(gets_notices, methods=("POST",))
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the notice as read, and go to what it is about. The record's own door decides there."""
    notice = open_record(request, Notice.objects.visible_to(request.user), pk)
    mark_read(notice=notice)
    words = _words(request.user, [notice]).get(notice.pk, GONE)
    return redirect(words["url"] or "notice_list")


@door(gets_notices, methods=("POST",))
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read."""
    mark_read(notice=open_record(request, Notice.objects.visible_to(request.user), pk))
    return redirect("notice_list")


@door(gets_notices, methods=("POST",))
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all that the page showed as read; what it didn't show, or has come since, stays."""
    sent = request.POST.getlist("shown")[:MOST_SHOWN]
    shown = [min(int(one[:20]), 2**63 - 1) for one in sent if one.isascii() and one.isdigit()]
    mark_all_read(user=request.user, shown=shown)
    return redirect("notice_list")


class NoticeSettingsForm(forms.Form):
    """How one wants to hear about notices by e-mail."""

    notice_email = forms.ChoiceField(
        label="Mejl om aviseringar",
        choices=NoticeEmail.choices,
        widget=forms.RadioSelect,
        help_text="Mejlet säger hur många saker som väntar, aldrig vad eller om vem.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            Choices(
                "notice_email",
                off="Du ser aviseringarna när du loggar in.",
                daily="På vardagar, om något väntar. Annars inget mejl.",
                direct="Och ett mejl på morgonen om annat väntar.",
            ),
            cancel_url=reverse("notice_list"),
        )


@door(gets_notices, methods=("GET", "POST"))
def notice_settings(request: HttpRequest) -> HttpResponse:
    """Choose how to hear about notices by e-mail."""
    form = NoticeSettingsForm(
        request.POST or None, initial={"notice_email": request.user.notice_email}
    )
    if form.is_valid():
        choice = NoticeEmail(form.cleaned_data["notice_email"])
        choose_notice_email(user=request.user, choice=choice)
        messages.success(request, "Ditt val är sparat.")
        return redirect("notice_settings")
    context = {
        "form": form,
        "sends_email": settings.SENDS_EMAIL,
        "address": request.user.email,
    }
    status = 422 if form.is_bound else 200
    return render(request, "core/notice_settings.html", context, status=status)
