"""Files exist whole or not at all."""

import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.files import write_atomically


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """The operating system refuses files over `size` bytes, as a full disk would."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_writes_the_bytes_and_returns_a_receipt(tmp_path: Path) -> None:
    stored = write_atomically(tmp_path / "ny mapp" / "rapport.pdf", b"innehall")

    assert stored.path.read_bytes() == b"innehall"
    assert stored.checksum == hashlib.sha256(b"innehall").hexdigest()
    assert stored.size == 8


def test_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "rapport.pdf"
    write_atomically(target, b"gammal och lang")
    write_atomically(target, b"ny")

    assert target.read_bytes() == b"ny"


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "rapport.pdf"
    write_atomically(target, b"gammal")

    with room_for(1000), pytest.raises(OSError, match="too large"):
        write_atomically(target, b"x" * 100_000)

    assert target.read_bytes() == b"gammal"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_makes_no_new_file(tmp_path: Path) -> None:
    with room_for(1000), pytest.raises(OSError, match="too large"):
        write_atomically(tmp_path / "rapport.pdf", b"x" * 100_000)

    assert list(tmp_path.iterdir()) == []
