"""The example: what was done, for which goals, at what cost."""

from dataclasses import replace

from core.charts import Goal, LineChart, Series, StackedColumns
from core.formatting import number
from core.tables import Cell, Column, Row, Table
from reporting.services.report_context import (
    Activity,
    Economy,
    Exhibit,
    GoalResult,
    Goals,
    ReportFigure,
)
from tests.reporting.report_example.definitions import (
    BUDGET,
    TEN_HOURS,
    cells,
    table,
)


def activity() -> Activity:
    began = [("Grupp 19", 9, 5), ("Grupp 20", 8, 6), ("Grupp 21", 7, 7), ("Grupp 22", 9, 6)]
    began += [("Grupp 23", 8, 6), ("Grupp 24", 8, 6)]
    groups = table(
        "grupper",
        "Grupper som startade under året",
        ("Grupp", "Kvinnor", "Män", "Platser", "Närvaro"),
        [
            (name, women, men, 15, Cell(82 + index * 2, unit="%"))
            for index, (name, women, men) in enumerate(began)
        ],
        total=("Alla", 49, 36, 90, Cell(87, unit="%")),
        source="Närvaro är andel av de tillfällen som hölls.",
    )
    contents = table(
        "innehall",
        "Gruppens innehåll",
        ("Innehåll", "Tillfällen", "Timmar"),
        [
            ("Självförtroende och motivation", 48, 144),
            ("Hantera smärta och oro", 30, 90),
            ("Mental träning", 24, 72),
            ("Avslappning: yoga och qigong", 24, 72),
            ("Friskvård", 18, 54),
        ],
        total=("Alla", 144, 432),
        source="Sex grupper, 24 tillfällen om 3 timmar i varje.",
    )
    staffing = table(
        "bemanning",
        "Tjänster under året",
        ("Roll", "Budget", "Utfall"),
        [("Verksamhetsledare", 0.5, 0.5), ("Rehabkoordinator", 4.5, 4.2)],
        total=("Alla", 5.0, 4.7),
        source="Heltidstjänster i medeltal under året.",
    )
    staffing = replace(
        staffing,
        rows=tuple(
            replace(row, cells=tuple(replace(cell, decimals=1) for cell in row.cells))
            for row in staffing.rows
        ),
        total=Row("Alla", (Cell(5.0, decimals=1), Cell(4.7, decimals=1))),
    )
    chart = StackedColumns(
        key="grupper",
        title="Deltagare som började i varje grupp",
        table=groups,
        series=(Series(0, "c1"), Series(1, "c3")),
        goal=Goal(15, "15 platser i varje grupp"),
    )
    return Activity(
        lead="Sex grupper startade. Tillsammans hade de plats för 90 personer och 85 började.",
        groups=Exhibit(
            groups, chart, finding="Nästan alla platser fylldes", unit="Antal som började 2026."
        ),
        contents=Exhibit(contents),
        staffing=Exhibit(staffing),
        groups_text="Grupperna har träffats tre dagar i veckan, tre timmar åt gången, i åtta "
        "veckor. Under året flyttade friskvården till kommunens simhall.\n\nGrupp 21 började tre "
        "veckor senare än planerat, eftersom lokalen renoverades.",
        staffing_text="En koordinator var föräldraledig från september. Tjänsten var vakant i sex "
        "veckor.",
    )


def goals() -> Goals:
    weeks = [4, 6, 7, 9, 12, 11, 13, 15, 14, 20, 27, 36, 46, 54, 59, 61]
    ladder = table(
        "tio-timmar",
        "Andel som nått tio timmar, efter vecka",
        ("Vecka i Rehabsteget", "Andel"),
        [(f"v. {index + 1}", share) for index, share in enumerate(weeks)],
        unit="%",
    )
    chart = LineChart(
        key="tio-timmar",
        title="Andel som nått tio timmars aktivitet, efter vecka",
        table=ladder,
        goal=Goal(60, "Mål 60 %"),
        unit="%",
        ceiling=80,
    )
    months = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    places = [34, 33, 36, 38, 38, 37, 33, 35, 38, 37, 39, 40]
    filled = table(
        "fyllda-platser",
        "Deltagare samtidigt, i medeltal per månad",
        ("Månad", "Deltagare"),
        list(zip(months, places, strict=True)),
        source="Omfattar alla 40 platser.",
    )
    filled_chart = LineChart(
        key="fyllda-platser",
        title="Deltagare samtidigt per månad",
        table=filled,
        goal=Goal(40, "40 platser"),
    )
    return Goals(
        lead="Två av tre mål är nådda. Flyttarna till Arbetsförmedlingen går fortfarande långsamt.",
        results=(
            GoalResult(
                "tio-timmar",
                "Tio timmar i veckan",
                "minst 60 % av de avslutade",
                Cell(61, unit="%"),
                True,
                "Det tar i regel tolv till fjorton veckor att komma upp i tio timmar.",
                Exhibit(
                    ladder,
                    chart,
                    finding="Sex av tio når tio timmar, oftast i vecka 14",
                    unit="Andel av 74 avslutade 2026.",
                    definition=TEN_HOURS,
                ),
            ),
            GoalResult(
                "fyllda-platser",
                "Fyllda platser",
                "minst 36 av 40 platser i medeltal",
                Cell(36.5, decimals=1),
                True,
                "",
                Exhibit(filled, filled_chart, finding="Platserna var fyllda från april"),
            ),
            GoalResult(
                "plan-vidare",
                "Gemensam plan efter Rehabsteget",
                "minst 70 % av de avslutade",
                Cell(67, unit="%"),
                False,
                "Tre av tio väntade mer än en månad på ett första möte hos mottagande part.",
            ),
        ),
    )


def goals_overview() -> Exhibit:
    return Exhibit(
        table(
            "mal",
            "Årets mål",
            ("Mål", "Uppsatt", "Utfall", "Bedömning"),
            [
                ("Tio timmar i veckan", "minst 60 %", Cell(61, unit="%"), "nått"),
                ("Fyllda platser", "minst 36", Cell(36.5, decimals=1), "nått"),
                ("Gemensam plan", "minst 70 %", Cell(67, unit="%"), "inte nått"),
            ],
            texts=(1, 3),
            source="Målen är satta av styrgruppen 2025-12-04.",
        )
    )


def economy() -> Economy:
    groups = {
        "Personal": [
            ("Verksamhetsledare 0,5 tj.", 327_000, 327_000),
            ("Rehabkoordinator 4,5 tj.", 2_673_000, 2_511_400),
            ("Kompetensutveckling och handledning", 100_000, 84_300),
        ],
        "Externa tjänster": [("Specialistkompetens", 1_300_000, 1_342_750)],
        "Lokaler, kommunikation, kontorsmaterial": [
            ("Hyra personal, 5 kontor", 111_000, 111_000),
            ("Hyra gruppverksamhet", 130_000, 138_200),
            ("Kommunikation, material", 69_000, 61_900),
        ],
        "Övriga kostnader": [
            ("Representation", 105_000, 72_050),
            ("Administrationskostnad", 152_000, 152_000),
            ("Extern utvärdering", 200_000, 200_000),
        ],
    }
    rows: list[Row] = []
    budget_sum = outcome_sum = 0
    for name, items in groups.items():
        rows.append(Row(name, kind="heading"))
        rows += [_money(label, planned, spent) for label, planned, spent in items]
        planned, spent = sum(item[1] for item in items), sum(item[2] for item in items)
        rows.append(replace(_money(f"Summa {name.lower()}", planned, spent), kind="subtotal"))
        budget_sum, outcome_sum = budget_sum + planned, outcome_sum + spent
    shown = Table(
        key="ekonomi",
        caption="Budget och utfall, kronor",
        columns=tuple(Column(one) for one in ("Post", "Budget", "Utfall", "Skillnad")),
        rows=tuple(rows),
        total=_money("Totalt", budget_sum, outcome_sum),
        source="Utfall enligt kommunens redovisning.",
    )
    return Economy(
        lead=f"Året kostade {number(outcome_sum)} kronor, "
        f"{number(budget_sum - outcome_sum)} mindre än budget.",
        figures=(
            ReportFigure(Cell(round(outcome_sum / 40), unit="kr"), "per plats, 40 platser"),
            ReportFigure(Cell(round(outcome_sum / 93), unit="kr"), "per start, 93 som började"),
        ),
        text="Tjänsten som var vakant i sex veckor förklarar det mesta av skillnaden.",
        budget=Exhibit(shown, definition=BUDGET),
    )


def _money(label: str, planned: int, spent: int) -> Row:
    return Row(label, cells(planned, spent, spent - planned))
