"""`make run`: everything the product consists of, started in order, watched, and stopped in order."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from rehabsteg.launcher import environment
from rehabsteg.launcher.doorway import address, health, listen, wanted_port
from rehabsteg.launcher.places import ROOT, VAR, LauncherError
from rehabsteg.launcher.postgres import Cluster
from rehabsteg.launcher.processes import Child
from rehabsteg.launcher.redis import RedisServer, check_address

HEALTH_SECONDS = 120
POLL_SECONDS = 0.1
# A process that ends by itself is started again, but not for ever.
RESTARTS = 5
RESTART_WINDOW_SECONDS = 120

# The parts that are ours, by the names we use at the terminal.
WEB, WORKER, BEAT = "Webben", "Arbetaren", "Klockan"
OUR_PARTS = (WEB, WORKER, BEAT)

NAMES_FOR_MANAGE = (
    *environment.GENERATED_KEYS,
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "PUBLIC_URL",
)


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


def say(text: str) -> None:
    """Progress goes to standard error; standard output is for the address and the table."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Service:
    """One long-lived part of the product."""

    name: str
    start: Callable[[], Child]
    stop: Callable[[], None]
    child: Child
    ended_at: list[float] = field(default_factory=list)


class Product:
    """The product in this checkout: servers, preparation, web, worker, beat."""

    def __init__(self) -> None:
        self._services: list[Service] = []
        self._lock: IO[str] | None = None
        self._listener: socket.socket | None = None
        self._stop_asked_at: float | None = None
        self._hurry = False
        self._environment: dict[str, str] = {}

    def run(self) -> int:
        """Starts everything, prints address and people, watches until told to stop. The exit code."""
        self._listen_to_signals()
        try:
            self._take_lock()
            self._start()
            while True:
                self._stop_if_asked()
                self._restart_ended()
                time.sleep(POLL_SECONDS)
        except StopRequested:
            return 0
        except LauncherError as error:
            say(f"\n{error}")
            return 1
        finally:
            self._stop()

    # Start ------------------------------------------------------------------------------------

    def _start(self) -> None:
        # Held for as long as the product runs: nobody takes the port while the web restarts.
        wanted = wanted_port()
        self._listener = listen(wanted)
        port = self._listener.getsockname()[1]
        if port != wanted:
            say(f"Port {wanted} är upptagen; använder {port}.")
        self._prepare(port)
        for name, command in _commands(self._listener.fileno()).items():
            self._start_command(name, command)
        self._wait_until_healthy(port)
        self._announce(port)

    def _prepare(self, port: int) -> None:
        self._environment = _inherited_environment() | environment.keys(VAR / "keys")
        self._start_servers()
        self._environment["FILES_DIR"] = str(VAR / "files")
        self._environment.setdefault("PUBLIC_URL", address(port))
        (VAR / "files").mkdir(exist_ok=True, mode=0o700)
        environment.write_values(
            VAR / "env",
            {
                name: self._environment[name]
                for name in NAMES_FOR_MANAGE
                if name in self._environment
            },
        )
        (VAR / "run.address").write_text(address(port))
        self._collect_static_files()
        say("Förbereder databasen …")
        self._manage("prepare_database")
        if _wants_demo():
            self._manage("demo_load")

    def _start_servers(self) -> None:
        if os.environ.get("DATABASE_URL"):
            self._environment.pop("DATABASE_OWNER_URL", None)
            self._environment |= environment.database_addresses(VAR / "keys.database")
        else:
            say("Startar PostgreSQL …")
            cluster = Cluster(VAR / "postgres")
            self._start_server("PostgreSQL", cluster)
            self._environment |= {
                "DATABASE_URL": cluster.app_url(),
                "DATABASE_OWNER_URL": cluster.owner_url(),
            }
        if os.environ.get("REDIS_URL"):
            check_address(os.environ["REDIS_URL"])
            self._environment["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            say("Startar Redis …")
            redis = RedisServer(VAR / "redis")
            self._start_server("Redis", redis)
            self._environment["REDIS_URL"] = redis.url
        self._stop_if_asked()

    def _start_server(self, name: str, server: Cluster | RedisServer) -> None:
        def start() -> Child:
            server.start()
            return server.child

        self._services.append(Service(name, start, server.stop, start()))

    def _start_command(self, name: str, command: list[str]) -> None:
        assert self._listener is not None
        inherited = [self._listener.fileno()] if name == WEB else []

        def start() -> Child:
            return Child(
                name=name,
                command=command,
                environment=self._environment,
                log=_log(name),
                directory=ROOT,
                inherited_files=inherited,
            )

        service = Service(name, start, lambda: None, start())
        service.stop = lambda: service.child.stop(patience=0 if self._hurry else 10)
        self._services.append(service)

    def _collect_static_files(self) -> None:
        """Compressing takes seconds, so only when a file has changed since the last time."""
        stamp = VAR / "static" / ".made-from"
        wanted = _fingerprint(ROOT / "static", ROOT / "node_modules" / ".package-lock.json")
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say("Samlar stilmallar och teckensnitt …")
        self._manage("collectstatic", "--no-input", "--clear", "--verbosity=0")
        stamp.write_text(wanted)

    def _manage(self, *words: str) -> str:
        """Runs one management command and returns what it printed."""
        output = VAR / "log" / f"{words[0]}.out"
        output.parent.mkdir(exist_ok=True, mode=0o700)
        output.unlink(missing_ok=True)
        command = Child(
            name=words[0],
            command=[sys.executable, "manage.py", *words],
            environment=self._environment,
            log=_log("manage"),
            output=output,
            directory=ROOT,
        )
        try:
            while not command.wait(seconds=POLL_SECONDS):
                self._stop_if_asked()
        finally:
            command.stop()
        if command.exit_code != 0:
            raise LauncherError(f"manage.py {words[0]} misslyckades.\n{command.last_lines()}")
        return output.read_text()

    def _wait_until_healthy(self, port: int) -> None:
        say("Väntar på att allt svarar …")
        deadline = time.monotonic() + HEALTH_SECONDS
        while (answer := health(port)) != http.HTTPStatus.OK:
            self._stop_if_asked()
            self._restart_ended()
            if time.monotonic() > deadline:
                web = next(service for service in self._services if service.name == WEB)
                raise LauncherError(
                    f"Hälsosidan svarade inte med 200 utan med {answer or 'ingenting'}.\n"
                    f"{web.child.last_lines()}"
                )
            time.sleep(POLL_SECONDS)

    def _announce(self, port: int) -> None:
        print(f"\nRehabsteget är igång: {address(port)}\n", flush=True)
        if _wants_demo():
            people = self._manage("demo_people", "--format", "table")
            print(f"{people.rstrip()}\n", flush=True)
        say("Stoppa med Ctrl-C. Loggar ligger i var/log/.")

    # Watch and stop ---------------------------------------------------------------------------

    def _restart_ended(self) -> None:
        """Starts again what ended by itself.

        Raises `LauncherError` when one part has ended too often: then something is wrong with it
        that another start will not cure.
        """
        for service in self._services:
            if service.child.exit_code is None:
                continue
            now = time.monotonic()
            service.ended_at = [
                moment for moment in service.ended_at if now - moment < RESTART_WINDOW_SECONDS
            ]
            service.ended_at.append(now)
            if len(service.ended_at) > RESTARTS:
                raise LauncherError(
                    f"{service.name} slutar gång på gång. Loggen slutar så här:\n"
                    f"{service.child.last_lines()}"
                )
            say(f"{service.name} slutade oväntat (kod {service.child.exit_code}) och startas om.")
            # What the ended process had started itself must not go on beside the new one.
            service.child.kill()
            service.stop()
            service.child = service.start()

    def _stop(self) -> None:
        """Web, worker and beat at the same time, then the servers they use, last started first."""
        if self._services:
            say("\nStoppar …")
        commands = [service for service in self._services if service.name in OUR_PARTS]
        for service in commands:
            service.child.ask_to_stop()
        for service in [*commands, *reversed(self._services)]:
            service.stop()
        self._services.clear()
        if self._listener is not None:
            self._listener.close()
        if self._lock is not None:
            (VAR / "run.address").unlink(missing_ok=True)
            self._lock.close()

    def _take_lock(self) -> None:
        """One launcher at a time in one checkout."""
        VAR.mkdir(exist_ok=True)
        # The user that root steps down to for PostgreSQL passes through; what lies inside is private.
        VAR.chmod(0o711)
        os.umask(0o077)
        lock = open(VAR / "run.lock", "a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise LauncherError(_already_running()) from None
        self._lock = lock

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        # Under nohup the terminal may close without consequences.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """The first time in good order; asked again a second later, without patience.

        One Ctrl-C may arrive twice, from the terminal and from make.
        """
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif now - self._stop_asked_at > 1:
            self._hurry = True
            for service in self._services:
                if service.name in OUR_PARTS:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(service.child.pid, signal.SIGKILL)

    def _stop_if_asked(self) -> None:
        if self._stop_asked_at is not None:
            raise StopRequested


def _commands(listener: int) -> dict[str, list[str]]:
    module = [sys.executable, "-m"]
    gunicorn = [*module, "gunicorn", "rehabsteg.wsgi:application", f"--bind=fd://{listener}"]
    gunicorn += ["--workers=2", "--threads=4", "--worker-class=gthread", "--graceful-timeout=5"]
    celery = [*module, "celery", "--app=rehabsteg", "--quiet"]
    worker = [*celery, "worker", "--concurrency=2", "--loglevel=INFO"]
    beat = [*celery, "beat", "--loglevel=INFO", "--pidfile="]
    return {
        WEB: [*gunicorn, "--timeout=60", "--no-control-socket"],
        WORKER: [*worker, "--without-gossip", "--without-mingle"],
        BEAT: [*beat, f"--schedule={VAR / 'beat-schedule'}"],
    }


def _inherited_environment() -> dict[str, str]:
    """Ours, with text in UTF-8 also on a machine without a language set."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rehabsteg.settings.dev",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _wants_demo() -> bool:
    """`make run DEMO=no` starts without the demo municipality."""
    return os.environ.get("DEMO", "yes").lower() not in ("no", "nej", "0", "false")


def _log(name: str) -> Path:
    return VAR / "log" / f"{name.lower()}.log"


def _already_running() -> str:
    try:
        known = (VAR / "run.address").read_text()
    except OSError:
        return "Rehabsteget startas redan från den här katalogen."
    return f"Rehabsteget körs redan från den här katalogen: {known}"


def _fingerprint(*places: Path) -> str:
    """Changes when a file is added, removed or edited."""
    made = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                found = path.stat()
                made.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return made.hexdigest()
