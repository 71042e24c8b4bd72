"""A list from Excel, from the file to the register and out again, by clicking. With and without script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.actions import download, follow, go, heading, press
from tests.e2e.people import People, sign_in
from tests.e2e.visits import PHONE
from tests.reporting.import_lists import as_xlsx, person, row

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

LONG = [person(200 + i, grupp=90) for i in range(52)]
ODD = [
    person(300, start="igår"),
    row(kon="K", startar=2015),
    person(301, sysselsattning_efter="ARB:45"),
]
JOB_SECONDS = 60


@pytest.fixture
def long_list(tmp_path: Path) -> Path:
    path = tmp_path / "Deltagare 2015.xlsx"
    path.write_bytes(as_xlsx([*LONG, *ODD]))
    return path


def test_a_long_list_goes_in_and_out_again(people: People, long_list: Path) -> None:
    visits = people.at_work("bo")
    page = visits.page
    go(page, "Deltagare")
    follow(page, "Läs in från Excel")
    expect(heading(page)).to_have_text("Inläsningar")
    visits.check()
    follow(page, "Läs in en fil")
    press(page, "Granska filen")
    expect(page.get_by_role("alert")).to_contain_text("Filen är inte granskad")
    visits.check()
    page.get_by_label("Fil med registreringar").set_input_files(long_list)
    press(page, "Granska filen")
    expect(heading(page)).to_have_text("Deltagare 2015.xlsx, inläsning")
    expect(page.get_by_text("Ingenting är inläst än.")).to_be_visible()
    visits.check()
    follow(page, "Går inte in")
    expect(page.get_by_role("row", name="Rad 54")).to_contain_text("Datumet går inte att läsa")
    assert b"ig\xc3\xa5r" in download(page, "Hämta raderna som inte går in").read_bytes()
    press(page, "Läs in 54 nya rader")
    expect(page.get_by_text("Klart.")).to_be_visible(timeout=JOB_SECONDS * 1000)
    visits.check()
    follow(page, "Se vad det blev av varje rad")
    expect(page.get_by_role("row", name="Rad 2", exact=False).first).to_contain_text("RS-2015-")
    visits.check()
    follow(page, "RS-2015-0001")
    expect(heading(page)).to_have_text("Åsa Wikström200")
    visits.check()
    page.go_back()
    follow(page, "Ångra inläsningen")
    visits.check()
    press(page, "Ångra inläsningen")
    expect(page.get_by_text("Klart.")).to_be_visible(timeout=JOB_SECONDS * 1000)
    follow(page, "Se vad det blev av varje rad")
    expect(page.get_by_role("row", name="Rad 2", exact=False).first).to_contain_text("Ångrad")
    visits.check()


def test_a_short_list_without_script_on_a_phone(people: People, tmp_path: Path) -> None:
    path = tmp_path / "lista.xlsx"
    path.write_bytes(as_xlsx([person(400)]))
    page = people.new_page(javascript=False, width=PHONE).page
    sign_in(page, "bo")
    page.goto("/inlasningar/ny/")
    page.get_by_label("Fil med registreringar").set_input_files(path)
    press(page, "Granska filen")
    press(page, "Läs in 1 ny rad")
    expect(page.get_by_role("status").first).to_contain_text("Filen är inläst: 1 ny rad.")
    follow(page, "Ångra inläsningen")
    press(page, "Ångra inläsningen")
    expect(page.get_by_role("status").first).to_contain_text("1 rad är borta.")
