"""Pages of reports and jobs: who sees what, orders that count once, files that come whole."""

import time
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.access import Scope, bound_to
from accounts.enums import Reading, Role
from accounts.models import Membership, ReadEvent
from programmes.models import Programme
from reporting.enums import Audience, JobState, ReportState
from reporting.models import AnnualReport, Job
from reporting.services.annual_report import order_annual_report
from reporting.services.jobs import (
    MOST_ATTEMPTS,
    MadeFile,
    claim_job,
    finish_job,
    give_back_job,
)
from reporting.services.worker import run_waiting_jobs
from tests.cast import bind, build_person
from tests.reporting.kvarnby_year import build_year
from tests.row_examples import add_enrolment

LAST_YEAR = timezone.localdate().year - 1
THIS_YEAR = LAST_YEAR + 1
PDF = b"%PDF-1.7 hela filen"
REPORT_NAME = f"verksamhetsberattelse-rehabsteget-{LAST_YEAR}-v1.pdf"
OUTSIDE = ("stina", "frida")
QUICK_SECONDS = 3


def order_report(
    cast, audience=Audience.STEERING, year=LAST_YEAR, programme=None, by=None
) -> AnnualReport:
    programme, by = programme or cast.programme, by or cast.vera
    with bind(programme):
        report, _ = order_annual_report(
            programme=programme, year=year, summary_text="Så gick det.", changes_text="",
            requester=by, once_key=uuid4(), audience=audience,
        )  # fmt: skip
    return report


def finish(data: bytes = PDF, name: str = REPORT_NAME) -> Job:
    """Finish the oldest job with a file of our own: the paper has tests elsewhere."""
    job = claim_job(worker="prov")
    finish_job(job=job, made=MadeFile(name, "application/pdf", data))
    return job


def park() -> Job:
    job = claim_job(worker="prov")
    with bound_to(Scope(worker=True)):
        Job.objects.filter(pk=job.pk).update(attempts=MOST_ATTEMPTS)
    give_back_job(job=job, error=ValueError("hemligt innehåll"))
    return job


def fresh(job_id: int) -> Job:
    with bound_to(Scope(worker=True)):
        return Job.objects.get(pk=job_id)


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def main_of(answer) -> str:
    return words(answer).partition("<main")[2].partition("</main>")[0]


def form_data(programme: Programme, **changes: object) -> dict:
    return {
        "programme": programme.pk,
        "year": LAST_YEAR,
        "summary_text": "Så gick det.",
        "changes_text": "",
        "once_key": uuid4(),
    } | changes


# The list and the page of a report


@pytest.mark.parametrize("person", ["vera", "karin", *OUTSIDE])
def test_a_finished_report_is_listed_with_its_file(cast, client_for, person: str) -> None:
    report = order_report(cast)
    finish()
    answer = client_for(cast.people[person]).get("/rapporter/")
    assert f"Verksamhetsberättelse {LAST_YEAR}, version 1" in words(answer)
    assert f'href="/rapporter/{report.pk}/hamta/"' in words(answer)
    assert ("Ny verksamhetsberättelse" in words(answer)) == (person == "vera")


@pytest.mark.parametrize("person", OUTSIDE)
def test_outside_only_what_was_made_for_them_and_is_ready(cast, client_for, person: str) -> None:
    internal = order_report(cast, Audience.PROGRAMME)
    finish()
    waiting = order_report(cast)
    client = client_for(cast.people[person])
    page = words(client.get("/rapporter/"))
    assert "Ingen är klar än" in page
    assert client.get(f"/rapporter/{internal.pk}/").status_code == 404
    assert client.get(f"/rapporter/{internal.pk}/hamta/").status_code == 404
    assert client.get(f"/jobb/{internal.job_id}/hamta/").status_code == 404
    assert client.get(f"/rapporter/{waiting.pk}/hamta/").status_code == 404
    assert client.get("/rapporter/ny/").status_code == 403


def test_an_evaluator_reads_what_has_been_approved(cast, client_for) -> None:
    report = order_report(cast)
    finish()
    client = client_for(cast.eva)
    assert client.get(f"/rapporter/{report.pk}/hamta/").status_code == 404
    with bind(cast.programme):
        AnnualReport.objects.update(state=ReportState.APPROVED)
    assert client.get(f"/rapporter/{report.pk}/hamta/").content == PDF


def test_a_report_of_another_association_does_not_exist(cast, client_for) -> None:
    with bind(cast.programme):
        report = order_report(cast)
    finish()
    stranger = cast.neighbour
    stranger.association = type(stranger.association).objects.create(
        kind=stranger.association.kind, name="Samordningsförbundet Någon annanstans"
    )
    stranger.save()
    office = stranger.association.units.create(name="Kansliet")
    director = build_person("Disa Fjärran", Role.DIRECTOR, office)
    client = client_for(director)
    for path in (f"/rapporter/{report.pk}/", f"/rapporter/{report.pk}/hamta/"):
        assert client.get(path).status_code == 404
    page = main_of(client.get("/styrgrupp/?insats=rehabsteget"))
    assert "Stegvis" in page
    assert "Rehabsteget" not in page
    assert "Ingen är klar än" in words(client.get("/rapporter/"))


def test_who_worked_here_before_does_not_keep_the_internal_copy(cast, client_for) -> None:
    report = order_report(cast, Audience.PROGRAMME)
    finish()
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=cast.vera).update(ends_on=yesterday)
    Membership.objects.create(
        user=cast.vera, unit=cast.units["office"], role=Role.DIRECTOR,
        starts_on=timezone.localdate(),
    )  # fmt: skip
    client = client_for(cast.vera)
    for path in (f"/rapporter/{report.pk}/hamta/", f"/jobb/{report.job_id}/hamta/"):
        assert client.get(path).status_code == 404


def test_the_list_says_the_next_deadline_and_shows_every_report_by_pages(
    cast, client_for, time_machine
) -> None:
    time_machine.move_to("2027-01-15T12:00:00+01:00", tick=False)
    for _ in range(26):
        order_report(cast, year=2025)
    page = words(client_for(cast.vera).get("/rapporter/"))
    assert "Nästa: 2026, hos förbundet senast 2027-01-31, 16 dagar kvar" in page
    assert "1–25 av 26" in page
    assert "version 1<" in words(client_for(cast.vera).get("/rapporter/?sida=2"))


# Ordering


@pytest.mark.django_db(transaction=True)
def test_an_order_is_answered_at_once_without_redis_and_done_by_the_next_worker(
    cast, client_for, settings
) -> None:
    """The queue's address leads nowhere. The file is really made, by whoever sweeps next."""
    from rehabsteg.celery import app

    app.conf.broker_url = "redis://127.0.0.1:1/0"
    client, began = client_for(cast.vera), time.monotonic()
    answer = client.post("/rapporter/ny/", form_data(cast.programme))
    assert time.monotonic() - began < QUICK_SECONDS
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "Du kan lämna sidan" in words(page)
    assert run_waiting_jobs() == 1
    assert "Hämta" in words(client.get(answer["Location"]))
    file = client_for(cast.frida).get(f"{answer['Location']}hamta/")
    assert file.content.startswith(b"%PDF")
    assert len(pypdfium2.PdfDocument(file.content)) > 3


@pytest.mark.django_db(transaction=True)
def test_ten_presses_are_one_order(cast, client_for) -> None:
    data = form_data(cast.programme)
    client = client_for(cast.vera)
    answers = {client.post("/rapporter/ny/", data)["Location"] for _ in range(3)}
    assert len(answers) == 1
    with bound_to(Scope(worker=True)):
        assert (AnnualReport.objects.count(), Job.objects.count()) == (1, 1)


def test_a_new_order_is_a_new_version_and_keeps_the_words(cast, client_for) -> None:
    client = client_for(cast.vera)
    first = client.post("/rapporter/ny/", form_data(cast.programme))["Location"]
    with bind(cast.vera):
        report = AnnualReport.objects.get()
    page = words(client.get(f"/rapporter/ny/?fran={report.pk}"))
    assert "Så gick det." in page
    second = client.post("/rapporter/ny/", form_data(cast.programme))["Location"]
    assert first != second
    with bind(cast.vera):
        assert [one.version for one in AnnualReport.objects.order_by("pk")] == [1, 2]
        assert report.audience == Audience.STEERING


def test_a_year_that_goes_on_stays_inside_the_programme(cast, client_for) -> None:
    """Figures of the same year taken twice could be subtracted from each other."""
    client = client_for(cast.vera)
    client.post("/rapporter/ny/", form_data(cast.programme, year=THIS_YEAR))
    with bind(cast.vera):
        assert AnnualReport.objects.get().audience == Audience.PROGRAMME


@pytest.mark.parametrize("changes", [{"year": 1999}, {"year": ""}, {"summary_text": "å" * 20_001}])
def test_what_is_wrong_is_said_and_nothing_is_lost(cast, client_for, changes: dict) -> None:
    data = form_data(cast.programme, **{"changes_text": "Ny lokal."} | changes)
    answer = client_for(cast.vera).post("/rapporter/ny/", data)
    assert "Verksamhetsberättelsen är inte beställd än" in words(answer)
    assert "Ny lokal." in words(answer)
    with bind(cast.vera):
        assert not AnnualReport.objects.exists()


def test_another_programmes_report_cannot_be_ordered(cast, client_for) -> None:
    answer = client_for(cast.vera).post("/rapporter/ny/", form_data(cast.neighbour))
    assert answer.status_code == 200
    with bound_to(Scope(worker=True)):
        assert not AnnualReport.objects.exists()


def test_who_manages_two_programmes_chooses(cast, client_for) -> None:
    Membership.objects.create(
        user=cast.vera, unit=cast.units["other_team"], role=Role.MANAGER, starts_on=date(2020, 1, 1)
    )
    client = client_for(cast.vera)
    page = words(client.get("/rapporter/ny/"))
    assert "Rehabsteget" in page
    assert "Stegvis" in page
    client.post("/rapporter/ny/", form_data(cast.neighbour))
    with bind(cast.neighbour):
        assert AnnualReport.objects.get().programme == cast.neighbour


# Jobs


def test_a_stopped_job_says_why_and_can_be_tried_again(cast, client_for) -> None:
    report = order_report(cast)
    park()
    client = client_for(cast.vera)
    page = words(client.get(f"/rapporter/{report.pk}/"))
    assert "Något gick fel när filen gjordes (ValueError)." in page
    assert "hemligt" not in page
    assert f'action="/jobb/{report.job_id}/igen/"' in page
    assert "Stoppad" in words(client.get("/rapporter/"))
    answer = client.post(f"/jobb/{report.job_id}/igen/")
    assert answer["Location"] == f"/rapporter/{report.pk}/"
    assert fresh(report.job_id).state == JobState.QUEUED


def test_only_who_may_order_is_offered_to_try_again(cast, client_for) -> None:
    report = order_report(cast)
    park()
    for person, offered in (("vera", True), ("karin", False), ("stina", False)):
        client = client_for(cast.people[person])
        assert ("Försök igen<" in words(client.get(f"/rapporter/{report.pk}/"))) == offered
        status = client.post(f"/jobb/{report.job_id}/igen/").status_code
        assert status == (302 if offered else 404)


def test_a_script_asks_for_the_piece_alone(cast, client_for) -> None:
    report = order_report(cast)
    answer = client_for(cast.vera).get(f"/jobb/{report.job_id}/", headers={"HX-Request": "true"})
    assert words(answer).startswith('<div class="job"')
    assert "<html" not in words(answer)
    finish()
    answer = client_for(cast.vera).get(f"/jobb/{report.job_id}/", headers={"HX-Request": "true"})
    assert f'href="/rapporter/{report.pk}/hamta/"' in words(answer)


@pytest.mark.parametrize("person", ["vera", *OUTSIDE])
def test_the_file_comes_whole_is_not_kept_and_is_noted(cast, client_for, person: str) -> None:
    report = order_report(cast)
    finish()
    answer = client_for(cast.people[person]).get(f"/rapporter/{report.pk}/hamta/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{REPORT_NAME}"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    with bind(cast.programme):
        noted = ReadEvent.objects.filter(user=cast.people[person], reading=Reading.EXPORT)
        assert noted.count() == 1


def missing_file(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 404
    return words(answer)


def test_a_file_that_is_gone_or_damaged_is_said_in_a_sentence(cast, client_for, settings) -> None:
    report = order_report(cast)
    client, path = client_for(cast.vera), f"/rapporter/{report.pk}/hamta/"
    assert "Filen är inte klar än." in missing_file(client, path)
    job = fresh(finish().pk)
    stored = Path(settings.FILES_DIR) / job.file_path
    stored.write_bytes(PDF[:-1])
    assert "Filen är skadad och lämnas inte ut." in missing_file(client, path)
    stored.unlink()
    assert "Filen har tagits bort. Beställ den på nytt." in missing_file(client, path)
    with bound_to(Scope(worker=True)):
        Job.objects.update(file_size=None, expires_at=timezone.now())
    assert "Beställ den på nytt." in words(client.get(f"/rapporter/{report.pk}/"))


# The SUS document


@pytest.fixture
def enrolment(cast):
    with bind(cast.karin):
        return add_enrolment(cast.programme, cast.karin)


def test_the_sus_document_is_shown_ordered_once_and_only_to_the_team(
    cast, client_for, enrolment
) -> None:
    path = f"/deltagare/{enrolment.pk}/sus/"
    client = client_for(cast.karin)
    page = words(client.get(path))
    assert "20170101-2393" in page
    assert "saknas" in page
    key = uuid4()
    ordered = {client.post(path, {"once_key": key})["Location"] for _ in range(2)}
    assert len(ordered) == 1
    job = finish(name="sus-RS.pdf")
    assert client.get(f"/jobb/{job.pk}/hamta/").content == PDF
    for stranger in ("bo", "ali", "stina", "frida", "adam", "lova"):
        other = client_for(cast.people[stranger])
        assert other.get(path).status_code in (403, 404)
        assert other.get(f"/jobb/{job.pk}/").status_code == 404
        assert other.get(f"/jobb/{job.pk}/hamta/").status_code == 404


def test_the_sus_document_keeps_a_protected_number_to_itself(cast, client_for, enrolment) -> None:
    with bind(cast.karin):
        person = enrolment.participant
        person.protection, person.alias = "marking", "Granit"
        person.save()
    page = words(client_for(cast.karin).get(f"/deltagare/{enrolment.pk}/sus/"))
    assert "20170101" not in page
    assert "visas inte, skyddade personuppgifter" in page
    assert "Wikström" not in page


# The styrgrupp's page


@pytest.mark.parametrize("person", ["stina", "frida", "eva", "vera"])
def test_the_dashboard_shows_the_year_and_nobody(cast, client_for, enrolment, person: str) -> None:
    build_year(cast.programme, year=LAST_YEAR)
    main = main_of(client_for(cast.people[person]).get("/styrgrupp/"))
    assert f"Rehabsteget {LAST_YEAR}, översikt" in main
    assert "Så räknas det" in main
    assert "färre än 5" in main
    assert "5 167" in main
    for secret in ("Wikström", "20170101", "RS-2026", "/deltagare/"):
        assert secret not in main


def test_a_dashboard_of_nothing_says_so(cast, client_for) -> None:
    main = main_of(client_for(cast.stina).get("/styrgrupp/?ar=1875&insats=%C3%A5"))
    assert f"Rehabsteget {LAST_YEAR}, översikt" in main
    assert f"Ingen skrevs in {LAST_YEAR}." in main
    assert "inget att räkna på" in main
    assert f"Inga mål är uppsatta för {LAST_YEAR}." in main
    assert f"Ingen budget är inlagd för {LAST_YEAR}." in main
    assert "uppgift saknas" not in main


def test_a_director_chooses_among_programmes_and_years(cast, client_for) -> None:
    build_year(cast.programme, year=LAST_YEAR)
    client = client_for(cast.frida)
    page = words(client.get("/styrgrupp/?insats=rehabsteget"))
    assert f"?insats=stegvis&amp;ar={LAST_YEAR}" in page
    assert f"?insats=rehabsteget&amp;ar={LAST_YEAR - 1}" in page
    assert "Stegvis" in words(client.get("/styrgrupp/?insats=stegvis"))
    alone = words(client_for(cast.stina).get("/styrgrupp/"))
    assert "stegvis" not in alone


def test_a_steering_group_without_a_programme_is_told(cast, client_for) -> None:
    person = build_person("Sven Utan", Role.STEERING, cast.units["it"])
    for path in ("/styrgrupp/", "/rapporter/"):
        assert client_for(person).get(path).status_code in (200, 403)
    assert "hör inte till någon insats" in words(client_for(person).get("/styrgrupp/"))


# The command


def run_command(file: Path, **changes: object) -> None:
    options = {
        "programme": "rehabsteget",
        "year": LAST_YEAR,
        "audience": "steering",
        "output": file,
    }
    call_command(
        "annual_report", *(f"--{name}={value}" for name, value in (options | changes).items())
    )


@pytest.mark.django_db(transaction=True)
def test_the_command_makes_the_same_report_as_the_page(cast, tmp_path: Path, capsys) -> None:
    order_report(cast)
    finish()
    run_command(tmp_path / "rapport.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "rapport.pdf")
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "UTKAST" in text
    assert "Så gick det." in text
    with bind(cast.vera):
        newest = AnnualReport.objects.select_related("job__requester").get(version=2)
    assert (newest.job.requester, newest.audience) == (cast.vera, Audience.STEERING)
    assert newest.figures["figures"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"programme": "finns-inte"}, "Det finns ingen insats med kortnamnet finns-inte."),
        ({"year": 1999}, "Välj ett år från 2020 till"),
        ({"year": 2999}, "Välj ett år från 2020 till"),
        ({"output": "/finns/inte/rapport.pdf"}, "Mappen /finns/inte finns inte."),
        ({"audience": "alla"}, "audience"),
    ],
)
def test_the_command_says_why_it_cannot(cast, tmp_path: Path, changes, sentence) -> None:
    with pytest.raises(CommandError, match=sentence):
        run_command(tmp_path / "rapport.pdf", **changes)
    assert not (tmp_path / "rapport.pdf").exists()


def test_the_command_needs_a_manager(cast, tmp_path: Path) -> None:
    Membership.objects.filter(user=cast.vera).delete()
    with pytest.raises(CommandError, match="Rehabsteget har ingen verksamhetsledare i dag"):
        run_command(tmp_path / "rapport.pdf")
