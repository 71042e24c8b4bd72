"""Files and rows that have lost each other: after a crash, a restored backup, a full disk."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.access import Scope, bound_to
from referrals.models import Attachment
from referrals.services.attach import FOLDER

logger = logging.getLogger(__name__)

# A file this young may belong to a row that is about to be written.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Sweep:
    """What was found: names of files without a row (removed), numbers of rows without a file."""

    removed: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)


def sweep_attachments(*, removing: bool = True) -> Sweep:
    """Remove files no attachment points at, and tell of attachments whose file is gone.

    `removing=False` only looks. May run twice, and at any time: what is being written right now is
    left alone. Rows are told to the log, each with its number, so that somebody restores the file.
    """
    folder = Path(settings.FILES_DIR) / FOLDER
    present = {path.name: path for path in folder.iterdir()} if folder.exists() else {}
    rows = _rows()
    lost = sorted(name for name, path in present.items() if name not in rows and _is_old(path))
    if removing:
        for name in lost:
            present[name].unlink(missing_ok=True)
    missing = sorted(pk for name, pk in rows.items() if not (folder / name).exists())
    if missing:
        # A draft that was thrown away meanwhile took both row and file with it.
        missing = sorted(set(missing) & set(_rows().values()))
    for pk in missing:
        logger.error("Filen till bilaga %s finns inte.", pk)
    return Sweep(lost, missing)


def _rows() -> dict[str, int]:
    """The number of every attachment by the name of its file."""
    with bound_to(Scope(worker=True)):
        pairs = Attachment.objects.order_by("pk").values_list("path", "pk")
        return {Path(path).name: pk for path, pk in pairs}


def _is_old(path: Path) -> bool:
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:
        return False
    return timezone.now().timestamp() - written > GRACE.total_seconds()
