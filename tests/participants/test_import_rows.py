"""What a row of a list says: any text in any cell is understood or refused, and never left out."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.spreadsheets import Cell, NoTable, SheetRow
from participants.models import AnonymousStart, Enrolment, StatisticsFact
from participants.services.imports import (
    COLUMNS,
    Anonymous,
    Entry,
    column_of,
    read_columns,
    read_row,
)
from participants.services.imports.values import Fault, read_day, read_marks
from programmes.enums import CodeList
from reporting.models import ImportRow, RegistrationImport
from reporting.services.registrations import import_file, try_file
from tests.cast import CODES, bind
from tests.reporting.import_lists import HEADER, as_csv, as_xlsx, number, person, row

TODAY = date(2026, 11, 19)
KNOWN = {code_list.value: frozenset(codes) for code_list, codes in CODES.items()}
ALL = list(COLUMNS)


def read(**said: str):
    cells = tuple(Cell(said.get(name, "")) for name in ALL)
    return read_row(SheetRow(2, cells), read_columns(ALL), KNOWN, TODAY)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Personnummer", "personnummer"), (" PERSON-NUMMER ", "personnummer"), ("pnr", "personnummer"),
        ("Kön", "kon"), ("Ko\u0308n", "kon"), ("Förnamn", "fornamn"), ("START DATUM", "start"),
        ("Försörjning före", "forsorjning_fore"), ("sysselsättning_efter", "sysselsattning_efter"),
        ("Månader försörjning", "manader_forsorjning"), ("Avslutsanledning", "avslut"),
        ("Ålder", ""), ("", ""), ("namn", ""),
    ],
)  # fmt: skip
def test_headings_by_the_names_people_give_them(heading, column) -> None:
    assert column_of(heading) == column


def test_every_column_has_a_name_of_its_own() -> None:
    assert [column_of(name) for name in COLUMNS] == list(COLUMNS)


@pytest.mark.parametrize(
    "text", ["2024-02-05", "20240205", "2024/02/05", "2024.2.5", "2024-02-05 00:00:00", "45327"]
)
def test_days_with_the_year_first(text) -> None:
    assert read_day(text) == date(2024, 2, 5)


@pytest.mark.parametrize(
    "text",
    [
        "05/02/2024",
        "240205",
        "5 feb 2024",
        "2024-2",
        "99999",
        "igår",
        "201711",
        "2024111",
        "202415",
        "2024-205",
    ],
)
def test_days_that_could_be_another_day_are_refused(text) -> None:
    with pytest.raises(Fault):
        read_day(text)


def test_more_than_forty_hours_go_in_and_are_told() -> None:
    full = person(0)
    found = read(**{name: str(said) for name, said in full.items()}, timmar_i_veckan="45,5")
    assert found.after.weekly_hours == Decimal("45.5")
    assert "Mer än 40 timmar i veckan. Kontrollera omfattningen." in found.notes
    assert "168" in read(**full, timmar_i_veckan="168,5")[0]


def test_lists_of_codes_with_extents() -> None:
    said = read_marks(" sjp:50 | FSS:12,5% |", KNOWN["support"], CodeList.SUPPORT)
    assert said.extents == {"SJP": Decimal("50.0"), "FSS": Decimal("12.5")}
    said = read_marks("ARB:20 h|SOK", KNOWN["occupation"], CodeList.OCCUPATION)
    assert said.extents == {"ARB": Decimal("20.0"), "SOK": None}
    said = read_marks("ARB:33,333", KNOWN["occupation"], CodeList.OCCUPATION)
    assert said.notes == ["Omfattningen är avrundad till en decimal."]


def test_an_anonymous_row_keeps_gender_and_year_and_says_what_it_drops() -> None:
    found = read(kon="kvinna", startar="2024", remittent="FK", grupp="3")
    assert isinstance(found, Anonymous)
    assert (found.gender, found.year) == ("K", 2024)
    assert found.notes == ("Raden är anonym: bara kön och år sparas, inte remittent, grupp.",)


def test_a_lost_number_is_not_anonymous() -> None:
    assert (
        "Personnummer saknas" in read(kon="K", startar="2024", fornamn="Åsa", start="2024-01-01")[0]
    )


def test_every_reason_at_once() -> None:
    said = read(personnummer="1", start="x", slut="y", remittent="z", grupp="w", kon="v")
    assert len(said) == 6


def test_the_fingerprint_is_of_what_is_said() -> None:
    one = read(personnummer=number(0), start="2015-02-02", forsorjning_fore="SJP:50")
    same = read(personnummer=number(0)[2:], start="20150202", forsorjning_fore="sjp:50%")
    other = read(personnummer=number(0), start="2015-02-02", forsorjning_fore="SJP:51")
    assert isinstance(one, Entry)
    assert one.fingerprint == same.fingerprint != other.fingerprint


PLAUSIBLE = st.one_of(
    st.sampled_from(
        ["", "-", "K", "M", "FK", "SJP:50", "SJP:50|FSS:50", "ING", "ARB:41", "GEN", "FEL", "2", "14",
         "2015-02-02", "2015-03-03", "2999-01-01", "2024", "saknas", "nan", "1e9", "1E+400", "SJP:1e999",
         "ARB:-0", "grupp 3", "٣", "²", "=1", "\x00", "99999999999999999999", number(0), number(1)[2:]]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(ALL, PLAUSIBLE)))
@example({"personnummer": number(0), "start": "2015-02-02", "manader_forsorjning": "٣"})
@example({"personnummer": number(0), "start": "٢٠١٥-٠٢-٠٢"})
def test_any_cells_are_understood_or_refused_in_words(said) -> None:
    found = read(**said)
    if isinstance(found, list):
        assert found
        assert all(isinstance(reason, str) and reason for reason in found)
    elif isinstance(found, Entry):
        assert found.starts_on >= date(2005, 1, 1)
        assert found.ends_on is None or found.ends_on >= found.starts_on
        assert found.gender in ("K", "M")
    else:
        assert (found.gender in ("K", "M"), 2005 <= found.year <= TODAY.year) == (True, True)


# --- the importer, into the database --------------------------------------------------------------

WITH_DATABASE = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ROW = st.one_of(
    st.builds(lambda i, more: person(i, **more), st.integers(0, 4),
              st.fixed_dictionaries({}, optional=dict.fromkeys(HEADER, PLAUSIBLE))),
    st.builds(lambda gender, year: row(kon=gender, startar=year), st.sampled_from("KM"),
              st.sampled_from(["2015", "2016"])),
    st.just(row()),
)  # fmt: skip


def bring_in(cast, data: bytes):
    return import_file(
        programme=cast.programme, user=cast.vera, name="lista.csv", data=data,
        progress=lambda percent, step: None,
    )  # fmt: skip


def counts(cast) -> tuple[int, ...]:
    models = (Enrolment, AnonymousStart, StatisticsFact)
    with bind(cast.programme):
        return tuple(model.objects.filter(programme=cast.programme).count() for model in models)


@WITH_DATABASE
@given(rows=st.lists(ROW, max_size=6), excel=st.booleans())
def test_every_row_has_one_result_and_twice_is_once(cast, rows, excel) -> None:
    if excel:
        rows = [{k: str(v).replace("\x00", "") for k, v in one.items()} for one in rows]
    try:
        data = as_xlsx(rows) if excel else as_csv(rows)
    except Exception:  # openpyxl itself refuses some signs
        return
    tried = try_file(programme=cast.programme, user=cast.vera, data=data)
    before = counts(cast)
    said = bring_in(cast, data)
    assert said == tried
    full = [n for n, one in enumerate(rows, start=2) if any(str(v).strip() for v in one.values())]
    assert {one.row for one in said} >= set(full) or len(said) >= len(full)
    assert all(one.messages for one in said if one.result == "rejected")
    created = sum(one.result == "created" for one in said)
    after = counts(cast)
    assert after[0] + after[1] == before[0] + before[1] + created
    assert after[0] == after[2]
    again = bring_in(cast, data)
    assert counts(cast) == after
    assert [one.result for one in again] == [
        "unchanged" if one.result == "created" else one.result for one in said
    ]


@WITH_DATABASE
@given(data=st.binary(max_size=200), headed=st.booleans())
def test_any_bytes_give_results_or_a_refusal_that_writes_nothing(cast, data, headed) -> None:
    whole = as_csv([person(0)]) + data if headed else data
    before = counts(cast)
    with bind(cast.programme):
        imports = RegistrationImport.objects.count()
    refused, said = False, []
    try:
        said = bring_in(cast, whole)
    except NoTable:
        refused = True
    if refused:
        assert counts(cast) == before
        with bind(cast.programme):
            assert RegistrationImport.objects.count() == imports
    else:
        with bind(cast.programme):
            newest = RegistrationImport.objects.latest("pk")
            assert ImportRow.objects.filter(batch=newest).count() == len(said)
