"""The import as the command does it: what goes in, what doesn't and why, and twice is once."""

import io
import threading
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from activities.models import FollowUp, Group, GroupMembership
from core.lookup import lookup_hash
from participants.models import (
    AnonymousStart,
    Enrolment,
    EnrolmentEvent,
    Participant,
    Registration,
    StatisticsFact,
)
from participants.services import PersonIdentity, count_anonymous_start, open_enrolment
from reporting.enums import Audience
from reporting.models import ImportRow, RegistrationImport
from reporting.services.registrations import undo_import
from reporting.services.statistics import programme_figures
from tests.cast import bind
from tests.reporting.import_lists import (
    as_csv,
    as_xlsx,
    import_rows,
    number,
    person,
    results,
    row,
)

pytestmark = pytest.mark.django_db(transaction=True)
YEAR_2015 = (date(2015, 1, 1), date(2015, 12, 31))


def stored(programme) -> dict[str, int]:
    """How many rows the programme has of everything an import writes."""
    models = (
        Participant, Enrolment, EnrolmentEvent, Registration, StatisticsFact, AnonymousStart, Group,
        GroupMembership, FollowUp,
    )  # fmt: skip
    with bind(programme):
        return {model.__name__: model.objects.count() for model in models}


def figures_of(programme, start=YEAR_2015[0], end=YEAR_2015[1]):
    with bind(programme):
        found = programme_figures(
            programme=programme, start=start, end=end, audience=Audience.PROGRAMME
        )
    return {figure.id: figure for figure in found}


def test_a_row_becomes_a_participation_with_everything_it_says(cast, tmp_path) -> None:
    said = import_rows([person(grupp="3")], tmp_path)
    told = ["Grupp 3 finns inte. Den läggs upp, utan tillfällen."]
    assert said == [{"row": 2, "result": "created", "messages": told}]
    with bind(cast.programme):
        one = Enrolment.objects.select_related("participant").get()
        assert (one.state, one.starts_on, one.ends_on) == (
            "closed", date(2015, 2, 2), date(2015, 11, 30)
        )  # fmt: skip
        assert (one.case_number, one.referrer_code) == ("RS-2015-0001", "FK")
        who = one.participant
        assert (who.given_name, who.personnummer, who.gender) == ("Åsa", number(0), "K")
        assert who.birth_date == date(1960, 1, 1)
        before, after = one.registrations.order_by("-occasion")
        assert (before.education, before.months_in_support, after.reason) == ("2", 14, "GEN")
        assert list(after.marks.filter(kind="occupation").values_list("code", "extent")) == [
            ("ARB", 20)
        ]
        assert [event.label for event in one.events.all()] == ["Inläst från fil"]
        place = one.group_memberships.get()
        assert (place.group.number, place.joined_on, place.left_on) == (
            3, one.starts_on, one.ends_on
        )  # fmt: skip


def test_the_statistics_count_what_came_in(cast, tmp_path) -> None:
    rows = [
        person(0),
        person(1, slut="", avslut="", forsorjning_efter="", sysselsattning_efter=""),
        person(2, forsorjning_efter="", sysselsattning_efter=""),
        person(3, manader_forsorjning="", sysselsattning_fore="ARB:5"),
        person(4, avslut="FEL"),
        row(kon="K", startar=2015),
        row(kon="K", startar=2015),
        row(kon="M", startar=2014),
    ]
    assert results(import_rows(rows, tmp_path)) == ["created"] * 8
    found = figures_of(cast.programme)
    assert found["started"].value() == 4
    assert found["started_anonymous"].value() == 2
    assert found["ended"].value() == 3
    assert found["ongoing_at_end"].value() == 1
    assert found["misregistered"].value() == 1
    coverage = found["support_before_after"].coverage
    assert (coverage.included, coverage.incomplete, coverage.total) == (2, 1, 3)
    assert found["started_or_increased"].value() == 2
    assert found["work_or_study_after"].value() == 2
    assert found["by_time_in_support"].coverage.incomplete == 1


def test_the_same_file_again_changes_nothing(cast, tmp_path) -> None:
    rows = [
        person(0, grupp="1"), person(1, slut="", avslut="", forsorjning_efter="",
        sysselsattning_efter=""), person(2, avslut="FEL"), row(kon="K", startar=2015),
        row(kon="K", startar=2015), person(3, personnummer="saknas", kon="M"),
    ]  # fmt: skip
    assert results(import_rows(rows, tmp_path)) == ["created"] * 6
    before = stored(cast.programme)
    for again in (rows, as_xlsx(rows), list(reversed(rows))):
        assert results(import_rows(again, tmp_path)) == ["unchanged"] * 6
    assert stored(cast.programme) == before


def test_a_partly_new_file_adds_what_is_new(cast, tmp_path) -> None:
    import_rows([person(0), row(kon="K", startar=2015), row(kon="M", startar=2015)], tmp_path)
    rows = [
        row(kon="K", startar=2015), row(kon="K", startar=2015), row(kon="K", startar=2016),
        person(1), person(0), person(0, start="2016-03-01", slut="2016-05-01"),
    ]  # fmt: skip
    assert results(import_rows(rows, tmp_path)) == [
        "unchanged", "created", "created", "created", "unchanged", "created"
    ]  # fmt: skip
    with bind(cast.programme):
        assert AnonymousStart.objects.filter(gender="K", year=2015).count() == 2
        assert Participant.objects.filter(personnummer_lookup=lookup_hash(number(0))).count() == 1


def test_anonymous_people_the_programme_has_counted_itself_are_told(cast, tmp_path) -> None:
    with bind(cast.programme):
        count_anonymous_start(programme=cast.programme, gender="K", year=2015)
    rows = [row(kon="K", startar=2015), row(kon="M", startar=2015)]
    said = import_rows(rows, tmp_path)
    assert results(said) == ["created", "created"]
    assert "redan räknat 1 (kvinna, 2015)" in said[0]["messages"][0]
    assert said[1]["messages"] == []
    assert results(import_rows(rows, tmp_path)) == ["unchanged", "unchanged"]


def test_a_dry_run_says_the_same_and_writes_nothing(cast, tmp_path) -> None:
    rows = [person(0), person(0), person(1, slut="2014-01-01"), row(kon="K", startar=2015)]
    before = stored(cast.programme)
    tried = import_rows(rows, tmp_path, "--dry-run")
    assert stored(cast.programme) == before
    with bind(cast.programme):
        assert not RegistrationImport.objects.exists()
    assert import_rows(rows, tmp_path) == tried
    assert results(tried) == ["created", "rejected", "rejected", "created"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"personnummer": "19600101-2385"}, "Kontrollsiffran"),
        ({"personnummer": "", "kon": "K"}, "Personnummer saknas"),
        ({"personnummer": "2,01701E+11"}, "kortat av"),
        ({"personnummer": "saknas"}, "behövs kön"),
        ({"start": ""}, "Startdatum saknas"),
        ({"start": "2015-02-30"}, "finns inte"),
        ({"start": "02/03/2015"}, "går inte att läsa"),
        ({"start": "2004-12-31"}, "från 2005"),
        ({"start": "1959-01-01", "slut": ""}, "inte född"),
        ({"slut": "2015-02-01"}, "före starten"),
        ({"slut": ""}, "inget slutdatum"),
        ({"remittent": "XYZ"}, "Koden XYZ finns inte"),
        ({"utbildning": "7"}, "Koden 7 finns inte"),
        ({"avslut": "SLUT"}, "finns inte"),
        ({"forsorjning_fore": "SJP:-5"}, "mindre än noll"),
        ({"forsorjning_fore": "SJP:halv"}, "inget tal"),
        ({"forsorjning_fore": "SJP:nan"}, "inget tal"),
        ({"forsorjning_fore": "SJP:101"}, "högst 100"),
        ({"forsorjning_fore": "ING|SJP:50"}, "tillsammans"),
        ({"forsorjning_fore": "SJP:50|SJP:50"}, "två gånger"),
        ({"forsorjning_fore": ":50"}, "saknar kod"),
        ({"sysselsattning_efter": "ARB:200"}, "168 timmar"),
        ({"manader_forsorjning": "-1"}, "hela månader"),
        ({"manader_forsorjning": "1,5"}, "hela månader"),
        ({"fornamn": "=HYPERLINK(1)"}, "formel"),
        ({"efternamn": "@SUM(A1)"}, "formel"),
        ({"fornamn": "Å" * 121}, "högst 120"),
        ({"fornamn": "A\x00B"}, "tecken"),
        ({"grupp": "sju"}, "gruppens nummer"),
        ({"startar": "2016"}, "men start är"),
        ({"kon": "X"}, "K eller M"),
    ],
)
def test_a_row_that_is_wrong_says_so_and_stops_nobody(cast, tmp_path, changes, says) -> None:
    said = import_rows([person(0), person(2, **changes), person(4)], tmp_path)
    assert results(said) == ["created", "rejected", "created"]
    assert says in " ".join(said[1]["messages"])
    assert number(2) not in str(said)
    with bind(cast.programme):
        assert Enrolment.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sysselsattning_efter": "ARB:50"}, "Mer än 40 timmar"),
        ({"kon": "M"}, "Kön enligt personnumret"),
        ({"fornamn": "", "efternamn": ""}, "Namnet saknas"),
        ({"slut": "2999-01-01"}, "har inte varit än"),
        ({"personnummer": number(0)[2:]}, "saknade sekel"),
        (
            {"personnummer": "2,01701012385E+11", "start": "2018-01-01", "slut": "2018-02-01"},
            "med E",
        ),
    ],
)
def test_what_is_odd_goes_in_and_is_told(cast, tmp_path, changes, says) -> None:
    said = import_rows([person(0, **changes)], tmp_path)
    assert results(said) == ["created"]
    assert says in " ".join(said[0]["messages"])


def test_blank_months_and_blank_after_data_go_in(cast, tmp_path) -> None:
    rows = [
        person(0, manader_forsorjning="", avslut="", forsorjning_efter="", sysselsattning_efter=""),
        person(1, **dict.fromkeys(("remittent", "utbildning", "forsorjning_fore"), "")),
        person(2, start="2005-01-01", slut="2005-01-01"),
    ]
    assert results(import_rows(rows, tmp_path)) == ["created"] * 3


def test_of_two_rows_that_overlap_the_later_is_refused(cast, tmp_path) -> None:
    rows = [
        person(0),
        person(0, start="2015-11-30", slut="2016-01-31"),
        person(0, start="2015-12-01", slut="2016-01-31"),
        person(0, start="2014-01-01", slut="2020-01-31"),
        person(0, start="2015-03-01", slut="2015-04-01", avslut="FEL"),
    ]
    said = import_rows(rows, tmp_path)
    assert results(said) == ["created", "rejected", "created", "rejected", "created"]
    assert "rad 2 i filen" in said[1]["messages"][0]
    again = import_rows(rows, tmp_path)
    assert results(again) == ["unchanged", "rejected", "unchanged", "rejected", "unchanged"]


def test_a_wrong_registration_blocks_nothing(cast, tmp_path) -> None:
    rows = [person(0, avslut="FEL"), person(0), person(0, avslut="FEL", start="2015-04-04")]
    assert results(import_rows(rows, tmp_path)) == ["created"] * 3
    assert figures_of(cast.programme)["misregistered"].value() == 2


def test_a_participation_that_is_there_is_left_as_it_is(cast, tmp_path) -> None:
    with bind(cast.karin):
        identity = PersonIdentity(number(0), "Åsa", "Wikström", "K")
        mine = open_enrolment(
            programme=cast.programme, identity=identity, referrer_code="AF", referring_unit=None,
            coordinator=cast.karin, starts_on=date(2021, 2, 2), user=cast.karin,
        )  # fmt: skip
    open_row = {
        "start": "2021-02-02", "slut": "", "avslut": "", "forsorjning_efter": "",
        "sysselsattning_efter": "", "forsorjning_fore": "", "sysselsattning_fore": "",
        "utbildning": "", "manader_forsorjning": "",
    }  # fmt: skip
    rows = [person(0, remittent="AF", **open_row), person(0, slut="2021-05-05")]
    assert results(import_rows(rows[:1], tmp_path)) == ["unchanged"]
    for _ in range(2):
        said = import_rows([person(0, remittent="FK", **open_row)], tmp_path)
        assert said[0]["result"] == "rejected"
    assert (
        f"{mine.case_number}), men filen säger något annat om remittent" in said[0]["messages"][0]
    )


def test_the_person_of_the_controllers_other_programme_is_found(cast, tmp_path) -> None:
    other = cast.neighbour
    type(other).objects.filter(pk=other.pk).update(data_controller=cast.programme.data_controller)
    other.refresh_from_db()
    import_rows([person(0), person(2)], tmp_path, slug="stegvis")
    said = import_rows([person(0, start="2015-03-03"), person(4)], tmp_path)
    assert results(said) == ["created", "created"]
    with bind(cast.programme):
        found = Participant.objects.get(personnummer_lookup=lookup_hash(number(0)))
        assert found.programme_ids == sorted([cast.programme.pk, other.pk])
        assert Participant.objects.count() == 2
        undo_import(batch=RegistrationImport.objects.get(programme=cast.programme), user=cast.vera)
        assert not Participant.objects.exists()
    with bind(other):
        assert Participant.objects.count() == 2
        found.refresh_from_db()
        assert found.programme_ids == [other.pk]


def test_another_controllers_programme_keeps_its_own(cast, tmp_path) -> None:
    assert results(import_rows([person(0)], tmp_path, slug="stegvis")) == ["created"]
    assert results(import_rows([person(0)], tmp_path)) == ["created"]
    for programme in (cast.programme, cast.neighbour):
        with bind(programme):
            assert Enrolment.objects.get().participant.controller_id == programme.data_controller_id


def test_names_as_people_have_them(cast, tmp_path) -> None:
    names = [
        ("Zoë", "Müller"), ("I\u0307brahim", "Yıldız"), ("Łucja", "Żak"), ("محمد", "العلي"),
        ("", "Madonna"), ("A" * 80, "B" * 80), ("Åsa", "Strauß"), ("🌻", "Äng"),
    ]  # fmt: skip
    rows = [person(i, fornamn=a, efternamn=b) for i, (a, b) in enumerate(names)]
    decomposed = as_csv(rows).decode().replace("Å", "A\u030a").encode()
    assert results(import_rows(decomposed, tmp_path)) == ["created"] * len(names)
    with bind(cast.programme):
        kept = Participant.objects.order_by("pk").values_list("given_name", "family_name")
        assert set(kept) == {(a.replace("I\u0307", "İ"), b) for a, b in names}


def test_excels_own_types_are_understood(cast, tmp_path) -> None:
    rows = [
        person(0, personnummer=float(number(0)), start=date(2015, 2, 2), slut=date(2015, 11, 30),
               utbildning=2, manader_forsorjning=14.0, grupp=4),
        person(1, personnummer=int(number(1)[2:])),
    ]  # fmt: skip
    assert results(import_rows(as_xlsx(rows), tmp_path)) == ["created", "created"]
    assert results(import_rows([person(0, grupp="4"), person(1)], tmp_path)) == ["unchanged"] * 2


def test_a_formula_in_excel_is_refused(cast, tmp_path) -> None:
    said = import_rows(as_xlsx([person(0, efternamn='=CONCAT("A","B")'), person(2)]), tmp_path)
    assert results(said) == ["rejected", "created"]
    assert "formel" in said[0]["messages"][0]


def test_a_group_that_met_at_another_time_is_told(cast, tmp_path) -> None:
    import_rows([person(0, grupp="3")], tmp_path)
    late = {"start": "2018-02-02", "slut": "2018-03-03"}
    said = import_rows([person(1, grupp="3"), person(2, grupp="3", **late)], tmp_path)
    assert [one["messages"] for one in said] == [
        [], ["Grupp 3 träffades 2015-02-02–2015-03-29. Kontrollera numret."]
    ]  # fmt: skip


def test_history_ignores_the_limits(cast, tmp_path) -> None:
    rows = [person(i, grupp=str(1 + i // 20), slut="", avslut="", forsorjning_efter="",
                   sysselsattning_efter="") for i in range(60)]  # fmt: skip
    assert results(import_rows(rows, tmp_path)) == ["created"] * 60
    with bind(cast.programme):
        assert [one.memberships.count() for one in Group.objects.order_by("number")] == [20] * 3


def test_follow_ups_only_for_days_to_come(cast, tmp_path) -> None:
    ended = date.today() - timedelta(days=240)
    rows = [person(0), person(1, start=f"{ended - timedelta(days=90)}", slut=f"{ended}")]
    import_rows(rows, tmp_path)
    with bind(cast.programme):
        assert [one.checkpoint.months for one in FollowUp.objects.all()] == [12]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tom"),
        (b"hej", "rubrikerna"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "rubrik"),
        (b"PK\x03\x04" + bytes(50), "skadad"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "äldre Excel"),
        (as_csv([], header=("fornamn", "efternamn")), "rubrikerna"),
        (as_csv([], header=("personnummer", "start", "Start")), "två gånger"),
    ],
)
def test_what_is_no_table_is_refused_whole(cast, tmp_path, data, says) -> None:
    before = stored(cast.programme)
    with pytest.raises(CommandError, match=says):
        import_rows(data, tmp_path)
    assert stored(cast.programme) == before


def test_headings_alone_are_a_table_without_rows(cast, tmp_path) -> None:
    assert import_rows([], tmp_path) == []


def test_an_unknown_programme_and_a_missing_file_are_one_sentence(cast, tmp_path) -> None:
    with pytest.raises(CommandError, match="kortnamnet nej"):
        import_rows([], tmp_path, slug="nej")
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("import_registrations", str(tmp_path / "x"), "--programme", "rehabsteget")


def test_in_words_for_people(cast, tmp_path) -> None:
    path, out = tmp_path / "lista.csv", io.StringIO()
    path.write_bytes(as_csv([person(0), person(1, start="")]))
    call_command("import_registrations", str(path), "--programme", "rehabsteget", stdout=out)
    assert out.getvalue().splitlines() == [
        "rad 2: ny", "rad 3: går inte in  start: Startdatum saknas."
    ]  # fmt: skip


def test_two_imports_at_once_do_not_double(cast, tmp_path, monkeypatch) -> None:
    from reporting.services.registrations import run

    monkeypatch.setattr(run, "LOT", 7)
    rows = [person(i, grupp="2") for i in range(30)] + [row(kon="K", startar=2015)] * 10
    data, failures, said = as_csv(rows), [], []
    barrier = threading.Barrier(3)

    def bring_in() -> None:
        try:
            barrier.wait()
            said.extend(
                run.import_file(
                    programme=cast.programme, user=type(cast.vera).objects.get(pk=cast.vera.pk),
                    name="lista.csv", data=data, progress=lambda percent, step: None,
                )
            )  # fmt: skip
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    counts = stored(cast.programme)
    assert (counts["Enrolment"], counts["AnonymousStart"], counts["Group"]) == (30, 10, 1)
    assert sorted(one.result for one in said).count("created") == 40
    assert sorted(one.result for one in said).count("unchanged") == 80


def test_a_made_group_lasts_as_long_as_the_phase_whatever_the_order(
    cast, tmp_path, monkeypatch
) -> None:
    """Written a few rows at a time: the earliest member may come last."""
    from reporting.services.registrations import run

    monkeypatch.setattr(run, "LOT", 2)
    starts = ["2015-03-16", "2015-03-09", "2015-02-16", "2015-03-02", "2015-02-02"]
    rows = [person(index, grupp="4", start=day) for index, day in enumerate(starts)]
    assert results(import_rows(rows, tmp_path)) == ["created"] * 5
    weeks = cast.programme.phases.filter(kind="group").first().weeks
    with bind(cast.programme):
        group = Group.objects.get()
        assert group.starts_on == date(2015, 2, 2)
        assert group.ends_on == date(2015, 2, 2) + timedelta(weeks=weeks, days=-1)


def test_who_did_it_and_what_became_of_each_row_is_kept(cast, tmp_path, settings) -> None:
    import_rows([person(0), person(1, start=""), row(kon="K", startar=2015)], tmp_path)
    with bind(cast.programme):
        batch = RegistrationImport.objects.get()
        assert (batch.requester, batch.file_name) == (cast.vera, "lista.csv")
        rows = ImportRow.objects.filter(batch=batch).order_by("number")
        kept = [(one.number, one.result, one.enrolment_id is None) for one in rows]
    assert kept == [(2, "created", False), (3, "rejected", True), (4, "created", True)]
