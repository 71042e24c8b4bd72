"""Child processes that never outlive us and that are stopped by their own process id alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from rehabsteg.launcher.places import Account

POLL_SECONDS = 0.05


class Child:
    """One process that we start, watch and stop.

    It gets a session of its own, so that Ctrl-C in the terminal reaches the launcher alone, which
    then stops everything in order. Should the launcher be killed outright, the kernel sends the
    child `last_word` (`setpriv --pdeathsig`). What it says goes to `log`, its results to `output`
    when that is given.
    """

    def __init__(
        self,
        *,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        log: Path,
        directory: Path = Path("/"),
        account: Account | None = None,
        last_word: signal.Signals = signal.SIGTERM,
        inherited_files: Sequence[int] = (),
        output: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.last_word = last_word
        with _open_log(log) as errors, _open_log(output or log) as results:
            self._process = subprocess.Popen(
                [*_until_parent_dies(last_word), *(str(word) for word in command)],
                cwd=directory,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=results,
                stderr=errors,
                start_new_session=True,
                pass_fds=tuple(inherited_files),
                **(account.credentials() if account else {}),
            )

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Sends `last_word`, to the process itself: it knows how to end its own children."""
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.last_word)

    def wait(self, *, seconds: float) -> bool:
        """Whether it ended within the time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, *, patience: float = 10) -> None:
        """Asks, waits `patience` seconds, then ends the whole process group by force."""
        self.ask_to_stop()
        if not self.wait(seconds=patience):
            self.kill()

    def kill(self) -> None:
        """Ends the process and whatever it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for an error message."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-count:])


def _open_log(log: Path) -> IO[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    return open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _until_parent_dies(last_word: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin")
    if setpriv is None:
        return []
    return [setpriv, "--pdeathsig", last_word.name.removeprefix("SIG"), "--"]


def wait_until_gone(pid: int, *, seconds: float) -> bool:
    """Whether a process that is not our child ended within the time."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process has this id and still runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return "?"
