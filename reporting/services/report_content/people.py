"""Chapters 4 and 5: who took part, and what had changed when they left."""

from core.tables import Cell, Row, Table
from programmes.enums import CodeList
from reporting.services.report_content.tables import (
    AGE_LABELS,
    ALL,
    MEN,
    TIME_LABELS,
    WOMEN,
    WORK_GROUP_LABELS,
    Figures,
    by_gender,
    change,
    columns,
    is_shown,
    labels_of,
    share,
)
from reporting.services.report_context import (
    Exhibit,
    Outcome,
    Participants,
    Reconciliation,
    ReportFigure,
    before_and_after,
    women_and_men,
)

FLOW = {
    "ongoing_at_start": "Pågick den 1 januari",
    "started": "Började",
    "ended": "Avslutade",
    "ongoing_at_end": "Pågick den 31 december",
}
STATISTICS = {"median": "Median", "mean": "Medelvärde", "q1": "Undre kvartil", "q3": "Övre kvartil"}


def participants(figures: Figures, year: int) -> Participants:
    """Chapter 4: flow, gender, age, referrer, education, time in support."""
    return Participants(
        lead=_who_lead(figures, year),
        reconciliation=reconciliation(figures, year),
        flow=Exhibit(_flow(figures), definition=figures.definition("started")),
        gender=_gender(figures),
        age=_age(figures, year),
        referrers=_referrers(figures, year),
        more=(_education(figures), _time_in_support(figures)),
    )


def _who_lead(figures: Figures, year: int) -> str:
    started, women = figures.cell("started"), figures.cell("started", gender="K")
    if started.amount == 0:
        return f"Ingen började {year}."
    if not started.is_plain:
        return "Så få började att antalet inte visas."
    said = f"{started.text} registrerade personer började {year}"
    if women.is_plain:
        said += f", {women.text} kvinnor och {figures.cell('started', gender='M').text} män"
    return f"{said}."


def reconciliation(figures: Figures, year: int) -> Reconciliation:
    """Every enrolment of the year, by how it is registered."""

    def part(kind: str) -> Cell:
        return figures.cell("reconciliation", kind=kind)

    return Reconciliation(
        year,
        figures.cell("reconciliation"),
        part("complete"),
        part("incomplete"),
        part("anonymous"),
        part("misregistered"),
    )


def _flow(figures: Figures) -> Table:
    rows = [
        Row(label, tuple(figures.cell(name, **split) for split in (WOMEN, MEN, ALL)))
        for name, label in FLOW.items()
    ]
    return Table(
        key="flode",
        caption="Deltagare under året",
        columns=columns("Händelse", "Kvinnor", "Män", "Alla"),
        rows=tuple(rows),
        source=figures.covered("started", "påbörjade"),
    )


def _gender(figures: Figures) -> Exhibit:
    everyone = figures.cell("by_gender")
    rows = [
        Row(label, (count, share(count, everyone)))
        for label, code in (("Kvinnor", "K"), ("Män", "M"))
        for count in [figures.cell("by_gender", gender=code)]
    ]
    has_any = bool(everyone.suppressed or everyone.amount)
    shown = Table(
        key="kon",
        caption="Påbörjade efter kön",
        columns=columns("Kön", "Antal", "Andel"),
        rows=tuple(rows) if has_any else (),
        total=Row("Alla", (everyone, share(everyone, everyone))) if has_any else None,
        source=figures.covered("by_gender", "påbörjade"),
        empty="Ingen började under året.",
    )
    return Exhibit(shown, definition=figures.definition("by_gender"))


def _age(figures: Figures, year: int) -> Exhibit:
    shown = by_gender(
        figures, "by_age_band", "age_band", AGE_LABELS,
        key="alder", caption="Påbörjade efter ålder vid start", first="Ålder", noun="påbörjade",
        keep_empty=True,
    )  # fmt: skip
    return Exhibit(
        shown,
        women_and_men(shown, "Ålder vid start"),
        unit=f"Antal registrerade personer som började {year}.",
        definition=figures.definition("by_age_band"),
    )


def _referrers(figures: Figures, year: int) -> Exhibit:
    labels = labels_of(figures["by_referrer"], "referrer", CodeList.REFERRER)
    shown = by_gender(
        figures, "by_referrer", "referrer", labels,
        key="remittent", caption="Påbörjade efter remitterande part", first="Part",
        noun="påbörjade",
    )  # fmt: skip
    return Exhibit(
        shown,
        women_and_men(shown, "Remitterande part"),
        unit=f"Antal registrerade personer som började {year}.",
        definition=figures.definition("by_referrer"),
    )


def _education(figures: Figures) -> Exhibit:
    labels = labels_of(figures["by_education"], "education", CodeList.EDUCATION)
    shown = by_gender(
        figures, "by_education", "education", labels,
        key="utbildning", caption="Påbörjade efter utbildning", first="Utbildning",
        noun="påbörjade",
    )  # fmt: skip
    return Exhibit(shown, definition=figures.definition("by_education"))


def _time_in_support(figures: Figures) -> Exhibit:
    shown = by_gender(
        figures, "by_time_in_support", "time_in_support", TIME_LABELS,
        key="tid-i-forsorjning", caption="Påbörjade efter tid i offentlig försörjning",
        first="Tid före start", noun="påbörjade",
    )  # fmt: skip
    return Exhibit(shown, definition=figures.definition("by_time_in_support"))


def outcome(figures: Figures, year: int, hours_goal: str) -> Outcome:
    """Chapter 5: occupation and support before and after, reasons, time in the programme."""
    return Outcome(
        lead=_outcome_lead(figures, year),
        figures=_outcome_figures(figures, hours_goal),
        occupation=_occupation(figures, year),
        support=_support(figures, year),
        more=(_reasons(figures), _days(figures)),
    )


def _outcome_lead(figures: Figures, year: int) -> str:
    ended = figures.cell("ended")
    if ended.amount == 0:
        return f"Ingen avslutade {year}."
    before = figures.cell("occupation_grouped_before_after", occasion="before", group="work")
    after = figures.cell("occupation_grouped_before_after", occasion="after", group="work")
    if after.is_plain and before.is_plain:
        return (
            f"{after.text} arbetar när de slutar, med eller utan stöd. Före var det {before.text}."
        )
    return "Tabellerna jämför veckan före start med den sista veckan."


def _outcome_figures(figures: Figures, hours_goal: str) -> tuple[ReportFigure, ...]:
    ended = figures["ten_hours_reached"].coverage
    reached = figures.cell("ten_hours_reached")
    whole = Cell(ended.included) if ended.included is not None else Cell(suppressed="complementary")
    median = figures.cell("time_in_programme_days", statistic="median")
    return (
        ReportFigure(figures.cell("work_or_study_after"), "arbetar eller studerar efter"),
        ReportFigure(
            figures.cell("started_or_increased"), "började eller ökade arbete och studier"
        ),
        ReportFigure(share(reached, whole), f"nådde {hours_goal} timmar i veckan"),
        ReportFigure(median, "dagar i insatsen, median"),
    )


def _occupation(figures: Figures, year: int) -> Exhibit:
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
        empty="Ingen avslutade under året med fullständiga uppgifter.",
    )
    return Exhibit(
        shown,
        before_and_after(shown, "Sysselsättning före och efter"),
        unit=f"Antal personer som avslutade {year}. En person räknas en gång.",
        definition=figures.definition(name),
    )


def _support(figures: Figures, year: int) -> Exhibit:
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
        source=f"{figures.covered(name, 'avslutade')} Flera svar är möjliga.",
        empty="Ingen avslutade under året med fullständiga uppgifter.",
    )
    return Exhibit(
        shown,
        before_and_after(shown, "Försörjning före och efter"),
        unit=f"Antal personer som avslutade {year}, flera svar möjliga.",
        definition=figures.definition(name),
    )


def _reasons(figures: Figures) -> Exhibit:
    labels = labels_of(figures["end_reason"], "reason", CodeList.END_REASON)
    shown = by_gender(
        figures, "end_reason", "reason", labels,
        key="avslutsanledning", caption="Varför deltagandet tog slut", first="Anledning",
        noun="avslutade",
    )  # fmt: skip
    return Exhibit(shown, definition=figures.definition("end_reason"))


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
        empty="Ingen avslutade under året.",
    )
    return Exhibit(shown, definition=figures.definition(name))
