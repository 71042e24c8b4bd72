"""What the product's processes are told: addresses and keys. Written to `var/env` for `manage.py`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from rehabsteg.launcher.places import LauncherError

# Made once per checkout. Data encrypted or looked up with them is unreadable without them.
GENERATED_KEYS = ("SECRET_KEY", "SALT_KEY", "LOOKUP_KEY")


def read_values(path: Path) -> dict[str, str]:
    """KEY=value lines; empty when the file is not there."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise LauncherError(
            f"{path} tillhör en annan användare. Kör som den användaren."
        ) from error
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def write_values(path: Path, values: Mapping[str, str]) -> None:
    """Whole or not at all, readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.rename(path)


def keys(path: Path) -> dict[str, str]:
    """The generated keys of this checkout, made the first time and kept in `path`."""
    kept = read_values(path)
    missing = [name for name in GENERATED_KEYS if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(48) for name in missing}
        write_values(path, kept)
    return {name: os.environ.get(name) or kept[name] for name in GENERATED_KEYS}


def database_addresses(path: Path) -> dict[str, str]:
    """DATABASE_URL and DATABASE_OWNER_URL for a database that somebody else runs.

    With only DATABASE_URL set, its role is the owner. If that role could see through row-level
    security, the product runs as another one, made here, whose password is kept in `path`;
    otherwise as the same, and DATABASE_OWNER_URL is left out.

    Raises `LauncherError` when the database does not let us in.
    """
    application = libpq_address(os.environ["DATABASE_URL"])
    owner = libpq_address(os.environ.get("DATABASE_OWNER_URL", ""))
    if not owner:
        owner = application
        application = _harmless_address(owner, path)
    if owner == application:
        return {"DATABASE_URL": application}
    return {"DATABASE_URL": application, "DATABASE_OWNER_URL": owner}


def libpq_address(address: str) -> str:
    """The address in the one notation that libpq and django-environ read alike.

    A socket directory is moved from the host part (`@%2Frun%2Fpostgresql/name`) to the query.
    """
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql", "pgsql", "psql"):
        raise LauncherError(
            "DATABASE_URL ska börja med postgres:// — produkten använder bara PostgreSQL."
        )
    parts = parts._replace(scheme="postgres")
    credentials, separator, host = parts.netloc.rpartition("@")
    directory, _, port = unquote(host).rpartition(":") if ":" in host else (unquote(host), "", "")
    if directory.startswith("/"):
        query = f"host={quote(directory, safe='/')}" + (f"&port={port}" if port else "")
        query += f"&{parts.query}" if parts.query else ""
        parts = parts._replace(netloc=credentials + separator, query=query)
    return urlunsplit(parts)


def _harmless_address(owner: str, path: Path) -> str:
    try:
        connection = psycopg2.connect(owner, connect_timeout=10)
    except psycopg2.Error as error:
        raise LauncherError(f"DATABASE_URL går inte att ansluta till: {error}".strip()) from error
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls, current_database()"
                " FROM pg_roles WHERE rolname = current_user"
            )
            sees_through, database = cursor.fetchone()
            if not sees_through:
                return owner
            role = f"{database}_app"
            password = _kept_password(path, role)
            _make_application_role(cursor, role=role, password=password, database=database)
    finally:
        connection.close()
    return _with_credentials(urlsplit(owner), role=role, password=password)


def _kept_password(path: Path, role: str) -> str:
    kept = read_values(path)
    if role not in kept:
        kept[role] = secrets.token_urlsafe(32)
        write_values(path, kept)
    return kept[role]


def _make_application_role(cursor, *, role: str, password: str, database: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        sql.SQL(
            f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
            " NOREPLICATION PASSWORD {}"
        ).format(sql.Identifier(role), sql.Literal(password))
    )
    cursor.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(database), sql.Identifier(role)
        )
    )


def _with_credentials(parts: SplitResult, *, role: str, password: str) -> str:
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))
