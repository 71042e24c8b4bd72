"""Places for servers that leave nothing behind, and patience without sleeping blindly."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehabsteg.launcher.places import remove_places


def wait_until(condition: Callable[[], object], *, seconds: float = 20) -> None:
    """Waits for the condition; fails when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Blev aldrig sant: {condition}"
        time.sleep(0.02)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user of the machine can pass, as a checkout usually is."""
    directory = Path(tempfile.mkdtemp(prefix="rehabsteg-test-"))
    directory.chmod(0o755)
    yield directory
    _remove(directory)


@pytest.fixture
def hidden_place() -> Iterator[Path]:
    """A directory that nobody but we can pass, as a checkout in root's home is."""
    directory = Path(tempfile.mkdtemp(prefix="rehabsteg-test-"))
    directory.chmod(0o700)
    yield directory
    _remove(directory)


def _remove(directory: Path) -> None:
    for inside in directory.rglob("pg*"):
        if inside.is_dir():
            remove_places(inside)
    shutil.rmtree(directory, ignore_errors=os.geteuid() != 0)
