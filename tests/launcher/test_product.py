"""The whole product in a checkout of its own: starts, mends itself, and stops only what is its own."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehabsteg.launcher.postgres import Cluster
from rehabsteg.launcher.processes import is_alive
from rehabsteg.launcher.product import OUR_PARTS
from rehabsteg.launcher.redis import RedisServer
from tests.launcher.conftest import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_COPIED = ("var", ".venv", "node_modules", ".git", ".*_cache", "__pycache__", ".hypothesis")


@dataclass
class Running:
    """One started product."""

    checkout: Path
    launcher: subprocess.Popen
    port: int

    def status(self, path: str = "/halsa/") -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def children(self) -> dict[int, str]:
        """Every process that the launcher has started, and they in turn, with its command."""
        found: dict[int, str] = {}
        waiting = [self.launcher.pid]
        while waiting:
            for child in _children_of(waiting.pop()):
                with contextlib.suppress(OSError):
                    command = Path(f"/proc/{child}/cmdline").read_bytes()
                    found[child] = command.replace(b"\0", b" ").decode()
                    waiting.append(child)
        return found

    def child(self, sign: str) -> int:
        """The first process started whose command has the sign."""
        return min(pid for pid, command in self.children().items() if sign in command)


def _children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def environment(**more: str) -> dict[str, str]:
    """Nearly nothing: no language, no home, no settings."""
    return {"PATH": os.environ["PATH"], "DEMO": "no", **more}


def start(checkout: Path, **more: str) -> subprocess.Popen:
    with (checkout / "said").open("a") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "rehabsteg.launcher"],
            cwd=checkout,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )


def wait_for_address(launcher: subprocess.Popen, checkout: Path) -> int:
    assert launcher.stdout is not None
    for line in launcher.stdout:
        found = re.search(r"Rehabsteget är igång: http://127\.0\.0\.1:(\d+)/", line)
        if found:
            return int(found[1])
    launcher.wait(60)
    raise AssertionError((checkout / "said").read_text())


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """A second checkout of what lies here, next to whatever else runs on the machine."""
    place = Path(tempfile.mkdtemp(prefix="rehabsteg-test-"))
    place.chmod(0o755)
    copy = place / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    yield copy
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def busy_port() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def running(checkout: Path, busy_port: int) -> Iterator[Running]:
    launcher = start(checkout, PORT=str(busy_port))
    try:
        yield Running(checkout, launcher, wait_for_address(launcher, checkout))
    finally:
        launcher.terminate()
        launcher.wait(60)
        if launcher.stdout is not None:
            launcher.stdout.close()


def test_it_takes_the_next_port_when_its_own_is_busy(running: Running, busy_port: int) -> None:
    assert running.port > busy_port
    assert running.status() == 200


def test_a_page_and_its_style_sheet_are_served(running: Running) -> None:
    assert running.status("/konto/login/") == 200
    manifest = (running.checkout / "var" / "static" / "staticfiles.json").read_text()
    found = re.search(r'"(css/components\.[0-9a-f]+\.css)"', manifest)
    assert found
    assert running.status(f"/static/{found[1]}") == 200


def test_what_it_keeps_is_private(running: Running) -> None:
    var = running.checkout / "var"
    for name in ("env", "keys", "log/webben.log", "postgres/passwords.json"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600, name
    for name in ("files", "log", "redis"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o700, name


def test_manage_works_with_nothing_set(running: Running) -> None:
    question = (
        "from django.db import connection; c = connection.cursor(); c.execute('SELECT "
        "current_user'); print(c.fetchone()[0]);"
        "from rehabsteg.celery import app; app.connection().ensure_connection(max_retries=1)"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", question],
        cwd=running.checkout,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "rehabsteg_app", done.stderr


def test_a_second_start_in_the_same_checkout_is_refused(running: Running) -> None:
    second = start(running.checkout)
    output, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert output == ""
    last = (running.checkout / "said").read_text().strip().splitlines()[-1]
    assert last == (
        f"Rehabsteget körs redan från den här katalogen: http://127.0.0.1:{running.port}/"
    )
    assert running.status() == 200


@pytest.mark.parametrize(
    "sign", ["redis-server", "celery --app=rehabsteg --quiet worker", "gunicorn"]
)
def test_a_killed_part_is_started_again(running: Running, sign: str) -> None:
    before = running.child(sign)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not is_alive(before))
    wait_until(lambda: any(sign in command for command in running.children().values()))
    assert running.child(sign) != before
    wait_until(lambda: running.status() == 200)


def test_a_killed_database_is_back_within_seconds(running: Running) -> None:
    before = running.child("/postgres -D")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not is_alive(before))
    wait_until(lambda: running.status() == 200)
    assert running.child("/postgres -D") != before


# The tests below stop the product and start it again; they come last in this file.


def test_ctrl_c_stops_everything_it_started_and_nothing_else(running: Running) -> None:
    stranger = subprocess.Popen(["sleep", "120"], cwd=running.checkout)
    try:
        children = running.children()
        for sign in ("postgres", "redis-server", "gunicorn", " worker ", " beat "):
            assert any(sign in command for command in children.values()), sign
        running.launcher.send_signal(signal.SIGINT)
        assert running.launcher.wait(60) == 0
        assert [command for pid, command in children.items() if is_alive(pid)] == []
        assert running.status() is None
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_launcher_takes_everything_along_and_the_next_start_is_clean(
    running: Running, checkout: Path
) -> None:
    """Depends on the data that the earlier starts left: the same checkout, stopped by now."""
    running.launcher.wait(60)
    launcher = start(checkout)
    assert launcher.stdout is not None
    with launcher.stdout:
        again = Running(checkout, launcher, wait_for_address(launcher, checkout))
        assert again.status() == 200
        children = again.children()
        assert len(children) > len(OUR_PARTS)
        launcher.kill()
        launcher.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in children), seconds=30)
    third = start(checkout)
    assert third.stdout is not None
    with third.stdout:
        wait_for_address(third, checkout)
        third.terminate()
        assert third.wait(60) == 0


def test_servers_that_somebody_else_runs_replace_ours(running: Running, checkout: Path) -> None:
    running.launcher.wait(60)
    with Cluster.throwaway() as cluster, RedisServer.throwaway() as redis:
        told = {"DATABASE_URL": cluster.superuser_url(), "REDIS_URL": redis.url}
        launcher = start(checkout, **told)
        assert launcher.stdout is not None
        with launcher.stdout:
            product = Running(checkout, launcher, wait_for_address(launcher, checkout))
            commands = " ".join(product.children().values())
            assert "redis-server" not in commands
            assert "postgres -D" not in commands
            assert product.status() == 200
            launcher.terminate()
            assert launcher.wait(60) == 0
        assert cluster.child.exit_code is None
        assert redis.child.exit_code is None


def test_a_part_that_cannot_work_is_reported_and_everything_stops(checkout: Path) -> None:
    """A port that is no number: one sentence, no traceback, nothing left running."""
    launcher = start(checkout, PORT="åttatusen")
    output, _ = launcher.communicate(timeout=30)
    assert launcher.returncode == 1
    assert output == ""
    said = (checkout / "said").read_text().strip().splitlines()[-1]
    assert said == "PORT ska vara ett tal mellan 1 och 65535, inte 'åttatusen'."
