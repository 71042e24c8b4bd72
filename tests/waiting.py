"""One job held up by another: for proving what happens to whoever comes second."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from time import monotonic

from django.db import connection

WAITERS = "SELECT count(*) FROM pg_locks WHERE NOT granted"
PATIENCE = 30


def until_it_waits(job: Callable[[], object]) -> "Future[object]":
    """Start `job` with a connection of its own; come back when it waits for our lock, or is done.

    Its `result()`, asked for when our transaction has ended, is what it gave or the error it raised.
    """
    answer: Future[object] = Future()

    def run() -> None:
        try:
            answer.set_result(job())
        except Exception as error:
            answer.set_result(error)
        finally:
            connection.close()

    Thread(target=run, daemon=True).start()
    give_up = monotonic() + PATIENCE
    while not (answer.done() or _somebody_waits()):
        assert monotonic() < give_up, "neither waiting nor done"
    return answer


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITERS)
        return bool(cursor.fetchone()[0])
