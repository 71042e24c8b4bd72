"""The outbox: a promised job is a row in the promiser's transaction; Celery only wakes the worker.

A job is claimed under `FOR UPDATE SKIP LOCKED`, held by a lease that a heartbeat extends, and
finished once: the one who still holds the claim. A worker that is killed stops beating, the lease
runs out, and the next sweep takes the job over. A job that fails too often is parked with an alarm.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.access import Scope, bound_to
from accounts.models import User
from core.files import Receipt, write_atomically
from programmes.models import Programme
from reporting.enums import JobKind, JobState
from reporting.models import Job

LEASE_SECONDS = 30
BEAT_SECONDS = 8
MOST_ATTEMPTS = 5
WORKER = Scope(worker=True)

logger = logging.getLogger(__name__)
Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class MadeFile:
    """What a job made: the file's name for people, its type, and its bytes or what writes them."""

    name: str
    content_type: str
    data: bytes | Callable[[Receipt], object]


class FileGone(Exception):
    """There is no whole file to hand out. The message is for people."""


class ClaimLost(Exception):
    """Somebody else has taken the job over; what this worker made is thrown away."""


def order_job(
    *,
    kind: JobKind,
    key: str,
    programme: Programme,
    requester: User,
    parameters: dict[str, Any],
    keep_days: int | None = None,
) -> tuple[Job, bool]:
    """The job with `key`, ordered now if it isn't there: (job, created).

    Call it in the transaction that makes the promise. `parameters`: ids and years only. `keep_days`
    is how long the file is kept, None for as long as the row.
    """
    expires = timezone.now() + timedelta(days=keep_days) if keep_days else None
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "parameters": parameters,
            "requester": requester,
            "expires_at": expires,
            **programme.owned(),
        },
    )
    transaction.on_commit(wake_worker)
    return job, created


def wake_worker() -> None:
    """Tell Celery that there is work, without waiting for an answer.

    A Redis that is stopped or hangs keeps its callers for seconds; nobody who has pressed a button
    should notice. Nothing is lost either: the sweep finds the row.
    """
    threading.Thread(target=_send_wake_up_call, name="wake-worker", daemon=True).start()


def _send_wake_up_call() -> None:
    try:
        current_app.send_task("reporting.tasks.sweep_jobs", retry=False, expires=60)
    except (OperationalError, OSError):
        logger.warning("Kön svarar inte. Jobbet ligger kvar i databasen och görs vid nästa svep.")


def retry_job(*, job: Job) -> bool:
    """Put a parked job in the queue again. False when it wasn't parked."""
    changed = Job.objects.filter(pk=job.pk, state=JobState.PARKED).update(
        state=JobState.QUEUED, attempts=0, error="", progress=0, step=""
    )
    transaction.on_commit(wake_worker)
    return bool(changed)


def claim_job(*, worker: str) -> Job | None:
    """Take the oldest job that waits, or whose worker has gone silent; None when there is none."""
    now = timezone.now()
    waiting = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    with bound_to(WORKER):
        job = (
            Job.objects.filter(waiting)
            .order_by("created_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if job is None:
            return None
        job.attempts += 1
        if job.attempts > MOST_ATTEMPTS:
            _park(job, "Jobbet har avbrutits för många gånger.")
            return claim_job(worker=worker)
        job.state, job.worker = JobState.RUNNING, worker
        job.started_at = job.started_at or now
        job.lease_until = now + timedelta(seconds=LEASE_SECONDS)
        job.save(update_fields=["state", "worker", "attempts", "started_at", "lease_until"])
        return job


def _park(job: Job, error: str) -> None:
    job.state, job.error, job.finished_at = JobState.PARKED, error, timezone.now()
    job.save(update_fields=["state", "error", "finished_at", "attempts"])
    logger.error("Jobb %s (%s) är stoppat: %s", job.pk, job.kind, error)


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, worker=job.worker, state=JobState.RUNNING)


def report_progress(job: Job, percent: int, step: str) -> None:
    """Show how far the job is. Raises `ClaimLost` when another worker has taken it over."""
    lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    with bound_to(WORKER):
        if not _held(job).update(progress=percent, step=step, lease_until=lease):
            raise ClaimLost


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """Keep the lease alive while the block runs, from a thread with a connection of its own."""
    stopped = threading.Event()

    def beat() -> None:
        try:
            while not stopped.wait(BEAT_SECONDS):
                lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
                with bound_to(WORKER):
                    _held(job).update(lease_until=lease)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def finish_job(*, job: Job, made: MadeFile) -> None:
    """Store the file whole, then say that the job is done. Raises `ClaimLost` instead of doing it twice."""
    name = f"{uuid4().hex}{Path(made.name).suffix}"
    path = Path(settings.FILES_DIR) / name
    stored = write_atomically(path, made.data)
    try:
        with bound_to(WORKER):
            done = _held(job).update(
                state=JobState.DONE,
                progress=100,
                step="",
                error="",
                finished_at=timezone.now(),
                lease_until=None,
                file_path=name,
                file_name=made.name,
                file_type=made.content_type,
                file_size=stored.size,
                checksum=stored.checksum,
            )
            if not done:
                raise ClaimLost
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def give_back_job(*, job: Job, error: Exception) -> None:
    """After a failure: in the queue again, or parked with an alarm after the last attempt."""
    logger.warning("Jobb %s (%s) misslyckades", job.pk, job.kind, exc_info=error)
    sentence = f"Något gick fel när filen gjordes ({type(error).__name__})."
    with bound_to(WORKER):
        held = _held(job).select_for_update(of=("self",)).first()
        if held is None:
            return
        if held.attempts >= MOST_ATTEMPTS:
            _park(held, sentence)
            return
        held.state, held.lease_until, held.error = JobState.QUEUED, None, sentence
        held.save(update_fields=["state", "lease_until", "error"])


def read_file(job: Job) -> bytes:
    """The whole file of a finished job, checked against its checksum.

    Raises `FileGone` when it has been removed or isn't what was stored.
    """
    path = Path(settings.FILES_DIR) / job.file_path
    if not job.has_file or not path.is_file():
        raise FileGone("Filen har tagits bort. Beställ den på nytt.")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != job.checksum:
        logger.error("Filen till jobb %s stämmer inte med sin kontrollsumma.", job.pk)
        raise FileGone("Filen är skadad och lämnas inte ut. Beställ den på nytt.")
    return data


def remove_expired_files() -> int:
    """Delete files whose time is over. Returns how many."""
    with bound_to(WORKER):
        expired = list(
            Job.objects.filter(expires_at__lt=timezone.now(), state=JobState.DONE)
            .exclude(file_size=None)
            .values_list("pk", "file_path")[:500]
        )
        Job.objects.filter(pk__in=[pk for pk, _ in expired]).update(file_size=None)
    for _, name in expired:
        (Path(settings.FILES_DIR) / name).unlink(missing_ok=True)
    return len(expired)
