"""The files of an import: the one that was chosen, and the rows of it that did not go in.

They hold persons, so they lie under names that say nothing, and no longer than they are of use: the
chosen file until it has been read, the rejected rows for a week, to be corrected and brought in again.
"""

import csv
import hashlib
import io
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.access import bound_to
from core.files import write_atomically
from core.spreadsheets import SheetRow
from core.tables import harmless
from reporting.enums import ImportResult
from reporting.models import RegistrationImport
from reporting.services.jobs import WORKER, FileGone, MadeFile

# A file this young may belong to a row that is about to be written.
GRACE_SECONDS = 3600
CSV = "text/csv; charset=utf-8"
RESULT_NAME = "inlasning-resultat.csv"
REJECTS_NAME = "inlasning-rader-att-ratta.csv"


def source_name(batch: RegistrationImport) -> str:
    """Where the chosen file lies: the same whenever asked, so that nothing is left behind."""
    return f"import-{batch.once_key.hex}.bin"


def rejects_name(batch: RegistrationImport) -> str:
    """Where the rows that did not go in lie."""
    return f"import-{batch.once_key.hex}-rejects.csv"


def _path(name: str) -> Path:
    return Path(settings.FILES_DIR) / name


def write_source(batch: RegistrationImport, data: bytes) -> None:
    """Keep the chosen file until it has been read."""
    write_atomically(_path(batch.source_path), data)


def source_of(batch: RegistrationImport) -> bytes:
    """The chosen file. Raises `FileGone` when it has been erased or is not what was chosen."""
    path = _path(batch.source_path)
    if not batch.source_path or not path.is_file():
        raise FileGone("Filen har tagits bort. Välj den igen.")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != batch.checksum:
        raise FileGone("Filen är skadad. Välj den igen.")
    return data


def erase_source(batch: RegistrationImport) -> None:
    """Erase the chosen file when the transaction has ended well."""
    name = batch.source_path
    batch.source_path = ""
    batch.save(update_fields=["source_path"])
    if name:
        _erase_at_commit(name)


def _erase_at_commit(*names: str) -> None:
    def erase() -> None:
        for name in names:
            _path(name).unlink(missing_ok=True)

    transaction.on_commit(erase)


def write_rejects(
    batch: RegistrationImport,
    header: Sequence[str],
    rows: Sequence[SheetRow],
    rejected: Mapping[int, Sequence[str]],
) -> None:
    """Keep the rejected rows as they stood, with why, for a week. None when there are none."""
    if not rejected:
        return
    batch.rejects_path = rejects_name(batch)
    write_atomically(_path(batch.rejects_path), rejects(header, rows, rejected))


def rejects(
    header: Sequence[str], rows: Sequence[SheetRow], rejected: Mapping[int, Sequence[str]]
) -> bytes:
    """A csv of the rejected rows: the file's own columns, then its row number and the reasons.

    With the same headings, so that the corrected file can be chosen as it is.
    """
    lines = [[*header, "rad_i_filen", "varfor"]]
    for row in rows:
        if row.number in rejected:
            cells = [cell.text for cell in row.cells]
            lines.append([*cells, str(row.number), " ".join(rejected[row.number])])
    return _csv(lines)


def result_file(batch: RegistrationImport) -> MadeFile:
    """One line for each row: its number, what became of it and why. Holds no person."""
    rows = batch.rows.order_by("number").values_list("number", "result", "messages")
    lines = [["rad", "resultat", "meddelanden"]]
    lines += [
        [str(number), ImportResult(result).label, " ".join(messages)]
        for number, result, messages in rows
    ]
    return MadeFile(RESULT_NAME, CSV, _csv(lines))


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    out = csv.writer(written, delimiter=";", lineterminator="\r\n")
    out.writerows([harmless(cell) for cell in line] for line in lines)
    return written.getvalue().encode("utf-8-sig")


def read_rejects(batch: RegistrationImport) -> bytes:
    """The rows that did not go in. Raises `FileGone` when there are none, or their time is over."""
    path = _path(batch.rejects_path)
    if not batch.rejects_path or not path.is_file():
        raise FileGone("Filen har tagits bort. Rätta i din egen lista och läs in den igen.")
    return path.read_bytes()


def erase_files(batch: RegistrationImport) -> None:
    """Erase whatever is left of the import's files when the transaction has ended well."""
    batch.source_path = batch.rejects_path = ""
    batch.save(update_fields=["source_path", "rejects_path"])
    _erase_at_commit(source_name(batch), rejects_name(batch))


def remove_expired_imports() -> int:
    """Erase the files of imports whose time is over, confirmed or not. Returns how many imports."""
    with bound_to(WORKER):
        expired = list(
            RegistrationImport.objects.filter(files_expire_at__lt=timezone.now())
            .exclude(source_path="", rejects_path="")
            .order_by("pk")[:500]
        )
        for batch in expired:
            erase_files(batch)
    _sweep_strays()
    return len(expired)


def _sweep_strays() -> None:
    """Erase old files no import points at: one was written, and its row never was."""
    youngest = time.time() - GRACE_SECONDS
    old = {one.name for one in _path("").glob("import-*") if _written_at(one) < youngest}
    if not old:
        return
    with bound_to(WORKER):
        pairs = RegistrationImport.objects.exclude(source_path="", rejects_path="")
        kept = {name for pair in pairs.values_list("source_path", "rejects_path") for name in pair}
    for name in old - kept:
        _path(name).unlink(missing_ok=True)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf
