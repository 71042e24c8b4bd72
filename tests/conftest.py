"""Real servers, the application role, the cast, and silent faults made loud.

Every test process starts its own PostgreSQL and reaches it as the application role: no owner, no
BYPASSRLS. Redis and the worker are started only by the tests that need them.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import environ
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from rehabsteg.launcher.postgres import DATABASE, Cluster
from rehabsteg.launcher.redis import RedisServer
from tests.cast import Cast, build_cast
from tests.cast import bind as bind

PRISTINE = "pristine"

# A busy machine is slow, not wrong: time says nothing about what the property tests ask.
hypothesis_settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy machine")


@pytest.fixture(scope="session")
def cluster(django_db_blocker) -> Iterator[Cluster]:
    """This process's own PostgreSQL, migrated as the owner; `PRISTINE` is an untouched copy."""
    durable = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with ExitStack() as stack:
        running = stack.enter_context(Cluster.throwaway(settings=durable))
        os.environ["DATABASE_OWNER_URL"] = running.owner_url()
        use_database(running.app_url())
        with django_db_blocker.unblock():
            call_command("prepare_database", verbosity=0)
            connections["owner"].close()
            connections["default"].close()
        del connections.databases["owner"]
        running.create_database(PRISTINE, template=DATABASE)
        yield running
        for connection in connections.all():
            connection.close()


def use_database(url: str) -> None:
    """Point Django's connection at `url`."""
    connections["default"].close()
    connections["default"].settings_dict.update(environ.Env.db_url_config(url))


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, django_db_blocker) -> None:
    """Instead of Django's own test database: the migrated one, as the application role.

    `TRUNCATE` is the one right the role has only here; it empties the tables after tests that commit.
    """
    import psycopg2

    with psycopg2.connect(cluster.superuser_url(DATABASE)) as connection, connection.cursor() as c:
        c.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO rehabsteg_app")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A real Redis of this process's own."""
    with RedisServer.throwaway() as server:
        yield server


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, with two programmes that must never see each other."""
    return build_cast()


@pytest.fixture
def programme(cast: Cast):
    """Rehabsteget, run by Kvarnby kommun."""
    return cast.programme


def _person(name: str) -> Callable:
    @pytest.fixture(name=name)
    def person(cast: Cast):
        return cast.people[name]

    return person


karin, jonas, vera, ali, siv, bo, stina, frida, eva, lova, adam = (
    _person(name) for name in "karin jonas vera ali siv bo stina frida eva lova adam".split()
)


@pytest.fixture
def client_for(cast: Cast) -> Callable[..., Client]:
    """A browser signed in as somebody: `client_for(karin)`."""

    def sign_in(user) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


# --- silent faults made loud ------------------------------------------------------------------


class _Unknown(str):
    """Stands for a template variable that doesn't exist; using it fails the test."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"Mallen använder en okänd variabel: {name}")

    def __contains__(self, text: object) -> bool:
        return text == "%s"


@pytest.fixture(autouse=True, scope="session")
def _unknown_template_variables_fail() -> None:
    from django.template import engines

    for engine in engines.all():
        engine.engine.string_if_invalid = _Unknown("%s")


@pytest.fixture(autouse=True)
def _network_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be spoken to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        local = self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
        )
        if not local:
            raise AssertionError(f"Testet försökte nå nätet: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _files_stay_in_the_test(settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys last: they are slowest, and the quick ones fail first."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
