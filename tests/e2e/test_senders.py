"""Each party's case officer writes a remiss on the page that asks only what applies to them."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.cast import PASSWORD
from tests.e2e.actions import choose, follow, go, heading, press
from tests.e2e.fill import FIRST_FREE, example_number
from tests.e2e.people import People, address_of, sign_in
from tests.e2e.remiss import (
    SECURED,
    write_consent,
    write_income,
    write_person,
    write_reasons,
)
from tests.e2e.visits import PHONE, Visits

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

# What somebody on sick leave must be asked, papers apart: an officer answers these in under five minutes.
MOST_QUESTIONS = 15


def number(index: int) -> str:
    return example_number(FIRST_FREE + 30 + index)


def begin(visits: Visits, name: str) -> Page:
    """Signed in, as far as the empty form."""
    page = visits.page
    sign_in(page, name)
    follow(page, "Ny remiss")
    follow(page, "Rehabsteget")
    return page


def send(page: Page, name: str) -> None:
    press(page, "Skicka remissen")
    expect(heading(page)).to_have_text(f"{name}, remiss")
    expect(page.get_by_role("link", name="Remittera en till")).to_be_visible()


def test_forsakringskassan_on_a_phone(people: People) -> None:
    visits = people.new_page(width=PHONE)
    page = begin(visits, "ali")
    expect(page.get_by_label("Efternamn")).to_be_hidden()
    press(page, "Skicka remissen")
    # What is wrong is never hidden, and the summary's links lead to it.
    expect(page.get_by_label("Efternamn")).to_be_visible()
    visits.check()
    write_person(page, number(1), "Sten Modig")
    choose(page, "Är personen sjukskriven?", "Ja, helt eller delvis")
    page.get_by_label("Hur mycket?").fill("50")
    page.get_by_label("Läkarintyget gäller till").fill(SECURED)
    choose(page, "Medicinsk bedömning från läkare", "Den kommer senare")
    page.get_by_label("Vilken dag kommer den?").fill(f"{date.today() + timedelta(days=9)}")
    page.get_by_label("Vad lever personen på?").select_option("SJP")
    page.get_by_label("Säkrad till och med").fill(SECURED)
    write_consent(page)
    labels = page.locator(
        ".form__part:not(#bilagor) :is(.field__label, .choice:only-child):visible"
    )
    asked = [text for text in labels.all_inner_texts() if "(valfritt)" not in text]
    assert len(asked) <= MOST_QUESTIONS, asked
    visits.check()
    send(page, "Sten Modig")
    expect(page.locator("main")).to_contain_text("50\u00a0%")
    follow(page, "Skriv ut")
    visits.check()


def test_arbetsformedlingen_and_what_was_missing(people: People) -> None:
    visits = people.new_page()
    page = begin(visits, "tomas")
    choose(page, "Har personen skyddad identitet?", "Nej")
    choose(page, "Har personen personnummer eller samordningsnummer?", "Nej")
    page.get_by_label("Födelsedatum").fill("1991-09-25")
    choose(page, "Kön", "Kvinna")
    page.get_by_label("Efternamn").fill("Ibsen")
    choose(page, "Behöver personen tolk eller anpassning?", "Ja")
    page.get_by_label("Tolk").fill("Dari")
    write_reasons(page)
    write_income(page, "AKS")
    write_consent(page)
    visits.check()
    send(page, "Ibsen")
    expect(page.locator("main")).to_contain_text("född 1991-09-25")
    ask_for_more(people, "Ibsen")
    answer_on_a_phone(people, "Ibsen")


def test_regionen_and_somebody_nobody_may_know(people: People) -> None:
    visits = people.new_page()
    page = begin(visits, "maria")
    choose(page, "Vilken verksamhet remitterar?", "Remittent RPV")
    choose(page, "Har personen skyddad identitet?", "Ja")
    expect(page.locator("main")).to_contain_text("Skriv inte vem personen är")
    expect(page.get_by_label("Efternamn")).to_be_hidden()
    visits.check()
    write_reasons(page)
    write_income(page, "FSS")
    page.get_by_label("Personen har fått muntlig och skriftlig information").check()
    choose(page, "Samtycke att insatsen får ta del av remissen", "Remittera anonymt")
    choose(page, "Kön", "Man")
    send(page, "Anonym person")


def sign_in_beside(context: BrowserContext, name: str) -> None:
    """Sign in in another tab of the same browser."""
    tab = context.new_page()
    tab.goto("/konto/login/")
    tab.get_by_label("E-postadress").fill(address_of(name))
    tab.get_by_label("Lösenord").fill(PASSWORD)
    tab.get_by_role("button", name="Logga in").click()
    expect(tab.get_by_role("button", name="Logga in")).to_have_count(0)
    tab.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_kommunen_is_signed_out_while_writing(people: People, javascript: bool) -> None:
    visits = people.new_page(javascript=javascript, width=PHONE)
    page, name = begin(visits, "siv"), "Rut Vallin" if javascript else "Olof Ras"
    choose(page, "Vilken verksamhet remitterar?", "Remittent KFS")
    write_person(page, number(3 if javascript else 5), name)
    write_reasons(page)
    write_income(page, "FSS")
    write_consent(page)
    page.context.clear_cookies(name="sessionid")
    press(page, "Skicka remissen")
    expect(heading(page)).to_have_text("Det du skrev finns kvar")
    sign_in_beside(page.context, "siv")
    press(page, "Fortsätt")
    if not javascript:
        # The page's own token is from before the sign-in: one more press, with a new one.
        expect(heading(page)).to_have_text("Det du skrev finns kvar")
        press(page, "Fortsätt")
    expect(heading(page)).to_have_text(f"{name}, remiss")
    complaints, visits.complaints[:] = list(visits.complaints), []
    assert not [said for said in complaints if not re.search("status of 40[13]", said)]


def ask_for_more(people: People, name: str) -> None:
    coordinator = people.new_page()
    page = coordinator.page
    sign_in(page, "karin")
    go(page, "Remisser")
    follow(page, name)
    follow(page, "Begär komplettering")
    page.get_by_label("Personens behov av insatsen").check()
    page.get_by_label("Mobilnummer till personen").check()
    page.get_by_label("Annat som saknas").fill("Vem följer med till samtalet?")
    coordinator.check()
    press(page, "Begär komplettering")


def answer_on_a_phone(people: People, name: str) -> None:
    sender = people.new_page(width=PHONE)
    sign_in(sender.page, "tomas")
    follow(sender.page, "Komplettera")
    sender.check()
    sender.page.get_by_label("Mobilnummer till personen").fill("070-000 00 00")
    expect(sender.page.locator("[data-autosave-status]")).to_contain_text("Sparat")
    press(sender.page, "Skicka svaret")
    expect(sender.page.get_by_role("alert")).to_contain_text("svara på frågan")
    sender.check()
    sender.page.get_by_label("Personens behov av insatsen").fill("En liten grupp.")
    sender.page.get_by_label("Vem följer med till samtalet?").fill("Jag.")
    press(sender.page, "Skicka svaret")
    expect(heading(sender.page)).to_have_text(f"{name}, remiss")
    expect(sender.page.locator("main")).to_contain_text("En liten grupp.")


def test_two_tabs_and_nobodys_words_vanish(people: People) -> None:
    visits = people.new_page()
    first = begin(visits, "ali")
    choose(first, "Har personen skyddad identitet?", "Nej")
    first.get_by_label("Efternamn").fill("Ett")
    status = first.locator("[data-autosave-status]")
    expect(status).to_contain_text("Sparat")
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("main").get_by_role("link", name="Fortsätt").first.click()
    expect(second.get_by_label("Efternamn")).to_have_value("Ett")
    second.get_by_label("Efternamn").fill("Två")
    expect(second.locator("[data-autosave-status]")).to_contain_text("Sparat")
    first.get_by_label("Förnamn").fill("Mitt")
    expect(status).to_contain_text("från ett annat ställe")
    expect(status).to_contain_text("Din text är kvar här.")
    press(first, "Spara och stäng")
    expect(first.locator("main")).to_contain_text(
        "Efternamn: i det sparade utkastet står det ”Två”."
    )
    expect(first.get_by_label("Förnamn")).to_have_value("Mitt")
