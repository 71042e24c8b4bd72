"""docker-compose.yml and Dockerfile without a container engine.

The file is read as the Compose specification reads it: keys, references, variables. The commands
in it are run in test_compose_commands.py.
"""

import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docker-compose.yml"

COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = ("migrate",)
# What an installation can do without: it then has no e-mail, and sign-in by password alone.
OPTIONAL = {"VERSION": "test"} | dict.fromkeys(
    (
        "EMAIL_URL",
        "EMAIL_FROM",
        "EMAIL_REPLY_TO",
        "REMINDER_DAYS",
        "CLAMD_URL",
        "OIDC_SERVER_URL",
        "OIDC_NAME",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
    ),
    "",
)

# The keys of the Compose specification that we use or may come to use. A misspelt key, which an
# engine refuses, is none of them.
SERVICE_KEYS = frozenset(
    [
        "build",
        "cap_add",
        "cap_drop",
        "command",
        "configs",
        "cpus",
        "depends_on",
        "deploy",
        "entrypoint",
        "environment",
        "expose",
        "healthcheck",
        "hostname",
        "image",
        "init",
        "labels",
        "logging",
        "mem_limit",
        "networks",
        "pids_limit",
        "ports",
        "read_only",
        "restart",
        "secrets",
        "security_opt",
        "shm_size",
        "stop_grace_period",
        "stop_signal",
        "sysctls",
        "tmpfs",
        "ulimits",
        "user",
        "volumes",
        "working_dir",
    ]
)
TOP_KEYS = {"name", "services", "networks", "volumes", "configs", "secrets"}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
DURATION = re.compile(r"^(\d+h)?(\d+m)?(\d+s)?$")
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?P<rest>[^}]*)\}")
SECRET_WORDS = ("PASSWORD", "KEY", "SECRET", "TOKEN", "AUTH")


def every_text(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the file with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_text(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from every_text(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def words(command: str | list[str]) -> list[str]:
    return command.split() if isinstance(command, str) else command


def production_variables() -> dict[str, str]:
    """What an operator sets, made for the occasion."""
    names = {name for _, text in every_text(COMPOSE) for name in _names_in(text)}
    made = {name: secrets.token_hex(32) for name in names}
    return made | OPTIONAL | {"PUBLIC_HOST": "rehabsteget.example"}


def _names_in(text: str) -> list[str]:
    return [match["name"] for match in VARIABLE.finditer(text)]


# The file ----------------------------------------------------------------------------------------


def test_only_keys_of_the_specification() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} <= TOP_KEYS
    for name, service in SERVICES.items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("healthcheck", {})) <= HEALTH_KEYS, name


def test_every_part_that_was_asked_for_is_there() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "migrate", "db", "redis"}
    assert SERVICES["db"]["image"].startswith("postgres:18")


def test_references_lead_somewhere() -> None:
    for name, service in SERVICES.items():
        for other, asked in service.get("depends_on", {}).items():
            wanted = asked["condition"]
            assert other in SERVICES, name
            assert (wanted == "service_completed_successfully") == (other in ONE_SHOT)
            assert wanted != "service_healthy" or "healthcheck" in SERVICES[other]
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"], name
        for network in service["networks"]:
            assert network in COMPOSE["networks"], name
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"], name
        build = service.get("build")
        if build:
            assert re.search(rf"^FROM .* AS {build['target']}$", dockerfile(), re.MULTILINE)


def test_nothing_waits_in_a_circle() -> None:
    settled: set[str] = set()
    while len(settled) < len(SERVICES):
        ready = {
            name
            for name, service in SERVICES.items()
            if name not in settled and set(service.get("depends_on", {})) <= settled
        }
        assert ready, f"Väntar på varandra: {set(SERVICES) - settled}"
        settled |= ready


@pytest.mark.parametrize("name", SERVICES)
def test_every_part_is_bounded_and_watched(name: str) -> None:
    service = SERVICES[name]
    user = service["user"].split(":")
    assert all(number.isdigit() and int(number) > 0 for number in user)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    if name in ONE_SHOT:
        assert service["restart"].startswith("on-failure")
        return
    assert service["restart"] == "unless-stopped"
    health = service["healthcheck"]
    assert health["test"][0] in ("CMD", "CMD-SHELL")
    assert all(DURATION.match(health[key]) for key in ("interval", "timeout"))
    assert seconds(health["timeout"]) < seconds(health["interval"])


def seconds(duration: str) -> int:
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([hms])", duration))


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    for name in ("db", "redis", "beat", "migrate"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_secrets_come_from_the_environment_and_have_no_default() -> None:
    used = [
        (match["name"], match["rest"])
        for _, text in every_text(COMPOSE)
        for match in VARIABLE.finditer(text.replace("$$", ""))
    ]
    assert {name for name, _ in used} >= {
        "SECRET_KEY",
        "SALT_KEY",
        "LOOKUP_KEY",
        "POSTGRES_PASSWORD",
        "DATABASE_OWNER_PASSWORD",
        "DATABASE_APP_PASSWORD",
        "REDIS_PASSWORD",
        "PUBLIC_HOST",
    }
    for name, rest in used:
        if name in OPTIONAL:
            continue
        assert re.match(r"^:\?.+", rest), f"{name} får inte ha något förval"


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in SECRET_WORDS):
                assert VARIABLE.fullmatch(value), name
            if value.startswith(("postgres://", "redis://")):
                password = value.split("//")[1].split("@")[0].split(":", 1)[1]
                assert VARIABLE.fullmatch(password), name
    for path, text in every_text(COMPOSE):
        for found in re.findall(r"(?:requirepass|PASSWORD)[ \t]+(\S+)", text):
            assert found.startswith(("${", ":'")), path


def test_the_owner_of_the_tables_is_known_to_the_migration_alone() -> None:
    holders = {
        name for name, service in SERVICES.items() if "owner" in str(service.get("environment", ""))
    } | {
        name
        for name, service in SERVICES.items()
        if "DATABASE_OWNER_PASSWORD" in service.get("environment", {})
    }
    assert holders == {"migrate", "db"}


def test_an_engine_agrees_where_there_is_one() -> None:
    """Stands on its own legs everywhere; where `docker compose` exists it must agree as well."""
    done = subprocess.run(
        ["docker", "compose", "--file", FILE, "config", "--quiet"]
        if _has_compose()
        else [sys.executable, "-c", "import sys, yaml; yaml.safe_load(open(sys.argv[1]))", FILE],
        env={**os.environ, **production_variables()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _has_compose() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_the_image_runs_as_nobody_in_particular_and_carries_no_secret() -> None:
    final = dockerfile().split("\nFROM ")
    for stage in final[-2:]:
        users = re.findall(r"^USER (\d+):(\d+)$", stage, re.MULTILINE)
        assert users, stage
        assert int(users[-1][0]) > 0
    assert not re.search(r"^(ENV|ARG).*(KEY|PASSWORD|SECRET)", dockerfile(), re.MULTILINE)
    assert "--require-hashes" in dockerfile()
    assert "npm ci" in dockerfile()


def test_what_the_image_copies_exists_and_is_let_through() -> None:
    let_through = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for name in let_through:
        assert (ROOT / name).exists(), name
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE):
        assert set(line.split()[:-1]) <= let_through | {"."}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= let_through


def test_ci_runs_the_tests_and_passes_their_exit_code_on() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text().splitlines()[-1] == "exec make --no-print-directory test"
