"""The whole report of one year, put together from its chapters."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from core.formatting import number
from core.tables import Cell, Row, Table
from reporting.enums import Audience, ReportState
from reporting.models import AnnualReport
from reporting.services.figures import Figure
from reporting.services.report_content.people import outcome, participants
from reporting.services.report_content.tables import Figures, columns, share
from reporting.services.report_content.work import Year, activity, economy, goals
from reporting.services.report_context import (
    Changes,
    Exhibit,
    Goals,
    ReportContext,
    ReportFigure,
    Summary,
    cover_sentence,
)


def build_report_context(*, report: AnnualReport, figures: list[Figure]) -> ReportContext:
    """Everything the report prints. Small counts are shown only in the programme's own copy."""
    programme = report.programme
    read = Figures(figures, settings.SUPPRESSION_THRESHOLD)
    year = Year(programme, report.year)
    hours = number(programme.weekly_hours_goal)
    met = goals(read, year)
    return ReportContext(
        programme=programme.name,
        controller=programme.data_controller.name,
        recipient=programme.association.name,
        year=report.year,
        version=report.version,
        frozen_at=_frozen(report),
        is_draft=report.state != ReportState.APPROVED,
        is_internal=report.audience == Audience.PROGRAMME,
        cover_sentence=_cover(read, hours),
        summary=_summary(read, report, met, hours),
        activity=activity(year),
        goals=met,
        participants=participants(read, report.year),
        outcome=outcome(read, report.year, hours),
        changes=Changes(report.changes_text),
        economy=economy(read, year),
        definitions=tuple(read.definition(figure.id) for figure in figures),
        threshold=settings.SUPPRESSION_THRESHOLD,
    )


def _frozen(report: AnnualReport) -> datetime:
    return timezone.localtime(report.frozen_at or timezone.now())


def _reached(read: Figures) -> Cell:
    included = read["ten_hours_reached"].coverage.included
    whole = Cell(included) if included is not None else Cell(suppressed="complementary")
    return share(read.cell("ten_hours_reached"), whole)


def _cover(read: Figures, hours: str) -> str:
    return cover_sentence(
        started=read.cell("started"),
        ended=read.cell("ended"),
        reached=_reached(read),
        reaching=f"nådde {hours} timmars aktivitet i veckan",
    )


def _summary(read: Figures, report: AnnualReport, met: Goals, hours: str) -> Summary:
    return Summary(
        lead=_cover(read, hours),
        figures=(
            ReportFigure(read.cell("started"), "började"),
            ReportFigure(read.cell("ended"), "avslutade"),
            ReportFigure(_reached(read), f"nådde {hours} timmar i veckan"),
            ReportFigure(read.cell("continued"), "gick vidare"),
        ),
        text=report.summary_text,
        goals=Exhibit(_goal_table(met)) if met.results else None,
    )


def _goal_table(met: Goals) -> Table:
    rows = tuple(
        Row(goal.title, (Cell(goal.target), goal.outcome, Cell(goal.verdict)))
        for goal in met.results
    )
    return Table(
        key="mal",
        caption="Årets mål",
        columns=columns("Mål", "Uppsatt", "Utfall", "Bedömning", texts=(1, 3)),
        rows=rows,
        source="Målen gäller vid årets slut.",
    )
