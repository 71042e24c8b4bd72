"""The programme's data file: every row, its own only, and no person in it."""

import csv
import io
from uuid import uuid4

import pytest

from accounts.access import Scope, bound_to
from reporting.models import Job
from reporting.services import export
from reporting.services.export import ShortFileError, order_data_export, write_rows
from reporting.services.jobs import read_file
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind
from tests.row_examples import fill_programme


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.django_db(transaction=True)
def test_the_file_holds_the_programmes_facts_and_no_person(cast) -> None:
    fill_programme(cast.programme, cast.karin, cast)
    fill_programme(cast.neighbour, cast.bo, cast)
    with bind(cast.vera):
        job, _ = order_data_export(programme=cast.programme, requester=cast.vera, once_key=uuid4())
    run_waiting_jobs()
    with bound_to(Scope(worker=True)):
        data = read_file(Job.objects.get(pk=job.pk))
    (row,) = rows_of(data)
    assert (row["kon"], row["start"], row["forsorjning_fore"]) == ("K", "2026-09-07", "SJP")
    for secret in ("Wikström", "Åsa", "20170101", "Kanariefågel", "RS-2026"):
        assert secret not in data.decode()


def test_a_file_that_lost_rows_is_refused(cast, monkeypatch) -> None:
    fill_programme(cast.programme, cast.karin, cast)
    monkeypatch.setattr(export, "ROWS", export.ROWS.replace("ORDER BY", "AND false ORDER BY"))
    with bind(cast.vera), pytest.raises(ShortFileError, match="0 rader av 1"):
        write_rows(programme=cast.programme, receipt=export.Receipt(io.BytesIO()))
