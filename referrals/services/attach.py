"""Papers of a remiss: taken in, checked, handed out, taken back.

A file is on the disk, whole, before its row is; the row is what makes it a paper of the remiss. A
crash in between leaves a file nobody points at, which `sweep_attachments` takes away.
"""

import hashlib
import logging
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.files import write_atomically
from core.scan import demand_clean
from core.states import Refused, log
from core.uploads import FileType, NotTaken, safe_name, type_of
from referrals.enums import AttachmentKind, MedicalAssessment, ReferralState
from referrals.models import Attachment, Referral
from referrals.rules import papers_are_closed, side_of
from referrals.services.change import demand_text, lock

logger = logging.getLogger(__name__)

FOLDER = "attachments"
MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * MEGABYTE
MOST_FILES = 10
# Said by whoever sees the size first: the browser, the form, or we.
TOO_LARGE = f"Filen är större än {MOST_MEGABYTES} MB. Spara den mindre, eller dela upp den."
CAME_OFF = "Bifogade en fil"
CAME_BACK = "Återtog en bilaga"


class AttachmentGone(Exception):
    """The file isn't there, or isn't what was stored. The message is for the reader."""


def attach_file(
    *, referral: Referral, kind: str, name: str, content: bytes, user: User
) -> tuple[Attachment, bool]:
    """Add a file to the remiss: (attachment, added). The same content twice is one attachment.

    `name` is what the sender called it, `kind` one of `AttachmentKind`. What the file is, its
    content says. Raises `Infected`, or `Refused` with every reason.
    """
    found = _checked(referral, kind, content)
    demand_clean(content)
    with transaction.atomic():
        locked = lock(referral)
        if closed := papers_are_closed(locked):
            raise Refused([closed])
        current = locked.attachments.current()
        checksum = hashlib.sha256(content).hexdigest()
        if same := current.filter(checksum=checksum).first():
            return _said_anew(locked, same, kind), False
        if current.count() >= MOST_FILES:
            raise Refused([f"Remissen har redan {MOST_FILES} bilagor, och fler får den inte ha."])
        added = _store(locked, kind, safe_name(name, found.ending), found, content, user)
        _keep_promise(locked, kind)
        _note(locked, user, CAME_OFF, added)
        return added, True


def _keep_promise(referral: Referral, kind: str) -> None:
    """What was promised when the remiss was sent has come: nobody is reminded of it any more."""
    promised = referral.assessment == MedicalAssessment.PROMISED
    if promised and kind == AttachmentKind.ASSESSMENT and referral.state != ReferralState.DRAFT:
        referral.assessment, referral.assessment_on = MedicalAssessment.ATTACHED, None
        referral.save(update_fields=["assessment", "assessment_on"])


def _said_anew(referral: Referral, same: Attachment, kind: str) -> Attachment:
    """In a draft the same file sent again may be said to be something else."""
    if referral.state == ReferralState.DRAFT and same.kind != kind:
        same.kind = kind
        same.save(update_fields=["kind"])
    return same


def _checked(referral: Referral, kind: str, content: bytes) -> FileType:
    """What the file is. Raises `Refused` with every reason why it isn't taken."""
    reasons = [closed] if (closed := papers_are_closed(referral)) else []
    if kind not in AttachmentKind.values:
        reasons.append("Välj vad filen är.")
    if len(content) > MOST_BYTES:
        raise Refused([*reasons, TOO_LARGE])
    try:
        found = type_of(content)
    except NotTaken as error:
        raise Refused([*reasons, str(error)]) from error
    if reasons:
        raise Refused(reasons)
    return found


def _store(
    referral: Referral, kind: str, name: str, found: FileType, content: bytes, user: User
) -> Attachment:
    """File first, then row. When the row is refused the file goes too."""
    path = f"{FOLDER}/{uuid4().hex}"
    stored = write_atomically(_place(path), content)
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                referral=referral,
                kind=kind,
                name=name,
                content_type=found.content_type,
                size=stored.size,
                checksum=stored.checksum,
                path=path,
                side=side_of(user, referral),
                added_by=user,
                adder_name=user.name,
                adder_organisation=user.acting_as(referral.programme_id)[1],
                **referral.owned(),
            )
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise


def _place(path: str) -> Path:
    return Path(settings.FILES_DIR) / path


def _note(referral: Referral, user: User, label: str, one: Attachment, why: str = "") -> None:
    """A line in the history of a remiss that has been sent; a draft has none."""
    if referral.state != ReferralState.DRAFT:
        words = f"{one.get_kind_display()}: {one.name}."
        log(referral, "attach", user, label, text=f"{words} {why}".strip())


def remove_attachment(*, attachment: Attachment) -> bool:
    """Take a file out of a draft, for good; False when it was gone already.

    Raises `Refused` when the remiss has been sent: then it can only be withdrawn.
    """
    with transaction.atomic():
        if lock(attachment.referral).state != ReferralState.DRAFT:
            raise Refused(["Remissen är skickad. Återta bilagan på remissens sida i stället."])
        return _delete(attachment.referral, pk=attachment.pk) > 0


def remove_attachments_of(referral: Referral) -> int:
    """Take every file out of a draft that is thrown away. Returns how many. The caller has the lock."""
    return _delete(referral)


def _delete(referral: Referral, **which: int) -> int:
    """Rows now, files when the rows are certain to be gone."""
    rows = referral.attachments.filter(**which)
    paths = list(rows.values_list("path", flat=True))
    rows.delete()

    def unlink() -> None:
        for path in paths:
            _place(path).unlink(missing_ok=True)

    transaction.on_commit(unlink)
    return len(paths)


def withdraw_attachment(*, attachment: Attachment, why: str, user: User) -> tuple[Attachment, bool]:
    """Mark a paper as withdrawn: (attachment, changed). It stays in the record, unread from now on.

    Raises `Refused`: without a reason, in a draft, in a remiss that has ended, by the other side.
    """
    demand_text(**{"Skriv varför bilagan återtas.": why})
    with transaction.atomic():
        referral = lock(attachment.referral)
        one = referral.attachments.get(pk=attachment.pk)
        if one.is_withdrawn:
            return one, False
        if reasons := _reasons_against_withdrawal(referral, one, user):
            raise Refused(reasons)
        one.withdrawn_at, one.withdrawn_by, one.withdrawn_why = timezone.now(), user, why.strip()
        one.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        _note(referral, user, CAME_BACK, one, why.strip())
        return one, True


def _reasons_against_withdrawal(referral: Referral, one: Attachment, user: User) -> list[str]:
    if referral.state == ReferralState.DRAFT:
        return ["Remissen är ett utkast. Ta bort bilagan i stället."]
    reasons = [closed] if (closed := papers_are_closed(referral)) else []
    if one.side != side_of(user, referral):
        reasons.append(f"Bara {one.get_side_display().lower()} kan återta bilagan.")
    return reasons


def read_attachment(attachment: Attachment) -> bytes:
    """The whole file, checked against its checksum. Raises `AttachmentGone` with a sentence."""
    if attachment.is_withdrawn:
        raise AttachmentGone("Bilagan är återtagen och lämnas inte ut.")
    try:
        content = _place(attachment.path).read_bytes()
    except FileNotFoundError as error:
        logger.error("Filen till bilaga %s finns inte.", attachment.pk)
        raise AttachmentGone("Filen finns inte. Be avsändaren bifoga den igen.") from error
    if hashlib.sha256(content).hexdigest() != attachment.checksum:
        logger.error("Filen till bilaga %s stämmer inte med sin kontrollsumma.", attachment.pk)
        raise AttachmentGone("Filen är skadad och lämnas inte ut. Be avsändaren bifoga den igen.")
    return content
