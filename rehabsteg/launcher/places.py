"""Where things lie on the machine, and who may reach them.

Three limits of the machine decide the places: a unix socket's path holds about a hundred bytes,
PostgreSQL refuses to run as root, and the user that root steps down to may not be able to pass the
directories above the checkout.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"

# sun_path holds 108 bytes with its closing zero; the longest name we place there is
# "/.s.PGSQL.5432.lock", and Redis needs less.
LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432.lock")

# Users that exist on every Debian machine, most fitting first.
UNPRIVILEGED_USERS = ("postgres", "nobody", "daemon")

# Where root keeps data for a user that cannot reach the checkout.
SYSTEM_DATA = Path("/var/lib/rehabsteg-launcher")


class LauncherError(Exception):
    """Something on the machine is in the way. The message is for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """A user of the machine that a server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_current(self) -> bool:
        """Whether we already are this user, so that nothing has to be given up."""
        return self.uid == os.geteuid()

    def can_run(self, command: Sequence[str | Path]) -> bool:
        """Tries the command as this user: the only answer that also knows of access lists."""
        try:
            done = subprocess.run(
                [str(word) for word in command],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath},
                **self.credentials(),
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def can_reach(self, directory: Path) -> bool:
        """Whether this user can pass every directory down to and including this one."""
        return self.is_current or self.can_run(["/usr/bin/test", "-x", directory])

    def credentials(self) -> dict:
        """Arguments for `subprocess` that make the child this user, with no other groups."""
        if self.is_current:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def current_account() -> Account:
    """The user who runs the launcher."""
    return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid())


def server_account(directory: Path) -> Account:
    """The user PostgreSQL is to run as: ourselves, or for root somebody with fewer rights.

    Root first looks at who owns the nearest existing directory: data that an ordinary user once
    made, or a checkout that belongs to one, stays with that user.

    Raises `LauncherError` when the machine has no unprivileged user.
    """
    if os.geteuid() != 0:
        return current_account()
    owner = _nearest_existing(directory).stat()
    if owner.st_uid != 0:
        return Account(name=str(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    for name in UNPRIVILEGED_USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=found.pw_uid, gid=found.pw_gid)
    raise LauncherError(
        "PostgreSQL får inte köras som root och någon användare med färre rättigheter finns inte. "
        f"Skapa en av dem: {', '.join(UNPRIVILEGED_USERS)}."
    )


def _nearest_existing(directory: Path) -> Path:
    while not directory.exists():
        directory = directory.parent
    return directory


def make_private(directory: Path, account: Account | None = None) -> Path:
    """A directory that only its owner may enter; made, or tightened if it is there already."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if account and not account.is_current and directory.stat().st_uid != account.uid:
            os.chown(directory, account.uid, account.gid)
        if stat.S_IMODE(directory.stat().st_mode) != 0o700:
            directory.chmod(0o700)
    except PermissionError as error:
        raise LauncherError(
            f"{directory} tillhör en annan användare. Kör som den användaren, "
            "eller ta bort katalogen."
        ) from error
    return directory


def home_for(directory: Path, account: Account) -> Path:
    """The directory that `account` keeps its files in on behalf of `directory`.

    That is `directory` itself wherever the account can reach it. Otherwise a place of its own
    outside the checkout, named after the checkout and remembered in `directory/place`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if account.is_current:
        directory.chmod(0o700)
        return directory / "home"
    # Passable, not readable; what lies inside is private file by file.
    directory.chmod(0o711)
    if account.can_reach(directory):
        return directory / "home"
    record = directory / "place"
    if record.exists():
        place = Path(record.read_text().strip())
        if _belongs_to(place, directory):
            return place
    digest = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:16]
    place = _system_data() / digest
    place.mkdir(exist_ok=True, mode=0o711)
    (place / "belongs-to").write_text(str(directory.resolve()))
    record.write_text(f"{place}\n")
    return place


def _belongs_to(place: Path, directory: Path) -> bool:
    """False for a place that a copied checkout took along although the original still has it."""
    try:
        owner = Path((place / "belongs-to").read_text())
    except OSError:
        return False
    return owner == directory.resolve() or not owner.exists()


def _system_data() -> Path:
    for parent in (SYSTEM_DATA, Path(tempfile.gettempdir()) / SYSTEM_DATA.name):
        try:
            parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        except OSError:
            continue
        if parent.stat().st_uid == 0:
            parent.chmod(0o711)
            return parent
    raise LauncherError(f"{SYSTEM_DATA} kan inte skapas. Databasen har ingenstans att ligga.")


def socket_directory(home: Path, account: Account) -> Path:
    """A private directory for sockets: in `home` when the path is short enough, else a short one.

    The short one is remembered in `home/socket-place` and made anew when it has been cleaned away.
    """
    near = home / "socket"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_DIRECTORY:
        return make_private(near, account)
    record = home / "socket-place"
    if record.exists():
        place = Path(record.read_text().strip())
        if place.is_dir() and place.stat().st_uid == account.uid:
            return make_private(place, account)
    place = Path(tempfile.mkdtemp(prefix="rehabsteg-", dir=_short_temporary_directory()))
    record.write_text(f"{place}\n")
    return make_private(place, account)


def _short_temporary_directory() -> str | None:
    """None, the usual choice, unless TMPDIR itself is too long for a socket."""
    too_long = len(os.fsencode(tempfile.gettempdir())) > LONGEST_SOCKET_DIRECTORY - 20
    return "/tmp" if too_long else None


def remove_places(directory: Path) -> None:
    """Removes what lies outside `directory` on its behalf. For `make clean` and throw-away servers."""
    for home in (directory, directory / "home", _recorded(directory / "place")):
        if home is None:
            continue
        sockets = _recorded(home / "socket-place")
        if sockets is not None:
            shutil.rmtree(sockets, ignore_errors=True)
    outside = _recorded(directory / "place")
    if outside is not None and _belongs_to(outside, directory):
        shutil.rmtree(outside, ignore_errors=True)


def _recorded(record: Path) -> Path | None:
    try:
        return Path(record.read_text().strip())
    except OSError:
        return None


def package_directory(name: str) -> Path | None:
    """Where an installed package lies, found without running any of its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
