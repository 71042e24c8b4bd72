"""What the worker does when it is woken: every job that waits, one at a time, until none is left."""

import os
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from reporting.enums import JobKind
from reporting.models import Job
from reporting.services.annual_report import make_annual_report
from reporting.services.export import make_data_export
from reporting.services.jobs import (
    ClaimLost,
    MadeFile,
    Progress,
    claim_job,
    finish_job,
    give_back_job,
    heartbeat,
    remove_expired_files,
    report_progress,
)
from reporting.services.registrations import make_import, make_undo, remove_expired_imports
from reporting.services.sus import make_sus_document

Maker = Callable[[Job, Progress], MadeFile]
MAKERS: dict[str, Maker] = {
    JobKind.ANNUAL_REPORT: make_annual_report,
    JobKind.SUS_DOCUMENT: make_sus_document,
    JobKind.DATA_EXPORT: make_data_export,
    JobKind.REGISTRATION_IMPORT: make_import,
    JobKind.REGISTRATION_UNDO: make_undo,
}


def run_waiting_jobs() -> int:
    """Run every job that waits, also one whose worker was killed. Returns how many were finished.

    May be called twice, at once and from anywhere: a job is claimed by one worker at a time.
    """
    worker = f"{os.getpid()}-{uuid4().hex[:12]}"
    finished = 0
    while job := claim_job(worker=worker):
        finished += run_job(job)
    remove_expired_files()
    remove_expired_imports()
    return finished


def run_job(job: Job) -> bool:
    """Make one claimed job's file. False when it failed, or when another worker took it over."""
    try:
        with heartbeat(job):
            made = MAKERS[job.kind](job, partial(report_progress, job))
            finish_job(job=job, made=made)
    except ClaimLost:
        return False
    except Exception as error:
        give_back_job(job=job, error=error)
        return False
    return True
