"""The real web server on a database of the benchmark, and people who are signed in to it."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KEYS = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "SALT_KEY", "LOOKUP_KEY")}
START_SECONDS = 60


@dataclass
class Server:
    """A running web server. `ask` gives (seconds, body)."""

    port: int
    database_url: str

    def ask(self, path: str, session: str) -> tuple[float, str]:
        """One request as a browser makes it. Anything but 200 is an error."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        taken = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} svarade {answer.status}")
        return taken, body

    def session_of(self, user_id: int) -> str:
        """A signed-in session for the user, in this server's database."""
        code = (
            "import django; django.setup()\n"
            "from django.contrib.sessions.backends.db import SessionStore\n"
            "from accounts.models import User\n"
            f"u = User.objects.get(pk={user_id})\n"
            "s = SessionStore(); s['_auth_user_id'] = str(u.pk)\n"
            "s['_auth_user_backend'] = 'django.contrib.auth.backends.ModelBackend'\n"
            "s['_auth_user_hash'] = u.get_session_auth_hash(); s.save(); print(s.session_key)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(self.database_url),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


def environment(database_url: str) -> dict[str, str]:
    """What the product's processes need to run against `database_url`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        **KEYS,
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "rehabsteg.settings.dev",
        "PYTHONUTF8": "1",
    }


@contextmanager
def running(database_url: str) -> Iterator[Server]:
    """A web server with one process and one thread, so that what is timed is the page."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "rehabsteg.wsgi:application"]
    command += [
        f"--bind=127.0.0.1:{port}",
        "--workers=1",
        "--no-control-socket",
        "--log-level=error",
    ]
    process = subprocess.Popen(command, env=environment(database_url))
    try:
        server = Server(port, database_url)
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(server: Server, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("Webbservern startade inte.")
        try:
            server.ask("/halsa/", "")
            return
        except (OSError, RuntimeError):
            time.sleep(0.1)
    raise RuntimeError("Webbservern svarade inte.")


def ids_in(body: str) -> list[int]:
    """The numbers of the participations a page links to, in its order, each once."""
    return list(dict.fromkeys(int(one) for one in re.findall(r'href="/deltagare/(\d+)/"', body)))
