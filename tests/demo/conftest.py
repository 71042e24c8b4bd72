"""The demo municipality, loaded once for all tests that only look at it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.access import Scope, Standing, bound_to
from accounts.enums import Role
from accounts.models import Unit
from programmes.models import Programme
from programmes.services import system_scope
from rehabsteg.demo.load import load_demo

TODAY = date(2026, 11, 21)
# How long the load took, in seconds of this process's own work.
LOADED: dict[str, float] = {}


@contextmanager
def seeing_everything(programme: Programme) -> Iterator[None]:
    """Bound to the programme and to every referring unit, so that drafts are seen too."""
    referring = (
        Standing(Role.REFERRER, unit.pk, unit.organisation_id, unit.organisation.name)
        for unit in Unit.objects.select_related("organisation").order_by("pk")
    )
    with bound_to(Scope(standings=(*system_scope(programme).standings, *referring))):
        yield


@pytest.fixture(scope="module")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the loaded demo's files are."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def kvarnby(django_db_setup, django_db_blocker, demo_files: Path) -> Iterator[Programme]:
    """Rehabsteget of the demo. What the module does is undone at its end."""
    with override_settings(FILES_DIR=demo_files), django_db_blocker.unblock(), transaction.atomic():
        started = time.process_time()
        load_demo(today=TODAY)
        LOADED["seconds"] = time.process_time() - started
        programme = Programme.objects.get(slug="rehabsteget")
        with seeing_everything(programme):
            yield programme
        transaction.set_rollback(True)
