"""A remiss written in the browser: the answers every journey gives, said once."""

from datetime import date, timedelta

from playwright.sync_api import Page

from tests.e2e.actions import choose

SECURED = f"{date.today() + timedelta(weeks=60)}"


def write_person(page: Page, number: str, name: str) -> None:
    """Who the person is: known, with a number, and in need of nothing special."""
    given, family = name.split()
    choose(page, "Har personen skyddad identitet?", "Nej")
    page.get_by_label("Personnummer", exact=True).fill(number)
    page.get_by_label("Förnamn").fill(given)
    page.get_by_label("Efternamn").fill(family)
    choose(page, "Behöver personen tolk eller anpassning?", "Nej")


def write_reasons(page: Page) -> None:
    """What is asked about somebody who isn't on sick leave."""
    choose(page, "Är personen sjukskriven?", "Nej")
    page.get_by_label("Syfte", exact=True).fill("Pröva en vecka med fasta tider.")
    page.get_by_label("Mål", exact=True).fill("Tio timmars aktivitet i veckan.")
    page.get_by_label("Möjlighet", exact=True).fill("Kan komma tre dagar i veckan.")
    page.get_by_label("Behov", exact=True).fill("En lugn start och en liten grupp.")


def write_income(page: Page, support: str = "SJP", percent: str = "100") -> None:
    """What the person lives on, until when."""
    page.get_by_label("Vad lever personen på?").select_option(support)
    page.get_by_label("Omfattning").fill(percent)
    page.get_by_label("Säkrad till och med").fill(SECURED)


def write_consent(page: Page) -> None:
    """The person is informed and has signed a consent."""
    page.get_by_label("Personen har fått muntlig och skriftlig information").check()
    choose(page, "Samtycke att insatsen får ta del av remissen", "Ja, personen har samtyckt")
    page.get_by_label("Vilken dag gavs det?").fill(f"{date.today()}")
    choose(page, "Hur gavs det?", "Underskrivet papper")
