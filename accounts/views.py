"""The log reviewer's page."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.access import door
from accounts.enums import Reading, Role
from accounts.forms import LARGEST_NUMBER, LogFilterForm
from accounts.models import ReadEvent
from accounts.rules import is_log_reviewer
from accounts.services import LogPage, read_log_page
from core.formatting import moment_iso, number

OLDER, NEWER = "fore", "efter"


@door(is_log_reviewer)
def read_log(request: HttpRequest) -> HttpResponse:
    """Who has read what, when and from where, without what it said. Source: 2001:454 § 10."""
    form = LogFilterForm(request.GET)
    page = LogPage([], None, None)
    if form.is_valid():
        page = read_log_page(
            user=request.user,
            wanted=form.wanted,
            before=_key(request.GET.get(OLDER)),
            after=_key(request.GET.get(NEWER)),
        )
    context = {
        "form": form,
        "rows": [_row(event) for event in page.events],
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "older": _address(request.GET, OLDER, page.older),
        "newer": _address(request.GET, NEWER, page.newer),
    }
    return render(request, "accounts/read_log.html", context)


def _key(text: str | None) -> int | None:
    """A key from the address; anything else than a number is the first page."""
    if not text or not text.isascii() or not text.isdigit():
        return None
    return min(int(text[:20]), LARGEST_NUMBER)


def _address(asked: QueryDict, name: str, key: int | None) -> str:
    if key is None:
        return ""
    kept = asked.copy()
    for other in (OLDER, NEWER):
        kept.pop(other, None)
    kept[name] = str(key)
    return f"?{kept.urlencode()}"


def _row(event: ReadEvent) -> dict[str, str]:
    role = Role(event.role).label if event.role else "Ingen roll"
    count = f"{number(event.record_id)} poster" if event.reading == Reading.LIST else ""
    return {
        "at": moment_iso(event.at),
        "who": event.user.name,
        "role": role,
        "organisation": event.organisation,
        "reading": event.get_reading_display(),
        "what": event.kind,
        "record": count or f"nr {event.record_id}",
        "whose": str(event.participant_id) if event.participant_id else "",
    }
