"""Taking the demo away again. Only the owner can: history is append-only for everybody else."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.apps import apps
from django.db import connection

from core.states import Refused
from programmes.models import Programme
from rehabsteg.demo.municipality import STEGVIS
from rehabsteg.demo.people import ASSOCIATION

DEMO_SLUGS = frozenset({"rehabsteget", STEGVIS["slug"]})
# What Django itself made at the migration, and needs.
KEPT = frozenset({"django_content_type", "auth_permission"})


def has_programmes() -> bool:
    """There is something in the database already."""
    return Programme.objects.exists()


def empty_demo() -> None:
    """Empty every table of the product. Raises `Refused` when anything but the demo is there."""
    foreign = Programme.objects.exclude(slug__in=DEMO_SLUGS, association__name=ASSOCIATION)
    if names := list(foreign.values_list("name", flat=True)):
        raise Refused(
            [f"Databasen har annat än demon: {', '.join(names)}. Ingenting är borttaget."]
        )
    tables = sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - KEPT
    )
    quoted = ", ".join(connection.ops.quote_name(table) for table in tables)
    with _owner_cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY")


@contextmanager
def _owner_cursor() -> Iterator[Any]:
    """A cursor as the owner, on a connection of its own that commits at the end."""
    url = os.environ.get("DATABASE_OWNER_URL")
    if not url:
        with connection.cursor() as cursor:
            yield cursor
        return
    with closing(psycopg2.connect(url)) as owner, owner, owner.cursor() as cursor:
        yield cursor
