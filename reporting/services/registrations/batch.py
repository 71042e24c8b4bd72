"""A new import of a file."""

import hashlib
import re
from datetime import timedelta
from pathlib import PureWindowsPath
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.models import User
from core.once import create_once
from programmes.models import Programme
from reporting.models import RegistrationImport

WAIT_DAYS = 1
LONGEST_NAME = 120


def new_batch(
    programme: Programme,
    user: User,
    name: str,
    data: bytes,
    notes: list[str],
    once_key: UUID | None = None,
) -> RegistrationImport:
    """A new import of a file, or the one that the same press made before."""
    key = once_key or uuid4()
    batch, _ = create_once(
        RegistrationImport,
        key,
        requester=user,
        file_name=shown_name(name),
        checksum=hashlib.sha256(data).hexdigest(),
        files_expire_at=timezone.now() + timedelta(days=WAIT_DAYS),
        notes=notes,
        **programme.owned(),
    )
    return batch


def shown_name(name: str) -> str:
    """The file's name for people, without its way there or signs that can't be shown."""
    last = PureWindowsPath(name.replace("/", "\\")).name
    return re.sub(r"[^\w .,()+&-]", "", last)[-LONGEST_NAME:].strip() or "fil"
