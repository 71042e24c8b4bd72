"""Looking a file through before anything is written, and confirming it."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.access import acting
from accounts.models import User
from core.scan import demand_clean
from core.states import Refused
from programmes.models import Programme
from programmes.services import scope_of
from reporting.enums import ImportResult, JobKind
from reporting.models import ImportRow, Job, RegistrationImport
from reporting.services.jobs import order_job, retry_job
from reporting.services.registrations.batch import new_batch
from reporting.services.registrations.files import (
    erase_files,
    rejects,
    source_name,
    source_of,
    write_source,
)
from reporting.services.registrations.parse import read_file_rows
from reporting.services.registrations.run import (
    RowResult,
    decide_rows,
    finish,
    store_results,
    write_rows,
)

KEEP_DAYS = 7
MOST_ROWS_AT_ONCE = 50


def try_file(*, programme: Programme, user: User, data: bytes) -> list[RowResult]:
    """What would become of each row. Writes nothing at all. Raises `NoTable`."""
    demand_clean(data)
    with acting(user, scope_of(user, today=timezone.localdate())):
        decisions = decide_rows(programme, read_file_rows(data).rows, None)
    return [RowResult(one.row, one.result, list(one.messages)) for one in decisions]


def check_file(
    *, programme: Programme, user: User, name: str, data: bytes, once_key: UUID
) -> RegistrationImport:
    """Look the file through: what would become of each row is stored to be read, and nothing else.

    The file is kept for a day, to be confirmed. The same press again gives the same import. Raises
    `NoTable`, or `Refused` when the virus scanner stops the file.
    """
    demand_clean(data)
    # The page somebody goes back to has the key it had; another file on it is another import.
    checksum = hashlib.sha256(data).hexdigest()
    once_key = uuid5(once_key, f"{programme.pk}:{checksum}")
    found = RegistrationImport.objects.filter(once_key=once_key, programme=programme).first()
    if found:
        return found
    read = read_file_rows(data)
    decisions = decide_rows(programme, read.rows, None)
    with transaction.atomic():
        batch = new_batch(programme, user, name, data, read.notes, once_key)
        batch.source_path = source_name(batch)
        write_source(batch, data)
        batch.save(update_fields=["source_path"])
        store_results(batch, decisions, {}, written=False)
    return batch


def order_import(*, batch: RegistrationImport, user: User) -> RegistrationImport:
    """Confirm the import: at once when it is short, else as a job with progress.

    Pressed twice it is done once. Raises `Refused` when it waited too long.
    """
    with transaction.atomic():
        locked = RegistrationImport.objects.select_for_update(of=("self",), no_key=True)
        batch = locked.select_related("programme").get(pk=batch.pk, programme=batch.programme_id)
        if batch.confirmed_at:
            return batch
        if not batch.source_path or batch.files_expire_at < timezone.now():
            raise Refused(["Filen granskades för mer än ett dygn sedan. Välj den igen."])
        now = timezone.now()
        batch.requester, batch.confirmed_at = user, now
        batch.files_expire_at = now + timedelta(days=KEEP_DAYS)
        if batch.rows.count() > MOST_ROWS_AT_ONCE:
            batch.job, _ = order_job(
                kind=JobKind.REGISTRATION_IMPORT,
                key=f"registration_import:{batch.pk}",
                programme=batch.programme,
                requester=user,
                parameters={"import": batch.pk},
                keep_days=KEEP_DAYS,
            )
        batch.save(update_fields=["requester", "confirmed_at", "files_expire_at", "job"])
        if batch.job is None:
            read = read_file_rows(source_of(batch))
            write_rows(batch, read.rows, user)
            finish(batch, read.table.header, read.rows)
    return batch


def retry_import_job(*, job: Job, user: User) -> bool:
    """Try a stopped import or undo again, in the name of whoever asks. False when it wasn't stopped."""
    with transaction.atomic():
        if not retry_job(job=job):
            return False
        own = {"programme": job.programme_id}
        Job.objects.filter(pk=job.pk, **own).update(requester=user)
        RegistrationImport.objects.filter(job=job, finished_at=None, **own).update(requester=user)
        return True


def discard_import(*, batch: RegistrationImport) -> None:
    """Erase a file that was looked through and will not be brought in. Its results stay."""
    with transaction.atomic():
        rows = RegistrationImport.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.get(pk=batch.pk, programme=batch.programme_id)
        if locked.confirmed_at is None:
            erase_files(locked)


def rejects_before(*, batch: RegistrationImport) -> bytes:
    """The rows that would not go in, from the file that waits to be confirmed. Raises `FileGone`."""
    table = read_file_rows(source_of(batch)).table
    rejected = ImportRow.objects.filter(batch=batch, result=ImportResult.REJECTED)
    return rejects(table.header, table.rows, dict(rejected.values_list("number", "messages")))
