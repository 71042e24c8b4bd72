"""The whole product for the journeys: own database, gunicorn, a real worker, a real Redis."""

import contextlib
import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg2
from psycopg2 import sql

from rehabsteg.launcher.places import ROOT
from rehabsteg.launcher.postgres import Cluster
from rehabsteg.launcher.processes import POLL_SECONDS, Child
from rehabsteg.launcher.redis import RedisServer

DATABASE = "journeys"
START_SECONDS = 90
WORKER_IS_READY = "ready."
COMMAND_SECONDS = 120
PYTHON = [sys.executable, "-W", "ignore", "-m"]
GUNICORN = [*PYTHON, "gunicorn", "rehabsteg.wsgi:application", "--workers=1", "--threads=4"]
GUNICORN += ["--worker-class=gthread", "--graceful-timeout=2", "--no-control-socket"]
WORKER = [*PYTHON, "celery", "--app=rehabsteg", "--quiet", "worker", "--concurrency=1"]
WORKER += ["--loglevel=INFO", "--without-gossip", "--without-mingle"]


class Product:
    """One running product. `address` is where it answers."""

    def __init__(self, directory: Path, cluster: Cluster, redis: RedisServer) -> None:
        self.directory, self.cluster = directory, cluster
        self.address = ""
        self._children: list[Child] = []
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SALT_KEY": secrets.token_urlsafe(48),
            "LOOKUP_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": cluster.app_url(DATABASE),
            "REDIS_URL": redis.url,
            "STATIC_ROOT": str(directory / "static"),
            "FILES_DIR": str(directory / "files"),
        }

    def start(self) -> None:
        """Fill the database, collect the static files, start web and worker, wait for health."""
        (self.directory / "files").mkdir()
        collecting = self._begin("collect", [*PYTHON, "django", "collectstatic", "--no-input"])
        self._finish(self._begin("fill", [*PYTHON, "tests.e2e.fill"]))
        self._finish(collecting)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            bind = f"--bind=fd://{listener.fileno()}"
            web = self._begin("web", [*GUNICORN, bind], [listener.fileno()])
        worker = self._begin("worker", WORKER)
        self._wait_for(web, lambda: _answers(self.address))
        self._wait_for(worker, lambda: WORKER_IS_READY in self.log("worker"))

    def stop(self) -> None:
        """End what was started here, and nothing else."""
        for child in reversed(self._children):
            child.ask_to_stop()
        for child in reversed(self._children):
            child.stop(patience=10)

    def log(self, name: str) -> str:
        """Everything a part has said."""
        return (self.directory / f"{name}.log").read_text()

    def let_weeks_pass(self, weeks: int) -> None:
        """Let whole weeks pass for everything that has been written about people.

        The clock is everybody's and is left alone: instead each date in the case is moved back,
        which is all that the product can see of time having passed. Birthdays stay.
        """
        with contextlib.ExitStack() as stack:
            # Leaving the connection itself commits; the second closes it.
            link = stack.enter_context(
                contextlib.closing(psycopg2.connect(self.cluster.superuser_url(DATABASE)))
            )
            cursor = stack.enter_context(stack.enter_context(link).cursor())
            # History that nobody may change is moved with the rest.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(DATED_COLUMNS)
            for table, columns in cursor.fetchall():
                cursor.execute(_move_back(table, columns), {"weeks": weeks})

    def _begin(self, name: str, command: Sequence[str], files: Sequence[int] = ()) -> Child:
        child = Child(
            name=name,
            command=command,
            environment=self._environment,
            log=self.directory / f"{name}.log",
            directory=ROOT,
            inherited_files=files,
        )
        self._children.append(child)
        return child

    def _finish(self, child: Child) -> None:
        assert child.wait(seconds=COMMAND_SECONDS), f"{child.name} blev inte klar"
        assert child.exit_code == 0, child.last_lines(40)

    def _wait_for(self, child: Child, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            assert child.exit_code is None, child.last_lines(40)
            assert time.monotonic() < deadline, child.last_lines(40)
            time.sleep(POLL_SECONDS)


# Everything about cases; people's accounts, the programme and the files are not moved.
DATED_COLUMNS = """
    SELECT table_name, array_agg(column_name::text)
    FROM information_schema.columns
    WHERE table_schema = 'public'
      AND (table_name LIKE 'referrals\\_%' OR table_name LIKE 'participants\\_%'
           OR table_name LIKE 'activities\\_%')
      AND data_type IN ('date', 'timestamp with time zone')
      AND is_generated = 'NEVER'
      AND column_name <> 'birth_date'
    GROUP BY table_name
"""


def _move_back(table: str, columns: Sequence[str]) -> sql.Composable:
    each = sql.SQL("{0} = {0} - make_interval(weeks => %(weeks)s)")
    moved = sql.SQL(", ").join(each.format(sql.Identifier(column)) for column in columns)
    return sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), moved)


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=3)
    try:
        connection.request("GET", "/halsa/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def running_product(
    directory: Path, cluster: Cluster, redis: RedisServer, *, template: str
) -> Iterator[Product]:
    """A started product on a copy of the database `template`; everything is gone afterwards."""
    cluster.create_database(DATABASE, template=template)
    product = Product(directory, cluster, redis)
    try:
        product.start()
        yield product
    finally:
        product.stop()
        cluster.drop_database(DATABASE)
