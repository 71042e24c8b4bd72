"""The embedded Redis: private, quick, and back after being killed."""

import os
import signal
import stat
from pathlib import Path

import kombu
import pytest

from rehabsteg.launcher.places import LauncherError
from rehabsteg.launcher.processes import is_alive
from rehabsteg.launcher.redis import RedisServer, answers, check_address


def test_celerys_own_library_reaches_it() -> None:
    with RedisServer.throwaway() as server, kombu.Connection(server.url) as connection:
        queue = connection.SimpleQueue("test")
        queue.put({"job": 7})
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
        assert message.payload == {"job": 7}
        check_address(server.url)


def test_only_a_private_socket(place: Path) -> None:
    with RedisServer(place / "redis") as server:
        assert stat.S_IMODE(server.path.parent.stat().st_mode) == 0o700
        assert b"tcp_port:0" in _told(server.path, b"INFO server\r\n")


def test_a_killed_server_starts_again_in_the_same_place(place: Path) -> None:
    server = RedisServer(place / "redis")
    server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert not answers(server.path)
    with RedisServer(place / "redis") as again:
        assert answers(again.path)


def test_a_stopped_server_is_gone(place: Path) -> None:
    server = RedisServer(place / "redis")
    server.start()
    pid = server.pid
    assert pid is not None
    server.stop()
    assert not is_alive(pid)
    assert not answers(server.path)


def test_a_path_too_long_for_a_socket_works(place: Path) -> None:
    directory = place / ("d" * 60) / ("e" * 60) / "redis"
    with RedisServer(directory) as server:
        assert answers(server.path)
        outside = server.path.parent
    outside.rmdir()


def test_the_redis_of_the_machine_is_preferred(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = place / "redis-server"
    own.write_text("#!/bin/sh\necho this is the one from the path\nexit 3\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(place), prepend=os.pathsep)
    with pytest.raises(LauncherError, match="this is the one from the path"):
        RedisServer(place / "redis").start()


def test_an_address_that_nobody_answers_is_refused() -> None:
    with pytest.raises(LauncherError, match="REDIS_URL går inte att ansluta till"):
        check_address("redis://127.0.0.1:1/0")


def _told(path: Path, command: bytes) -> bytes:
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(command)
        return connection.recv(65536)
