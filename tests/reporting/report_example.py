"""An invented year of an invented programme, whose figures add up, for tests of paper."""

from dataclasses import replace
from datetime import UTC, date, datetime

from core.charts import Goal, HorizontalBars, LineChart, Series, StackedColumns
from core.formatting import number
from core.tables import Cell, Column, Row, Suppressed, Table
from reporting.services.report_context import (
    Activity,
    Change,
    Changes,
    Definition,
    Economy,
    Exhibit,
    GoalResult,
    Goals,
    Outcome,
    Participants,
    Reconciliation,
    ReportContext,
    ReportFigure,
    Summary,
    before_and_after,
    cover_sentence,
    women_and_men,
)

YEAR = 2026
FROZEN_AT = datetime(2027, 1, 20, 14, 5, tzinfo=UTC)
FEW = Cell(suppressed="primary")
HIDDEN = Cell(suppressed="complementary")

STARTED = Definition(
    "started",
    "Påbörjade",
    1,
    "Personer med startdatum under året. Anonyma räknas för sig, felregistreringar inte alls.",
)
OCCUPATION = Definition(
    "occupation",
    "Sysselsättning före och efter",
    2,
    "Avslutade under året med fullständiga uppgifter både före och efter. Före är veckan närmast "
    "före start, efter är den sista veckan. En person räknas en gång: arbete före studier, studier "
    "före arbetssökande.",
)
SUPPORT = Definition(
    "support",
    "Försörjning före och efter",
    1,
    "Avslutade under året. En person kan ha flera slags försörjning, så summan kan bli större än "
    "antalet personer.",
)
TEN_HOURS = Definition(
    "ten_hours",
    "Tio timmar i veckan",
    1,
    "Andel av de avslutade som under minst en vecka hade tio timmars aktivitet eller mer.",
)
BUDGET = Definition(
    "budget",
    "Budget och utfall",
    1,
    "Hela kronor. Per plats delar årets kostnad på 40 platser, per start på dem som började.",
)


def cells(*values: Cell | int | float | str | None, unit: str = "") -> tuple[Cell, ...]:
    """Values as cells; a cell passes as it is."""
    return tuple(
        one if isinstance(one, Cell) else Cell(one, unit="" if isinstance(one, str) else unit)
        for one in values
    )


def table(
    key: str,
    caption: str,
    headings: tuple[str, ...],
    rows: list[tuple],
    *,
    total: tuple | None = None,
    source: str = "Omfattar 74 av 74 avslutade.",
    unit: str = "",
    texts: tuple[int, ...] = (),
    empty: str = "Det finns inget att visa.",
) -> Table:
    """A table from plain tuples; `texts` are the columns that hold words."""
    return Table(
        key=key,
        caption=caption,
        columns=tuple(Column(one, is_text=index in texts) for index, one in enumerate(headings)),
        rows=tuple(Row(first, cells(*rest, unit=unit)) for first, *rest in rows),
        total=Row(total[0], cells(*total[1:], unit=unit)) if total else None,
        source=source,
        empty=empty,
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


def report(**changes: object) -> ReportContext:
    """A whole report; any field of it may be exchanged."""
    whole = ReportContext(
        programme="Rehabsteget",
        controller="Kvarnby kommun",
        recipient="Samordningsförbundet Kvarnbygden",
        year=YEAR,
        version=1,
        frozen_at=FROZEN_AT,
        is_draft=False,
        is_internal=False,
        decided_on=date(2027, 1, 22),
        cover_sentence=cover_sentence(
            started=Cell(93),
            ended=Cell(74),
            reached=Cell(61, unit="%"),
            reaching="nådde tio timmars aktivitet i veckan",
        ),
        summary=Summary(
            lead="Sex grupper, 93 påbörjade och 74 avslutade. Sex av tio nådde tio timmars "
            "aktivitet i veckan, och tre gånger så många arbetar efteråt som före.",
            figures=(
                ReportFigure(Cell(93), "började, 80 förra året"),
                ReportFigure(Cell(74), "avslutade, 71 förra året"),
                ReportFigure(Cell(61, unit="%"), "nådde 10 timmar i veckan"),
                ReportFigure(Cell(22), "arbetar efter, 6 före"),
            ),
            text="Årets viktigaste förändring är att arbetsprövningen börjar redan i gruppfasens "
            "sista vecka. Deltagarna slipper uppehållet som förr kunde bli en månad långt.\n\n"
            "Till nästa år vill vi korta väntan mellan Rehabsteget och nästa insats. Vi föreslår "
            "att mötet med mottagande part bokas senast fyra veckor före avslut.",
            goals=goals_overview(),
        ),
        activity=activity(),
        goals=goals(),
        participants=participants(),
        outcome=Outcome(
            lead="22 av 74 arbetar när de slutar, med eller utan stöd. Före Rehabsteget var det 6. "
            "Gruppen som varken arbetar, studerar eller söker arbete har mer än halverats.",
            figures=(
                ReportFigure(Cell(22), "arbetar efter, 6 före"),
                ReportFigure(Cell(9), "studerar efter, ingen före"),
                ReportFigure(Cell(61, unit="%"), "nådde 10 timmar i veckan"),
                ReportFigure(Cell(7.2, decimals=1), "månader i snitt i Rehabsteget"),
            ),
            occupation=occupation_exhibit(),
            support=support_exhibit(),
            more=ended_exhibits(),
        ),
        changes=Changes(
            text="Styrgruppen reserverade två platser i varje grupp för unga utan avslutad "
            "gymnasieutbildning.",
            changes=(
                Change(date(2026, 4, 1), "Ny lokal", "Gruppverksamheten flyttade till Kvarngatan."),
                Change(
                    date(2026, 9, 14),
                    "En koordinator mindre",
                    "Tjänsten var vakant till slutet av oktober. Kön växte till 23 personer.",
                ),
            ),
        ),
        economy=economy(),
        definitions=(STARTED, OCCUPATION, SUPPORT, TEN_HOURS, BUDGET),
    )
    return replace(whole, **changes)


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


def _blank(exhibit: Exhibit, sentence: str) -> Exhibit:
    return replace(
        exhibit, table=replace(exhibit.table, rows=(), total=None, empty=sentence), chart=None
    )


def empty_report() -> ReportContext:
    """The year of a programme that has not begun: nobody, no text, no goals, no money."""
    full, nobody = report(), "Ingen deltog under året."
    who, then, did = full.participants, full.outcome, full.activity
    zero = Cell(0)
    return replace(
        full,
        is_draft=True,
        cover_sentence=cover_sentence(started=zero, ended=zero, reached=Cell(), reaching=""),
        summary=Summary("Ingen deltog under året.", (), ""),
        activity=Activity(
            "Inga grupper startade.",
            _blank(did.groups, "Inga grupper startade."),
            _blank(did.contents, "Inga tillfällen hölls."),
            _blank(did.staffing, "Ingen bemanning är registrerad."),
        ),
        goals=Goals("Inga mål är uppsatta.", ()),
        participants=Participants(
            "Ingen började.",
            Reconciliation(YEAR, zero, zero, zero, zero, zero),
            *(_blank(one, nobody) for one in (who.flow, who.gender, who.age, who.referrers)),
        ),
        outcome=Outcome(
            "Ingen avslutade.", (), _blank(then.occupation, nobody), _blank(then.support, nobody)
        ),
        changes=Changes(""),
        economy=Economy(
            "Inga kostnader är bokförda.", _blank(full.economy.budget, "Ingen budget.")
        ),
        definitions=(),
    )


def hidden_report() -> ReportContext:
    """A year with so few people that every count is hidden."""
    full = report()
    who, then = full.participants, full.outcome
    return replace(
        full,
        cover_sentence=cover_sentence(
            started=FEW, ended=HIDDEN, reached=HIDDEN, reaching="nådde tio timmar"
        ),
        summary=replace(
            full.summary,
            lead="Så få deltog att antalen inte visas.",
            figures=(ReportFigure(FEW, "började"), ReportFigure(HIDDEN, "avslutade")),
        ),
        participants=replace(
            who,
            lead="Så få började att antalen inte visas.",
            reconciliation=Reconciliation(YEAR, FEW, FEW, HIDDEN, FEW, Cell(0)),
            **{name: _hide(getattr(who, name)) for name in ("flow", "gender", "age", "referrers")},
        ),
        outcome=replace(
            then,
            lead="Så få avslutade att antalen inte visas.",
            figures=tuple(replace(one, value=HIDDEN) for one in then.figures),
            occupation=_hide(then.occupation),
            support=_hide(then.support),
            more=tuple(_hide(one) for one in then.more),
        ),
    )


def _hide(exhibit: Exhibit, how: Suppressed = "primary") -> Exhibit:
    hide = lambda row: replace(row, cells=tuple(Cell(suppressed=how) for _ in row.cells))  # noqa: E731
    shown = exhibit.table
    gone = replace(
        shown, rows=tuple(map(hide, shown.rows)), total=hide(shown.total) if shown.total else None
    )
    chart = replace(exhibit.chart, table=gone) if exhibit.chart else None
    return replace(exhibit, table=gone, chart=chart)
