"""What `make check` looks at, as tests: style, types, import contracts, migrations, deployment."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def make(target: str) -> subprocess.CompletedProcess[str]:
    """Runs one target of the Makefile with this Python's environment."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")
        and "PYTEST" not in name
    }
    return subprocess.run(
        ["make", "--no-print-directory", target],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def checks() -> list[str]:
    """The targets that the Makefile itself calls checks."""
    rest = (ROOT / "Makefile").read_text().split("CHECKS :=", 1)[1].split("\n\n", 1)[0]
    return rest.replace("\\", " ").split()


@pytest.mark.parametrize("check", checks())
def test_check_passes(check: str) -> None:
    done = make(check)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_under_the_import_contracts() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(settings["root_packages"]) == packages
    layered = {contract["name"]: contract for contract in settings["contracts"]}
    assert set(layered["Imports go one way between the apps"]["layers"]) == packages


def test_a_known_fault_makes_the_style_check_fail(tmp_path: Path) -> None:
    """The checks bite: an unused import is not let through."""
    faulty = tmp_path / "faulty.py"
    faulty.write_text("import os\n")
    done = subprocess.run(
        [ROOT / ".venv/bin/ruff", "check", "--config", ROOT / "pyproject.toml", faulty],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "F401" in done.stdout
