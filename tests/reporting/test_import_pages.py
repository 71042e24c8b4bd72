"""Bringing in a list by the pages: look through, confirm, what became of it, undo."""

import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import Reading
from accounts.models import ReadEvent
from activities.models import Group
from participants.models import AnonymousStart, Enrolment, EnrolmentEvent, Participant
from participants.services import PersonIdentity, open_enrolment, write_note
from reporting.enums import JobState
from reporting.models import ImportRow, Job, RegistrationImport
from reporting.services.registrations import remove_expired_imports
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind
from tests.reporting.import_lists import as_csv, as_xlsx, number, person, row
from tests.reporting.test_import_command import stored

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = Scope(worker=True)
WRONG = {"start": "igår"}


@pytest.fixture(autouse=True)
def _no_broker() -> None:
    from rehabsteg.celery import app

    app.conf.broker_url = "redis://127.0.0.1:1/0"


def words(answer) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<body")[2])
    return " ".join(plain.replace("\xa0", " ").split())


def choose(client, cast, rows, name="lista.csv", key=None, programme=None):
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    return client.post(
        "/inlasningar/ny/",
        {
            "programme": (programme or cast.programme).pk,
            "once_key": key or uuid4(),
            "file": SimpleUploadedFile(name, data),
        },
    )


def looked_through(client, cast, rows, **more) -> RegistrationImport:
    answer = choose(client, cast, rows, **more)
    assert answer.status_code == 302, words(answer)
    return fresh(int(answer["Location"].strip("/").split("/")[-1]))


def fresh(pk: int) -> RegistrationImport:
    with bound_to(WORKER):
        return RegistrationImport.objects.select_related("job").get(pk=pk)


def confirm(client, batch):
    return client.post(f"/inlasningar/{batch.pk}/las-in/", follow=True)


def files(settings) -> list[Path]:
    folder = Path(settings.FILES_DIR)
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("who", ["karin", "vera"])
def test_looked_through_nothing_is_written(cast, client_for, who) -> None:
    client, before = client_for(cast.people[who]), stored(cast.programme)
    batch = looked_through(
        client, cast, [person(0), person(1, **WRONG), row(kon="K", startar=2015)]
    )
    assert stored(cast.programme) == before
    page = words(client.get(f"/inlasningar/{batch.pk}/"))
    assert "Ingenting är inläst än." in page
    assert "Alla rader 3 Ny 2 Fanns redan 0 Går inte in 1" in page
    assert "Rad 3 Går inte in" in page
    assert "start: Datumet går inte att läsa" in page
    assert "Läs in 2 nya rader" in page
    assert "Rad 3" not in words(client.get(f"/inlasningar/{batch.pk}/?visa=nya"))


def test_a_short_list_is_brought_in_at_once(cast, client_for, settings) -> None:
    client = client_for(cast.karin)
    batch = looked_through(client, cast, as_xlsx([person(0, grupp=1), person(1, **WRONG)]))
    assert len(files(settings)) == 1
    page = words(confirm(client, batch))
    assert "Filen är inläst: 1 ny rad." in page
    assert "Rad 2 Ny RS-2015-0001" in page
    assert [path.name for path in files(settings)] == [fresh(batch.pk).rejects_path]
    with bind(cast.programme):
        assert Enrolment.objects.get().events.get().actor == cast.karin
        assert Enrolment.objects.get().events.get().actor_role == "coordinator"
    assert client.get(f"/deltagare/{only_enrolment(cast)}/").status_code == 200
    assert client.get("/deltagare/?lista=avslutade").status_code == 200
    with bind(cast.programme):
        group = Group.objects.get()
    assert client.get(f"/grupper/{group.pk}/").status_code == 200


def only_enrolment(cast) -> int:
    with bind(cast.programme):
        return Enrolment.objects.get().pk


def test_the_rejected_rows_come_back_as_they_stood(cast, client_for) -> None:
    client = client_for(cast.vera)
    batch = looked_through(client, cast, [person(0), person(1, **WRONG), person(2, fornamn="=1+1")])
    for _ in range(2):
        answer = client.get(f"/inlasningar/{batch.pk}/ratta/")
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].endswith(";grupp;rad_i_filen;varfor")
        assert [line.split(";")[0] for line in lines[1:]] == [number(1), number(2)]
        assert "igår" in lines[1]
        assert "start: Datumet går inte att läsa. Skriv ÅÅÅÅ-MM-DD." in lines[1]
        assert "'=1+1" in lines[2]
        assert answer["Content-Disposition"] == 'attachment; filename="rader-att-ratta.csv"'
        confirm(client, batch)
    corrected = answer.content.replace("igår".encode(), b"2015-02-02")
    again = looked_through(client, cast, corrected)
    with bind(cast.programme):
        kinds = ReadEvent.objects.filter(kind="inläsning", reading=Reading.EXPORT)
        assert kinds.count() == 2
        said = ImportRow.objects.filter(batch=again).order_by("number")
        assert [one.result for one in said] == ["created", "rejected"]


def test_a_long_list_is_a_job_with_progress(cast, client_for, settings) -> None:
    client = client_for(cast.karin)
    rows = [person(i) for i in range(60)] + [person(99, **WRONG)]
    batch = looked_through(client, cast, rows)
    assert "Raderna läses in" in words(confirm(client, batch))
    assert "Raderna läses in" in words(confirm(client, batch))
    with bind(cast.programme):
        assert not Enrolment.objects.exists()
    piece = client.get(f"/inlasningar/{batch.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert f'data-job="/inlasningar/{batch.pk}/"' in piece
    assert run_waiting_jobs() == 1
    piece = client.get(f"/inlasningar/{batch.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert "Se vad det blev av varje rad" in piece
    assert "data-job" not in piece
    done = fresh(batch.pk)
    assert (done.job.state, done.source_path) == (JobState.DONE, "")
    with bind(cast.programme):
        assert Enrolment.objects.count() == 60
    answer = client.get(f"/jobb/{done.job_id}/hamta/")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 62
    assert lines[-1].startswith("62;Går inte in;start:")
    assert number(0) not in answer.content.decode()
    assert len(files(settings)) == 2


def test_a_job_that_was_interrupted_goes_on_where_it_was(cast, client_for, monkeypatch) -> None:
    from reporting.services import jobs
    from reporting.services.registrations import run

    client = client_for(cast.karin)
    batch = looked_through(
        client, cast, [person(i) for i in range(60)] + [row(kon="K", startar=2015)] * 3
    )
    confirm(client, batch)
    monkeypatch.setattr(run, "LOT", 20)
    whole, lots = run._write_lot, []

    def dies_in_the_third(*what) -> None:
        lots.append(1)
        if len(lots) == 3:
            whole(*what)
            raise RuntimeError("strömmen gick")
        whole(*what)

    monkeypatch.setattr(run, "_write_lot", dies_in_the_third)
    monkeypatch.setattr(jobs, "MOST_ATTEMPTS", 1)
    run_waiting_jobs()
    with bind(cast.programme):
        assert Enrolment.objects.count() == 40
    assert "Försök igen" in words(client.get(f"/inlasningar/{batch.pk}/"))
    client.post(f"/jobb/{fresh(batch.pk).job_id}/igen/")
    run_waiting_jobs()
    counts = stored(cast.programme)
    assert (counts["Enrolment"], counts["AnonymousStart"]) == (60, 3)
    with bind(cast.programme):
        rows = ImportRow.objects.filter(batch=batch)
        assert set(rows.values_list("result", "written")) == {("created", True)}


def test_somebody_who_left_the_team_brings_nothing_in(cast, client_for) -> None:
    client = client_for(cast.karin)
    batch = looked_through(client, cast, [person(i) for i in range(51)])
    confirm(client, batch)
    cast.karin.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    run_waiting_jobs()
    with bind(cast.programme):
        assert not Enrolment.objects.exists()
        assert Job.objects.get().state == JobState.PARKED


def test_ten_presses_are_one_import(cast, client_for) -> None:
    client, key = client_for(cast.karin), uuid4()
    first = [looked_through(client, cast, [person(0)], key=key).pk for _ in range(3)]
    assert len(set(first)) == 1
    batch = fresh(first[0])
    for _ in range(3):
        confirm(client, batch)
    with bind(cast.programme):
        assert (Enrolment.objects.count(), RegistrationImport.objects.count()) == (1, 1)


def test_what_is_no_table_is_said_at_the_file(cast, client_for) -> None:
    client = client_for(cast.karin)
    for data, says in (
        (b"", "Filen är tom"),
        (b"hej\xff", "behöver rubrikerna"),
        (b"PK\x03\x04sand", "skadad"),
    ):
        answer = choose(client, cast, data)
        assert answer.status_code == 200
        assert says in words(answer)
    assert "Bifoga fil med registreringar" in words(
        client.post("/inlasningar/ny/", {"programme": cast.programme.pk, "once_key": uuid4()})
    )
    with bind(cast.programme):
        assert not RegistrationImport.objects.exists()


def test_another_programme_can_not_be_chosen(cast, client_for) -> None:
    client = client_for(cast.karin)
    answer = choose(client, cast, [person(0)], programme=cast.neighbour)
    assert answer.status_code == 200
    with bind(cast.neighbour):
        assert not RegistrationImport.objects.exists()
    own = looked_through(client, cast, [person(0)])
    stranger = client_for(cast.bo)
    for path in ("", "ratta/", "angra/"):
        assert stranger.get(f"/inlasningar/{own.pk}/{path}").status_code == 404
    for path in ("las-in/", "ta-bort/", "angra/"):
        assert stranger.post(f"/inlasningar/{own.pk}/{path}").status_code == 404
    assert "lista.csv" not in words(stranger.get("/inlasningar/"))
    assert "lista.csv" in words(client.get("/inlasningar/"))


def test_a_file_that_is_not_brought_in_is_erased(cast, client_for, settings) -> None:
    client = client_for(cast.karin)
    first = looked_through(client, cast, [person(0)])
    second = looked_through(client, cast, [person(1)])
    client.post(f"/inlasningar/{first.pk}/ta-bort/")
    assert len(files(settings)) == 1
    with bound_to(WORKER):
        RegistrationImport.objects.update(files_expire_at=timezone.now() - timedelta(hours=1))
    assert remove_expired_imports() == 1
    assert remove_expired_imports() == 0
    assert files(settings) == []
    assert "Filen lästes inte in" in words(client.get(f"/inlasningar/{second.pk}/"))
    assert "mer än ett dygn sedan" in words(confirm(client, second))
    assert client.get(f"/inlasningar/{second.pk}/ratta/").status_code == 404


# --- undo -----------------------------------------------------------------------------------------


def brought_in(client, cast, rows) -> RegistrationImport:
    batch = looked_through(client, cast, rows)
    confirm(client, batch)
    return fresh(batch.pk)


def undo(client, batch) -> str:
    assert client.get(f"/inlasningar/{batch.pk}/angra/").status_code == 200
    return words(client.post(f"/inlasningar/{batch.pk}/angra/", follow=True))


def test_undone_is_as_before(cast, client_for, settings) -> None:
    client = client_for(cast.karin)
    ended = date.today() - timedelta(days=30)
    late = person(7, start=f"{ended - timedelta(days=90)}", slut=f"{ended}")
    import_first = brought_in(client, cast, [person(0), row(kon="K", startar=2015)])
    before = stored(cast.programme)
    rows = [
        person(0), person(0, start="2016-02-02", slut="2016-03-03"), person(1, grupp="8"), late,
        person(2, **WRONG), row(kon="K", startar=2015), row(kon="K", startar=2015),
    ]  # fmt: skip
    batch = brought_in(client, cast, rows)
    assert stored(cast.programme)["Enrolment"] == before["Enrolment"] + 3
    page = undo(client, batch)
    assert "4 rader är borta." in page
    assert stored(cast.programme) == before
    assert "Rad 3 Ångrad" in page
    assert files(settings) == []
    assert "1 rad" not in undo(client, batch)
    assert stored(cast.programme) == before
    again = brought_in(client, cast, rows)
    with bind(cast.programme):
        said = [one.result for one in ImportRow.objects.filter(batch=again).order_by("number")]
    assert said == [
        "unchanged",
        "created",
        "created",
        "created",
        "rejected",
        "unchanged",
        "created",
    ]
    assert import_first.pk != again.pk


def test_what_somebody_has_worked_on_is_kept_and_told(cast, client_for) -> None:
    client = client_for(cast.karin)
    batch = brought_in(client, cast, [person(0), person(1), person(2, grupp="1")])
    with bind(cast.karin):
        worked_on = Enrolment.objects.get(participant__family_name="Wikström1")
        write_note(
            enrolment=worked_on, kind="note", text="Ringde.", user=cast.karin, once_key=uuid4()
        )
    page = undo(client, batch)
    assert "2 rader är borta. 1 rad är kvar, se varför." in page
    assert "Inte ångrad: Det finns anteckningar." in page
    with bind(cast.karin):
        assert Enrolment.objects.get() == worked_on
        assert Participant.objects.get().family_name == "Wikström1"
        assert not Group.objects.exists()


def test_a_long_list_is_undone_by_a_job(cast, client_for, monkeypatch) -> None:
    from reporting.services.registrations import undo as undoing

    monkeypatch.setattr(undoing, "LOT", 20)
    client, before = client_for(cast.karin), stored(cast.programme)
    batch = looked_through(client, cast, [person(i, grupp="4") for i in range(55)])
    confirm(client, batch)
    run_waiting_jobs()
    with bind(cast.karin):
        kept = Enrolment.objects.get(participant__family_name="Wikström30")
        write_note(enrolment=kept, kind="note", text="Ringde.", user=cast.karin, once_key=uuid4())
    assert "Raderna tas bort" in undo(client, batch)
    assert "Raderna tas bort" in undo(client, batch)
    assert stored(cast.programme)["Enrolment"] == 55
    assert run_waiting_jobs() == 1
    page = words(client.get(f"/inlasningar/{batch.pk}/"))
    assert "Rad 2 Ångrad" in page
    assert "Inte ångrad: Det finns anteckningar." in page
    assert stored(cast.programme)["Enrolment"] == 1
    job = fresh(batch.pk).undo_job_id
    assert client.get(f"/jobb/{job}/hamta/").status_code == 200
    assert before["Participant"] + 1 == stored(cast.programme)["Participant"]


def test_a_person_who_was_there_before_stays(cast, client_for) -> None:
    with bind(cast.karin):
        identity = PersonIdentity(number(0), "Åsa", "Wikström", "K")
        open_enrolment(
            programme=cast.programme, identity=identity, referrer_code="AF", referring_unit=None,
            coordinator=cast.karin, starts_on=date(2021, 2, 2), user=cast.karin,
        )  # fmt: skip
    before = stored(cast.programme)
    client = client_for(cast.karin)
    undo(client, brought_in(client, cast, [person(0)]))
    assert stored(cast.programme) == before


def test_after_a_day_it_is_too_late(cast, client_for) -> None:
    client = client_for(cast.karin)
    batch = brought_in(client, cast, [person(0), row(kon="M", startar=2015)])
    with bound_to(WORKER):
        RegistrationImport.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    assert "Ångra inläsningen" not in words(client.get(f"/inlasningar/{batch.pk}/"))
    assert "inom ett dygn, inte senare" in undo(client, batch)
    with bind(cast.programme):
        assert (Enrolment.objects.count(), AnonymousStart.objects.count()) == (1, 1)


def test_history_is_still_append_only_for_everybody_else(cast, client_for) -> None:
    from django.db import DatabaseError

    client = client_for(cast.karin)
    brought_in(client, cast, [person(0)])
    with pytest.raises(DatabaseError, match="append_only"), bind(cast.programme):
        EnrolmentEvent.objects.all().delete()


def test_the_template_is_a_list_without_rows(cast, client_for) -> None:
    client = client_for(cast.karin)
    answer = choose(client, cast, client.get("/inlasningar/mall/").content)
    assert answer.status_code == 302


def test_pages_ask_as_much_for_one_row_as_for_fifty(cast, client_for) -> None:
    from django.test.utils import CaptureQueriesContext

    client = client_for(cast.karin)
    counts = {}
    for size in (1, 45):
        batch = brought_in(client, cast, [person(100 * size + i) for i in range(size)])
        for path in ("/inlasningar/", f"/inlasningar/{batch.pk}/"):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.setdefault(path.replace(f"{batch.pk}", "n"), []).append(len(asked))
    for path, (one, many) in counts.items():
        assert one == many, (path, one, many)
        assert many <= 20, (path, many)
