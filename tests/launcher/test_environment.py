"""What the processes are told: kept keys, and databases that somebody else runs."""

import stat
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg2
import pytest

from rehabsteg.launcher import environment
from rehabsteg.launcher.places import LauncherError
from rehabsteg.launcher.postgres import Cluster


@pytest.fixture(scope="module")
def theirs() -> Iterator[Cluster]:
    with Cluster.throwaway() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", *environment.GENERATED_KEYS):
        monkeypatch.delenv(name, raising=False)


def rights(url: str) -> tuple:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles"
                " WHERE rolname = current_user"
            )
            return cursor.fetchone()
    finally:
        connection.close()


def test_keys_are_made_once_long_private_and_different(tmp_path: Path) -> None:
    made = environment.keys(tmp_path / "keys")
    assert environment.keys(tmp_path / "keys") == made
    assert len(set(made.values())) == len(environment.GENERATED_KEYS)
    assert all(len(value) >= 64 for value in made.values())
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_a_key_that_is_set_wins_and_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = environment.keys(tmp_path / "keys")
    monkeypatch.setenv("SECRET_KEY", "chosen")
    assert environment.keys(tmp_path / "keys") == {**made, "SECRET_KEY": "chosen"}
    monkeypatch.delenv("SECRET_KEY")
    assert environment.keys(tmp_path / "keys") == made


def test_what_is_written_is_what_django_reads(
    tmp_path: Path, theirs: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"DATABASE_URL": theirs.app_url(), "SECRET_KEY": "abc_-123", "NAME": "Å Ä Ö"}
    environment.write_values(tmp_path / "env", values)
    assert environment.read_values(tmp_path / "env") == values
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    reader = environ.Env()
    reader.read_env(str(tmp_path / "env"))
    assert reader("DATABASE_URL") == values["DATABASE_URL"]
    assert reader("NAME") == "Å Ä Ö"


def test_a_superuser_is_replaced_by_a_harmless_role(
    tmp_path: Path, theirs: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", theirs.superuser_url())
    found = environment.database_addresses(tmp_path / "kept")
    assert rights(found["DATABASE_URL"]) == ("rehabsteg_app", False)
    assert rights(found["DATABASE_OWNER_URL"]) == ("rehabsteg_super", True)
    assert environment.database_addresses(tmp_path / "kept") == found
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600


def test_a_harmless_role_does_both(
    tmp_path: Path, theirs: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", theirs.owner_url())
    found = environment.database_addresses(tmp_path / "kept")
    assert found == {"DATABASE_URL": theirs.owner_url()}


def test_both_given_are_both_used(
    tmp_path: Path, theirs: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/rehabsteg")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@db/rehabsteg")
    assert environment.database_addresses(tmp_path / "kept") == {
        "DATABASE_URL": "postgres://app@db/rehabsteg",
        "DATABASE_OWNER_URL": "postgres://owner@db/rehabsteg",
    }


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("postgresql://a:b@db:5433/name", "postgres://a:b@db:5433/name"),
        (
            "postgres://a:b@%2Frun%2FPostgres:5433/name?sslmode=disable",
            "postgres://a:b@/name?host=/run/Postgres&port=5433&sslmode=disable",
        ),
        ("postgres://a@%2Frun%2Fpg/name", "postgres://a@/name?host=/run/pg"),
        ("postgres://a:b@/name?host=/run/pg", "postgres://a:b@/name?host=/run/pg"),
        ("", ""),
    ],
)
def test_notations_of_an_address(given: str, same: str) -> None:
    assert environment.libpq_address(given) == same


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(LauncherError, match="bara PostgreSQL"):
        environment.libpq_address("sqlite:///here.db")


def test_a_database_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@127.0.0.1:1/name")
    with pytest.raises(LauncherError, match="DATABASE_URL går inte att ansluta till"):
        environment.database_addresses(tmp_path / "kept")
