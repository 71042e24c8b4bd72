"""The web server, the worker and beat as processes of their own, on the test's database."""

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from rehabsteg.launcher.places import ROOT
from rehabsteg.launcher.postgres import DATABASE, Cluster
from rehabsteg.launcher.processes import POLL_SECONDS, Child
from rehabsteg.launcher.redis import RedisServer
from tests.cast import Cast, bind
from tests.row_examples import add_enrolment

PYTHON = [sys.executable, "-W", "ignore", "-m"]
GUNICORN = [*PYTHON, "gunicorn", "rehabsteg.wsgi:application", "--workers=1", "--threads=10"]
GUNICORN += ["--worker-class=gthread", "--no-control-socket"]
CELERY = [*PYTHON, "celery", "--app=rehabsteg", "--quiet"]
WORKER = [*CELERY, "worker", "--concurrency=1", "--without-gossip", "--without-mingle"]
PATIENCE = 60


class Machine:
    """Starts, kills and restarts the product's parts. `address` is where the web answers."""

    def __init__(self, directory: Path, cluster: Cluster, redis: RedisServer) -> None:
        self.directory, self.redis = directory, redis
        self.children: list[Child] = []
        self.address = ""
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "DJANGO_SETTINGS_MODULE": "rehabsteg.settings.test",
            "DATABASE_URL": cluster.app_url(DATABASE),
            "REDIS_URL": redis.url,
            "FILES_DIR": str(directory / "files"),
        }

    def begin(self, name: str, command: list[str], files: tuple[int, ...] = ()) -> Child:
        """Start a part; it is killed at the latest when the test ends."""
        child = Child(
            name=name,
            command=command,
            environment=self.environment,
            log=self.directory / f"{name}.log",
            directory=ROOT,
            inherited_files=files,
        )
        self.children.append(child)
        return child

    def web(self) -> Child:
        """A web server that answers."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            bind_to = f"--bind=fd://{listener.fileno()}"
            child = self.begin("web", [*GUNICORN, bind_to], (listener.fileno(),))
        until(lambda: child.exit_code is None and self.answers(), child.last_lines)
        return child

    def answers(self) -> bool:
        """Whether the health page is up."""
        try:
            return requests.get(f"{self.address}/halsa/", timeout=3).ok
        except requests.RequestException:
            return False

    def worker(self) -> Child:
        """A worker; it sweeps when it is ready."""
        return self.begin("worker", WORKER)

    def beat(self) -> Child:
        """The clock that sweeps every ten seconds."""
        schedule = self.directory / "beat"
        return self.begin("beat", [*CELERY, "beat", "--pidfile=", f"--schedule={schedule}"])


def until(holds: Callable[[], object], why: Callable[[], str] = lambda: "") -> None:
    """Wait until `holds()`, or fail after a minute with `why()`."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, why()
        time.sleep(POLL_SECONDS)


def use_broker(url: str) -> None:
    """Let this process's own wake-up calls go to `url`: Celery keeps the first address it used."""
    from rehabsteg.celery import app

    app.conf.broker_url = url
    app._pool = app.amqp._producer_pool = None


@pytest.fixture
def machine(
    transactional_db: None, cluster: Cluster, tmp_path: Path, settings
) -> Iterator[Machine]:
    """The parts of the product, and a Redis of the test's own that may be killed."""
    settings.FILES_DIR = tmp_path / "files"
    with RedisServer.throwaway() as redis:
        machine = Machine(tmp_path, cluster, redis)
        use_broker(redis.url)
        try:
            yield machine
        finally:
            for child in machine.children:
                child.kill()
            use_broker("redis://127.0.0.1:1/0")


@pytest.fixture
def enrolment(machine: Machine, cast: Cast):
    """A participation of Karin's."""
    with bind(cast.karin):
        return add_enrolment(cast.programme, cast.karin)


class Person:
    """Somebody's browser without a screen: keeps cookies, sends forms as the page drew them."""

    def __init__(self, machine: Machine, client) -> None:
        self.machine = machine
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's form, ready to be sent."""
        page = requests.get(self.machine.address + path, cookies=self.cookies, timeout=30)
        assert page.ok, page.status_code
        self.cookies["csrftoken"] = page.cookies["csrftoken"]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        return dict(hidden)

    def send(self, path: str, form: dict[str, str]) -> requests.Response:
        """Send a form; the redirect isn't followed."""
        return requests.post(
            self.machine.address + path,
            data=form,
            cookies=self.cookies,
            headers={"Referer": self.machine.address + path},
            allow_redirects=False,
            timeout=30,
        )


@pytest.fixture
def karins_browser(machine: Machine, cast: Cast, client_for) -> Person:
    """Karin, signed in."""
    return Person(machine, client_for(cast.karin))
