"""The outbox: a promise is a row, a job is finished once, and nobody ever sees half a file."""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.access import Scope, bound_to
from reporting.enums import JobKind, JobState
from reporting.models import Job
from reporting.services import jobs
from reporting.services.export import order_data_export
from reporting.services.jobs import (
    ClaimLost,
    FileGone,
    MadeFile,
    claim_job,
    finish_job,
    heartbeat,
    order_job,
    read_file,
    remove_expired_files,
    report_progress,
    retry_job,
)
from reporting.services.sus import order_sus_document
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind
from tests.row_examples import add_enrolment

WORKER = Scope(worker=True)


@pytest.fixture(autouse=True)
def _no_broker(settings) -> None:
    """The queue's address leads nowhere: everything here must stand without it."""
    from rehabsteg.celery import app

    app.conf.broker_url = "redis://127.0.0.1:1/0"


def order(cast, key=None) -> Job:
    """The quickest kind there is: the database writes its file."""
    with bind(cast.vera):
        job, _ = order_data_export(
            programme=cast.programme, requester=cast.vera, once_key=key or uuid4()
        )
    return job


def fresh(job: Job) -> Job:
    with bound_to(WORKER):
        return Job.objects.get(pk=job.pk)


def files(settings) -> list[Path]:
    folder = Path(settings.FILES_DIR)
    return sorted(folder.iterdir()) if folder.exists() else []


def test_an_order_that_is_rolled_back_leaves_no_job(cast) -> None:
    def request_that_fails() -> None:
        with bind(cast.vera):
            order_data_export(programme=cast.programme, requester=cast.vera, once_key=uuid4())
            raise RuntimeError("requesten misslyckades")

    with pytest.raises(RuntimeError):
        request_that_fails()
    with bound_to(WORKER):
        assert not Job.objects.exists()


def test_the_same_order_twice_is_one_job(cast) -> None:
    key = uuid4()
    assert order(cast, key) == order(cast, key)


@pytest.mark.django_db(transaction=True)
def test_a_job_makes_its_file_once_and_says_so(cast, settings) -> None:
    with bind(cast.karin):
        enrolment = add_enrolment(cast.programme, cast.karin)
        job, _ = order_sus_document(enrolment=enrolment, requester=cast.karin, once_key=uuid4())
    assert run_waiting_jobs() == 1
    done = fresh(job)
    assert (done.state, done.progress, done.attempts) == (JobState.DONE, 100, 1)
    assert [path.name for path in files(settings)] == [done.file_path]
    data = read_file(done)
    assert data.startswith(b"%PDF")
    assert len(data) == done.file_size
    assert "Wikström" not in done.file_name
    assert run_waiting_jobs() == 0
    assert [path.name for path in files(settings)] == [done.file_path]
    assert read_file(fresh(job)) == data


@pytest.mark.django_db(transaction=True)
def test_every_task_may_run_twice(cast, settings) -> None:
    """Whatever task we have: the second run leaves the database and the files as they were."""
    from rehabsteg.celery import app

    order(cast)
    app.loader.import_default_modules()
    own = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert {task.name for task in own} == {
        "accounts.tasks.sweep_emails",
        "activities.tasks.sweep_forecasts",
        "referrals.tasks.remove_expired_drafts",
        "referrals.tasks.sweep_reminders",
        "referrals.tasks.sweep_attachments",
        "reporting.tasks.sweep_jobs",
    }
    for task in own:
        task.apply(throw=True)
        with bound_to(WORKER):
            first = list(Job.objects.order_by("pk").values())
        kept = files(settings)
        task.apply(throw=True)
        with bound_to(WORKER):
            assert list(Job.objects.order_by("pk").values()) == first
        assert files(settings) == kept


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_jobs_and_do_each_once(cast) -> None:
    ordered = [order(cast) for _ in range(6)]
    failures: list[BaseException] = []

    def work() -> None:
        try:
            run_waiting_jobs()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [(fresh(job).state, fresh(job).attempts) for job in ordered] == [
        (JobState.DONE, 1)
    ] * len(ordered)


def test_a_worker_that_lost_its_claim_cannot_finish(cast, settings) -> None:
    order(cast)
    slow = claim_job(worker="slow")
    expired = timezone.now() - timedelta(seconds=1)
    with bound_to(WORKER):
        Job.objects.update(lease_until=expired)
    fast = claim_job(worker="fast")
    assert fast == slow
    with pytest.raises(ClaimLost):
        report_progress(slow, 50, "Hann inte.")
    with pytest.raises(ClaimLost):
        finish_job(job=slow, made=MadeFile("a.pdf", "application/pdf", b"%PDF slow"))
    assert files(settings) == []
    finish_job(job=fast, made=MadeFile("a.pdf", "application/pdf", b"%PDF fast"))
    assert read_file(fresh(fast)) == b"%PDF fast"


def test_a_living_worker_keeps_its_job(cast) -> None:
    order(cast)
    assert claim_job(worker="first") is not None
    assert claim_job(worker="second") is None


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_extends_the_lease(cast, monkeypatch) -> None:
    order(cast)
    job = claim_job(worker="first")
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.02)
    with bound_to(WORKER):
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    with heartbeat(job):
        extended = threading.Event()
        for _ in range(200):
            if fresh(job).lease_until > timezone.now():
                extended.set()
                break
            extended.wait(0.02)
    assert extended.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_poison_job_is_parked_and_the_others_go_on(cast, caplog) -> None:
    with bind(cast.karin):
        poison, _ = order_job(
            kind=JobKind.SUS_DOCUMENT,
            key="poison",
            programme=cast.programme,
            requester=cast.karin,
            parameters={"enrolment": 0},
        )
    healthy = order(cast)
    run_waiting_jobs()
    parked = fresh(poison)
    assert (parked.state, parked.attempts) == (JobState.PARKED, jobs.MOST_ATTEMPTS)
    assert "Något gick fel" in parked.error
    assert any(record.levelname == "ERROR" for record in caplog.records)
    assert fresh(healthy).state == JobState.DONE
    with bind(cast.karin):
        assert retry_job(job=parked)
    assert fresh(poison).state == JobState.QUEUED


@pytest.mark.django_db(transaction=True)
def test_the_file_of_an_expired_job_is_removed_once(cast, settings) -> None:
    job = order(cast)
    run_waiting_jobs()
    with bound_to(WORKER):
        Job.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert remove_expired_files() == 1
    assert remove_expired_files() == 0
    assert files(settings) == []
    with pytest.raises(FileGone, match="tagits bort"):
        read_file(fresh(job))


@pytest.mark.django_db(transaction=True)
def test_a_changed_file_is_never_handed_out(cast, settings) -> None:
    job = order(cast)
    run_waiting_jobs()
    path = Path(settings.FILES_DIR) / fresh(job).file_path
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(FileGone, match="skadad"):
        read_file(fresh(job))
