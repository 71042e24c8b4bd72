"""The papers of a remiss: attached in the draft or later, downloaded, taken back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts.access import door, log_reading, open_record, refuse
from accounts.enums import Reading, Refusal
from accounts.models import User
from accounts.rules import can_read_referrals
from core.formatting import file_size, moment_iso
from core.scan import Infected
from core.states import Refused
from referrals.enums import AttachmentKind, MedicalAssessment, ReferralState
from referrals.forms import AttachForm, WithdrawAttachmentForm
from referrals.models import Attachment, Referral
from referrals.rules import has_attached, papers_are_closed, side_of
from referrals.services import (
    MOST_BYTES,
    MOST_FILES,
    TOO_LARGE,
    AttachmentGone,
    attach_file,
    read_attachment,
    remove_attachment,
    withdraw_attachment,
)

GET_POST = ("GET", "POST")
CONFLICT = 409
WITHHELD = (
    "Filen är inte sparad. Personen ska vara anonym för insatsen, och en bilaga kan visa vem "
    "personen är."
)
REMOVE_THEM = (
    "Ta bort bilagorna. Personen ska vara anonym för insatsen, och en bilaga kan visa vem personen är. "
    "Remissen går inte att skicka med dem."
)
WORDS = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}


@dataclass(frozen=True)
class Paper:
    """One attachment as `components/files.html` shows it."""

    name: str
    kind: str
    meta: str
    url: str
    withdrawn: str
    withdraw_url: str
    number: int


# --- in the draft -----------------------------------------------------------------------------


def papers_in_draft(referral: Referral | None) -> list[Paper]:
    """What is attached so far."""
    if referral is None:
        return []
    return [_paper(one, "") for one in referral.attachments.all()]


def papers_to_remove(draft: Referral | None, *, withheld: bool) -> str:
    """What to do about papers in a draft about somebody who became anonymous; "" when nothing.

    They aren't removed by the saving. It happens by itself while somebody types, and a slip on the
    question would destroy papers for good. Until they are removed they stay where the person is
    known already, in the sender's own unit: nothing is sent with them, and old drafts are removed.
    """
    if draft is None or not (withheld or draft.is_anonymous):
        return ""
    return REMOVE_THEM if has_attached(draft) else ""


def take_file(request: HttpRequest, draft: Referral, *, withheld: bool) -> list[str]:
    """Store the file chosen in the draft's form, at once; every reason why it wasn't.

    `withheld`: nothing may be kept that shows who the person is.
    """
    sent = request.FILES.get("attachment")
    if not isinstance(sent, UploadedFile):
        return ["Välj en fil först."] if "upload" in request.POST else []
    if withheld:
        return [WITHHELD]
    kind = request.POST.get("attachment_kind") or _unsaid_kind(request, draft)
    try:
        _attach(request, draft, kind, sent)
    except Refused as refused:
        return refused.reasons
    return []


def _unsaid_kind(request: HttpRequest, draft: Referral) -> AttachmentKind:
    """What a file is that nobody has said: the assessment, for one who just said it is attached."""
    says = request.POST.get("assessment") == MedicalAssessment.ATTACHED
    if says and not has_attached(draft, AttachmentKind.ASSESSMENT):
        return AttachmentKind.ASSESSMENT
    return AttachmentKind.OTHER


def _attach(request: HttpRequest, referral: Referral, kind: str, sent: UploadedFile) -> None:
    """Hand the file to the service and say how it went. Raises `Refused`."""
    if (sent.size or 0) > MOST_BYTES:
        raise Refused([TOO_LARGE])
    try:
        added, is_new = attach_file(
            referral=referral, kind=kind, name=sent.name or "", content=sent.read(),
            user=request.user,
        )  # fmt: skip
    except Infected:
        refuse(request, Refusal.INFECTED, referral.pk)
        raise
    words = "är bifogad" if is_new else "är redan bifogad"
    messages.success(request, f"{added.name} {words}. {added.get_kind_display()}.")


def remove_file(request: HttpRequest, draft: Referral) -> None:
    """Take the file whose button was pressed out of the draft. Pressed twice, it is gone once."""
    number = request.POST.get("remove", "")
    if not (number.isascii() and number.isdigit()):
        return
    # Only among the draft's own: a number from another remiss is no file of this one.
    found = draft.attachments.filter(pk=min(int(number), 2**63 - 1)).first()
    if found is None:
        return
    log_reading(request.user, found, Reading.WRITE)
    remove_attachment(attachment=found)
    messages.success(request, f"{found.name} är borttagen.")


# --- on the remiss's page ---------------------------------------------------------------------


def papers_of(referral: Referral, user: User, *, on_paper: bool = False) -> dict[str, Any]:
    """The panel: every paper, also withdrawn ones, and whether more can be attached."""
    closed = papers_are_closed(referral)
    rows = list(referral.attachments.all())
    own = None if closed or on_paper else side_of(user, referral)
    current = [one for one in rows if not one.is_withdrawn]
    takes_more = own is not None and len(current) < MOST_FILES
    return {
        "rows": [_paper(one, _withdraw_url(one, own)) for one in rows],
        "attach_url": reverse("referrals:referral_attach", args=[referral.pk])
        if takes_more
        else "",
        "note": str(len(current)) if current else "",
        "closed": closed if referral.is_anonymous else "",
    }


def _withdraw_url(one: Attachment, own: str | None) -> str:
    if one.is_withdrawn or one.side != own:
        return ""
    return reverse("referrals:attachment_withdraw", args=[one.pk])


def _paper(one: Attachment, withdraw_url: str) -> Paper:
    told = [
        WORDS.get(one.content_type, "Fil"),
        file_size(one.size),
        f"{one.adder_name}, {one.adder_organisation}",
        moment_iso(one.added_at),
    ]
    gone = f"Återtagen {moment_iso(one.withdrawn_at)}. {one.withdrawn_why}"
    return Paper(
        name=one.name,
        kind=one.get_kind_display(),
        meta=" · ".join(told),
        url="" if one.is_withdrawn else reverse("referrals:attachment_download", args=[one.pk]),
        withdrawn=gone if one.is_withdrawn else "",
        withdraw_url=withdraw_url,
        number=one.pk,
    )


@door(can_read_referrals, methods=GET_POST)
def referral_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a paper to a remiss that has been sent."""
    is_sent = request.method == "POST"
    reading = Reading.WRITE if is_sent else Reading.VIEW
    referral = open_record(request, Referral.objects.visible_to(request.user), pk, reading)
    if referral.state == ReferralState.DRAFT:
        return redirect("referrals:referral_edit", pk=pk)
    back = reverse("referrals:referral_detail", args=[pk])
    promised = referral.assessment == MedicalAssessment.PROMISED
    first = AttachmentKind.ASSESSMENT if promised else AttachmentKind.OTHER
    form = AttachForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial={"kind": first},
        cancel_url=back,
    )
    closed = papers_are_closed(referral)
    if not (is_sent and form.is_valid()):
        return _page(request, referral, "Bifoga en fil", form, [closed] if closed else [])
    try:
        _attach(request, referral, form.cleaned_data["kind"], form.cleaned_data["attachment"])
    except Refused as refused:
        return _page(request, referral, "Bifoga en fil", form, refused.reasons, CONFLICT)
    return redirect(f"{back}#bilagor")


@door(can_read_referrals)
def attachment_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper, whole, as a file to save. Noted in the read log like every other reading."""
    found = open_record(request, Attachment.objects.visible_to(request.user), pk, Reading.EXPORT)
    try:
        content = read_attachment(found)
    except AttachmentGone as gone:
        return render(request, "referrals/attachment_gone.html", {"reason": str(gone)}, status=404)
    headers = {
        "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type=found.content_type, headers=headers)


@door(can_read_referrals, methods=GET_POST)
def attachment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a paper of a remiss that has been sent."""
    is_sent = request.method == "POST"
    reading = Reading.WRITE if is_sent else Reading.VIEW
    visible = Attachment.objects.visible_to(request.user).select_related("referral")
    found = open_record(request, visible, pk, reading)
    back = reverse("referrals:referral_detail", args=[found.referral_id])
    form = WithdrawAttachmentForm(request.POST if is_sent else None, cancel_url=back)
    title = f"Återta {found.name}"
    if not (is_sent and form.is_valid()):
        return _page(request, found.referral, title, form, [])
    try:
        withdraw_attachment(attachment=found, why=form.cleaned_data["why"], user=request.user)
    except Refused as refused:
        return _page(request, found.referral, title, form, refused.reasons, CONFLICT)
    messages.success(request, f"{found.name} är återtagen.")
    return redirect(f"{back}#bilagor")


def _page(
    request: HttpRequest,
    referral: Referral,
    title: str,
    form: AttachForm | WithdrawAttachmentForm,
    problems: list[str],
    status: int = 200,
) -> HttpResponse:
    context = {"referral": referral, "title": title, "form": form, "problems": problems}
    return render(request, "referrals/referral_attach.html", context, status=status)
