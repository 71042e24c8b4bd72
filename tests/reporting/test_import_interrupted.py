"""An import that did not go as it should: another file, a virus, a killed worker, somebody who left."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.enums import Refusal
from accounts.models import SecurityEvent
from core.states import Refused
from participants.models import Enrolment
from participants.services import write_note
from reporting.enums import JobState
from reporting.models import Job, RegistrationImport
from reporting.services.registrations import remove_expired_imports, run
from reporting.services.registrations.files import GRACE_SECONDS
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind
from tests.core.test_clamd import EICAR, says, scanner
from tests.reporting.import_lists import as_csv, import_rows, person
from tests.reporting.test_import_command import stored
from tests.reporting.test_import_pages import (
    WRONG,
    _no_broker,  # noqa: F401
    brought_in,
    choose,
    confirm,
    files,
    fresh,
    looked_through,
    undo,
    words,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_corrected_file_on_the_same_page_is_another_import(cast, client_for) -> None:
    client, key = client_for(cast.karin), uuid4()
    wrong = looked_through(client, cast, [person(0, **WRONG)], key=key)
    right = looked_through(client, cast, [person(0)], key=key)
    assert wrong.pk != right.pk
    assert looked_through(client, cast, [person(0)], key=key).pk == right.pk
    assert "Läs in 1 ny rad" in words(client.get(f"/inlasningar/{right.pk}/"))


def test_an_infected_list_is_not_looked_through(cast, client_for, settings, tmp_path) -> None:
    client, infected = client_for(cast.karin), as_csv([person(0)]) + EICAR
    with scanner() as settings.CLAMD_URL:
        assert "skadlig kod" in words(choose(client, cast, infected))
        with pytest.raises(CommandError, match="skadlig kod"):
            import_rows(infected, tmp_path)
        assert SecurityEvent.objects.get(refusal=Refusal.INFECTED).user == cast.karin
        looked_through(client, cast, [person(0)])
    with scanner(says(b"")) as settings.CLAMD_URL:
        assert "Viruskontrollen svarar inte" in words(choose(client, cast, [person(1)]))
    with bind(cast.programme):
        assert RegistrationImport.objects.count() == 1


def test_a_file_that_is_gone_is_said_in_words(cast, client_for, settings) -> None:
    client = client_for(cast.karin)
    batch = looked_through(client, cast, [person(0)])
    (Path(settings.FILES_DIR) / batch.source_path).unlink()
    answer = confirm(client, batch)
    assert answer.status_code == 409
    assert "Filen har tagits bort. Välj den igen." in words(answer)
    assert fresh(batch.pk).confirmed_at is None


def test_a_file_without_an_import_is_swept(cast, client_for, settings) -> None:
    batch = looked_through(client_for(cast.karin), cast, [person(0)])
    folder = Path(settings.FILES_DIR)
    stray, young = folder / f"import-{uuid4().hex}.bin", folder / f"import-{uuid4().hex}.bin"
    for one in (stray, young):
        one.write_bytes(b"x")
    before = time.time() - GRACE_SECONDS - 60
    for one in (stray, folder / batch.source_path):
        os.utime(one, (before, before))
    remove_expired_imports()
    assert {one.name for one in files(settings)} == {young.name, batch.source_path}


def killed_command(cast, tmp_path, monkeypatch, rows) -> RegistrationImport:
    """A command that died when its first lot was written."""
    whole = run._write_lot

    def dies(*what) -> None:
        if dies.lots:
            raise KeyboardInterrupt
        dies.lots += 1
        whole(*what)

    dies.lots = 0
    with monkeypatch.context() as patch:
        patch.setattr(run, "LOT", 2)
        patch.setattr(run, "_write_lot", dies)
        with pytest.raises(KeyboardInterrupt):
            import_rows(rows, tmp_path)
    with bind(cast.programme):
        return RegistrationImport.objects.get()


def test_a_killed_command_is_told_and_can_be_undone(
    cast, client_for, tmp_path, monkeypatch
) -> None:
    client, before = client_for(cast.karin), stored(cast.programme)
    batch = killed_command(cast, tmp_path, monkeypatch, [person(i) for i in range(4)])
    assert "Läses in" in words(client.get(f"/inlasningar/{batch.pk}/"))
    assert "Inläsningen pågår" in undo(client, batch)
    with bind(cast.programme):
        assert Enrolment.objects.count() == 2
        RegistrationImport.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    page = words(client.get(f"/inlasningar/{batch.pk}/"))
    assert "Avbruten" in page
    assert "Ångra inläsningen" in page
    assert "2 rader är borta." in undo(client, batch)
    assert stored(cast.programme) == before
    assert "Ångrad" in words(client.get(f"/inlasningar/{batch.pk}/"))
    # Were it alive after all, it goes no further.
    with pytest.raises(Refused, match="Inläsningen är ångrad"), bind(cast.vera):
        run._write_lot(batch, [], cast.vera)


def test_a_colleague_goes_on_with_what_stopped(cast, client_for) -> None:
    client = client_for(cast.karin)
    batch = looked_through(client, cast, [person(i) for i in range(51)])
    confirm(client, batch)
    cast.karin.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    run_waiting_jobs()
    job = fresh(batch.pk).job_id
    answer = client_for(cast.vera).post(f"/jobb/{job}/igen/", follow=True)
    assert "Inläsningen fortsätter där den stannade." in words(answer)
    assert run_waiting_jobs() == 1
    with bind(cast.programme):
        assert Enrolment.objects.count() == 51
        assert Job.objects.get().state == JobState.DONE
        assert RegistrationImport.objects.get().requester == cast.vera


def test_what_was_kept_can_be_tried_again(cast, client_for, monkeypatch) -> None:
    from reporting.services.registrations import undo as undoing

    monkeypatch.setattr(undoing, "MOST_ROWS_AT_ONCE", 1)
    client = client_for(cast.karin)
    batch = brought_in(client, cast, [person(0), person(1)])
    with bind(cast.karin):
        for one in Enrolment.objects.all():
            write_note(
                enrolment=one, kind="note", text="Ringde.", user=cast.karin, once_key=uuid4()
            )
    for _ in range(2):
        undo(client, batch)
        assert run_waiting_jobs() == 1
        with bind(cast.programme):
            RegistrationImport.objects.update(undone_at=timezone.now() - timedelta(seconds=5))
