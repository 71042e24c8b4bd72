"""From remiss to verksamhetsberättelse, by clicking: one journey per step, all about the same people.

The steps build on each other, so a step whose foundation is missing says so and stops.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.actions import answer_for, choose, download, follow, go, heading, press
from tests.e2e.documents import assert_names_nobody, assert_shows_no_small_count, text_of
from tests.e2e.fill import NAMES, example_number
from tests.e2e.people import People, sign_in
from tests.e2e.product import Product
from tests.e2e.remiss import SECURED, write_consent, write_income, write_person, write_reasons
from tests.e2e.visits import PHONE, Visits

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

MAREK, MAJA = "Marek Nowicki", "Maja Ekdahl"
WOMAN_NUMBER, MAN_NUMBER = example_number(20), example_number(21)
# The group has met for eight weeks, and a work trial has begun.
WEEKS_LATER = 12
REPORT_SECONDS = 90


class Line:
    """Who takes part, and how far the line has come."""

    def __init__(self, people: People, product: Product) -> None:
        self.people, self.product = people, product
        self._done = 0

    @contextmanager
    def step(self, number: int) -> Iterator[People]:
        """One step; done when nothing in it failed."""
        if self._done != number - 1:
            pytest.fail(f"Steg {number} bygger på steg {number - 1}, som inte blev klart.")
        yield self.people
        self._done = number


@pytest.fixture(scope="module")
def line(people: People, product: Product) -> Line:
    """The journey, once for the module."""
    return Line(people, product)


def open_participant(page: Page, name: str) -> None:
    """From the menu to a participant's page."""
    go(page, "Deltagare")
    follow(page, name)
    expect(heading(page)).to_have_text(name)


# --- 1. the remiss --------------------------------------------------------------------------------


def test_1_a_referrer_sends_a_remiss_for_somebody_on_sick_leave(line: Line) -> None:
    with line.step(1) as people:
        visits = people.at_work("ali")
        page = visits.page
        expect(heading(page)).to_have_text("Mina remisser")
        visits.check()
        follow(page, "Ny remiss")
        expect(heading(page)).to_have_text("Vilken insats remitterar du till?")
        visits.check()
        follow(page, "Rehabsteget")
        visits.check()
        write_person(page, MAN_NUMBER[:-1] + str((int(MAN_NUMBER[-1]) + 1) % 10), MAREK)
        choose(page, "Är personen sjukskriven?", "Ja, helt eller delvis")
        expect(page.get_by_label("Syfte", exact=True)).to_be_hidden()
        page.get_by_label("Hur mycket?").fill("75")
        page.get_by_label("Läkarintyget gäller till").fill(SECURED)
        choose(page, "Medicinsk bedömning från läkare", "Den finns")
        write_income(page)
        write_consent(page)
        press(page, "Skicka remissen")
        expect(page.get_by_role("alert").first).to_contain_text("Remissen är inte skickad än")
        expect(page.get_by_label("Efternamn")).to_have_value("Nowicki")
        visits.check()
        page.get_by_label("Personnummer", exact=True).fill(MAN_NUMBER)
        press(page, "Skicka remissen")
        expect(heading(page)).to_have_text(f"{MAREK}, remiss")
        expect(page.locator("main")).to_contain_text(re.compile(r"RE-\d{4}-\d{4}"))
        visits.check()


def test_1_and_one_for_somebody_who_is_not(line: Line) -> None:
    with line.step(2) as people:
        visits = people.at_work("ali")
        page = visits.page
        follow(page, "Ny remiss")
        follow(page, "Rehabsteget")
        write_person(page, WOMAN_NUMBER, MAJA)
        write_reasons(page)
        expect(page.get_by_label("Hur mycket?")).to_be_hidden()
        write_income(page)
        write_consent(page)
        press(page, "Skicka remissen")
        expect(heading(page)).to_have_text(f"{MAJA}, remiss")
        page.get_by_role("link", name="Rehabsteget").first.click()
        expect(page.locator("main")).to_contain_text(MAJA)
        visits.check()


# --- 2. assessment, talk, queue ---------------------------------------------------------------


def assess(page: Page, name: str) -> None:
    """From the board to the queue."""
    press(page, "Ta remissen för bedömning")
    book_and_hold_talk(page)
    press(page, "Ställ i kö")
    expect(page.locator("main")).to_contain_text("I kö")
    expect(heading(page)).to_have_text(f"{name}, remiss")


def book_and_hold_talk(page: Page) -> None:
    follow(page, "Boka inledande samtal")
    page.get_by_label("Dag", exact=True).fill(f"{date.today() + timedelta(days=2)}")
    page.get_by_label("Tid", exact=True).fill("13.00")
    page.get_by_label("Plats").fill("rum 3")
    press(page, "Boka samtalet")
    follow(page, "Anteckna samtalet")
    page.get_by_label("När hölls samtalet?").fill(f"{date.today()}")
    choose(page, "Personen erbjuds att delta. Svaret?", "Tackar ja")
    page.get_by_label("Från samtalet").fill("Vill börja så snart det går.")
    press(page, "Spara samtalet")


def test_2_a_coordinator_assesses_talks_and_queues(line: Line) -> None:
    with line.step(3) as people:
        visits = people.at_work("karin")
        page = visits.page
        expect(heading(page)).to_have_text("Min dag")
        visits.check()
        go(page, "Remisser")
        visits.check()
        follow(page, MAREK)
        visits.check()
        press(page, "Ta remissen för bedömning")
        follow(page, "Boka inledande samtal")
        visits.check()
        press(page, "Boka samtalet")
        expect(page.get_by_role("alert").first).to_contain_text("Fyll i dag")
        visits.check()
        page.get_by_role("link", name="Avbryt").click()
        book_and_hold_talk(page)
        visits.check()
        press(page, "Ställ i kö")
        expect(page.locator("main")).to_contain_text("I kö")
        visits.check()


def test_2_only_one_of_two_coordinators_gets_the_remiss(line: Line) -> None:
    with line.step(4) as people:
        first, second = people.at_work("karin").page, people.at_work("jonas")
        for page in (second.page, first):
            go(page, "Remisser")
            follow(page, MAJA)
        assess(first, MAJA)
        press(second.page, "Ta remissen för bedömning")
        expect(second.page.locator("main")).to_contain_text("I kö")
        expect(second.page.locator(".note--late").first).to_be_visible()
        second.check()


# --- 3. group, places, in-registration --------------------------------------------------------


def test_3_the_manager_makes_a_group_and_gives_fifteen_of_sixteen_a_place(line: Line) -> None:
    with line.step(5) as people:
        visits = people.at_work("vera")
        page = visits.page
        go(page, "Grupper")
        visits.check()
        follow(page, "Ny grupp")
        visits.check()
        page.get_by_label("Start").fill(f"{date.today() + timedelta(days=7)}")
        page.get_by_label("Ledare").select_option(label="Karin Lindqvist")
        page.get_by_label("Lokal").fill("sal Eken")
        press(page, "Skapa gruppen")
        expect(heading(page)).to_have_text("Grupp 1")
        visits.check()
        follow(page, "Ge plats")
        visits.check()
        boxes = page.get_by_role("checkbox")
        expect(boxes).to_have_count(len(NAMES) + 2)
        for box in boxes.all():
            box.check()
        press(page, "Ge plats")
        expect(page.get_by_role("alert").first).to_contain_text(
            "15 platser är lediga, du har valt 16."
        )
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(len(NAMES) + 2)
        visits.check()
        page.get_by_role("checkbox", name=f"Ge plats åt {NAMES[-1]}").uncheck()
        colleague = choosing_too(people)
        press(page, "Ge plats")
        expect(heading(page)).to_have_text("Grupp 1")
        expect(page.get_by_text("15 av 15 platser")).to_be_visible()
        expect(page.get_by_text(NAMES[-1])).to_have_count(0)
        visits.check()
        # A colleague who chose before the group was full gets no sixteenth in.
        press(colleague, "Ge plats")
        expect(colleague.get_by_role("alert").first).to_contain_text(
            "Grupp 1 har 15 av 15 platser fyllda. Ingen plats är ledig"
        )


def choosing_too(people: People) -> Page:
    """Another one of the staff, with the one who is left over chosen, before pressing."""
    page = people.at_work("jonas").page
    go(page, "Grupper")
    follow(page, "Grupp 1")
    follow(page, "Ge plats")
    page.get_by_role("checkbox", name=f"Ge plats åt {NAMES[-1]}").check()
    return page


def test_3_the_coordinator_registers_what_was_before(line: Line) -> None:
    with line.step(6) as people:
        visits = people.at_work("karin")
        page = visits.page
        go(page, "Deltagare")
        visits.check()
        open_participant(page, MAREK)
        visits.check()
        follow(page, "Fyll i inregistreringen")
        visits.check()
        page.get_by_label("Kommun").fill("Kvarnby")
        page.get_by_label("Högsta utbildning").select_option("3")
        page.get_by_label("Tid i offentlig försörjning före").fill("18")
        choose(page, "Försörjning veckan före start", "Försörjning SJP")
        choose(page, "Sysselsättning veckan före start", "Sysselsättning SJK")
        page.get_by_label("Deltagaren har samtyckt skriftligt").check()
        page.get_by_label("Samtyckets datum").fill(f"{date.today()}")
        press(page, "Spara inregistreringen")
        expect(page.get_by_role("alert").first).to_contain_text("hur många procent")
        visits.check()
        page.get_by_label("Omfattning, försörjning SJP").fill("100")
        press(page, "Spara inregistreringen")
        expect(page.locator("main")).to_contain_text("Inregistrering klar")


# --- 4. sessions and attendance ---------------------------------------------------------------


def test_4_attendance_for_the_whole_group_on_one_page(line: Line) -> None:
    with line.step(7) as people:
        line.product.let_weeks_pass(WEEKS_LATER)
        visits = people.at_work("karin")
        page = visits.page
        go(page, "Grupper")
        follow(page, "Grupp 1")
        expect(page.get_by_role("link", name=re.compile(r"tillfälle \d+, "))).to_have_count(24)
        visits.check()
        follow(page, "Ta närvaro")
        expect(page.locator("main").get_by_role("radiogroup")).to_have_count(15)
        visits.check()
        answer_for(page, MAREK, "Sen")
        answer_for(page, NAMES[0], "Borta")
        expect(page.locator("[data-attendance-count]")).to_have_text("13 här, 1 sen, 1 borta")
        press(page, "Klart för i dag")
        expect(heading(page)).to_have_text("Grupp 1")
        row = page.get_by_role("row", name=re.compile(MAREK))
        expect(row).to_contain_text("1 av 1")
        visits.check()


def test_4_and_on_a_phone(line: Line) -> None:
    with line.step(8) as people:
        visits = people.new_page(width=PHONE)
        page = visits.page
        sign_in(page, "karin")
        visits.check()
        page.get_by_role("navigation", name="Snabbmeny").get_by_role("link", name="Grupper").click()
        follow(page, "Grupp 1")
        follow(page, "Ta närvaro")
        visits.check()
        answer_for(page, MAJA, "Borta")
        page.get_by_role("radiogroup", name=f"Varför borta, {MAJA}").get_by_text("Sjuk").click()
        press(page, "Klart för i dag")
        expect(page.get_by_role("row", name=re.compile(MAREK))).to_contain_text("2 av 2")
        expect(page.get_by_role("row", name=re.compile(MAJA))).to_contain_text("1 av 2")


# --- 5. work trial ----------------------------------------------------------------------------


def test_5_a_work_trial_with_hours_week_by_week(line: Line) -> None:
    with line.step(9) as people:
        visits = people.at_work("karin")
        page = visits.page
        open_participant(page, MAREK)
        follow(page, "Planera arbetsprövning")
        visits.check()
        choose(page, "Arbetsplats", "En ny arbetsplats")
        page.get_by_label("Ny arbetsplats, namn").fill("Kvarnby bibliotek")
        page.get_by_label("Handledare").fill("Inga Dahl")
        page.get_by_label("Start").fill(f"{date.today() - timedelta(weeks=2)}")
        press(page, "Spara planen")
        visits.check()
        follow(page, "Föreslå arbetsprövningen")
        visits.check()
        press(page, "Föreslå arbetsprövningen")
        follow(page, "Anteckna godkännande")
        page.get_by_label("Deltagaren godkände").fill(f"{date.today()}")
        page.get_by_label("Arbetsplatsen godkände").fill(f"{date.today()}")
        press(page, "Spara godkännandena")
        follow(page, "Starta arbetsprövningen")
        press(page, "Starta arbetsprövningen")
        hours = page.get_by_label(re.compile("^Gjorda timmar"))
        expect(hours).to_have_count(3)
        hours.nth(0).fill("många")
        press(page, "Spara timmarna")
        expect(page.get_by_role("alert").first).to_contain_text("Timmarna är inte sparade än")
        visits.check()
        for box, done in zip(hours.all(), ("4", "6,5", "10"), strict=True):
            box.fill(done)
        press(page, "Spara timmarna")
        expect(hours.nth(1)).to_have_value("6,5")
        visits.check()
        go(page, "Arbetsprövningar")
        expect(page.locator("main")).to_contain_text("Kvarnby bibliotek")
        visits.check()
        follow(page, "Arbetsplatser")
        visits.check()


# --- 6. notes ---------------------------------------------------------------------------------


def test_6_a_note_on_the_timeline_and_its_amendment(line: Line) -> None:
    with line.step(10) as people:
        visits = people.at_work("karin")
        page = visits.page
        open_participant(page, MAREK)
        page.get_by_label(f"Ny anteckning om {MAREK}").fill("Ringde om passet på torsdag.")
        page.get_by_role("radiogroup", name="Slag av anteckning").get_by_text("Telefon").click()
        press(page, "Signera")
        timeline = page.locator("#tidslinje")
        expect(timeline).to_contain_text("Ringde om passet på torsdag.")
        visits.check()
        timeline.get_by_role("link", name=re.compile("^Rätta")).first.click()
        visits.check()
        page.get_by_label("Varför rättas den?").fill("Fel dag.")
        page.get_by_label("Rättad text").fill("Ringde om passet på fredag.")
        press(page, "Signera rättelsen")
        expect(timeline).to_contain_text("Ringde om passet på fredag.")
        expect(timeline).to_contain_text("Ringde om passet på torsdag.")


def test_6_and_every_page_about_somebody(line: Line) -> None:
    with line.step(11) as people:
        visits = people.at_work("karin")
        open_participant(visits.page, MAJA)
        for tab in ("Registrering", "Samtycken", "Logg"):
            visits.page.locator("main").get_by_role("link", name=tab, exact=True).click()
            visits.check()
        visits.page.get_by_role("searchbox").fill(WOMAN_NUMBER)
        visits.page.get_by_role("searchbox").press("Enter")
        expect(visits.page.locator("main")).to_contain_text(MAJA)
        assert WOMAN_NUMBER not in visits.page.url
        visits.check()


# --- 7. closure -------------------------------------------------------------------------------


def test_7_closure_with_reason_occupation_and_support(line: Line) -> None:
    with line.step(12) as people:
        visits = people.at_work("karin")
        page = visits.page
        open_participant(page, MAREK)
        follow(page, "Avsluta")
        visits.check()
        fill_in_closure(page, date.today() - timedelta(weeks=60))
        press(page, "Avsluta deltagandet")
        alert = page.get_by_role("alert").first
        expect(alert).to_contain_text("Deltagandet är inte avslutat än")
        expect(alert).to_contain_text("ligger före startdatumet")
        expect(alert).to_contain_text("utvärdering av arbetsprövningen på Kvarnby bibliotek")
        visits.check()
        evaluate_trial(visits)
        follow(page, "Avsluta")
        fill_in_closure(page, date.today())
        press(page, "Avsluta deltagandet")
        expect(heading(page)).to_have_text(MAREK)
        expect(page.locator("main")).to_contain_text("Avslutad")
        visits.check()


def fill_in_closure(page: Page, ends_on: date) -> None:
    page.get_by_label("Sista dag").fill(f"{ends_on}")
    choose(page, "Avslutsanledning", "Avslutsanledning GEN")
    page.get_by_label("Timmars aktivitet i veckan vid avslutet").fill("20")
    choose(page, "Sysselsättning efter", "Sysselsättning ARB")
    page.get_by_label("Timmar i veckan, sysselsättning ARB").fill("20")
    choose(page, "Försörjning efter", "Försörjning SJP")
    page.get_by_label("Omfattning, försörjning SJP").fill("50 %")


def evaluate_trial(visits: Visits) -> None:
    """From the menu to the trial, its evaluation, and on to the participant."""
    page = visits.page
    go(page, "Arbetsprövningar")
    follow(page, MAREK)
    follow(page, "Utvärdera arbetsprövningen")
    visits.check()
    choose(page, "Hur gick arbetsprövningen?", "Genomförd")
    page.get_by_role("textbox", name="Utvärdering").fill("Klarade tio timmar den tredje veckan.")
    press(page, "Spara utvärderingen")
    visits.check()
    follow(page, MAREK)


# --- 8. the annual report ---------------------------------------------------------------------


def test_8_the_manager_orders_the_report_and_sees_it_come(line: Line) -> None:
    with line.step(13) as people:
        visits = people.at_work("vera")
        page = visits.page
        go(page, "Verksamhetsberättelse")
        visits.check()
        follow(page, "Ny verksamhetsberättelse")
        visits.check()
        page.get_by_label("Sammanfattning").fill("Ett år med många som kom vidare.")
        press(page, "Beställ verksamhetsberättelsen")
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("^Hämta"))).to_be_visible(
            timeout=REPORT_SECONDS * 1000
        )
        visits.check()


def test_8_the_director_downloads_it_and_meets_nobody(line: Line) -> None:
    with line.step(14) as people:
        visits = people.at_work("frida")
        page = visits.page
        visits.check()
        follow(page, re.compile("^Verksamhetsberättelse"))
        visits.check()
        file = download(page, "Hämta")
        assert file.read_bytes().startswith(b"%PDF-")
        words = text_of(file)
        assert "Ett år med många som kom vidare." in words
        assert_names_nobody(words, [MAREK, MAJA, *NAMES])
        assert_shows_no_small_count(file)
        go(page, "Statistik")
        visits.check()
        assert_names_nobody(page.locator("main").inner_text(), [MAREK, MAJA, *NAMES])


# --- 9. the SUS document ----------------------------------------------------------------------


def test_9_the_sus_document_of_one_participant(line: Line) -> None:
    with line.step(15) as people:
        visits = people.at_work("karin")
        page = visits.page
        go(page, "Deltagare")
        follow(page, "Avslutade")
        follow(page, MAREK)
        follow(page, "Dokument")
        visits.check()
        press(page, "Gör PDF")
        visits.check()
        expect(page.get_by_role("link", name=re.compile("^Hämta"))).to_be_visible(
            timeout=REPORT_SECONDS * 1000
        )
        visits.check()
        file = download(page, "Hämta")
        assert file.read_bytes().startswith(b"%PDF-")
        words = text_of(file)
        assert "Nowicki" in words
        assert "Kvarnby" in words


def test_nothing_broke_on_the_way(line: Line) -> None:
    for name in ("web", "worker"):
        log = line.product.log(name)
        assert "Traceback" not in log
        for number in (WOMAN_NUMBER, MAN_NUMBER):
            assert number not in log
            assert f"{number[:8]}-{number[8:]}" not in log
