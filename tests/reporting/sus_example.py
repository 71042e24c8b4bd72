"""Invented enrolments for tests of the SUS document. Personal numbers are Skatteverket's own."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reporting.services.sus_context import (
    SusAnswer,
    SusClosure,
    SusConsent,
    SusDocument,
    SusRegistration,
    occupation_part,
    support_part,
)


def registration() -> SusRegistration:
    return SusRegistration(
        name="Åsa Wikström",
        personal_number="19850412-2386",
        municipality="Kvarnby",
        district="",
        gender="Kvinna",
        age=41,
        starts_on=date(2026, 2, 2),
        referrer="Försäkringskassan",
        education="Gymnasium",
        months_in_support=31,
        support=(support_part("Sjukpenning", 75), support_part("Försörjningsstöd", 25)),
        occupation=(
            occupation_part("Sjukskriven, ej aktiv", 30),
            occupation_part("Arbete utan stöd", 10),
        ),
        answers=(
            SusAnswer("Har du barn under 18 år som bor hemma?", "Ja"),
            SusAnswer("Hur många timmar i veckan vill du arbeta om ett år?", "20"),
        ),
        consent=SusConsent(date(2026, 1, 28), "på papper", "2025-2", date(2028, 1, 28)),
    )


def closure() -> SusClosure:
    return SusClosure(
        ends_on=date(2026, 10, 16),
        reason="Genomförd enligt plan",
        occupation=(occupation_part("Subventionerat arbete", 20.5),),
        support=(support_part("Sjukpenning", 50),),
        answers=(SusAnswer("Har du fått en plan för tiden efter?", "Ja"),),
    )


def document() -> SusDocument:
    """Everything known, the enrolment ended."""
    return SusDocument(
        programme="Rehabsteget",
        controller="Kvarnby kommun",
        case_number="RS-2026-0183",
        printed_by="Karin Lindqvist",
        printed_at=datetime(2026, 10, 19, 8, 12, tzinfo=UTC),
        registration=registration(),
        closure=closure(),
    )


def unfinished_document() -> SusDocument:
    """Nearly nothing known, and the person still takes part."""
    known = registration()
    blank = replace(
        known,
        municipality="",
        age=None,
        education="",
        months_in_support=None,
        support=(support_part("Sjukpenning", None),),
        occupation=(),
        answers=(SusAnswer("Har du barn under 18 år som bor hemma?"),),
        consent=None,
    )
    return replace(document(), registration=blank, closure=None)


def long_document() -> SusDocument:
    """Names of eighty letters, ten forms of support, many questions: two pages."""
    known = registration()
    name = "Wolfeschlegelsteinhausenbergerdorff-Łukasiewicz-Ağaoğlu Ñuñez Ćirić Þórðardóttir"
    labels = (
        "Aktivitetsstöd, utvecklings- eller etableringsersättning",
        "Annan offentlig försörjning",
        "Försörjningsstöd",
        "Rehabiliteringspenning",
        "Sjukersättning",
    )
    questions = tuple(
        SusAnswer(f"Lokal fråga {index}, med så lång text att den inte får plats på en rad", "Ja")
        for index in range(1, 13)
    )
    many = replace(
        known,
        name=name,
        district="Södra innerstaden",
        support=tuple(support_part(label, 20) for label in labels),
        answers=questions,
    )
    return replace(document(), registration=many)
