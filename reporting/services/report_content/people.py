"""Chapters 4 and 5: who took part, and what had changed when they left."""

from collections.abc import Mapping

from core.tables import Cell, Row, Table
from programmes.enums import CodeList
from reporting.services.report_content.tables import (
    AGE_LABELS,
    ALL,
    MEN,
    TIME_LABELS,
    WOMEN,
    WORK_GROUP_LABELS,
    Breakdown,
    Figures,
    change,
    columns,
    is_shown,
    labels_of,
    most_common,
    share,
    worth_saying,
)
from reporting.services.report_content.year import Year
from reporting.services.report_context import (
    Exhibit,
    Outcome,
    Participants,
    Reconciliation,
    ReportFigure,
    before_and_after,
    women_and_men,
)

STATISTICS = {"median": "Median", "mean": "Medelvärde", "q1": "Undre kvartil", "q3": "Övre kvartil"}
AGE = Breakdown(
    "by_age_band", "age_band", "alder", "Påbörjade efter ålder vid start", "Ålder", "påbörjade",
    keep_empty=True,
)  # fmt: skip
REFERRER = Breakdown(
    "by_referrer", "referrer", "remittent", "Påbörjade efter remitterande part", "Part",
    "påbörjade",
)  # fmt: skip
EDUCATION = Breakdown(
    "by_education", "education", "utbildning", "Påbörjade efter utbildning", "Utbildning",
    "påbörjade",
)  # fmt: skip
TIME_IN_SUPPORT = Breakdown(
    "by_time_in_support", "time_in_support", "tid-i-forsorjning",
    "Påbörjade efter tid i offentlig försörjning", "Tid före start", "påbörjade",
)  # fmt: skip
REASON = Breakdown(
    "end_reason", "reason", "avslutsanledning", "Avslutade efter anledning", "Anledning",
    "avslutade",
)  # fmt: skip


def participants(figures: Figures, year: Year) -> Participants:
    """Chapter 4: flow, gender, age, referrer, education, time in support."""
    return Participants(
        lead=_who_lead(figures, year),
        reconciliation=reconciliation(figures, year),
        flow=_flow(figures, year),
        gender=_gender(figures),
        age=_started(figures, year, AGE, AGE_LABELS, "Ålder", "Flest är {}"),
        referrers=_started(
            figures, year, REFERRER, CodeList.REFERRER, "Remittent", "Vanligaste remittent: {}"
        ),
        more=(
            _started(
                figures, year, EDUCATION, CodeList.EDUCATION, "Utbildning", "Vanligast: {}"
            ),
            _started(
                figures, year, TIME_IN_SUPPORT, TIME_LABELS, "Tid i offentlig försörjning",
                "Vanligast: {}",
            ),
        ),
    )  # fmt: skip


def _who_lead(figures: Figures, year: Year) -> str:
    started, women = figures.cell("started"), figures.cell("started", gender="K")
    if started.amount == 0:
        return f"Ingen registrerad person började {year.number}."
    if not started.is_plain:
        return "Så få började att antalet inte visas."
    people = "registrerad person" if started.amount == 1 else "registrerade personer"
    said = f"{started.text} {people} började {year.number}"
    if women.is_plain:
        said += f", {women.text} kvinnor och {figures.cell('started', gender='M').text} män"
    return f"{said}."


def reconciliation(figures: Figures, year: Year) -> Reconciliation:
    """Every enrolment of the year, by how it is registered."""

    def part(kind: str) -> Cell:
        return figures.cell("reconciliation", kind=kind)

    return Reconciliation(
        year.number,
        figures.cell("reconciliation"),
        part("complete"),
        part("incomplete"),
        part("anonymous"),
        part("misregistered"),
    )


def _flow(figures: Figures, year: Year) -> Exhibit:
    """The year's balance. Every row is a figure with a definition of its own."""
    flow = {
        "ongoing_at_start": "Pågick den 1 januari",
        "started": "Började",
        "ended": "Avslutade",
        "ongoing_at_end": "Pågick den 31 december" if year.is_over else "Pågår",
    }
    rows = [
        Row(label, tuple(figures.cell(name, **split) for split in (WOMEN, MEN, ALL)))
        for name, label in flow.items()
    ]
    table = Table(
        key="flode",
        caption="Deltagare under året",
        columns=columns("Händelse", "Kvinnor", "Män", "Alla"),
        rows=tuple(rows),
        source=f"Registrerade deltagare. {year.reservation}".strip(),
    )
    return Exhibit(table, definition=figures.definition("started"))


def _gender(figures: Figures) -> Exhibit:
    everyone = figures.cell("by_gender")
    rows = [
        Row(label, (count, share(count, everyone)))
        for label, split in (("Kvinnor", WOMEN), ("Män", MEN))
        for count in [figures.cell("by_gender", **split)]
    ]
    has_any = bool(everyone.suppressed or everyone.amount)
    shown = Table(
        key="kon",
        caption="Påbörjade efter kön",
        columns=columns("Kön", "Antal", "Andel"),
        rows=tuple(rows) if has_any else (),
        total=Row("Alla", (everyone, share(everyone, everyone))) if has_any else None,
        source=figures.covered("by_gender", "påbörjade"),
        empty=figures.nothing("by_gender", "påbörjade"),
    )
    return Exhibit(shown, definition=figures.definition("by_gender"))


def _started(
    figures: Figures,
    year: Year,
    breakdown: Breakdown,
    labels: Mapping[str, str] | CodeList,
    topic: str,
    finding: str,
) -> Exhibit:
    """A breakdown of those who began, women beside men."""
    unit = f"Antal registrerade personer som började {year.number}."
    return _by_gender(figures, breakdown, labels, topic, finding, unit)


def _by_gender(
    figures: Figures,
    breakdown: Breakdown,
    labels: Mapping[str, str] | CodeList,
    topic: str,
    finding: str,
    unit: str,
) -> Exhibit:
    if isinstance(labels, CodeList):
        labels = labels_of(figures[breakdown.name], breakdown.dimension, labels)
    table = breakdown.table(figures, labels)
    most = most_common(table)
    return Exhibit(
        table,
        women_and_men(table, breakdown.caption),
        finding=finding.format(most) if most else "",
        unit=unit,
        definition=figures.definition(breakdown.name),
        topic=topic,
    )


def outcome(figures: Figures, year: Year, hours_goal: str) -> Outcome:
    """Chapter 5: occupation and support before and after, reasons, time in the programme."""
    unit = f"Antal personer som avslutade {year.number}."
    return Outcome(
        lead=_outcome_lead(figures, year),
        figures=_outcome_figures(figures, hours_goal),
        occupation=_occupation(figures, year),
        support=_support(figures, year),
        more=(
            _by_gender(
                figures, REASON, CodeList.END_REASON, "Anledning till avslut", "Vanligast: {}", unit
            ),
            _days(figures),
        ),
    )


def _at_work(figures: Figures) -> tuple[Cell, Cell]:
    """How many worked before, and after."""
    name = "occupation_grouped_before_after"
    before, after = (
        figures.cell(name, occasion=occasion, group="work") for occasion in ("before", "after")
    )
    return before, after


def _outcome_lead(figures: Figures, year: Year) -> str:
    if figures.cell("ended").amount == 0:
        return f"Ingen avslutade {year.number}."
    before, after = _at_work(figures)
    if after.is_plain and before.is_plain:
        return (
            f"{_persons(after)} arbetar när de slutar, med eller utan stöd. "
            f"Före var det {_persons(before).lower()}."
        )
    return "Tabellerna jämför veckan före start med den sista veckan."


def _persons(count: Cell) -> str:
    return count.text if count.amount else "Ingen"


def _outcome_figures(figures: Figures, hours_goal: str) -> tuple[ReportFigure, ...]:
    if figures.cell("ended").amount == 0:
        return ()
    median = figures.cell("time_in_programme_days", statistic="median")
    return worth_saying(
        ReportFigure(figures.cell("work_or_study_after"), "arbetar eller studerar efter"),
        ReportFigure(
            figures.cell("started_or_increased"), "började eller ökade arbete eller studier"
        ),
        ReportFigure(
            figures.share_or_count("ten_hours_reached"), f"nådde {hours_goal} timmar i veckan"
        ),
        ReportFigure(median, "dagar i insatsen, median"),
    )


def _occupation(figures: Figures, year: Year) -> Exhibit:
    name = "occupation_grouped_before_after"

    def row(label: str, **group: str) -> Row:
        before = figures.cell(name, occasion="before", **group)
        after = [
            figures.cell(name, occasion="after", **group, **split) for split in (ALL, WOMEN, MEN)
        ]
        return Row(label, (before, *after))

    total = row("Alla")
    shown = Table(
        key="sysselsattning",
        caption="Sysselsättning före och efter",
        columns=columns("Sysselsättning", "Före", "Efter", "Kvinnor efter", "Män efter"),
        rows=tuple(row(label, group=code) for code, label in WORK_GROUP_LABELS.items())
        if is_shown(total)
        else (),
        total=total if is_shown(total) else None,
        source=figures.covered(name, "avslutade"),
        empty=figures.nothing(name, "avslutade"),
    )
    before, after = _at_work(figures)
    found = after.is_plain and before.is_plain and (after.amount or before.amount)
    return Exhibit(
        shown,
        before_and_after(shown, "Sysselsättning före och efter"),
        finding=f"{_persons(after)} arbetar efter, {_persons(before).lower()} gjorde det före"
        if found
        else "",
        unit=f"Antal personer som avslutade {year.number}. En person räknas en gång.",
        definition=figures.definition(name),
    )


def _support(figures: Figures, year: Year) -> Exhibit:
    name = "support_before_after"

    def row(code: str, label: str) -> Row:
        before = figures.cell(name, occasion="before", support=code)
        after = figures.cell(name, occasion="after", support=code)
        return Row(label, (before, after, change(before, after)))

    labels = labels_of(figures[name], "support", CodeList.SUPPORT)
    rows = [row(code, label) for code, label in labels.items()]
    shown = Table(
        key="forsorjning",
        caption="Försörjning före och efter",
        columns=columns("Försörjning", "Före", "Efter", "Förändring"),
        rows=tuple(one for one in rows if is_shown(one)),
        source=f"{figures.covered(name, 'avslutade')} Flera svar är möjliga.".strip(),
        empty=figures.nothing(name, "avslutade"),
    )
    chart = before_and_after(shown, "Försörjning före och efter")
    return Exhibit(
        shown,
        chart,
        finding=_free_of_support(figures),
        unit=f"Antal personer som avslutade {year.number}, flera svar möjliga.",
        definition=figures.definition(name),
    )


def _free_of_support(figures: Figures) -> str:
    before, after = (
        figures.cell("support_before_after", occasion=occasion, support="ING")
        for occasion in ("before", "after")
    )
    if not (before.is_plain and after.is_plain and (before.amount or after.amount)):
        return ""
    return f"{_persons(after)} är utan offentlig försörjning efter, {_persons(before).lower()} före"


def _days(figures: Figures) -> Exhibit:
    name = "time_in_programme_days"
    rows = [
        Row(
            label, tuple(figures.cell(name, statistic=code, **split) for split in (WOMEN, MEN, ALL))
        )
        for code, label in STATISTICS.items()
    ]
    has_any = any(cell.suppressed or cell.amount is not None for row in rows for cell in row.cells)
    shown = Table(
        key="tid-i-insatsen",
        caption="Tid i insatsen, dagar",
        columns=columns("Mått", "Kvinnor", "Män", "Alla"),
        rows=tuple(rows) if has_any else (),
        source=figures.covered(name, "avslutade"),
        empty=figures.nothing(name, "avslutade"),
    )
    return Exhibit(shown, definition=figures.definition(name), topic="Tid i insatsen")
