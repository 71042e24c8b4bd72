"""What runs before anything is installed: the standard library alone, and clear refusals."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehabsteg.launcher import bootstrap
from tests.launcher.conftest import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = ROOT / "rehabsteg" / "launcher" / "bootstrap.py"


@pytest.fixture
def bare_path(place: Path) -> Iterator[str]:
    """A PATH with nothing on it that an installation could use."""
    (place / "bin").mkdir()
    return str(place / "bin")


@pytest.fixture
def checkout(place: Path) -> Path:
    """Another checkout with the launcher alone."""
    target = place / "checkout" / "rehabsteg" / "launcher"
    target.mkdir(parents=True)
    shutil.copy(BOOTSTRAP, target)
    return place / "checkout"


def bootstrap_in(checkout: Path, command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-I", "-S", checkout / "rehabsteg/launcher/bootstrap.py", command],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_needs_nothing_but_the_standard_library(checkout: Path) -> None:
    """`-I -S` hides every installed package and the directory it is run from."""
    done = bootstrap_in(checkout, "nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("Använd: bootstrap.py run | test")


def test_missing_debian_packages_are_named_when_they_cannot_be_installed(
    checkout: Path, bare_path: str
) -> None:
    done = bootstrap_in(checkout, "test", PATH=bare_path)
    assert done.returncode == 1
    missing = "chromium poppler-utils qpdf openjdk-17-jdk-headless"
    assert f"Debianpaket saknas: {missing}\n" in done.stderr
    assert f"sudo apt-get install {missing}" in done.stderr
    assert done.stdout == ""
    assert not (checkout / ".venv").exists()


def test_packages_are_installed_when_we_may_and_named_when_that_fails(
    checkout: Path, bare_path: str
) -> None:
    """A machine of our own making, whose apt knows no package: refused, tried twice, told."""
    record = Path(bare_path) / "asked"
    for name in ("apt-get", "apt-cache", "sudo"):
        stand_in = Path(bare_path) / name
        stand_in.write_text(f'#!/bin/sh\necho "{name} $*" >> {record}\n[ "$*" = "-n true" ]\n')
        stand_in.chmod(0o755)
    done = bootstrap_in(checkout, "test", PATH=bare_path)
    assert done.returncode == 1
    assert "Installationen misslyckades. Debianpaket saknas: chromium" in done.stderr
    asked = record.read_text()
    assert "install -y --no-install-recommends chromium" in asked
    assert "update" in asked


@pytest.mark.parametrize("package", bootstrap.FOR_TEST, ids=lambda package: package.names[0])
def test_the_sign_of_each_package_is_there_after_an_installation(
    package: bootstrap.DebianPackage,
) -> None:
    """`make test` has installed all of them; a sign that never shows would install for ever."""
    assert package.is_there()


def test_nothing_is_installed_twice(capfd: pytest.CaptureFixture[str]) -> None:
    bootstrap.prepare_test()
    capfd.readouterr()
    bootstrap.prepare_test()
    assert capfd.readouterr() == ("", "")


def test_clean_removes_what_this_checkout_made_and_nothing_else(
    checkout: Path, place: Path
) -> None:
    for made in ("var/files", ".venv/bin", "node_modules/x", ".mypy_cache"):
        (checkout / made).mkdir(parents=True)
    (checkout / "README.md").write_text("kept")
    ours, theirs, strange, sockets = (
        place / name for name in ("ours", "theirs", "strange", "rehabsteg-sockets")
    )
    for directory in (ours, theirs, strange, sockets):
        directory.mkdir()
    (ours / "belongs-to").write_text(str(checkout / "var" / "postgres"))
    (theirs / "belongs-to").write_text(str(place / "other" / "var" / "postgres"))
    for name, outside in (("postgres", ours), ("second", theirs), ("third", strange)):
        (checkout / "var" / name).mkdir()
        (checkout / "var" / name / "place").write_text(f"{outside}\n")
    (checkout / "var" / "files" / "socket-place").write_text(f"{sockets}\n")
    (checkout / "var" / "postgres" / "socket-place").write_text(f"{strange}\n")
    assert bootstrap_in(checkout, "clean").returncode == 0
    assert sorted(path.name for path in checkout.iterdir()) == ["README.md", "rehabsteg"]
    assert [path.exists() for path in (ours, sockets, theirs, strange)] == [
        False,
        False,
        True,
        True,
    ]


def test_clean_is_refused_while_the_product_runs(checkout: Path) -> None:
    (checkout / "var").mkdir()
    hold = (
        "import fcntl, sys; lock = open(sys.argv[1], 'a'); fcntl.flock(lock, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    runs = subprocess.Popen(
        [sys.executable, "-c", hold, checkout / "var" / "run.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with runs:
        assert runs.stdout is not None
        assert runs.stdin is not None
        runs.stdout.readline()
        done = bootstrap_in(checkout, "clean")
        assert done.returncode == 1
        assert "Stoppa det först" in done.stderr
        assert (checkout / "var" / "run.lock").exists()
        runs.stdin.close()
    wait_until(lambda: bootstrap_in(checkout, "clean").returncode == 0)
    assert not (checkout / "var").exists()
