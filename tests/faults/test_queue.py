"""R6–R9: the queue is gone, the queue forgets, the worker is killed in the middle of a PDF."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
import redis as redis_client

from accounts.access import Scope, bound_to
from reporting.enums import JobState
from reporting.models import Job
from reporting.services.export import order_data_export
from reporting.services.jobs import read_file
from reporting.services.sus import order_sus_document
from tests.cast import bind
from tests.faults.conftest import until

pytestmark = pytest.mark.faults
WORKER = Scope(worker=True)


def jobs() -> list[Job]:
    with bound_to(WORKER):
        return list(Job.objects.order_by("pk"))


def all_done() -> bool:
    return all(job.state == JobState.DONE for job in jobs())


def whole_files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def order_exports(cast, count: int) -> None:
    for _ in range(count):
        with bind(cast.karin):
            order_data_export(programme=cast.programme, requester=cast.karin, once_key=uuid4())


def test_an_order_succeeds_while_redis_is_down(machine, cast, enrolment, karins_browser) -> None:
    """R7. The naive way, telling the queue and nothing else, has nobody to tell."""
    machine.web()
    path = f"/deltagare/{enrolment.pk}/sus/"
    form = karins_browser.form(path)
    machine.redis.child.kill()
    with pytest.raises(redis_client.ConnectionError):
        redis_client.Redis(unix_socket_path=str(machine.redis.path)).ping()
    began = time.monotonic()
    answer = karins_browser.send(path, form)
    assert answer.status_code == 302
    assert time.monotonic() - began < 9
    assert [job.state for job in jobs()] == [JobState.QUEUED]
    machine.redis.stop()
    machine.redis.start()
    worker = machine.worker()
    until(all_done, worker.last_lines)


def lost_queue(machine, cast, count: int) -> None:
    order_exports(cast, count)
    queue = redis_client.Redis(unix_socket_path=str(machine.redis.path))
    until(lambda: queue.llen("celery") == count)
    machine.redis.child.kill()
    machine.redis.stop()
    machine.redis.start()
    assert queue.llen("celery") == 0, "kön kom ihåg: felet bet inte"
    worker = machine.worker()
    until(all_done, worker.last_lines)
    assert [job.attempts for job in jobs()] == [1] * count
    assert len(whole_files(machine.directory / "files")) == count


def test_a_queue_that_forgot_everything_loses_no_job(machine, cast, enrolment) -> None:
    """R8, the quick one."""
    lost_queue(machine, cast, 20)


@pytest.mark.slow_faults
def test_a_queue_that_forgot_two_hundred_loses_no_job(machine, cast, enrolment) -> None:
    """R8 in full."""
    lost_queue(machine, cast, 200)


def test_a_killed_workers_report_is_finished_once_by_the_next(machine, cast, enrolment) -> None:
    """R6, R9. Killed while it draws the PDF: no file, and within a minute one whole file."""
    first = machine.worker()
    with bind(cast.karin):
        order_sus_document(enrolment=enrolment, requester=cast.karin, once_key=uuid4())
    until(lambda: jobs()[0].progress >= 40, first.last_lines)
    first.kill()
    (halfway,) = jobs()
    if halfway.state == JobState.RUNNING:
        assert whole_files(machine.directory / "files") == set()
    killed_at = time.monotonic()
    second, beat = machine.worker(), machine.beat()
    until(all_done, lambda: second.last_lines() + beat.last_lines())
    assert time.monotonic() - killed_at < 60
    (done,) = jobs()
    assert halfway.state == JobState.RUNNING, "arbetaren hann klart: felet bet inte"
    assert done.attempts == 2
    assert whole_files(machine.directory / "files") == {done.file_path}
    assert read_file(done).startswith(b"%PDF")
