"""Writing a remiss: one page, saved on the server as one types, sent when it is whole."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from accounts.rules import can_refer
from core.formatting import clock, date_iso, moment_iso
from core.states import Refused, Stale
from programmes.enums import ProgrammeKind
from programmes.models import Programme
from referrals.enums import ReferralState
from referrals.forms import PARTS, ReferralForm
from referrals.models import Referral
from referrals.services import (
    FIRST_VERSION,
    Page,
    create_draft,
    discard_draft,
    draft_expires_on,
    save_draft,
    send_referral,
    typed_in,
)
from referrals.views.desk import Desk, set_desk
from referrals.views.papers import papers_in_draft, papers_to_remove, remove_file, take_file

CONFLICT = 409
SENT_ALREADY = "Remissen är skickad."
# Buttons that keep the draft as a draft.
WITHOUT_SENDING = ("save_and_close", "upload", "remove")


def _open_programmes(today: date) -> list[Programme]:
    open_now = Programme.objects.open_on(today).filter(kind=ProgrammeKind.INDIVIDUAL)
    return list(open_now.order_by("name", "pk"))


def _chosen(request: HttpRequest) -> tuple[Programme | None, list[Programme]]:
    programmes = _open_programmes(timezone.localdate())
    slug = request.GET.get("insats", "")
    if len(programmes) == 1 and not slug:
        return programmes[0], programmes
    return next((one for one in programmes if one.slug == slug), None), programmes


@door(can_refer, methods=("GET", "POST"))
def referral_new(request: HttpRequest) -> HttpResponse:
    """Write a new remiss. When several programmes take remisser, first the choice of one."""
    programme, programmes = _chosen(request)
    if programme is None:
        return render(request, "referrals/referral_choose.html", {"rows": _choices(programmes)})
    desk = set_desk(request.user, programme)
    if request.method == "POST":
        return _save(request, desk, None)
    return _show(request, desk, desk.blank(request), None)


def _choices(programmes: list[Programme]) -> list[tuple[str, str, str]]:
    page = reverse("referrals:referral_new")
    return [(one.name, one.purpose, f"{page}?insats={one.slug}") for one in programmes]


@door(can_refer, methods=("GET", "POST"))
def referral_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    own = Referral.objects.visible_to(request.user).select_related("programme")
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    referral = open_record(request, own.filter(unit_id__in=request.user.scope.units), pk, reading)
    if referral.state != ReferralState.DRAFT:
        return redirect("referrals:referral_detail", pk=pk)
    desk = set_desk(request.user, referral.programme)
    if request.method == "POST":
        return _save(request, desk, referral)
    initial = {
        "has_number": "yes",
        "consent_form": "signed",
        "unit": str(referral.unit_id),
        **typed_in(referral),
        "once_key": referral.once_key,
        "page_key": uuid4(),
        "version": referral.version,
    }
    return _show(request, desk, desk.form(initial=initial), referral)


@door(can_refer, methods=("POST",))
def referral_autosave(request: HttpRequest) -> HttpResponse:
    """Save what has been typed so far. Answers with the time, for the words beside the form."""
    programme, _ = _chosen(request)
    if programme is None:
        raise Http404("Insatsen finns inte.")
    desk = set_desk(request.user, programme)
    form = desk.form(request.POST)
    form.is_valid()
    draft = _draft(request, desk)
    if draft is None or draft.state != ReferralState.DRAFT:
        return JsonResponse({"saved_at": ""}, status=CONFLICT)
    try:
        draft = _keep(draft, desk, form)
    except Stale as stale:
        return JsonResponse({"saved_at": "", "reasons": stale.reasons}, status=CONFLICT)
    told = papers_to_remove(draft, withheld=form.withholds_identity)
    return JsonResponse({"saved_at": clock(timezone.localtime()), "warning": told})


@door(can_refer, methods=("POST",))
def referral_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away a draft."""
    own = Referral.objects.visible_to(request.user).filter(unit_id__in=request.user.scope.units)
    referral = open_record(request, own, pk, Reading.WRITE)
    try:
        discard_draft(referral=referral)
    except Stale as stale:
        messages.warning(request, stale.reasons[0])
        return redirect("referrals:referral_detail", pk=pk)
    messages.success(request, "Utkastet är borttaget.")
    return redirect("referrals:referral_list")


# --- saving and sending -----------------------------------------------------------------------


def _save(request: HttpRequest, desk: Desk, referral: Referral | None) -> HttpResponse:
    is_sending = not any(button in request.POST for button in WITHOUT_SENDING)
    draft = referral or _draft(request, desk)
    form = desk.form(
        request.POST, request.FILES, sending=is_sending, draft_pk=draft.pk if draft else None
    )
    if draft is None:
        # The form carries no usable key: it is shown again with a new one, everything kept.
        form.is_valid()
        form.build_on(once_key=str(uuid4()))
        return _show(request, desk, form, None)
    if draft.state != ReferralState.DRAFT:
        messages.success(request, SENT_ALREADY)
        return redirect("referrals:referral_detail", pk=draft.pk)
    # Before anything can be wrong with the rest: a chosen file is stored, or it is said why not.
    refused = take_file(request, draft, withheld=form.withholds_identity)
    is_whole = form.is_valid() and not refused
    for sentence in refused:
        form.add_error("attachment", sentence)
    try:
        draft = _keep(draft, desk, form)
        if refused:
            return _again(request, desk, form, draft, [])
        if not is_sending:
            return _stay(request, draft, form)
        if is_whole:
            return _send(request, draft)
    except Refused as stopped:
        return _again(request, desk, form, draft, stopped.reasons)
    return _again(request, desk, form, draft, [])


def _stay(request: HttpRequest, draft: Referral, form: ReferralForm) -> HttpResponse:
    if "save_and_close" in request.POST:
        messages.success(request, "Utkastet är sparat.")
        if told := papers_to_remove(draft, withheld=form.withholds_identity):
            messages.warning(request, told)
        return redirect("referrals:referral_list")
    remove_file(request, draft)
    return redirect(f"{reverse('referrals:referral_edit', args=[draft.pk])}#bilagor")


def _draft(request: HttpRequest, desk: Desk) -> Referral | None:
    """The draft that the form's key names, begun now if it isn't there. None for an unusable key."""
    try:
        key = UUID(request.POST.get("once_key", ""))
    except ValueError:
        return None
    try:
        draft, _ = create_draft(
            programme=desk.programme,
            unit=desk.unit_named(request.POST.get("unit", "")),
            referrer=request.user,
            once_key=key,
        )
    except IntegrityError:
        # Somebody else's key: a page left open on a shared computer, and another person signed in.
        return None
    return draft if draft.programme_id == desk.programme.pk else None


def _keep(draft: Referral, desk: Desk, form: ReferralForm) -> Referral:
    page = form.page()
    if draft.saved_at is None and page.version is None:
        # Begun by this very press, from a page that knew of no version.
        page = Page(page.key, FIRST_VERSION)
    return save_draft(
        referral=draft,
        identity=form.identity(),
        answers=form.answers(),
        typed=form.typed(),
        page=page,
        unit=desk.unit_named(form.chosen_unit()),
    )


def _send(request: HttpRequest, draft: Referral) -> HttpResponse:
    sent = send_referral(referral=draft, user=request.user).record
    messages.success(request, f"{SENT_ALREADY} Ärendenumret är {sent.number}.")
    return redirect("referrals:referral_detail", pk=sent.pk)


def _again(
    request: HttpRequest, desk: Desk, form: ReferralForm, draft: Referral, problems: list[str]
) -> HttpResponse:
    """The form once more, with everything typed, now building on the draft as it is stored."""
    stored = Referral.objects.visible_to(request.user).get(pk=draft.pk)
    if problems:
        problems = [*problems, *form.differences(typed_in(stored))]
    form.build_on(version=str(stored.version), page_key=str(form.page().key or uuid4()))
    return _show(request, desk, form, stored, problems)


def _show(
    request: HttpRequest,
    desk: Desk,
    form: ReferralForm,
    referral: Referral | None,
    problems: list[str] | None = None,
) -> HttpResponse:
    is_checked = form.is_bound and form.sending
    is_saved = form.is_bound and referral is not None and not problems
    context = {
        "form": form,
        "programme": desk.programme.name,
        "sender": ", ".join([request.user.name, *desk.only_unit]),
        "contact": desk.contact(),
        "steps": _steps(form, is_checked),
        "saved": f"Sparat {clock(timezone.localtime())}" if is_saved else "",
        "expires": date_iso(draft_expires_on(referral)) if referral else "",
        "referral": referral,
        "papers": papers_in_draft(referral),
        "papers_warning": papers_to_remove(referral, withheld=form.withholds_identity),
        "problems": problems or [],
        "unfinished": None if referral else _unfinished(request, desk.programme),
    }
    return render(request, "referrals/referral_new.html", context)


def _steps(form: ReferralForm, is_checked: bool) -> list[dict[str, str]]:
    def state(fields: tuple[str, ...]) -> str:
        if not is_checked:
            return ""
        return "error" if any(name in form.errors for name in fields) else "done"

    return [
        {"label": label, "anchor": f"#{anchor}", "state": state(fields)}
        for label, anchor, fields in PARTS
    ]


def _unfinished(request: HttpRequest, programme: Programme) -> dict[str, str] | None:
    """The sender's own newest draft, and how many there are; None when there is none."""
    own = Referral.objects.visible_to(request.user).filter(
        state=ReferralState.DRAFT, referrer=request.user, programme=programme
    )
    drafts = list(own.order_by("-pk"))
    if not drafts:
        return None
    newest = drafts[0]
    saved = moment_iso(newest.saved_at or newest.created_at)
    told = f"{newest.shown_name}, sparat {saved}. Tas bort {date_iso(draft_expires_on(newest))}."
    many = len(drafts) > 1
    return {
        "strong": f"Du har {len(drafts)} påbörjade utkast."
        if many
        else "Du har ett påbörjat utkast:",
        "text": f"Det senaste: {told} Alla finns bland dina remisser." if many else told,
        "url": reverse("referrals:referral_edit", args=[newest.pk]),
    }
