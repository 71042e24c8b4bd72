"""The example: a full year, an empty one, and one where every count is hidden."""

from dataclasses import replace
from datetime import date

from core.tables import Cell, Suppressed
from reporting.services.report_context import (
    Activity,
    Change,
    Changes,
    Economy,
    Exhibit,
    Goals,
    Outcome,
    Participants,
    Reconciliation,
    ReportContext,
    ReportFigure,
    Summary,
    cover_sentence,
)
from tests.reporting.report_example.definitions import (
    BUDGET,
    FEW,
    FROZEN_AT,
    HIDDEN,
    OCCUPATION,
    STARTED,
    SUPPORT,
    TEN_HOURS,
    YEAR,
)
from tests.reporting.report_example.people import (
    ended_exhibits,
    occupation_exhibit,
    participants,
    support_exhibit,
)
from tests.reporting.report_example.work import activity, economy, goals, goals_overview


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
