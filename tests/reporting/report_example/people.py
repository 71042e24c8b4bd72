"""The example: who took part, and what came of it."""

from core.charts import HorizontalBars
from core.tables import Cell
from reporting.services.report_context import (
    Exhibit,
    Participants,
    Reconciliation,
    before_and_after,
    women_and_men,
)
from tests.reporting.report_example.definitions import (
    FEW,
    HIDDEN,
    OCCUPATION,
    STARTED,
    SUPPORT,
    YEAR,
    table,
)


def occupation_exhibit() -> Exhibit:
    shown = table(
        "sysselsattning",
        "Sysselsättning efter, kvinnor och män",
        ("Sysselsättning", "Före", "Efter", "Kvinnor efter", "Män efter"),
        [
            ("Arbete, med eller utan stöd", 6, 22, 13, 9),
            ("Studier", 0, 9, HIDDEN, FEW),
            ("Aktivt arbetssökande", 8, 17, HIDDEN, HIDDEN),
            ("Övriga", 60, 26, 15, 11),
        ],
        total=("Alla", 74, 74, 43, 31),
    )
    chart = before_and_after(shown, "Sysselsättning före och efter")
    return Exhibit(
        shown,
        chart,
        finding="Fler arbetar, färre står helt utanför",
        unit="Antal personer av 74 avslutade 2026.",
        definition=OCCUPATION,
    )


def support_exhibit() -> Exhibit:
    shown = table(
        "forsorjning",
        "Försörjning före och efter",
        ("Försörjning", "Före", "Efter", "Förändring"),
        [
            ("Sjukpenning", 21, 8, -13),
            ("Rehabiliteringspenning", 6, FEW, HIDDEN),
            ("Sjukersättning", FEW, FEW, HIDDEN),
            ("Aktivitetsersättning", 7, 6, -1),
            ("Aktivitetsstöd, utvecklings- eller etableringsersättning", 9, 24, 15),
            ("Arbetslöshetsersättning", 0, 5, 5),
            ("Försörjningsstöd", 38, 19, -19),
            ("Studiestöd", 0, 9, 9),
            ("Annan offentlig försörjning", FEW, HIDDEN, HIDDEN),
            ("Ingen offentlig försörjning", 5, 18, 13),
        ],
        source="Omfattar 74 av 74 avslutade. Flera svar är möjliga.",
    )
    chart = before_and_after(shown, "Försörjning före och efter")
    return Exhibit(
        shown,
        chart,
        finding="Hälften så många lever på försörjningsstöd",
        unit="Antal personer av 74 avslutade 2026, flera svar möjliga.",
        definition=SUPPORT,
    )


def ended_exhibits() -> tuple[Exhibit, ...]:
    reasons = table(
        "avslutsanledning",
        "Varför deltagandet tog slut",
        ("Anledning", "Kvinnor", "Män", "Alla"),
        [
            ("Genomförd enligt plan", 26, 19, 45),
            ("Fortsatt rehabilitering", 8, 5, 13),
            ("Sjukdom", 5, HIDDEN, HIDDEN),
            ("Avbrott på egen begäran", HIDDEN, FEW, 7),
            ("Annan", FEW, FEW, HIDDEN),
        ],
        total=("Alla", 43, 31, 74),
    )
    time = table(
        "tid-i-insatsen",
        "Tid i Rehabsteget",
        ("Mått", "Kvinnor", "Män", "Alla"),
        [("Median", 214, 208, 211), ("Medelvärde", 221, 214, 218)],
        unit="dagar",
    )
    return (Exhibit(reasons), Exhibit(time))


def participants() -> Participants:
    flow = table(
        "flode",
        "Deltagare under året",
        ("Händelse", "Kvinnor", "Män", "Alla"),
        [
            ("Pågick den 1 januari", 19, 15, 34),
            ("Började", 49, 36, 85),
            ("Avslutade", 43, 31, 74),
            ("Pågick den 31 december", 25, 20, 45),
        ],
        source="Omfattar 85 av 93 påbörjade; 8 är anonyma.",
    )
    gender = table(
        "kon",
        "Påbörjade efter kön",
        ("Kön", "Antal", "Andel"),
        [
            ("Kvinnor", 49, Cell(58, unit="%")),
            ("Män", 36, Cell(42, unit="%")),
        ],
        total=("Alla", 85, Cell(100, unit="%")),
        source="Omfattar 85 av 93 påbörjade; 8 är anonyma.",
    )
    age = table(
        "alder",
        "Påbörjade efter ålder vid start",
        ("Ålder", "Kvinnor", "Män", "Alla"),
        [
            ("18–24 år", 7, 9, 16),
            ("25–34 år", 14, 10, 24),
            ("35–44 år", 15, 9, 24),
            ("45–54 år", HIDDEN, HIDDEN, 14),
            ("55–64 år", HIDDEN, FEW, 7),
        ],
        total=("Alla", 49, 36, 85),
        source="Omfattar 85 av 93 påbörjade; 8 är anonyma.",
    )
    referrers = table(
        "remittent",
        "Påbörjade efter remitterande part",
        ("Part", "Antal"),
        [
            ("Försäkringskassan", 31),
            ("Arbetsförmedlingen", 18),
            ("Kommun, försörjningsstöd", 24),
            ("Kommun, arbetsmarknad", FEW),
            ("Region, primärvård", HIDDEN),
            ("Region, psykiatri", 5),
        ],
        total=("Alla", 85),
        source="Omfattar 85 av 93 påbörjade; 8 är anonyma.",
    )
    unit = "Antal personer av 85 registrerade som började 2026."
    return Participants(
        lead="93 personer började under året, fler kvinnor än män. Var tredje kom från "
        "Försäkringskassan.",
        reconciliation=Reconciliation(YEAR, Cell(94), Cell(83), Cell(2), Cell(8), Cell(1)),
        flow=Exhibit(flow, definition=STARTED),
        gender=Exhibit(gender, definition=STARTED),
        age=Exhibit(
            age,
            women_and_men(age, "Ålder vid start"),
            finding="De flesta är mellan 25 och 44 år",
            unit=unit,
            definition=STARTED,
        ),
        referrers=Exhibit(
            referrers,
            HorizontalBars(key="remittent", title="Remitterande part", table=referrers),
            finding="Försäkringskassan och försörjningsstödet remitterar flest",
            unit=unit,
            definition=STARTED,
        ),
    )
